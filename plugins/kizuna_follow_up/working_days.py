"""On which days the shop works: national holidays of Japan and the shop's own closing days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from kizuna_follow_up.errors import NeverOpenError
from kizuna_follow_up.plans import DayRule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LONGEST_CLOSURE = 366
"""A shop that is closed for longer than a year has its closing days entered wrong."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are working days: no national holiday (where that is kept), no closing weekday, no closing day."""

    closed_weekdays: frozenset[str] = frozenset()
    closed_days: frozenset[date] = frozenset()
    national_holidays: bool = True

    def __contains__(self, day: date) -> bool:
        """Tell whether the shop works on a day."""
        return not (
            WEEKDAYS[day.weekday()] in self.closed_weekdays
            or day in self.closed_days
            or (self.national_holidays and is_national_holiday(day))
        )

    def shift(self, day: date, rule: DayRule) -> date:
        """Return the day itself, or the next or previous working day where it is none.

        At either end of the calendar it is the day itself. Raises NeverOpenError when there is none within a year.
        """
        if rule == "as_is":
            return day
        one_day = timedelta(days=1 if rule == "next" else -1)
        shifted = day
        for _ in range(LONGEST_CLOSURE):
            if shifted in self:
                return shifted
            if shifted in (date.min, date.max):
                return day
            shifted += one_day
        raise NeverOpenError(day=day.isoformat())


def closed_on(weekdays: Iterable[str]) -> frozenset[str]:
    """Return closing weekdays as the shop's record has them (``mon`` … ``sun``), unknown words left out."""
    return frozenset(weekdays) & frozenset(WEEKDAYS)


def is_national_holiday(day: date) -> bool:
    """Tell whether a day is a national holiday of Japan, substitute and citizens' holidays included."""
    return day in _holidays_of(day.year)


@lru_cache(maxsize=256)
def _holidays_of(year: int) -> frozenset[date]:
    # With its calendars of other countries it is larger than the rest of this plugin; a process may never ask.
    import holidays

    return frozenset(holidays.country_holidays("JP", years=year))
