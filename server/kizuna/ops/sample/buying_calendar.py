"""Say on which days people buy: the season, the weekend, the store's closing day and the new year all count."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Collection
from datetime import date, timedelta
from itertools import accumulate

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# New tea in May, midsummer gifts in early July, year-end gifts in December; February and August are quiet.
_MONTH_WEIGHTS = (80, 72, 95, 105, 145, 115, 135, 78, 92, 95, 115, 170)
_WEEKDAY_WEIGHTS = (80, 80, 85, 90, 105, 150, 140)


class BuyingCalendar:
    """The days from `first` to `last`, weighted by how many purchases a store sees on them."""

    def __init__(self, first: date, last: date, closed_weekdays: Collection[str]) -> None:
        self._first = first
        self._days = (last - first).days + 1
        self._up_to = [0, *accumulate(_weight(first + timedelta(days=n), closed_weekdays) for n in range(self._days))]

    def draw(self, rng: random.Random, first: date, last: date) -> date:
        """Return an opening day between `first` and `last`; `first` itself when the store is closed all that time."""
        start = max(0, (first - self._first).days)
        stop = min(self._days, (last - self._first).days + 1)
        before, upto = self._up_to[start], self._up_to[max(start, stop)]
        if before == upto:
            return first
        return self._first + timedelta(days=bisect_left(self._up_to, rng.randint(before + 1, upto)) - 1)


def _weight(day: date, closed_weekdays: Collection[str]) -> int:
    if WEEKDAYS[day.weekday()] in closed_weekdays or (day.month == 1 and day.day <= 3):
        return 0
    return _MONTH_WEIGHTS[day.month - 1] * _WEEKDAY_WEIGHTS[day.weekday()]
