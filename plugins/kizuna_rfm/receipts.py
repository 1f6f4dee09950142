"""What customers bought by a day, added up from their receipts."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Purchase, RowIds, among
from kizuna_rfm.buyers import Integers
from kizuna_rfm.identities import Identities
from kizuna_rfm.totals import Totals, as_totals

RETURNED = Purchase.kind == "return"

MANY = 50_000
"""From so many customers on, one pass over the index of all receipts costs less than a search per customer."""


def added_up(data: Data, as_of: date, customers: Identities) -> Totals:
    """Return what these customers bought by ``as_of``."""
    if len(customers) <= MANY:
        wanted = customers.ids_at(np.arange(len(customers)))
        return as_totals(data.arrays(_by_customer(as_of).where(among(Purchase.customer_id, wanted))))
    columns = data.arrays(_by_customer(as_of))
    chosen = customers.find(np.asarray(columns[0]).astype(np.bytes_, copy=False)) >= 0
    return as_totals([np.asarray(column)[chosen] for column in columns])


def purchase_days(data: Data, as_of: date, customers: Identities) -> Integers:
    """Return on how many days each of these customers bought by ``as_of``, in their order; 0 who bought on none."""
    found = np.zeros(len(customers), dtype=np.int64)
    select = sa.select(
        sa.type_coerce(Purchase.customer_id, RowIds),
        sa.func.count(sa.distinct(sa.case((RETURNED, sa.null()), else_=Purchase.purchased_on))),
    )
    for start in range(0, len(customers), MANY):
        wanted = customers.ids_at(np.arange(start, min(start + MANY, len(customers))))
        ids, days = data.arrays(_counted(select, as_of).where(among(Purchase.customer_id, wanted)))
        found[customers.find(np.asarray(ids).astype(np.bytes_, copy=False))] = days
    return found


def _by_customer(as_of: date) -> Any:
    """Return the select that adds up the receipts by ``as_of`` per customer, in the order of the covering index."""
    amount = sa.type_coerce(Purchase.amount, sa.BigInteger)
    signed = sa.case((RETURNED, -sa.func.abs(amount)), else_=amount)
    sold_on = sa.case((RETURNED, sa.null()), else_=Purchase.purchased_on)
    select = sa.select(
        sa.type_coerce(Purchase.customer_id, RowIds),
        sa.func.min(sold_on, type_=sa.Date),
        sa.func.max(sold_on, type_=sa.Date),
        sa.func.max(Purchase.purchased_on, type_=sa.Date),
        sa.func.sum(sa.case((RETURNED, 0), else_=1)),
        sa.cast(sa.func.sum(signed), sa.BigInteger),
    )
    return _counted(select, as_of)


def _counted(select: Any, as_of: date) -> Any:
    """Return a select over the receipts that count by ``as_of``, per customer."""
    return select.where(
        Purchase.purchased_on <= as_of,
        sa.or_(Purchase.status != "cancelled", Purchase.status.is_(None)),
        Purchase.deleted.is_(False),
    ).group_by(Purchase.customer_id)
