"""Register some persons a second time, as happens at the counter: other spacing, width, kanji or form of number."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import jaconv

from kizuna.ops.sample.customer_drafts import Customer
from kizuna.ops.sample.habits import ONCE, draw_habit

_COMMON_KANJI = str.maketrans(
    {"髙": "高", "﨑": "崎", "濵": "浜", "濱": "浜", "邊": "辺", "邉": "辺", "齋": "斎", "齊": "斉", "澤": "沢"}
)
_RARE_KANJI = {"高": "髙", "崎": "﨑", "浜": "濵", "辺": "邊", "斎": "齋", "沢": "澤"}


def register_twice(
    rng: random.Random, customers: Sequence[Customer], count: int, first_day: date, as_of: date
) -> list[tuple[Customer, Customer]]:
    """Return `count` pairs of a person among `customers` and the same person as registered again later."""
    latest = as_of - timedelta(days=60)
    persons = [c for c in customers if c.kind == "person" and c.first_contact_on < latest]
    varied = [c for c in persons if any(kanji in c.name for kanji in (*_RARE_KANJI, *_RARE_KANJI.values()))]
    chosen = rng.sample(varied, min(len(varied), count // 2))
    rest = [c for c in persons if c not in chosen]
    chosen += rng.sample(rest, min(len(rest), count - len(chosen)))
    return [(person, _again(rng, person, place, first_day, as_of)) for place, person in enumerate(chosen)]


def _again(rng: random.Random, person: Customer, place: int, first_day: date, as_of: date) -> Customer:
    habit = draw_habit(rng, max(first_day, person.first_contact_on + timedelta(days=20)), as_of, kind_of_way=ONCE)
    came_again = habit.first or as_of
    name = _other_kanji(person.name)
    name = name.replace(" ", ("", "　")[place % 2])
    return replace(
        person,
        name=name,
        kana=jaconv.z2h(person.kana) if place % 3 != 2 else person.kana.replace(" ", ""),
        street=jaconv.h2z(person.street, ascii=True, digit=True) if place % 2 else _spelt_out(person.street),
        building=person.building if place % 3 else None,
        phone=None if person.phone is None else _other_number(person.phone, place),
        mobile=None if person.mobile is None else _other_number(person.mobile, place),
        mail=None if person.mail is None or place % 4 == 3 else person.mail.upper() if place % 4 == 1 else person.mail,
        birthday=person.birthday if place % 2 else None,
        first_contact_on=came_again,
        source_ad=None,
        habit=habit,
    )


def _other_kanji(name: str) -> str:
    common = name.translate(_COMMON_KANJI)
    return common if common != name else "".join(_RARE_KANJI.get(kanji, kanji) for kanji in name)


def _other_number(number: str, place: int) -> str:
    if place % 3 == 0:
        return number.replace("-", "")
    if place % 3 == 1:
        return jaconv.h2z(number, ascii=True, digit=True)
    area, exchange, rest = number.split("-")
    return f"{area}({exchange}){rest}"


def _spelt_out(street: str) -> str:
    """Return ``元町2-14-5`` as ``元町2丁目14番5号``, and two numbers as ``2丁目14``."""
    block, *rest = street.split("-")
    return f"{block}丁目{rest[0]}番{rest[1]}号" if len(rest) == 2 else f"{block}丁目{rest[0]}"
