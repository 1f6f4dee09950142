"""Reading what is due: the tasks of today's list, with who the customers are and how good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Customer, Staff
from kizuna_follow_up.rfm_totals import rfm_totals
from kizuna_follow_up.tables import FollowUpPlan, FollowUpTask
from kizuna_follow_up.tasks import Task
from kizuna_follow_up.today import Entry, Person, TodaysList, todays_list


@dataclass(frozen=True, slots=True)
class Known:
    """What a line of the list shows of its customer beside the name."""

    phone: str
    staff: str


@dataclass(frozen=True)
class DueList:
    """Today's list with what its lines show."""

    day: date
    tasks: TodaysList
    known: dict[str, Known]
    plans: dict[str, str]

    @property
    def entries(self) -> list[Entry]:
        """The lines in order, prospects first."""
        return [*self.tasks.prospects, *self.tasks.customers]


def read_due(data: Data, day: date, *, staff: str | None = None, channel: str | None = None) -> DueList:
    """Return everything open and due up to ``day``, of one member of staff or by one channel where given."""
    columns: list[Any] = [
        FollowUpTask.id, FollowUpTask.customer_id, FollowUpTask.due_on, FollowUpTask.channel, FollowUpTask.title,
        FollowUpTask.plan_id, FollowUpTask.step_id, Customer.number, Customer.name,
        sa.func.coalesce(Customer.phone, Customer.mobile, ""), Customer.staff_id, Customer.status,
    ]  # fmt: skip
    select = (
        sa.select(*columns)
        .join(Customer, Customer.id == FollowUpTask.customer_id)
        .where(FollowUpTask.status == "open", FollowUpTask.due_on <= day)
    )
    if staff is not None:
        select = select.where(Customer.staff_id == staff)
    if channel is not None:
        select = select.where(FollowUpTask.channel == channel)
    rows = list(zip(*data.columns(select), strict=True))
    totals = rfm_totals(data, {row[1] for row in rows}, day)
    names = dict(zip(*data.columns(sa.select(Staff.id, Staff.name)), strict=True))
    tasks, people, known = [], {}, {}
    for identity, customer, due, way, title, plan, step, number, name, phone, staff_id, status in rows:
        tasks.append(Task(identity, customer, due, way, title or "", step=step or "", plan=plan or ""))
        if customer not in people:
            bought = customer in totals or status == "customer"
            people[customer] = Person(customer, number or "", name or "", bought, totals.get(customer))
            known[customer] = Known(phone or "", names.get(staff_id) or "")
    plans = dict(zip(*data.columns(sa.select(FollowUpPlan.id, FollowUpPlan.name)), strict=True))
    return DueList(day, todays_list(tasks, people, day), known, plans)
