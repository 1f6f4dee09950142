"""Start a plan for a list of customers, such as a selection by RFM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Data, Text, Write
from kizuna.model import Customer
from kizuna_follow_up.errors import NoStepsError, UnknownPlanError
from kizuna_follow_up.rows import chunks
from kizuna_follow_up.tables import FollowUpPlan, FollowUpStep, FollowUpTask

RUNNING = Text("この計画はすでに進行中です", "is in this plan already")
HAS_LEFT = Text("離脱したお客様です", "is a customer no longer")
UNKNOWN = Text("この番号の顧客はいません", "is no customer's number")


@dataclass(frozen=True, slots=True)
class Begun:
    """The plan's name, for how many it was started, and whom it was not started for."""

    plan: str
    count: int
    left_out: tuple[tuple[str, Text], ...]


def begin(write: Write, plan: str, customers: Sequence[str | None], on: date | None) -> Begun:
    """Write a task with the plan for each customer, which starts it as a typed row would.

    Raises UnknownPlanError and NoStepsError.
    """
    data = write.data
    identity, name = find_plan(data, plan)
    keys = list(dict.fromkeys(one.strip() for one in customers if one and one.strip()))
    ids = data.resolve("customers", keys)
    named = dict(zip(keys, ids, strict=True))
    left_out = [(key, UNKNOWN) for key, found in named.items() if found is None]
    running: set[str] = set()
    known: dict[str, tuple[str, int, bool]] = {}
    for chunk in chunks(one for one in ids if one):
        busy = sa.select(FollowUpTask.customer_id).where(
            FollowUpTask.plan_id == identity, FollowUpTask.status == "open", FollowUpTask.customer_id.in_(chunk)
        )
        running.update(data.columns(busy)[0])
        who = sa.select(Customer.id, Customer.name, Customer.store_id, Customer.status).where(Customer.id.in_(chunk))
        for one, called, store, status in zip(*data.columns(who), strict=True):
            known[one] = called or "", store, status == "left"
    wanted = []
    for one, (called, _, left) in known.items():
        if left or one in running:
            left_out.append((called, HAS_LEFT if left else RUNNING))
        else:
            wanted.append(one)
    if wanted:
        day = on or write.today
        columns: dict[str, list[Any]] = {"customer_id": wanted, "store_id": [known[one][1] for one in wanted]}
        columns |= {"plan_id": [identity] * len(wanted), "due_on": [day] * len(wanted)}
        write.insert("follow_up_tasks", columns)
    return Begun(name, len(wanted), tuple(left_out))


def find_plan(data: Data, plan: str) -> tuple[str, str]:
    """Return id and name of the plan a person names by number or name; raise UnknownPlanError, NoStepsError."""
    rows = data.columns(
        sa.select(FollowUpPlan.id, FollowUpPlan.number, FollowUpPlan.name).order_by(FollowUpPlan.number)
    )
    for identity, number, name in zip(*rows, strict=True):
        if plan.strip() in {number, name, identity}:
            steps = data.columns(sa.select(FollowUpStep.id).where(FollowUpStep.plan_id == identity))[0]
            if not steps:
                raise NoStepsError(plan=name or number)
            return identity, name or number
    known = "、".join(f"{number} {name}" for number, name in zip(*rows[1:], strict=True))
    raise UnknownPlanError(plan=plan[:40], known=known or "―")
