"""The R×F grid: how many buyers stand in each cell, what they bought, and their share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kizuna_rfm.buyers import Buyers, Integers
from kizuna_rfm.money import ratio
from kizuna_rfm.points import RfmPoints


@dataclass(frozen=True, slots=True)
class Grid:
    """Five lines (R 5 first) of five cells (F 5 first): head-count, and amount in hundredths."""

    counts: Integers
    amounts: Integers

    def count_shares(self) -> list[list[float | None]]:
        """Return each cell's share of all buyers; ``None`` everywhere when there are none."""
        return _shares(self.counts)

    def amount_shares(self) -> list[list[float | None]]:
        """Return each cell's share of all sales; ``None`` everywhere when they come to nothing."""
        return _shares(self.amounts)


def grid(buyers: Buyers, points: RfmPoints) -> Grid:
    """Return the grid of ``buyers``; every buyer is in exactly one cell."""
    place = (5 - points.recency.astype(np.int64)) * 5 + (5 - points.frequency)
    counts = np.bincount(place, minlength=25).astype(np.int64)
    amounts = np.zeros(25, dtype=np.int64)
    # bincount's weights are doubles; adding integers keeps the sums exact.
    np.add.at(amounts, place, buyers.amount)
    return Grid(counts.reshape(5, 5), amounts.reshape(5, 5))


def _shares(cells: Integers) -> list[list[float | None]]:
    whole = int(cells.sum())
    return [[ratio(one, whole) for one in line] for line in cells.tolist()]
