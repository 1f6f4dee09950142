"""Reading the buyers: from the totals the server keeps per customer, and from receipts where a total is too new.

A total says what a customer bought in one store over all time. It is right for an as-of day when the customer's last
sale or return there is not after that day; the others are added up from their receipts up to the day. So a question
about today reads totals only, and one about the past reads receipts of those only who came since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from kizuna import Data
from kizuna.model import CustomerTotals, Purchase, RowIds, among
from kizuna_rfm.buyers import Buyers, Integers
from kizuna_rfm.identities import Identities, Ids, as_bytes, gathered

EVERYBODY = 50_000
"""From so many ids on, reading everybody costs less than asking by id."""

READ_FROM = ("customers", "purchases")
"""The tables whose changes change the totals."""

NEVER_FIRST, NEVER_LAST = np.iinfo(np.int64).max, np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Ledger:
    """The buyers as of a day, and the row ids that say who they are, aligned with `buyers`."""

    as_of: date
    who: Identities
    buyers: Buyers

    def __len__(self) -> int:
        return len(self.who)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take."""
        return self.who.nbytes + self.buyers.nbytes

    def positions(self, ids: Sequence[str | None]) -> Integers:
        """Return where in the ledger each id stands, −1 for ``None`` and for who never bought."""
        return self.who.find(as_bytes(ids))

    def ids_at(self, positions: Sequence[int]) -> list[str]:
        """Return the row ids of the buyers at ``positions``."""
        return self.who.ids_at(positions)


def read_everybody(data: Data, as_of: date) -> Ledger:
    """Return everybody who bought in the visible stores by ``as_of``."""
    return data.keep(("kizuna_rfm", "ledger", as_of), READ_FROM, lambda: _merged(as_of, _read(data, as_of, sa.true())))


def read_some(data: Data, as_of: date, ids: Sequence[str | None]) -> Ledger:
    """Return those of the customers with these ``ids`` who bought by ``as_of``; for very many ids, everybody.

    The caller got the ids from ``data.resolve``, so they are visible.
    """
    wanted = {one for one in ids if one}
    if len(wanted) > EVERYBODY:
        return read_everybody(data, as_of)
    return _merged(as_of, _read(data, as_of, among(CustomerTotals.customer_id, wanted)))


def _read(data: Data, as_of: date, totals_of: Any) -> list[Any]:
    """Return id, first day, last day, purchases and amount, one or more entries per customer."""
    ids, first, last, bought, amount = data.arrays(
        sa.select(
            sa.type_coerce(CustomerTotals.customer_id, RowIds),
            CustomerTotals.first_on,
            CustomerTotals.last_on,
            # Two figures in one: half of it the purchases, and odd where the total is too new.
            2 * CustomerTotals.purchases + sa.case((CustomerTotals.last_activity_on > as_of, 1), else_=0),
            # Without its type the amount comes as the whole number of hundredths that is stored.
            sa.type_coerce(CustomerTotals.amount, sa.BigInteger),
        ).where(totals_of)
    )
    bought = _figures(bought)
    too_new = bought % 2 == 1
    columns = _normal([ids, first, last, bought // 2, amount])
    if not too_new.any():
        return columns
    stale = gathered(columns[0][too_new])[0]
    right = stale.find(columns[0]) < 0
    return _joined([column[right] for column in columns], _added_up(data, as_of, stale))


def _added_up(data: Data, as_of: date, customers: Identities) -> list[Any]:
    """Return what `_read` returns for these customers from their receipts."""
    if len(customers) <= EVERYBODY:
        wanted = customers.ids_at(np.arange(len(customers)))
        return _normal(data.arrays(_receipts(as_of).where(among(Purchase.customer_id, wanted))))
    # One pass over the index of all receipts costs less than a search per customer.
    columns = _normal(data.arrays(_receipts(as_of)))
    chosen = customers.find(columns[0]) >= 0
    return [column[chosen] for column in columns]


def _receipts(as_of: date) -> Any:
    """Return the select that adds up the receipts by ``as_of`` per customer, in the order of the covering index."""
    returned = Purchase.kind == "return"
    amount = sa.type_coerce(Purchase.amount, sa.BigInteger)
    signed = sa.case((returned, -sa.func.abs(amount)), else_=amount)
    sold_on = sa.case((returned, sa.null()), else_=Purchase.purchased_on)
    return (
        sa.select(
            sa.type_coerce(Purchase.customer_id, RowIds),
            sa.func.min(sold_on, type_=sa.Date),
            sa.func.max(sold_on, type_=sa.Date),
            sa.func.sum(sa.case((returned, 0), else_=1)),
            sa.cast(sa.func.sum(signed), sa.BigInteger),
        )
        .where(
            Purchase.purchased_on <= as_of,
            sa.or_(Purchase.status != "cancelled", Purchase.status.is_(None)),
            Purchase.deleted.is_(False),
        )
        .group_by(Purchase.customer_id)
    )


def _joined(first: list[Any], second: list[Any]) -> list[Any]:
    """Return the columns one after the other."""
    return [np.concatenate(column) for column in zip(first, second, strict=True)]


def _normal(columns: list[Any]) -> list[Any]:
    """Return the columns with days as day numbers and figures as int64, whatever kind of array came."""
    ids, first, last, purchases, amount = columns
    bought = _figures(purchases)
    never = bought == 0
    first_day, last_day = _day_numbers(first), _day_numbers(last)
    if never.any():
        first_day, last_day = np.where(never, NEVER_FIRST, first_day), np.where(never, NEVER_LAST, last_day)
    return [_ids(ids), first_day, last_day, bought, _figures(amount)]


def _figures(values: Any) -> Integers:
    return np.asarray(values).astype(np.int64, copy=False)


def _ids(values: Any) -> Ids:
    return np.asarray(values).astype(np.bytes_, copy=False)


def _day_numbers(days: Any) -> Integers:
    """Return dates, ISO texts or datetime64 as day numbers; an empty one as the smallest integer."""
    return np.asarray(days).astype("datetime64[D]", copy=False).astype(np.int64)


def _merged(as_of: date, columns: list[Any]) -> Ledger:
    """Return one entry per customer from one per customer and store, those who never bought left out."""
    who, order, starts = gathered(columns[0])
    first, last, purchases, amount = columns[1:] if order is None else (column[order] for column in columns[1:])
    if len(starts) < len(columns[0]):
        first, last = np.minimum.reduceat(first, starts), np.maximum.reduceat(last, starts)
        purchases, amount = np.add.reduceat(purchases, starts), np.add.reduceat(amount, starts)
    buyers = Buyers(first, last, purchases, amount)
    bought = purchases > 0
    if bought.all():
        return Ledger(as_of, who, buyers)
    return Ledger(as_of, who.take(bought), buyers.take(bought))
