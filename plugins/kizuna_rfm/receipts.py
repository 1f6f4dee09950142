"""What only the receipts themselves tell."""

from __future__ import annotations

from datetime import date

import numpy as np
import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Purchase, RowIds, among
from kizuna_rfm.buyers import Integers
from kizuna_rfm.identities import Identities

RETURNED = Purchase.kind == "return"

COUNTS = (sa.or_(Purchase.status != "cancelled", Purchase.status.is_(None)), Purchase.deleted.is_(False))
"""What makes a receipt count."""

MANY = 50_000
"""Customers whose receipts are looked up at once."""


def purchase_days(data: Data, as_of: date, customers: Identities) -> Integers:
    """Return on how many days each of these customers bought by ``as_of``, in their order; 0 who bought on none."""
    found = np.zeros(len(customers), dtype=np.int64)
    select = (
        sa.select(
            sa.type_coerce(Purchase.customer_id, RowIds),
            sa.func.count(sa.distinct(sa.case((RETURNED, sa.null()), else_=Purchase.purchased_on))),
        )
        .where(Purchase.purchased_on <= as_of, *COUNTS)
        .group_by(Purchase.customer_id)
    )
    for start in range(0, len(customers), MANY):
        wanted = customers.ids_at(np.arange(start, min(start + MANY, len(customers))))
        ids, days = data.arrays(select.where(among(Purchase.customer_id, wanted)))
        found[customers.find(np.asarray(ids).astype(np.bytes_, copy=False))] = days
    return found
