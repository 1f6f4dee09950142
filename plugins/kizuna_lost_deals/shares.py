"""Counts, shares and the Pareto line of whatever falls into groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """One group: how many, how much, and its part of the whole, as unrounded fractions.

    ``cumulative`` is the part of this group and all larger ones by count (the Pareto line). ``amount_share`` is
    ``None`` where the whole is worth nothing.
    """

    label: str
    count: int
    amount: Decimal
    share: Decimal
    cumulative: Decimal
    amount_share: Decimal | None


def shares(things: Iterable[tuple[str, Decimal]]) -> list[Share]:
    """Return the groups of (label, amount) pairs: most frequent first, then by amount, then by label."""
    counts: dict[str, int] = defaultdict(int)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for label, amount in things:
        counts[label] += 1
        amounts[label] += amount
    whole, worth = sum(counts.values()), sum(amounts.values(), Decimal(0))
    found, so_far = [], 0
    for label in sorted(counts, key=lambda one: (-counts[one], -amounts[one], one)):
        so_far += counts[label]
        found.append(
            Share(
                label=label,
                count=counts[label],
                amount=amounts[label],
                share=Decimal(counts[label]) / whole,
                cumulative=Decimal(so_far) / whole,
                amount_share=amounts[label] / worth if worth else None,
            )
        )
    return found


def percent(share: Decimal, places: int = 1) -> Decimal:
    """Return a fraction as people see it: percent, rounded half up."""
    return (share * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
