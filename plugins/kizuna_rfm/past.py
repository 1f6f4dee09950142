"""What customers bought by a day in the past: what they bought over all time, less their receipts since that day.

Receipts of the years before are not added up again; only the day of the last sale by then is looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from kizuna import Data
from kizuna.model import CustomerTotals, Purchase, among, unpacked_totals
from kizuna_rfm.buyers import day_number
from kizuna_rfm.receipts import COUNTS, RETURNED
from kizuna_rfm.totals import Totals, as_totals, joined

HERS = (Purchase.customer_id == CustomerTotals.customer_id, Purchase.store_id == CustomerTotals.store_id, *COUNTS)
"""The receipts that count in the total of one customer in one store."""


def everybody_by(data: Data, as_of: date) -> Totals:
    """Return what everybody bought by ``as_of``; the last activity is of no later day, though it may be an earlier one's."""
    pieces = data.pieces(_select(as_of), by=CustomerTotals.customer_id)
    return joined([_less_receipts_since(one, as_of) for one in pieces])


def some_by(data: Data, as_of: date, customers: Collection[str]) -> Totals:
    """Return the same of the customers with these ids."""
    return _less_receipts_since(data.arrays(_select(as_of).where(among(CustomerTotals.customer_id, customers))), as_of)


def _select(as_of: date) -> Any:
    """Return totals with what changes them: the last sale by the day, and sales and amount since it.

    Who did nothing by the day is left out; where nothing happened since, a total says all.
    """
    amount = sa.type_coerce(Purchase.amount, sa.BigInteger)
    signed = sa.case((RETURNED, -sa.func.abs(amount)), else_=amount)
    since = Purchase.purchased_on > as_of
    last = (
        sa.select(Purchase.purchased_on)
        .where(*HERS, Purchase.purchased_on <= as_of, sa.func.coalesce(Purchase.kind, "sale") != "return")
        .order_by(Purchase.purchased_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    sales = sa.select(sa.func.count(sa.case((RETURNED, sa.null()), else_=1))).where(*HERS, since).scalar_subquery()
    spent = sa.func.coalesce(sa.cast(sa.func.sum(signed), sa.BigInteger), 0)
    came = sa.select(sa.type_coerce(spent, sa.BigInteger)).where(*HERS, since).scalar_subquery()
    stale = CustomerTotals.last_activity_on > as_of
    return sa.select(
        CustomerTotals.packed,
        sa.case((stale, last), else_=CustomerTotals.last_on),
        sa.case((stale, sales), else_=0),
        sa.case((stale, came), else_=0),
    ).where(
        sa.or_(
            CustomerTotals.first_on <= as_of,
            sa.not_(stale),
            # Who bought only later may have brought something back before: it was bought in another store.
            sa.select(Purchase.customer_id).where(*HERS, Purchase.purchased_on <= as_of).exists(),
        )
    )


def _less_receipts_since(columns: Sequence[Any], as_of: date) -> Totals:
    packed, last, sales, came = columns
    ids, first, _, active, purchases, amount = unpacked_totals(packed)
    return as_totals([ids, first, last, np.minimum(active, day_number(as_of)), purchases - sales, amount - came])
