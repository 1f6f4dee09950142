"""What an event does to running plans and open tasks: who stops, who starts, who moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kizuna_follow_up.plans import Channel, Kind, Plan
from kizuna_follow_up.tasks import Task

EndReason = Literal["purchase", "opt_out", "deleted", "merged", "cancelled"]

OPT_OUT: dict[str, Channel] = {
    "no_post": "post",
    "no_phone": "phone",
    "no_mail": "mail",
    "no_fax": "fax",
    "no_visit": "visit",
}
"""Which channel each of a customer's opt-out fields closes."""


@dataclass(frozen=True, slots=True)
class Running:
    """A start that may still bring tasks, with the kind of its plan."""

    start: str
    plan: str
    kind: Kind
    customer: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """What a purchase does: the starts it ends and the plans it sets going on its day."""

    ends: tuple[Running, ...]
    starts: tuple[Plan, ...]


def on_purchase(
    *,
    purchase: str,
    customer: str,
    products: Iterable[str],
    categories: Iterable[str],
    plans: Iterable[Plan],
    running: Iterable[Running],
) -> Switch:
    """Return what a completed sale does: it ends the customer's before-plans and starts the after-plans that want it.

    A purchase seen again (an edit, a second push) starts nothing twice: its starts carry it as their ``source``.
    """
    mine = [one for one in running if one.customer == customer]
    started = {one.plan for one in mine if one.source == purchase}
    bought, kinds = frozenset(products), frozenset(categories)
    return Switch(
        ends=tuple(one for one in mine if one.kind == "before"),
        starts=tuple(
            plan for plan in plans if plan.wants(products=bought, categories=kinds) and plan.id not in started
        ),
    )


def on_cancelled(*, purchase: str, running: Iterable[Running]) -> tuple[Running, ...]:
    """Return the after-plans a purchase had started, which end when it is cancelled or deleted."""
    return tuple(one for one in running if one.kind == "after" and one.source == purchase)


def on_response(*, response: str, customer: str, plans: Iterable[Plan], running: Iterable[Running]) -> tuple[Plan, ...]:
    """Return the before-plans an ad response sets going; one that already runs for the customer is not doubled."""
    mine = [one for one in running if one.customer == customer]
    busy = {one.plan for one in mine if one.kind == "before" or one.source == response}
    return tuple(plan for plan in plans if plan.kind == "before" and plan.active and plan.id not in busy)


def barred_channels(**opted_out: bool | None) -> frozenset[Channel]:
    """Return the channels a customer's opt-out fields close: ``barred_channels(no_post=True)`` is {"post"}."""
    return frozenset(OPT_OUT[field] for field, value in opted_out.items() if value)


def ended_by(tasks: Iterable[Task], *, starts: Iterable[str], on: date, reason: EndReason) -> list[Task]:
    """Return the open tasks of these starts as ended; what is done or skipped stays as it is."""
    stopped = frozenset(starts)
    return [task.ended(on, reason) for task in tasks if task.state == "open" and task.start in stopped]


def ended_by_opt_out(tasks: Iterable[Task], *, barred: frozenset[Channel], on: date) -> list[Task]:
    """Return the open tasks of the closed channels as ended; the other channels of the plan go on."""
    return [task.ended(on, "opt_out") for task in tasks if task.state == "open" and task.channel in barred]


def ended_by_deletion(tasks: Iterable[Task], *, on: date) -> list[Task]:
    """Return the open tasks of a deleted customer as ended."""
    return [task.ended(on, "deleted") for task in tasks if task.state == "open"]


def moved_by_merge(loser_tasks: Iterable[Task], winner_tasks: Iterable[Task], *, winner: str, on: date) -> list[Task]:
    """Return the tasks of a customer merged into another: moved, or ended where the other has the same one open.

    The same is the same step of the same plan on the same day: one letter is enough for one person.
    """
    has = {(task.plan, task.step, task.due_on) for task in winner_tasks if task.state == "open" and task.plan}
    moved = []
    for task in loser_tasks:
        double = task.state == "open" and (task.plan, task.step, task.due_on) in has
        moved.append((task.ended(on, "merged") if double else task).moved_to(winner))
    return moved
