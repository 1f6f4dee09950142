"""How customers buy: a few ways of life with a shop, from those who never bought to those who come every month."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Habit:
    """When somebody bought for the first and could have bought for the last time, and how often in between.

    `weight` is in proportion to the purchases beyond the first; `None` as `first` means nothing was ever bought.
    """

    first: date | None
    last: date
    weight: float


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to buy: share of the customers, days before as_of of start and end, usual days between purchases."""

    share: float
    start: tuple[int, int]
    end: tuple[int, int]
    gap: float


# The start of 1,400 days lies before the sample begins: such people were customers already.
_WAYS = (
    _Way(0.20, (0, 0), (0, 0), 0),
    _Way(0.11, (240, 1400), (0, 0), 42),
    _Way(0.20, (200, 1400), (0, 0), 105),
    _Way(0.14, (150, 1400), (0, 0), 250),
    _Way(0.10, (20, 1090), (0, 0), 0),
    _Way(0.07, (800, 1400), (380, 760), 48),
    _Way(0.10, (800, 1400), (370, 1000), 150),
    _Way(0.08, (3, 110), (0, 0), 160),
)
_SHARES = tuple(way.share for way in _WAYS)
NEVER_BOUGHT, ONCE = 0, 4


def draw_habit(rng: random.Random, first_day: date, as_of: date, *, kind_of_way: int | None = None) -> Habit:
    """Return how one customer buys between `first_day` and `as_of`."""
    way = rng.choices(_WAYS, _SHARES)[0] if kind_of_way is None else _WAYS[kind_of_way]
    if way is _WAYS[NEVER_BOUGHT]:
        return Habit(None, as_of, 0.0)
    start = as_of - timedelta(days=rng.randint(*way.start))
    end = as_of - timedelta(days=rng.randint(*way.end))
    if way.gap == 0:
        return Habit(max(start, first_day), max(start, first_day), 0.0)
    if start < first_day:
        start = first_day + timedelta(days=rng.randint(0, round(way.gap)))
    end = max(start, end)
    return Habit(start, end, (end - start).days / way.gap * rng.lognormvariate(-0.12, 0.5))
