"""The lifetimes/BTYD convention of frequency, recency and age, kept apart from RFM under its own names.

Source: Fader, Hardie and Lee, "Counting Your Customers" the Easy Way (Marketing Science 24, 2005), in the daily
form of lifetimes' ``summary_data_from_transaction_data``: several receipts of one day are one purchase day.

- frequency: purchase days after the first;
- recency: days from the first to the last purchase day (0 for a single one);
- T: days from the first purchase day to the as-of day;
- monetary: average amount of the purchase days after the first; with none there is nothing to divide by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kizuna_rfm.buyers import Integers


@dataclass(frozen=True, slots=True)
class BtydSummary:
    """One entry per customer; all days are whole days, ``repeat_amount`` is hundredths over all repeat purchase days.

    ``bought`` tells who bought at all; the other figures of those who did not are 0 and mean nothing.
    """

    bought: NDArray[np.bool_]
    frequency: Integers
    recency: Integers
    age: Integers
    repeat_amount: Integers


def btyd_summary(
    customer: Integers, day: Integers, amount: Integers, sale: NDArray[np.bool_], *, customers: int, as_of: int
) -> BtydSummary:
    """Return the summary of each customer 0 … ``customers`` − 1 from their receipts, as of a day number.

    The receipt arrays are as in `totals_of_purchases`; later ones than ``as_of`` are ignored here. A return lowers
    the amount of the customer's latest purchase day on or before it (of the first one when there is none) and is no
    purchase day: so first and repeat amounts together are M.
    """
    known = day <= as_of
    customer, day, amount, sale = customer[known], day[known], amount[known], sale[known]
    # One integer per customer and day, so that unique and searchsorted work on both at once.
    span = int(day.max() - day.min()) + 1 if len(day) else 1
    start = int(day.min()) if len(day) else 0
    keys = customer * span + (day - start)
    purchase_days = np.unique(keys[sale])
    owner = purchase_days // span
    on = purchase_days % span + start

    count = np.bincount(owner, minlength=customers).astype(np.int64)
    bought = count > 0
    heads = np.concatenate(([0], np.cumsum(count)[:-1])).astype(np.int64) if customers else np.zeros(0, dtype=np.int64)
    first, last, repeat_amount = (np.zeros(customers, dtype=np.int64) for _ in range(3))
    first[bought] = on[heads[bought]]
    last[bought] = on[heads[bought] + count[bought] - 1]

    counted = bought[customer]
    place = np.searchsorted(purchase_days, keys[counted], side="right") - 1
    place = np.maximum(place, heads[customer[counted]])
    signed = np.where(sale, amount, -np.abs(amount))[counted]
    is_repeat = place > heads[customer[counted]]
    np.add.at(repeat_amount, customer[counted][is_repeat], signed[is_repeat])
    return BtydSummary(
        bought, np.maximum(count - 1, 0), last - first, np.where(bought, as_of - first, 0), repeat_amount
    )
