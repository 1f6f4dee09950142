"""What customers bought, as columns that can be merged, cut and mended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kizuna_rfm.buyers import Buyers, Integers
from kizuna_rfm.identities import Identities, Ids, as_bytes, gathered, together

ADDED = (np.minimum, np.maximum, np.maximum, np.add, np.add)
"""How the entries of one customer come together: first day, last day, last activity, purchases, amount."""

NEVER_FIRST, NEVER_LAST = np.iinfo(np.int32).max, np.iinfo(np.int32).min


@dataclass(frozen=True, slots=True)
class Totals:
    """Who bought, what, and the day number of each one's last sale or return, in columns of equal length."""

    who: Identities
    buyers: Buyers
    active: Integers

    def __len__(self) -> int:
        return len(self.who)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take."""
        return self.who.nbytes + self.buyers.nbytes + self.active.nbytes

    @property
    def newest(self) -> int:
        """The day number of the last sale or return there is."""
        return int(self.active.max(initial=NEVER_LAST))

    def take(self, chosen: Any) -> Totals:
        """Return some of them: a mask or rising indices."""
        return Totals(self.who.take(chosen), self.buyers.take(chosen), self.active[chosen])

    def exchanged(self, gone: Collection[str] | Ids, came: Totals) -> Totals:
        """Return these without the customers ``gone``, and with ``came``, who are among them."""
        if not isinstance(gone, np.ndarray):
            gone = as_bytes([*gone])
        done = self.who.exchanged(gone, came.who)
        if done is None:
            stays = np.ones(len(self), dtype=np.bool_)
            stays[(found := self.who.find(gone))[found >= 0]] = False
            return joined([self.take(stays), came])
        who, exchange = done
        old, new = self.buyers, came.buyers
        return Totals(
            who,
            Buyers(
                exchange.applied(old.first_day, new.first_day),
                exchange.applied(old.last_day, new.last_day),
                exchange.applied(old.purchases, new.purchases),
                exchange.applied(old.amount, new.amount),
            ),
            exchange.applied(self.active, came.active),
        )


def as_totals(columns: Sequence[Any]) -> Totals:
    """Return id, first day, last day, day of the last sale or return, purchases and amount as one entry per customer.

    There may be several of a customer, one per store, and the arrays may be of any kind. Who only brought something back is
    left out.
    """
    ids, first, last, active, purchases, amount = columns
    bought = np.asarray(purchases).astype(np.int32, copy=False)
    first_day, last_day = _days(first), _days(last)
    never = bought == 0
    first_day[never], last_day[never] = NEVER_FIRST, NEVER_LAST
    figures = [first_day, last_day, _days(active), bought, np.asarray(amount).astype(np.int64, copy=False)]
    who, order, starts = gathered(np.asarray(ids).astype(np.bytes_, copy=False))
    if order is not None:
        figures = [one[order] for one in figures]
    if len(starts) < len(ids):
        figures = [add.reduceat(one, starts) for add, one in zip(ADDED, figures, strict=True)]
    first_day, last_day, active_day, bought, money = figures
    found = Totals(who, Buyers(first_day, last_day, bought, money), active_day)
    return found.take(bought > 0) if (bought == 0).any() else found


def joined(pieces: Sequence[Totals]) -> Totals:
    """Return totals of different customers as one."""
    if len(pieces) == 1:
        return pieces[0]
    who = together([one.who for one in pieces])

    def column(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
        found = np.concatenate(parts)
        return found if who.order is None else found[who.order]

    return Totals(
        who.identities,
        Buyers(
            column([one.buyers.first_day for one in pieces]),
            column([one.buyers.last_day for one in pieces]),
            column([one.buyers.purchases for one in pieces]),
            column([one.buyers.amount for one in pieces]),
        ),
        column([one.active for one in pieces]),
    )


def _days(days: Any) -> Integers:
    """Return dates, ISO texts, datetime64 or day numbers as day numbers; an empty one as any number."""
    numbers = np.asarray(days)
    if numbers.dtype.kind != "i":
        numbers = numbers.astype("datetime64[D]", copy=False).astype(np.int64)
    return numbers.astype(np.int32)
