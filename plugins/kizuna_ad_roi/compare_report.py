"""The report of two ads side by side: money, counts and rates stand in one column, each shown as what it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kizuna import Data, Report, ReportTable, report_from
from kizuna_ad_roi.ad_tables import ad_compare
from kizuna_ad_roi.metrics import shown

MONEY = frozenset({"費用", "売上", "CPI", "CPO"})
RATES = frozenset({"成約率", "ROAS", "ROI", "反応率"})
SMALL = Decimal("0.001")
"""Below this a rate needs more digits to be told from nothing."""
CHANCE = 4


def compare_report() -> Report:
    """Return the report that shows what AD_COMPARE answers as people read it; the function itself gives numbers."""
    plain = report_from(ad_compare)

    def build(data: Data, **arguments: Any) -> ReportTable:
        table = plain.build(data, **arguments)
        names, first, second, chance, verdict = table.columns
        # A line is known by the Japanese name, whatever language it is shown in.
        lines = list(ad_compare.call(data, **{**arguments, "language": "ja"})[0])
        pairs = [[told(line, one) for line, one in zip(lines, column, strict=True)] for column in (first, second)]
        return replace(table, columns=[names, *pairs, [as_chance(one) for one in chance], verdict])

    return replace(plain, build=build)


def told(line: str, value: Any) -> Any:
    """Return a figure of a line as people read it, rounded half up; what is no number stays."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    exact = Decimal(repr(value))
    if line in MONEY:
        whole = _rounded(exact, 0)
        return f"-¥{-whole:,}" if whole < 0 else f"¥{whole:,}"
    if line in RATES:
        return f"{_rounded(exact * 100, 1 if not exact or abs(exact) >= SMALL else 3)}%"
    return value


def as_chance(value: Any) -> Any:
    """Return p with four decimals, as the verdict says it."""
    return f"{shown(Decimal(repr(value)), CHANCE)}" if isinstance(value, int | float) else value


def _rounded(value: Decimal, places: int) -> Decimal:
    """Return a figure rounded half up; nothing is left of the sign of a zero."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0
