"""Decile analysis: the buyers by amount, highest first, in ten groups of equal head-count (design page 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kizuna_rfm.buyers import Integers, Points
from kizuna_rfm.money import average, ratio

GROUPS = 10


@dataclass(frozen=True, slots=True)
class DecileGroup:
    """One group: its buyers, sales in hundredths, share and cumulative share of all sales, average in yen per buyer.

    Shares are ``None`` where all sales come to nothing, the average where the group is empty.
    """

    decile: int
    buyers: int
    sales: int
    share: float | None
    cumulative_share: float | None
    average: float | None


def group_sizes(buyers: int) -> list[int]:
    """Return how many buyers each group has: ``buyers`` // 10, the first ``buyers`` mod 10 groups one more."""
    size, larger = divmod(buyers, GROUPS)
    return [size + (group < larger) for group in range(GROUPS)]


def boundaries(buyers: int) -> Integers:
    """Return the places where a new group begins: only there it matters how equals are told apart."""
    return np.unique(np.cumsum(group_sizes(buyers))[:-1])


def deciles(order: Integers) -> Points:
    """Return each buyer's decile, 1 (highest) to 10, from the buyers' positions in order of amount, highest first."""
    groups = np.repeat(np.arange(1, GROUPS + 1, dtype=np.int8), group_sizes(len(order)))
    found = np.empty(len(order), dtype=np.int8)
    found[order] = groups
    return found


def decile_table(order: Integers, amount: Integers) -> list[DecileGroup]:
    """Return the ten groups, highest first; fewer than ten buyers leave the last groups empty."""
    placed = amount[order]
    whole = int(placed.sum())
    table = []
    start = running = 0
    for number, size in enumerate(group_sizes(len(order)), start=1):
        sales = int(placed[start : start + size].sum())
        start += size
        running += sales
        table.append(DecileGroup(number, size, sales, ratio(sales, whole), ratio(running, whole), average(sales, size)))
    return table
