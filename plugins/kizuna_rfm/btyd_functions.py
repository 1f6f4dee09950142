"""The worksheet functions in the lifetimes/BTYD convention, under names of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from kizuna import Data, Keys, worksheet_function
from kizuna.model import Purchase, RowIds, among
from kizuna_rfm.answers import AS_OF, CUSTOMER, EMPTY_KEY, NO_PURCHASE, UNKNOWN_KEY, ask, or_blank
from kizuna_rfm.btyd import BtydSummary, btyd_summary
from kizuna_rfm.buyers import day_number
from kizuna_rfm.identities import Identities, as_bytes, gathered
from kizuna_rfm.money import average
from kizuna_rfm.receipts import purchase_days

CHUNK = 50_000
"""Customers whose receipts are read at once: some half a million receipts."""

Figures = Sequence[Any]

ABOUT_A_CUSTOMER = {"customer": CUSTOMER, "as_of": AS_OF}


@worksheet_function(
    "BTYD_FREQUENCY",
    ja="BTYD購入頻度",
    en="BTYD frequency",
    help_ja="初回より後に購入した日の数を返します（lifetimes/BTYDの定義。RFMのFとは異なります）。",
    example='=BTYD_FREQUENCY(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def btyd_frequency(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return the number of days with a purchase after the first such day (lifetimes/BTYD; not the F of RFM)."""

    def repeated(who: Identities) -> tuple[Figures, Figures]:
        days = purchase_days(data, as_of or data.today, who)
        return (days > 0).tolist(), (days - 1).tolist()

    return _column(data, customer, repeated)


@worksheet_function(
    "BTYD_RECENCY",
    ja="BTYD最終購入時期",
    en="BTYD recency",
    help_ja="初回購入日から最終購入日までの日数を返します（lifetimes/BTYDの定義。RFMのRとは異なります）。",
    example='=BTYD_RECENCY(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def btyd_recency(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return the days from the first purchase to the last (lifetimes/BTYD; not the R of RFM)."""
    # The totals say the same as the receipts: a purchase day is a day with a sale.
    asked = ask(data, customer, as_of)
    return asked.column(asked.ledger.buyers.tenure())


@worksheet_function(
    "BTYD_T",
    ja="BTYD経過日数",
    en="BTYD age",
    help_ja="初回購入日から基準日までの日数を返します（lifetimes/BTYDの定義）。",
    example='=BTYD_T(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def btyd_age(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return the days from the first purchase to the as-of day (T of lifetimes/BTYD)."""
    asked = ask(data, customer, as_of)
    return asked.column(day_number(asked.ledger.as_of) - asked.ledger.buyers.first_day)


@worksheet_function(
    "BTYD_MONETARY",
    ja="BTYD平均購入額",
    en="BTYD monetary value",
    help_ja="初回より後の購入日一日当たりの平均金額を返します（lifetimes/BTYDの定義）。再購入がなければ空白です。",
    example='=BTYD_MONETARY(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def btyd_monetary(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return the average amount of the purchase days after the first; blank where there is none."""

    def averaged(who: Identities) -> tuple[Figures, Figures]:
        found = _summary(data, as_of or data.today, who)
        sums = zip(found.repeat_amount.tolist(), found.frequency.tolist(), strict=True)
        return found.bought.tolist(), [or_blank(average(amount, days)) for amount, days in sums]

    return _column(data, customer, averaged)


def _column(data: Data, customer: Keys, read: Callable[[Identities], tuple[Figures, Figures]]) -> list[Any]:
    """Return the figure of each key; ``read`` tells who of some customers bought at all, and each one's figure."""
    ids = data.resolve("customers", customer)
    who = gathered(np.unique(as_bytes([one for one in ids if one])))[0]
    bought, figures = read(who)
    column: list[Any] = []
    for key, identity, place in zip(customer, ids, who.find(as_bytes(ids)).tolist(), strict=True):
        if not identity:
            column.append(UNKNOWN_KEY if key else EMPTY_KEY)
        else:
            column.append(figures[place] if bought[place] else NO_PURCHASE)
    return column


def _summary(data: Data, as_of: date, who: Identities) -> BtydSummary:
    """Return the summary of the customers ``who``, in their order, from their receipts."""
    parts: list[list[Any]] = [[np.zeros(0, dtype=np.int64)] for _ in range(4)]
    for start in range(0, len(who), CHUNK):
        customer, day, amount, sale = data.arrays(
            sa.select(
                sa.type_coerce(Purchase.customer_id, RowIds),
                Purchase.purchased_on,
                sa.type_coerce(Purchase.amount, sa.BigInteger),
                sa.case((Purchase.kind == "return", 0), else_=1),
            ).where(
                among(Purchase.customer_id, who.ids_at(np.arange(start, min(start + CHUNK, len(who))))),
                Purchase.purchased_on <= as_of,
                sa.func.coalesce(Purchase.status, "completed") != "cancelled",
                Purchase.deleted.is_(False),
            )
        )
        parts[0].append(who.find(np.asarray(customer).astype(np.bytes_, copy=False)))
        parts[1].append(np.asarray(day).astype("datetime64[D]").astype(np.int64))
        parts[2].append(np.asarray(amount).astype(np.int64))
        parts[3].append(np.asarray(sale).astype(np.int64))
    customers, days, amounts, sales = (np.concatenate(part) for part in parts)
    return btyd_summary(customers, days, amounts, sales.astype(np.bool_), customers=len(who), as_of=day_number(as_of))
