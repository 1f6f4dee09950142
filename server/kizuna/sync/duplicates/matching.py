"""Which rows look like one and why: few are compared at all, each pair gets points for what speaks for and against it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from kizuna.errors import Text
from kizuna.sync.duplicates.entries import Entry

MOST_ALIKE = 40
"""More rows that share a phone number, say, are no duplicates of one another but a switchboard."""
ENOUGH = 55
FULL = 100
ALIKE = 80
"""Per cent of letters two names share at least when one may be the other mistyped."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks for two rows being one, or against it, with its points."""

    code: str
    points: int
    text: Text


SAME_PHONE = Reason("same-phone", 40, Text("電話番号が同じ", "same phone number"))
SAME_MAIL = Reason("same-mail", 40, Text("メールが同じ", "same mail address"))
SAME_NAME = Reason("same-name", 30, Text("氏名が同じ", "same name"))
SAME_BY_VARIANTS = Reason("variant-name", 25, Text("氏名が異体字ちがいで同じ", "same name but for variant kanji"))
SIMILAR_NAME = Reason("similar-name", 10, Text("氏名が似ている", "similar name"))
SAME_KANA = Reason("same-kana", 15, Text("フリガナが同じ", "same kana"))
SAME_COMPANY = Reason("same-company", 35, Text("会社名が同じ", "same company"))
SAME_ADDRESS = Reason("same-address", 25, Text("住所が同じ", "same address"))
SAME_POSTAL_CODE = Reason("same-postal-code", 5, Text("郵便番号が同じ", "same postal code"))
SAME_BIRTHDAY = Reason("same-birthday", 25, Text("生年月日が同じ", "same birthday"))
OTHER_NAME = Reason("other-name", -45, Text("氏名がちがう", "different name"))
OTHER_COMPANY = Reason("other-company", -45, Text("会社名がちがう", "different company"))
OTHER_BIRTHDAY = Reason("other-birthday", -40, Text("生年月日がちがう", "different birthday"))
OTHER_GENDER = Reason("other-gender", -15, Text("性別がちがう", "different gender"))


@dataclass(frozen=True, slots=True)
class Match:
    """Two rows (their places, the smaller first) that look like one; ``score`` is at most 100."""

    first: int
    second: int
    score: int
    reasons: tuple[Reason, ...]


def find_matches(entries: Sequence[Entry]) -> list[Match]:
    """Return the pairs of rows that look like one, the surest first.

    Only rows that share one thing that few others have are compared, so the work grows with the rows, not their square.
    """
    found: list[Match] = []
    for first, second in sorted(_pairs(entries)):
        reasons = reasons_for(entries[first], entries[second])
        score = sum(one.points for one in reasons)
        if score >= ENOUGH:
            found.append(Match(first, second, min(score, FULL), reasons))
    return sorted(found, key=lambda one: (-one.score, one.first, one.second))


def reasons_for(one: Entry, other: Entry) -> tuple[Reason, ...]:
    """Return what speaks for two rows being one, and against it."""
    reasons: list[Reason] = []
    if one.phones & other.phones:
        reasons.append(SAME_PHONE)
    if one.mail and one.mail == other.mail:
        reasons.append(SAME_MAIL)
    reasons += _of_names(one, other)
    if one.street and one.street == other.street and (one.city == other.city or one.postal == other.postal):
        reasons.append(SAME_ADDRESS)
    elif one.postal and one.postal == other.postal:
        reasons.append(SAME_POSTAL_CODE)
    if one.birthday and other.birthday:
        reasons.append(SAME_BIRTHDAY if one.birthday == other.birthday else OTHER_BIRTHDAY)
    if one.gender and other.gender and one.gender != other.gender:
        reasons.append(OTHER_GENDER)
    return tuple(reasons)


def _of_names(one: Entry, other: Entry) -> list[Reason]:
    reasons: list[Reason] = []
    if one.company or other.company:
        if one.company == other.company:
            return [SAME_COMPANY]
        return [SIMILAR_NAME if fuzz.ratio(one.company, other.company) >= ALIKE else OTHER_COMPANY]
    same_kana = bool(one.kana) and one.kana == other.kana
    if one.name and one.name == other.name:
        reasons.append(SAME_NAME)
    elif one.variant and one.variant == other.variant:
        reasons.append(SAME_BY_VARIANTS)
    elif fuzz.ratio(one.variant, other.variant) >= ALIKE or fuzz.ratio(one.kana, other.kana) >= ALIKE:
        reasons.append(SIMILAR_NAME)
    elif one.name and other.name and not same_kana:
        reasons.append(OTHER_NAME)
    if same_kana:
        reasons.append(SAME_KANA)
    return reasons


def _pairs(entries: Sequence[Entry]) -> set[tuple[int, int]]:
    blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        for key in _keys(entry):
            blocks[key].append(place)
    pairs: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) < 2:  # two make a pair
            continue
        if len(block) <= MOST_ALIKE:
            pairs.update(combinations(block, 2))
            continue
        by_name: dict[str, list[int]] = defaultdict(list)
        for place in block:
            by_name[entries[place].variant or entries[place].company].append(place)
        for named in by_name.values():
            if len(named) <= MOST_ALIKE:
                pairs.update(combinations(named, 2))
    return pairs


def _keys(entry: Entry) -> Iterator[tuple[str, ...]]:
    """Yield the things a duplicate of this row would share with it."""
    if entry.within:
        yield "within", entry.within
        return
    for phone in entry.phones:
        yield "phone", phone
    if entry.mail:
        yield "mail", entry.mail
    if entry.company:
        yield "company", entry.company
    for sound in (entry.kana, entry.variant):
        if sound and entry.postal:
            yield "postal", sound, entry.postal
        if sound and entry.birthday:
            yield "birthday", sound, entry.birthday
        if sound and entry.street:
            yield "street", sound, entry.street
