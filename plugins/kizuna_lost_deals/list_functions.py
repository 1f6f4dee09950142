"""The worksheet functions that list lost deals: those of a period, and those worth another try."""

from __future__ import annotations

from datetime import date

from kizuna import Columns, Data, Text, worksheet_function
from kizuna_lost_deals.analysis import lost
from kizuna_lost_deals.answers import NO_REASON, NOT_SEEN, PERIOD, cell, period_of
from kizuna_lost_deals.periods import Period
from kizuna_lost_deals.rules import nurture_due
from kizuna_lost_deals.source import read_customers, read_deals

UNSEEN = (NOT_SEEN, NOT_SEEN)
"""In place of number and name, with the reason for the empty cells."""


@worksheet_function(
    "LOST_LIST",
    ja="失注一覧",
    en="List of lost deals",
    help_ja="期間内に失注した商談の一覧を新しい順に返します。失注日（商談の終了日）で数え、初日と末日を含みます。",
    example='=LOST_LIST("2026-04-01", "2026-04-30")',
    returns=["失注日", "商談番号", "顧客番号", "氏名", "件名", "商品", "金額", "担当", "理由", "メモ", "競合", "広告"],
    english=[
        "Lost on",
        "Deal",
        "Customer",
        "Name",
        "Title",
        "Product",
        "Amount",
        "Staff",
        "Reason",
        "Note",
        "Competitor",
        "Ad",
    ],
    table=True,
    arguments=PERIOD,
)
def lost_list(
    data: Data, start: date | None = None, end: date | None = None, fiscal_year: int | None = None
) -> Columns:
    """Return the deals lost in a period, newest first, by the day they stopped, both ends included."""
    period = period_of(data, start, end, fiscal_year)
    found = lost(read_deals(data, period), period)
    people = read_customers(data) if found else {}
    return [
        [deal.closed_on for deal in found],
        [deal.number for deal in found],
        [people.get(deal.customer, UNSEEN)[0] for deal in found],
        [people.get(deal.customer, UNSEEN)[1] for deal in found],
        [deal.title for deal in found],
        [deal.product for deal in found],
        [cell(deal.amount) for deal in found],
        [deal.staff for deal in found],
        [deal.reason or NO_REASON for deal in found],
        [deal.note for deal in found],
        [deal.competitor for deal in found],
        [deal.ad for deal in found],
    ]


@worksheet_function(
    "LOST_AGAIN",
    ja="再アプローチ一覧",
    en="Lost deals worth another try",
    help_ja="失注から設定した月数がたった商談のうち、その顧客に進行中の商談もその後の成約もないものを、再アプローチ日の古い順に返します。",
    example="=LOST_AGAIN()",
    returns=["再アプローチ日", "失注日", "商談番号", "顧客番号", "氏名", "商品", "理由"],
    english=["Try again on", "Lost on", "Deal", "Customer", "Name", "Product", "Reason"],
    table=True,
    arguments={"as_of": Text("基準日（省略すると今日）", "The day to look from; today when left out")},
)
def lost_again(data: Data, as_of: date | None = None) -> Columns:
    """Return lost deals whose waiting time is over and whose customer has neither an open deal nor a later win."""
    settings = data.settings("lost_deals")
    day = as_of or data.today
    due = nurture_due(
        read_deals(data, Period(), open_too=True),
        day,
        months=settings.nurture_after_months,
        by_reason=settings.nurture_by_reason,
    )
    people = read_customers(data) if due else {}
    return [
        [again for again, _ in due],
        [deal.closed_on for _, deal in due],
        [deal.number for _, deal in due],
        [people.get(deal.customer, UNSEEN)[0] for _, deal in due],
        [people.get(deal.customer, UNSEEN)[1] for _, deal in due],
        [deal.product for _, deal in due],
        [deal.reason or NO_REASON for _, deal in due],
    ]
