"""Reading the buyers: from the totals the server keeps per customer, and from receipts where a total is too new.

A total says what a customer bought in one store over all time. It is right for an as-of day when the customer's last
sale or return there is not after that day; the others are added up from their receipts up to the day. So a question
about today reads totals only, and one about the past reads receipts of those only who came since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kizuna import Data
from kizuna.model import CustomerTotals, Purchase
from kizuna_rfm.buyers import Buyers, Integers

CHUNK = 10_000
"""Ids in one statement; SQLite takes at most 32,766 parameters."""

EVERYBODY = 5 * CHUNK
"""From so many ids on, reading everybody costs less than asking by id."""

NEVER_FIRST, NEVER_LAST = np.iinfo(np.int64).max, np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class Ledger:
    """The buyers as of a day, and the row ids that say who they are, aligned with `buyers`."""

    as_of: date
    ids: list[str]
    buyers: Buyers

    def __len__(self) -> int:
        return len(self.ids)

    def positions(self, ids: Sequence[str | None]) -> Integers:
        """Return where in the ledger each id stands, −1 for ``None`` and for who never bought."""
        wanted = set(ids)
        place = {identity: position for position, identity in enumerate(self.ids) if identity in wanted}
        return np.fromiter((place.get(one, -1) if one else -1 for one in ids), np.int64, len(ids))


def read_everybody(data: Data, as_of: date) -> Ledger:
    """Return everybody who bought in the visible stores by ``as_of``."""
    return _merged(as_of, _read(data, as_of, sa.true()))


def read_some(data: Data, as_of: date, ids: Sequence[str | None]) -> Ledger:
    """Return those of the customers with these ``ids`` who bought by ``as_of``; for very many ids, everybody.

    The caller got the ids from ``data.resolve``, so they are visible.
    """
    wanted = sorted({one for one in ids if one})
    if len(wanted) > EVERYBODY:
        return read_everybody(data, as_of)
    parts = [_read(data, as_of, CustomerTotals.customer_id.in_(chunk)) for chunk in _chunks(wanted)]
    return _merged(as_of, _joined(parts))


def _read(data: Data, as_of: date, totals_of: Any) -> list[Any]:
    """Return id, first day, last day, purchases and amount, one or more entries per customer."""
    kept = data.arrays(
        sa.select(
            CustomerTotals.customer_id,
            CustomerTotals.first_on,
            CustomerTotals.last_on,
            CustomerTotals.purchases,
            # Without its type the amount comes as the whole number of hundredths that is stored.
            sa.type_coerce(CustomerTotals.amount, sa.BigInteger),
            sa.case((CustomerTotals.last_activity_on > as_of, 1), else_=0),
        ).where(totals_of)
    )
    too_new = np.asarray(kept.pop()).astype(np.bool_)
    if not too_new.any():
        return _normal(kept)
    stale = set(kept[0][too_new].tolist())
    right = _normal([column[~_are_in(kept[0], stale)] for column in kept])
    return _joined([right, *_added_up(data, as_of, stale)])


def _added_up(data: Data, as_of: date, customers: set[str]) -> list[list[Any]]:
    """Return what `_read` returns, in parts, for these customers from their receipts."""
    if len(customers) <= EVERYBODY:
        parts = [Purchase.customer_id.in_(chunk) for chunk in _chunks(sorted(customers))]
        return [_normal(data.arrays(_receipts(as_of).where(part))) for part in parts]
    # One pass over the index of all receipts costs less than a search per customer.
    columns = _normal(data.arrays(_receipts(as_of)))
    wanted = _are_in(columns[0], customers)
    return [[column[wanted] for column in columns]]


def _receipts(as_of: date) -> Any:
    """Return the select that adds up the receipts by ``as_of`` per customer, in the order of the covering index."""
    returned = Purchase.kind == "return"
    amount = sa.type_coerce(Purchase.amount, sa.BigInteger)
    signed = sa.case((returned, -sa.func.abs(amount)), else_=amount)
    sold_on = sa.case((returned, sa.null()), else_=Purchase.purchased_on)
    return (
        sa.select(
            Purchase.customer_id,
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


def _chunks(ids: list[str]) -> list[list[str]]:
    return [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]


def _are_in(ids: Any, known: set[str]) -> NDArray[np.bool_]:
    return np.fromiter((one in known for one in ids.tolist()), np.bool_, len(ids))


def _joined(parts: list[list[Any]]) -> list[Any]:
    """Return the parts' columns one after the other."""
    if not parts:
        return [np.zeros(0, dtype=np.int64) for _ in range(5)]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def _normal(columns: list[Any]) -> list[Any]:
    """Return the columns with days as day numbers and figures as int64, whatever kind of array came."""
    ids, first, last, purchases, amount = columns
    bought = np.asarray(purchases).astype(np.int64)
    never = bought == 0
    return [
        np.asarray(ids, dtype=object),
        np.where(never, NEVER_FIRST, _day_numbers(first)),
        np.where(never, NEVER_LAST, _day_numbers(last)),
        bought,
        np.asarray(amount).astype(np.int64),
    ]


def _day_numbers(days: Any) -> Integers:
    """Return dates, ISO texts or datetime64 as day numbers; an empty one as the smallest integer."""
    return np.asarray(days).astype("datetime64[D]").astype(np.int64)


def _merged(as_of: date, columns: list[Any]) -> Ledger:
    """Return one entry per customer from one per customer and store, those who never bought left out."""
    ids, first, last, purchases, amount = columns
    customers = ids.tolist()
    if _has_equals(customers):
        known: dict[str, int] = {}
        where = np.array([known.setdefault(one, len(known)) for one in customers], dtype=np.int64)
        customers = list(known)
        first, last = _gather(np.minimum, first, where, NEVER_FIRST), _gather(np.maximum, last, where, NEVER_LAST)
        purchases, amount = _gather(np.add, purchases, where, 0), _gather(np.add, amount, where, 0)
    buyers = Buyers(first, last, purchases, amount)
    bought = purchases > 0
    if bought.all():
        return Ledger(as_of, customers, buyers)
    return Ledger(as_of, list(compress(customers, bought.tolist())), buyers.take(bought))


def _has_equals(ids: list[str]) -> bool:
    """Whether an id stands twice; two ids of one hash count as equal, which costs time and nothing else."""
    hashes = np.sort(np.fromiter(map(hash, ids), np.int64, len(ids)))
    return bool((hashes[1:] == hashes[:-1]).any())


def _gather(combine: np.ufunc, values: Integers, where: Integers, start: int) -> Integers:
    """Return ``values`` combined per customer, beginning with ``start``."""
    found = np.full(int(where.max()) + 1, start, dtype=np.int64)
    combine.at(found, where, values)
    return found
