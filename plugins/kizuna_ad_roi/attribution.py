"""Which ad run each purchase closes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kizuna_ad_roi.facts import Purchase, Response

Mode = Literal["first", "last", "all"]


@dataclass(frozen=True, slots=True)
class Credit:
    """A purchase and the responses it is credited to, earliest response first; never empty."""

    purchase: Purchase
    responses: tuple[Response, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Every response that counts, and every purchase some run is credited with."""

    responses: tuple[Response, ...]
    credits: tuple[Credit, ...]

    def answers(self) -> Mapping[str, int]:
        """Return how many answered each run; runs nobody answered are not in it."""
        return Counter(response.run for response in self.responses)

    def by_group(self, group_of: Mapping[str, str]) -> dict[str, Closings]:
        """Return what the runs of each group brought together, in one pass; groups nobody answered are not in it.

        ``group_of`` gives the group of each run that counts. A purchase credited to several runs of a group (mode
        ``all``) counts there once, for the one answered first; so a group's figures are the sum of its runs' wherever
        no purchase is shared, and never more than was sold.
        """
        answered: dict[str, int] = defaultdict(int)
        closed: dict[str, set[tuple[str, str]]] = defaultdict(set)
        sales: dict[str, Decimal] = defaultdict(Decimal)
        for response in self.responses:
            if response.run in group_of:
                answered[group_of[response.run]] += 1
        for credit in self.credits:
            first_in: dict[str, Response] = {}
            for response in credit.responses:
                if response.run in group_of:
                    first_in.setdefault(group_of[response.run], response)
            for group, response in first_in.items():
                sales[group] += credit.purchase.sales
                if not credit.purchase.is_return:
                    closed[group].add((response.run, response.customer))
        return {group: Closings(count, len(closed[group]), sales[group]) for group, count in answered.items()}

    def by_run(self) -> dict[str, Closings]:
        """Return what each run brought on its own; runs nobody answered are not in it."""
        return self.by_group({response.run: response.run for response in self.responses})

    def of(self, runs: Iterable[str]) -> Closings:
        """Return what these runs brought together, each purchase counted once."""
        return self.by_group(dict.fromkeys(runs, "")).get("", Closings())


@dataclass(frozen=True, slots=True)
class Closings:
    """How many answered, how many of those bought, and for how much."""

    responses: int = 0
    closed: int = 0
    sales: Decimal = Decimal(0)


def attribute(
    responses: Iterable[Response],
    purchases: Iterable[Purchase],
    *,
    mode: Mode = "first",
    window_days: int | None = None,
    as_of: date | None = None,
) -> Attribution:
    """Return which responses each purchase is credited to.

    A purchase on or after a response, and at most ``window_days`` after it, can close that response's run. Of several
    such runs ``first`` credits the one answered first, ``last`` the one answered last, ``all`` every one. Cancelled
    purchases don't count, and nothing after ``as_of`` does. A return closes nothing; it follows the customer's latest
    sale up to its day and lowers what that sale brought, because a receipt does not name the one it takes back.
    """
    answered = _first_per_customer_and_run(one for one in responses if as_of is None or one.on <= as_of)
    by_customer: dict[str, list[Response]] = defaultdict(list)
    for response in answered:
        by_customer[response.customer].append(response)
    receipts: dict[str, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        if purchase.customer in by_customer and not purchase.cancelled and (as_of is None or purchase.on <= as_of):
            receipts[purchase.customer].append(purchase)
    credits_: list[Credit] = []
    for customer, mine in receipts.items():
        credits_ += _credits(by_customer[customer], mine, mode, window_days)
    return Attribution(tuple(answered), tuple(credits_))


def _first_per_customer_and_run(responses: Iterable[Response]) -> list[Response]:
    """Keep the earliest response of each customer to each run, ordered by day, then run."""
    earliest: dict[tuple[str, str], Response] = {}
    for response in responses:
        key = (response.customer, response.run)
        if key not in earliest or response.on < earliest[key].on:
            earliest[key] = response
    return sorted(earliest.values(), key=lambda one: (one.on, one.run, one.customer))


def _credits(
    responses: Sequence[Response], purchases: Sequence[Purchase], mode: Mode, window_days: int | None
) -> list[Credit]:
    found: list[Credit] = []
    latest_sale: tuple[Response, ...] = ()
    # On one day sales come before returns: what is taken back was bought first.
    for purchase in sorted(purchases, key=lambda one: (one.on, one.is_return, one.id)):
        if not purchase.is_return:
            latest_sale = _closed_by(purchase, responses, mode, window_days)
        if latest_sale:
            found.append(Credit(purchase, latest_sale))
    return found


def _closed_by(
    purchase: Purchase, responses: Sequence[Response], mode: Mode, window_days: int | None
) -> tuple[Response, ...]:
    eligible = tuple(
        one
        for one in responses
        if one.on <= purchase.on and (window_days is None or (purchase.on - one.on).days <= window_days)
    )
    if mode == "first":
        return eligible[:1]
    if mode == "last":
        return eligible[-1:]
    return eligible
