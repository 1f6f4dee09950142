"""Draw persons: a name with its reading, a gender and a day of birth that fit one another."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import jaconv

from kizuna.ops.sample.family_names import FAMILY_NAMES
from kizuna.ops.sample.given_names import FEMALE, MALE

_MAIL_DOMAINS = ("example.jp", "example.com", "example.net")

_families = [entry.split() for line in FAMILY_NAMES.split("\n") for entry in line.split("|") if entry]
_FAMILIES = tuple((kanji, kana) for kanji, kana, _ in _families)
_FAMILY_WEIGHTS = tuple(accumulate(int(weight) for *_, weight in _families))
_GIVEN = {
    gender: {year: tuple(tuple(entry.split()) for entry in names.split("|")) for year, names in by_year.items()}
    for gender, by_year in (("female", FEMALE), ("male", MALE))
}


@dataclass(frozen=True, slots=True)
class Person:
    """One person: the parts of a name in kanji and katakana, gender, day of birth."""

    family: str
    family_kana: str
    given: str
    given_kana: str
    gender: str
    birthday: date

    @property
    def name(self) -> str:
        """Return family and given name with a space between."""
        return f"{self.family} {self.given}"

    @property
    def kana(self) -> str:
        """Return the reading in katakana with a space between."""
        return f"{self.family_kana} {self.given_kana}"


def draw_person(
    rng: random.Random, as_of: date, *, female_share: float = 0.5, ages: tuple[int, int, int] = (22, 48, 64)
) -> Person:
    """Return a person whose age on `as_of` is between the first and last of `ages`, most often near the middle one."""
    family, family_kana = rng.choices(_FAMILIES, cum_weights=_FAMILY_WEIGHTS)[0]
    gender = "female" if rng.random() < female_share else "male"
    youngest, likeliest, oldest = ages
    birthday = as_of - timedelta(days=int(rng.triangular(youngest, oldest, likeliest) * 365.2425))
    names = _GIVEN[gender]
    era = max((year for year in names if year <= birthday.year), default=min(names))
    given, given_kana = rng.choice(names[era])
    return Person(family, family_kana, given, given_kana, gender, birthday)


def draw_mail(rng: random.Random, person: Person) -> str:
    """Return a mail address made of the person's reading, in a domain that is reserved for examples."""
    given = jaconv.kana2alphabet(jaconv.kata2hira(person.given_kana))
    family = jaconv.kana2alphabet(jaconv.kata2hira(person.family_kana))
    born = f"{person.birthday.year % 100:02d}"
    local = rng.choice((f"{given}.{family}", f"{family}-{given}", f"{given}{born}", f"{family}{rng.randint(1, 999)}"))
    return f"{local}@{rng.choice(_MAIL_DOMAINS)}"
