"""The order of the buyers: by RFM total, ties by M, then R, then F, then customer number (design page 5).

Figures order a million buyers in a moment; reading and comparing their customer numbers would cost more than all the
rest. So an order is made by figures first, and equals are told apart by number only at the places somebody looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from kizuna_rfm.buyers import Buyers, Integers, Points

Numbers = Callable[[list[int]], Sequence[tuple[str | None, str]]]
"""Tells the customer number and the row id of the buyers at some positions."""

BITS = 62
"""So many fit an integer whose sign can be turned."""


def number_key(number: str | None) -> tuple[bool, int, str]:
    """Return what customer numbers are ordered by: shorter first, then as text, so C9999 stands before C10000.

    A customer without a number comes last.
    """
    return (number is None, len(number or ""), number or "")


@dataclass(frozen=True)
class Ranking:
    """Positions of the buyers, best first, and the groups of places whose figures are all equal.

    Group ``n`` takes the places ``starts[n]`` up to but without ``stops[n]``.
    """

    order: Integers
    starts: Integers
    stops: Integers

    @property
    def nbytes(self) -> int:
        """How much memory the arrays take, the places too once somebody asks for them."""
        return 2 * self.order.nbytes + self.starts.nbytes + self.stops.nbytes

    @cached_property
    def places(self) -> Integers:
        """The place of each buyer, 0 for the first; worked out once, since a kept ranking is asked again and again."""
        found = np.empty(len(self.order), dtype=np.int64)
        found[self.order] = np.arange(len(self.order))
        return found

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
        told = zip(equals, numbers(equals), strict=True)
        # Who has no number the reader may see stands in order of row id, so that an answer is the same on every database.
        keys = {position: (*number_key(number), identity) for position, (number, identity) in told}
        order = self.order.copy()
        for start, stop in bounds:
            order[start:stop] = sorted(order[start:stop].tolist(), key=keys.__getitem__)
        return replace(self, order=order)

    def settled_places(self, numbers: Numbers, positions: Integers) -> Integers:
        """Return the place of each buyer; right among equals where buyers at ``positions`` are concerned."""
        settled = self.settled(numbers, self.places[positions])
        if settled is self:
            return self.places
        moved = np.flatnonzero(settled.order != self.order)
        found = self.places.copy()
        found[settled.order[moved]] = moved
        return found


def best_first(*figures: Integers) -> Ranking:
    """Return the buyers by the first figure, ties by the others in turn; each figure rises with the better buyer."""
    packed = _packed(figures)
    if packed is not None:
        order = np.argsort(-packed)
        return Ranking(order, *_equal_runs(packed[order]))
    order = np.lexsort([-one for one in reversed(figures)])
    return Ranking(order, *_equal_runs(*(one[order] for one in figures)))


def _packed(figures: Sequence[Integers]) -> Integers | None:
    """Return the figures as one, the first in the highest bits, so that all are sorted at once; None where they don't fit."""
    if len(figures[0]) == 0:
        return np.zeros(0, dtype=np.int64)
    lowest = [int(one.min()) for one in figures]
    bits = [(int(one.max()) - least).bit_length() for one, least in zip(figures, lowest, strict=True)]
    if sum(bits) > BITS:
        return None
    packed = np.zeros(len(figures[0]), dtype=np.int64)
    for figure, least, width in zip(figures, lowest, bits, strict=True):
        packed <<= width
        packed += figure - least
    return packed


def rfm_ranking(total: Points, buyers: Buyers) -> Ranking:
    """Return the buyers by RFM total, ties by larger amount, later last day, more purchases."""
    return best_first(total.astype(np.int64), buyers.amount, buyers.last_day, buyers.purchases)


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
