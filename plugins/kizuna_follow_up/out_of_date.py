"""Find the customers with a task that does not agree with the facts any more, without reading the tasks that do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import AdResponse, Customer, Deal, Interaction, Purchase
from kizuna_follow_up.decisions import OPT_OUT
from kizuna_follow_up.facts import SALE
from kizuna_follow_up.tables import FollowUpPlan, FollowUpTask

OPEN = FollowUpTask.status == "open"
ENDED = FollowUpTask.status == "ended"
STANDING: tuple[tuple[str, Any, Any], ...] = (
    ("purchase", Purchase, sa.and_(*SALE)),
    ("ad_response", AdResponse, sa.true()),
    ("interaction", Interaction, Interaction.next_action_on.is_not(None)),
    ("deal", Deal, Deal.outcome == "lost"),
)
"""When an event of each kind stands."""


def out_of_date(data: Data, today: date) -> set[str]:
    """Return the customers with an open task that should have ended or moved, or an ended one that should go on."""
    return {customer for select in _selects(today) for customer in data.columns(select.distinct())[0]}


def _selects(today: date) -> Iterator[Any]:
    tasks = sa.select(FollowUpTask.customer_id)
    barred = sa.or_(
        *(
            sa.and_(FollowUpTask.channel == channel, getattr(Customer, name).is_(True))
            for name, channel in OPT_OUT.items()
        )
    )
    left = sa.func.coalesce(Customer.status, "") == "left"
    known = tasks.outerjoin(Customer, Customer.id == FollowUpTask.customer_id)
    elsewhere = Customer.store_id != FollowUpTask.store_id
    yield known.where(OPEN, sa.or_(Customer.id.is_(None), left, barred, elsewhere))
    ahead = sa.or_(FollowUpTask.due_on > today, FollowUpTask.done_on == today)
    there = tasks.join(Customer, Customer.id == FollowUpTask.customer_id)
    yield there.where(ENDED, FollowUpTask.ended_by == "opt_out", ahead, sa.not_(sa.or_(barred, left)))
    yield there.where(ENDED, FollowUpTask.ended_by == "left", ahead, sa.not_(left))
    yield there.where(ENDED, FollowUpTask.ended_by == "deleted")
    for source, model, stands in STANDING:
        mine = FollowUpTask.source == source
        joined = tasks.outerjoin(model, model.id == FollowUpTask.source_id)
        moved = model.customer_id != FollowUpTask.customer_id
        yield joined.where(OPEN, mine, sa.or_(model.id.is_(None), sa.not_(stands), moved))
        again = tasks.join(model, model.id == FollowUpTask.source_id)
        yield again.where(ENDED, mine, FollowUpTask.ended_by == "cancelled", stands)
    bought = sa.and_(
        Purchase.customer_id == FollowUpTask.customer_id, Purchase.purchased_on >= FollowUpTask.started_on, *SALE
    )
    before = tasks.join(FollowUpPlan, FollowUpPlan.id == FollowUpTask.plan_id).where(FollowUpPlan.kind == "before")
    yield before.join(Purchase, bought).where(OPEN)
    yield before.outerjoin(Purchase, bought).where(ENDED, FollowUpTask.ended_by == "purchase", Purchase.id.is_(None))
