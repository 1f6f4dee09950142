"""The buyers as numbers: what every ranking of this family is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.signedinteger[Any]]
"""Days and counts are int32, amounts int64: a million customers take half the room."""

Points = NDArray[np.int8]

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return ``day`` as days since 1970-01-01, the way numpy counts its ``datetime64[D]``."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """Return the day that is ``number`` days after 1970-01-01."""
    return date.fromordinal(EPOCH.toordinal() + number)


@dataclass(frozen=True, slots=True)
class Buyers:
    """Everybody who bought at least once by one day, in arrays of equal length.

    ``first_day`` and ``last_day`` are the days of the first and last purchase, counted from 1970-01-01;
    ``purchases`` the number of completed sales (receipts); ``amount`` what they came to less what was returned, in
    int64 hundredths of a yen, so that sums stay exact. A return lowers the amount and changes nothing else.
    """

    first_day: Integers
    last_day: Integers
    purchases: Integers
    amount: Integers

    def __len__(self) -> int:
        return len(self.last_day)

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take."""
        return self.first_day.nbytes + self.last_day.nbytes + self.purchases.nbytes + self.amount.nbytes

    def recency(self, as_of: int) -> Integers:
        """Return R, the days from each buyer's last purchase to the day ``as_of`` (a day number)."""
        return as_of - self.last_day

    def tenure(self) -> Integers:
        """Return the days from each buyer's first purchase to the last."""
        return self.last_day - self.first_day

    def take(self, positions: Any) -> Buyers:
        """Return the buyers at ``positions``, a mask or an array of indices."""
        return Buyers(
            self.first_day[positions], self.last_day[positions], self.purchases[positions], self.amount[positions]
        )


def totals_of_purchases(
    customer: Integers, day: Integers, amount: Integers, sale: NDArray[np.bool_], *, customers: int
) -> tuple[Buyers, Integers]:
    """Add up purchases per customer; return the buyers and which customer each one is.

    One entry of the first four arrays per receipt: the customer as a position below ``customers``, the day number,
    the amount in hundredths, and whether it is a sale (else a return, whose amount counts as taken away whatever
    its sign). Cancelled receipts and those after the as-of day must be left out by the caller. A customer with
    returns only is no buyer.
    """
    signed = np.where(sale, amount, -np.abs(amount))
    total = np.zeros(customers, dtype=np.int64)
    np.add.at(total, customer, signed)
    count = np.bincount(customer[sale], minlength=customers).astype(np.int64)
    first = np.full(customers, np.iinfo(np.int64).max)
    np.minimum.at(first, customer[sale], day[sale])
    last = np.full(customers, np.iinfo(np.int64).min)
    np.maximum.at(last, customer[sale], day[sale])
    who = np.flatnonzero(count)
    return Buyers(first[who], last[who], count[who], total[who]), who
