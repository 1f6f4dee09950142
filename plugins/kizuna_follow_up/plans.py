"""What a follow-up plan is: steps, each so long after the one before it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Literal

Unit = Literal["days", "weeks", "months"]
Channel = Literal["post", "phone", "mail", "fax", "visit"]
Kind = Literal["before", "after", "manual"]
DayRule = Literal["as_is", "next", "previous"]
Repeat = Literal["restart", "keep", "each"]


@dataclass(frozen=True, slots=True)
class Offset:
    """How long after the previous step a step comes; zero is the same day, never before."""

    count: int
    unit: Unit = "days"

    def __post_init__(self) -> None:
        """Refuse to go back in time: later steps could come before earlier ones."""
        if self.count < 0:
            raise ValueError(f"a step comes after the one before it, not {-self.count} {self.unit} earlier")

    def after(self, day: date) -> date:
        """Return the day so long after ``day``; months clamp to the month's end (31 Jan + 1 month = 28/29 Feb).

        Nothing comes after the calendar's last day: somebody's 9999-12-31 must not stop the plans of all others.
        """
        if self.unit == "months":
            return add_months(day, self.count)
        days = self.count * (7 if self.unit == "weeks" else 1)
        return day + timedelta(days=min(days, (date.max - day).days))


def add_months(day: date, count: int) -> date:
    """Return the same day ``count`` months later, or that month's last day where it has no such day.

    Past the calendar's end it is the calendar's last day.
    """
    month = day.year * 12 + day.month - 1 + count
    year, month = month // 12, month % 12 + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Step:
    """One contact of a plan: how long after the step before, by which way, with what text."""

    id: str
    offset: Offset
    channel: Channel
    title: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in order, and what starts them.

    A ``before`` plan starts with an ad response, an ``after`` plan with a purchase: of (an ad for) any product, or of one
    of ``products`` or ``categories`` where these are set. A ``manual`` plan starts by hand only. Events before ``from_on``
    start nothing. ``after_lost`` says that a before-plan starts again some time after a deal was lost.
    ``repeat`` says what a purchase does while an after-plan runs: it starts over, goes on, or runs for each purchase.
    ``replan_left`` counts the running tasks that the last edit has not reached yet, ``None`` where it is through.
    """

    id: str
    kind: Kind
    steps: tuple[Step, ...]
    day_rule: DayRule = "as_is"
    products: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    active: bool = True
    from_on: date | None = None
    made_on: date | None = None
    after_lost: bool = False
    repeat: Repeat = "restart"
    last_edit_tasks: int = 0
    replan_left: int | None = None

    def wants(self, *, products: frozenset[str], categories: frozenset[str]) -> bool:
        """Tell whether a purchase of these products starts this plan."""
        return self.kind == "after" and self.active and self.concerns(products=products, categories=categories)

    def concerns(self, *, products: frozenset[str], categories: frozenset[str]) -> bool:
        """Tell whether the plan is for one of these products or categories, or for any."""
        if not self.products and not self.categories:
            return True
        return bool(self.products & products or self.categories & categories)
