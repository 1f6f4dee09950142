"""Draw addresses and telephone numbers: town and postal code are true, house and number are invented."""

from __future__ import annotations

import random
from dataclasses import dataclass

from kizuna.ops.sample import town_lists

_BUILDINGS = (
    "メゾン{town}", "コーポ{town}", "ハイツ{town}", "グリーンハイツ", "パークサイド{town}", "サンライズ{town}",
    "第二{town}マンション",
    "さくら荘", "ロイヤル{town}", "シャトー{town}", "エスポワール{town}", "カーサ{town}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """One town with its postal code and the area code of its telephones."""

    prefecture: str
    city: str
    name: str
    postal_code: str
    area_code: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives, in the fields of a customer."""

    town: Town
    street: str
    building: str | None


def read_towns(text: str) -> tuple[Town, ...]:
    """Return the towns of one list of `town_lists`, in the order written."""
    towns: list[Town] = []
    for line in text.split("\n"):
        if line:
            prefecture, city, area_code, *pairs = line.split()
            for pair in pairs:
                name, postal_code = pair.split(":")
                towns.append(Town(prefecture, city, name, postal_code, area_code))
    return tuple(towns)


TOWNS_NEAR_STORE = {
    1: read_towns(town_lists.KANAGAWA),
    2: read_towns(town_lists.TOKYO),
    3: read_towns(town_lists.SHIZUOKA),
}
TOWNS_ELSEWHERE = read_towns(town_lists.ELSEWHERE)


def draw_address(rng: random.Random, store_id: int, *, by_mail_order: bool, office: bool = False) -> Address:
    """Return an address near the store, or anywhere in Japan for those who buy by mail order."""
    towns = TOWNS_ELSEWHERE if by_mail_order else TOWNS_NEAR_STORE[store_id]
    town = rng.choice(towns)
    numbers = (rng.randint(1, 7), rng.randint(1, 28), rng.randint(1, 21))
    street = f"{town.name}{numbers[0]}-{numbers[1]}" + (f"-{numbers[2]}" if rng.random() < 0.8 else "")
    building = None
    if office:
        if rng.random() < 0.4:
            building = f"{town.name}ビル{rng.randint(2, 8)}F"
    elif rng.random() < 0.36:
        building = f"{rng.choice(_BUILDINGS).format(town=town.name)} {rng.randint(1, 9)}0{rng.randint(1, 8)}"
    return Address(town, street, building)


def draw_phone(rng: random.Random, area_code: str) -> str:
    """Return a fixed-line number of that area, ten digits; no exchange begins with 0, so nobody's telephone rings."""
    exchange_digits = 6 - len(area_code)
    exchange = f"0{rng.randrange(10 ** (exchange_digits - 1)):0{exchange_digits - 1}d}"
    return f"{area_code}-{exchange}-{rng.randrange(10000):04d}"


def draw_mobile(rng: random.Random) -> str:
    """Return a mobile number, eleven digits, in the range 090-0 that no operator was given."""
    return f"090-0{rng.randrange(1000):03d}-{rng.randrange(10000):04d}"
