"""The order of the buyers: by RFM total, ties by M, then R, then F, then customer number (design page 5).

Figures order a million buyers in a moment; reading and comparing their customer numbers would cost more than all the
rest. So an order is made by figures first, and equals are told apart by number only at the places somebody looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kizuna_rfm.buyers import Buyers, Integers, Points

Numbers = Callable[[list[int]], Sequence[str | None]]
"""Tells the customer numbers of the buyers at some positions."""

TOTAL_STEP = 1 << 58
"""Above any amount in hundredths, so that total and amount fit one integer and are sorted at once."""


def number_key(number: str | None) -> tuple[bool, int, str]:
    """Return what customer numbers are ordered by: shorter first, then as text, so C9999 stands before C10000.

    A customer without a number comes last.
    """
    return (number is None, len(number or ""), number or "")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Positions of the buyers, best first, and the groups of places whose figures are all equal.

    Group ``n`` takes the places ``starts[n]`` up to but without ``stops[n]``.
    """

    order: Integers
    starts: Integers
    stops: Integers

    def settled(self, numbers: Numbers, places: Integers) -> Ranking:
        """Return the ranking with equals in order of customer number, in every group that holds one of ``places``."""
        if len(self.starts) == 0:
            return self
        group = np.searchsorted(self.starts, places, side="right") - 1
        held = np.unique(group[(group >= 0) & (places < self.stops[group])])
        bounds = list(zip(self.starts[held].tolist(), self.stops[held].tolist(), strict=True))
        equals = [position for start, stop in bounds for position in self.order[start:stop].tolist()]
        if not equals:
            return self
        keys = dict(zip(equals, map(number_key, numbers(equals)), strict=True))
        order = self.order.copy()
        for start, stop in bounds:
            order[start:stop] = sorted(order[start:stop].tolist(), key=keys.__getitem__)
        return replace(self, order=order)

    def places(self) -> Integers:
        """Return the place of each buyer, 0 for the first."""
        found = np.empty(len(self.order), dtype=np.int64)
        found[self.order] = np.arange(len(self.order))
        return found


def best_first(first: Integers, *others: Integers) -> Ranking:
    """Return the buyers by ``first``, ties by the others in turn; each figure rises with the better buyer."""
    order = np.argsort(-first)
    starts, stops = _equal_runs(first[order])
    if others and len(starts):
        # Only the buyers equal in the first figure are sorted by the others, within their own run.
        sizes = stops - starts
        places = np.repeat(starts - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes) + np.arange(sizes.sum())
        tied = order[places]
        run = np.repeat(np.arange(len(starts)), sizes)
        order[places] = tied[np.lexsort((*(-one[tied] for one in reversed(others)), run))]
        starts, stops = _equal_runs(first[order], *(one[order] for one in others))
    return Ranking(order, starts, stops)


def rfm_ranking(total: Points, buyers: Buyers) -> Ranking:
    """Return the buyers by RFM total, ties by larger amount, later last day, more purchases."""
    return best_first(total * np.int64(TOTAL_STEP) + buyers.amount, buyers.last_day, buyers.purchases)


def amount_ranking(buyers: Buyers) -> Ranking:
    """Return the buyers by amount, highest first."""
    return best_first(buyers.amount)


def shared_ranks(values: Integers) -> Integers:
    """Return each buyer's rank by a figure, the largest first: 1 + buyers with more, so equals share a rank."""
    rising = np.sort(values)
    return len(values) - np.searchsorted(rising, values, side="right") + 1


def _equal_runs(*placed: Integers) -> tuple[Integers, Integers]:
    """Return where runs of two or more equal entries start and stop, in columns that stand in order."""
    same = np.ones(max(len(placed[0]) - 1, 0), dtype=np.bool_)
    for column in placed:
        same &= column[1:] == column[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
    return edges[::2], edges[1::2] + 1
