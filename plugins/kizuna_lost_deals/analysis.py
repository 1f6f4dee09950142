"""Why deals were lost and customers left: by reason, by group, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kizuna_lost_deals.facts import Churn, Deal
from kizuna_lost_deals.periods import Period, month_of, months
from kizuna_lost_deals.shares import Share, shares

By = Literal["reason", "product", "staff", "ad", "competitor", "month"]

KEYS: Mapping[By, Callable[[Deal], str]] = {
    "reason": lambda deal: deal.reason,
    "product": lambda deal: deal.product,
    "staff": lambda deal: deal.staff,
    "ad": lambda deal: deal.ad,
    "competitor": lambda deal: deal.competitor,
    "month": lambda deal: month_of(deal.closed_on) if deal.closed_on else "",
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of the deals of one group; ``win_rate`` is won / (won + lost), ``None`` when none was decided."""

    label: str
    won: int
    lost: int
    won_amount: Decimal
    lost_amount: Decimal

    @property
    def win_rate(self) -> Decimal | None:
        """The part of the decided deals that was won; open deals are not decided."""
        decided = self.won + self.lost
        return Decimal(self.won) / decided if decided else None


def lost(deals: Iterable[Deal], period: Period) -> list[Deal]:
    """Return the deals lost in the period, newest first."""
    found = [deal for deal in deals if deal.outcome == "lost" and deal.closed_on in period]
    found.sort(key=lambda deal: (deal.number, deal.id))
    found.sort(key=lambda deal: deal.closed_on.toordinal() if deal.closed_on else 0, reverse=True)
    return found


def by_reason(deals: Iterable[Deal], period: Period) -> list[Share]:
    """Return count, share, amount and Pareto line of the reasons; an empty label is a deal whose reason is missing."""
    return shares((deal.reason, deal.amount) for deal in lost(deals, period))


def churn_reasons(left: Iterable[Churn], period: Period) -> list[Share]:
    """Return why customers left in the period, the same way as deals; a customer has no amount."""
    return shares((one.reason, Decimal(0)) for one in left if one.left_on in period)


def reasons_within(deals: Iterable[Deal], period: Period, *, by: By) -> dict[str, list[Share]]:
    """Return the reasons of the lost deals of each group (each product, each staff member …)."""
    groups: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for deal in lost(deals, period):
        groups[KEYS[by](deal)].append((deal.reason, deal.amount))
    return {label: shares(members) for label, members in sorted(groups.items())}


def outcomes(deals: Iterable[Deal], period: Period, *, by: By) -> list[Outcomes]:
    """Return won and lost of each group: months in order, other groups by deals lost, most first.

    By ``reason`` or ``competitor`` only lost deals have something to be grouped by, so every group's rate is over those
    that carry the label.
    """
    groups: dict[str, list[Deal]] = defaultdict(list)
    for deal in deals:
        if deal.outcome != "open" and deal.closed_on in period:
            groups[KEYS[by](deal)].append(deal)
    found = sorted((_outcomes(label, members) for label, members in groups.items()), key=lambda one: one.label)
    if by != "month":
        found.sort(key=lambda one: (one.lost, one.lost_amount), reverse=True)
    return found


def overall(deals: Iterable[Deal], period: Period) -> Outcomes:
    """Return won and lost of all deals decided in the period."""
    return _outcomes("", [deal for deal in deals if deal.outcome != "open" and deal.closed_on in period])


def trend(deals: Iterable[Deal], period: Period) -> list[Outcomes]:
    """Return won and lost month by month, months without a decided deal included.

    An open end of the period is closed by the first or last decided deal.
    """
    decided = [deal for deal in deals if deal.outcome != "open" and deal.closed_on in period]
    days = sorted(deal.closed_on for deal in decided if deal.closed_on)
    first = period.start or (days[0] if days else None)
    last = period.end or (days[-1] if days else None)
    if first is None or last is None:
        return []
    groups: dict[str, list[Deal]] = defaultdict(list)
    for deal in decided:
        groups[KEYS["month"](deal)].append(deal)
    return [_outcomes(month, groups[month]) for month in months(first, last)]


def _outcomes(label: str, deals: list[Deal]) -> Outcomes:
    won = [deal.amount for deal in deals if deal.outcome == "won"]
    gone = [deal.amount for deal in deals if deal.outcome == "lost"]
    return Outcomes(label, len(won), len(gone), sum(won, Decimal(0)), sum(gone, Decimal(0)))
