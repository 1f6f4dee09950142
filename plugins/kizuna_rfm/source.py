"""Reading the buyers: from the totals the server keeps per customer, and from receipts where a total is too new.

A total says what a customer bought in one store over all time. It is right for an as-of day when the customer's last
sale or return there is not after that day; from the others their receipts since the day are taken away again. So a
question about today reads totals only, and one about the past receipts of those only who came since.

What was read is kept. After a purchase only the customers it concerns are read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import sqlalchemy as sa

from kizuna import Changed, Data
from kizuna.model import CustomerTotals, among, unpacked_totals
from kizuna_rfm.buyers import Buyers, Integers, day_number
from kizuna_rfm.identities import Identities, as_bytes
from kizuna_rfm.past import everybody_by, some_by
from kizuna_rfm.totals import Totals, as_totals, joined

EVERYBODY = 50_000
"""From so many ids on, reading everybody costs less than asking by id."""

PACKED = sa.select(CustomerTotals.packed)

READ_FROM = ("customers", "purchases")
"""The tables whose changes change the totals."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The buyers as of a day, and the row ids that say who they are, aligned with `buyers`."""

    as_of: date
    who: Identities
    buyers: Buyers

    def __len__(self) -> int:
        return len(self.who)

    def positions(self, ids: Sequence[str | None]) -> Integers:
        """Return where in the ledger each id stands, −1 for ``None`` and for who never bought."""
        return self.who.find(as_bytes(ids))

    def ids_at(self, positions: Sequence[int]) -> list[str]:
        """Return the row ids of the buyers at ``positions``."""
        return self.who.ids_at(positions)


def read_everybody(data: Data, as_of: date) -> Ledger:
    """Return everybody who bought in the visible stores by ``as_of``."""
    everything = data.keep(
        ("kizuna_rfm", "totals"),
        READ_FROM,
        lambda: joined(
            [as_totals(*map(unpacked_totals, one)) for one in data.pieces(PACKED, by=CustomerTotals.customer_id)]
        ),
        lambda known, changed: known.exchanged(gone := _touched(changed), _totals_of(data, gone)),
    )
    if everything.newest <= day_number(as_of):
        return _ledger(as_of, everything)
    return _ledger(
        as_of,
        data.keep(
            ("kizuna_rfm", "totals", as_of),
            READ_FROM,
            lambda: everybody_by(data, as_of),
            lambda known, changed: known.exchanged(gone := _touched(changed), _by(data, as_of, _totals_of(data, gone))),
        ),
    )


def read_some(data: Data, as_of: date, ids: Sequence[str | None]) -> Ledger:
    """Return those of the customers with these ``ids`` who bought by ``as_of``; for very many ids, everybody.

    The caller got the ids from ``data.resolve``, so they are visible.
    """
    wanted = {one for one in ids if one}
    if len(wanted) > EVERYBODY:
        return read_everybody(data, as_of)
    return _ledger(as_of, _by(data, as_of, _totals_of(data, wanted)))


def _touched(changed: Changed) -> frozenset[str]:
    """Return the customers whose totals may be others now."""
    return changed.rows("customers") | changed.named("purchases", "customer_id")


def _ledger(as_of: date, totals: Totals) -> Ledger:
    return Ledger(as_of, totals.who, totals.buyers)


def _totals_of(data: Data, customers: frozenset[str] | set[str]) -> Totals:
    """Return what these customers bought over all time."""
    [packed] = data.arrays(PACKED.where(among(CustomerTotals.customer_id, customers)))
    return as_totals(unpacked_totals(packed))


def _by(data: Data, as_of: date, everything: Totals) -> Totals:
    """Return what was bought by a day, from what was bought over all time."""
    too_new = everything.active > day_number(as_of)
    if not too_new.any():
        return everything
    stale = everything.take(too_new)
    stale_ids = stale.who.ids_at(np.arange(len(stale)))
    return everything.exchanged(stale.who.ids, some_by(data, as_of, stale_ids))
