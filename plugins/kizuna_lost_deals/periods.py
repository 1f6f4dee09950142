"""Periods of days with both ends in them: months and fiscal years from any month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``start`` to ``end``, both included; ``None`` leaves an end open."""

    start: date | None = None
    end: date | None = None

    def __contains__(self, day: date | None) -> bool:
        """Tell whether a day lies in the period; something that never stopped lies in none."""
        if day is None:
            return False
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def fiscal_year(year: int, *, first_month: int = 4) -> Period:
    """Return the twelve months starting with ``first_month`` of ``year``.

    Raises ValueError for a month that is none.
    """
    return Period(date(year, first_month, 1), date(year + 1, first_month, 1) - timedelta(days=1))


def fiscal_year_of(day: date, *, first_month: int = 4) -> int:
    """Return the year in which the fiscal year of ``day`` began, which is its name in Japan (年度)."""
    return day.year if day.month >= first_month else day.year - 1


def month_of(day: date) -> str:
    """Return the name of the month of a day: ``2026-04``."""
    return f"{day.year:04d}-{day.month:02d}"


def months(first: date, last: date) -> Iterator[str]:
    """Yield every month from that of ``first`` to that of ``last``, none left out."""
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{month // 12:04d}-{month % 12 + 1:02d}"
