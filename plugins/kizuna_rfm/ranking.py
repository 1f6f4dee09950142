"""The order of the buyers: by RFM total, ties by M, then R, then F, then customer number (design page 5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kizuna_rfm.buyers import Buyers, Integers, Points


def number_key(number: str | None) -> tuple[bool, int, str]:
    """Return what customer numbers are ordered by: shorter first, then as text, so C9999 stands before C10000.

    A customer without a number comes last.
    """
    return (number is None, len(number or ""), number or "")


def best_first(keys: Sequence[NDArray[np.signedinteger]], numbers: Sequence[str | None]) -> Integers:
    """Return the positions of the buyers, best first, by several keys and then by customer number.

    Each key rises with the better buyer; the first decides, the next breaks its ties. Numbers are compared only where
    every key ties, since comparing a million texts costs more than all the rest.
    """
    falling = [-np.asarray(key, dtype=np.int64) for key in keys]
    order = np.lexsort(falling[::-1])
    if len(order) < 2:
        return order.astype(np.int64)
    same = np.ones(len(order) - 1, dtype=np.bool_)
    for key in falling:
        placed = key[order]
        same &= placed[1:] == placed[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2).tolist():
        tied = order[start : stop + 1].tolist()
        order[start : stop + 1] = sorted(tied, key=lambda position: number_key(numbers[position]))
    return order.astype(np.int64)


def rfm_order(total: Points, buyers: Buyers, numbers: Sequence[str | None]) -> Integers:
    """Return the positions by RFM total, ties by larger amount, later last day, more purchases, customer number."""
    return best_first([total, buyers.amount, buyers.last_day, buyers.purchases], numbers)


def amount_order(buyers: Buyers, numbers: Sequence[str | None]) -> Integers:
    """Return the positions of the buyers by amount, highest first, ties by customer number."""
    return best_first([buyers.amount], numbers)


def ranks(order: Integers) -> Integers:
    """Return each buyer's rank, 1 for the first in ``order``; no two share one."""
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places
