"""The worksheet functions that set lost deals beside won ones: trend, groups, win rate."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from kizuna import Columns, Data, Text, worksheet_function
from kizuna_lost_deals.analysis import KEYS, By, outcomes, overall, reasons_within, trend
from kizuna_lost_deals.answers import BY, NO_REASON, NOT_SET, PERIOD, UNSET, cell, grouping, period_of
from kizuna_lost_deals.facts import Deal
from kizuna_lost_deals.periods import Period
from kizuna_lost_deals.source import READ_FROM, read_deals


@worksheet_function(
    "LOST_TREND",
    ja="失注の推移",
    en="Lost deals month by month",
    help_ja="月ごとの失注件数と金額、成約件数と金額、成約率を返します。何もなかった月も並びます。",
    example="=LOST_TREND(,,2026)",
    returns=["月", "失注", "失注金額", "成約", "成約金額", "成約率"],
    english=["Month", "Lost", "Amount lost", "Won", "Amount won", "Win rate"],
    table=True,
    arguments=PERIOD,
)
def lost_trend(
    data: Data, start: date | None = None, end: date | None = None, fiscal_year: int | None = None
) -> Columns:
    """Return lost and won deals of each month of a period, months without any included, with the win rate."""
    period = period_of(data, start, end, fiscal_year)
    found = trend(read_deals(data, period), period)
    return [
        [one.label for one in found],
        [one.lost for one in found],
        [cell(one.lost_amount) for one in found],
        [one.won for one in found],
        [cell(one.won_amount) for one in found],
        [cell(one.win_rate) for one in found],
    ]


@worksheet_function(
    "LOST_BY",
    ja="失注の内訳",
    en="Lost deals by group",
    help_ja="商品・担当・広告・競合・月・理由ごとの失注件数、金額、成約件数、成約率、一番多い理由を返します。",
    example='=LOST_BY("担当", "2026-04-01", "2027-03-31")',
    example_en='=LOST_BY("staff", "2026-04-01", "2027-03-31")',
    returns=["区分", "失注", "失注金額", "構成比", "成約", "成約率", "一番多い理由"],
    english=["Group", "Lost", "Amount lost", "Share", "Won", "Win rate", "Commonest reason"],
    table=True,
    arguments={"by": BY, **PERIOD},
)
def lost_by(
    data: Data, by: str, start: date | None = None, end: date | None = None, fiscal_year: int | None = None
) -> Columns:
    """Return lost deals by product, staff, ad, competitor, month or reason, with the win rate and commonest reason."""
    chosen = grouping(by)
    period = period_of(data, start, end, fiscal_year)
    deals = read_deals(data, period)
    found = [one for one in outcomes(deals, period, by=chosen) if one.lost or chosen == "month"]
    reasons = reasons_within(deals, period, by=chosen)
    whole = sum(one.lost for one in found)
    nameless = NO_REASON if chosen == "reason" else UNSET
    return [
        [one.label or nameless for one in found],
        [one.lost for one in found],
        [cell(one.lost_amount) for one in found],
        [one.lost / whole if whole else cell(None) for one in found],
        [one.won for one in found],
        [cell(one.win_rate) for one in found],
        [(reasons[one.label][0].label or NO_REASON) if one.label in reasons else "" for one in found],
    ]


@worksheet_function(
    "WIN_RATE",
    ja="成約率",
    en="Win rate",
    help_ja="期間内に決着した商談の成約率（成約 ÷（成約 + 失注））を返します。商品や担当などに絞り込めます。",
    example='=WIN_RATE("2026-04-01", "2027-03-31", , "担当", "佐藤")',
    example_en='=WIN_RATE("2026-04-01", "2027-03-31", , "staff", "佐藤")',
    arguments={
        **PERIOD,
        "by": Text(
            "絞り込む項目（商品、担当、広告、競合、月）", "What to narrow by: product, staff, ad, competitor, month"
        ),
        "label": Text(
            "その項目の値（商品名、担当者名など）", "Its value: the product's name, the staff member's name …"
        ),
    },
)
def win_rate(
    data: Data,
    start: date | None = None,
    end: date | None = None,
    fiscal_year: int | None = None,
    by: str = "",
    label: str = "",
) -> Any:
    """Return won / (won + lost) of the deals decided in a period; blank when none was; open deals don't count."""
    period = period_of(data, start, end, fiscal_year)
    chosen = grouping(by) if by else None
    # A cell of LOST_BY may be pointed at, the line of what is not filled in too.
    wanted = "" if not by or label.strip() in NOT_SET else label.strip()
    # A column of cells asks for one label after the other: the deals of the period are read and grouped once.
    rates = data.keep(
        ("kizuna_lost_deals", "win rates", period, chosen),
        READ_FROM,
        lambda: _rates(read_deals(data, period), period, chosen),
    )
    return cell(rates.get(wanted))


def _rates(deals: list[Deal], period: Period, by: By | None) -> dict[str, Decimal | None]:
    """Return the win rate by label; without a grouping that of all, under the empty one."""
    if by is None:
        return {"": overall(deals, period).win_rate}
    groups: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        groups[KEYS[by](deal).strip()].append(deal)
    return {label: overall(group, period).win_rate for label, group in groups.items()}
