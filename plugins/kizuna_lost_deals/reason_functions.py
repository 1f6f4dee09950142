"""The worksheet functions that say why: reasons of lost deals, reasons of leaving customers."""

from __future__ import annotations

from datetime import date

from kizuna import Columns, Data, worksheet_function
from kizuna_lost_deals.analysis import by_reason
from kizuna_lost_deals.analysis import churn_reasons as reasons_of_churn
from kizuna_lost_deals.answers import PERIOD, period_of, shares_in_columns
from kizuna_lost_deals.source import read_churn, read_deals


@worksheet_function(
    "LOST_REASONS",
    ja="失注理由",
    en="Reasons of lost deals",
    help_ja="期間内に失注した商談の理由ごとの件数、構成比、累積構成比（パレート）、金額を、多い順に返します。",
    example='=LOST_REASONS("2026-04-01", "2027-03-31")',
    returns=["理由", "件数", "構成比", "累積構成比", "金額", "金額構成比"],
    english=["Reason", "Deals", "Share", "Cumulative share", "Amount", "Share of amount"],
    table=True,
    arguments=PERIOD,
)
def lost_reasons(
    data: Data, start: date | None = None, end: date | None = None, fiscal_year: int | None = None
) -> Columns:
    """Return count, share, cumulative share (Pareto) and amount of each reason of the deals lost in a period."""
    period = period_of(data, start, end, fiscal_year)
    return shares_in_columns(by_reason(read_deals(data, period), period))


@worksheet_function(
    "CHURN_REASONS",
    ja="離脱理由",
    en="Reasons customers left",
    help_ja="期間内に離脱した顧客の理由ごとの人数、構成比、累積構成比（パレート）を、多い順に返します。",
    example="=CHURN_REASONS(,,2026)",
    returns=["理由", "人数", "構成比", "累積構成比"],
    english=["Reason", "Customers", "Share", "Cumulative share"],
    table=True,
    arguments=PERIOD,
)
def churn_reasons(
    data: Data, start: date | None = None, end: date | None = None, fiscal_year: int | None = None
) -> Columns:
    """Return count, share and cumulative share (Pareto) of the reasons customers left for in a period."""
    period = period_of(data, start, end, fiscal_year)
    return shares_in_columns(reasons_of_churn(read_churn(data, period), period))[:4]
