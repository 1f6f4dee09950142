"""What the worksheet functions about deals have in common: periods, labels, cells."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kizuna import Blank, Columns, Data, Label, Text
from kizuna_lost_deals.analysis import By
from kizuna_lost_deals.errors import FiscalYearError, UnknownGroupingError
from kizuna_lost_deals.periods import Period, fiscal_year
from kizuna_lost_deals.shares import Share

NOTHING_TO_DIVIDE = Blank("nothing-to-divide", Text("割る数がありません", "There is nothing to divide by"))
NOT_SEEN = Blank(
    "customer-not-seen", Text("削除されたか、他の店舗の顧客です", "A customer who was deleted, or one of another store")
)
LAST_YEAR = 9999
"""The last year of the calendar, in which no fiscal year can begin: it would end after it."""

NO_REASON = Label("（理由なし）", "(no reason)")
UNSET = Label("（未設定）", "(not set)")
NOT_SET = frozenset({str(NO_REASON), str(UNSET), NO_REASON.en, UNSET.en})

START = Text("期間の初日（この日を含む）", "First day of the period, included")
END = Text("期間の末日（この日を含む）", "Last day of the period, included")
FISCAL_YEAR = Text(
    "年度（始まる年）。期間の代わりに指定できます。始まる月は設定で決めます",
    "Fiscal year by the year it begins in, in place of a period; the settings say with which month",
)
PERIOD = {"start": START, "end": END, "fiscal_year": FISCAL_YEAR}
BY = Text("理由、商品、担当、広告、競合、月のどれか", "reason, product, staff, ad, competitor or month")

GROUPINGS: Mapping[str, By] = {
    "reason": "reason",
    "理由": "reason",
    "product": "product",
    "商品": "product",
    "staff": "staff",
    "担当": "staff",
    "ad": "ad",
    "広告": "ad",
    "competitor": "competitor",
    "競合": "competitor",
    "month": "month",
    "月": "month",
}


def period_of(data: Data, start: date | None, end: date | None, year: int | None) -> Period:
    """Return the period asked for: the fiscal year where one is given, narrowed by the days that are given too.

    Raises FiscalYearError.
    """
    if year is None:
        return Period(start, end)
    if not 1 <= year < LAST_YEAR:
        raise FiscalYearError(year=year)
    whole = fiscal_year(year, first_month=data.settings("lost_deals").fiscal_year_starts)
    starts = [day for day in (whole.start, start) if day]
    ends = [day for day in (whole.end, end) if day]
    return Period(max(starts), min(ends))


def grouping(by: str) -> By:
    """Return what people mean by the name of a grouping; raises UnknownGroupingError."""
    found = GROUPINGS.get(by.strip().casefold())
    if found is None:
        raise UnknownGroupingError(by=by)
    return found


def cell(value: Decimal | None) -> Any:
    """Return the number a cell shows, a whole one where it is whole; a blank when there was nothing to divide by."""
    if value is None:
        return NOTHING_TO_DIVIDE
    return int(value) if value == int(value) else float(value)


def shares_in_columns(found: list[Share]) -> Columns:
    """Return shares as columns: label, count, share, Pareto line, amount, share of the amount."""
    return [
        [one.label or NO_REASON for one in found],
        [one.count for one in found],
        [cell(one.share) for one in found],
        [cell(one.cumulative) for one in found],
        [cell(one.amount) for one in found],
        [cell(one.amount_share) for one in found],
    ]
