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
from kizuna_follow_up.today import in_order


@dataclass(frozen=True)
class DueList:
    """Today's list, a column at a time in the order to work through; the first ``prospects`` have not bought yet."""

    day: date
    prospects: int
    keys: list[str]
    customers: list[str]
    due_on: list[date]
    channels: list[str | None]
    titles: list[str | None]
    plans: list[str | None]
    steps: list[str | None]
    numbers: list[str]
    names: list[str]
    phones: list[str]
    staff: list[str | None]
    totals: list[int | None]
    plan_names: dict[str, str]

    @property
    def tasks(self) -> list[Task]:
        """The same as tasks, in order."""
        columns = zip(
            self.keys, self.customers, self.due_on, self.channels, self.titles, self.plans, self.steps, strict=True
        )
        return [
            Task(key, customer, due, way, title or "", step=step or "", plan=plan or "")
            for key, customer, due, way, title, plan, step in columns
        ]


def read_due(data: Data, day: date, *, staff: str | None = None, channel: str | None = None) -> DueList:
    """Return everything open and due up to ``day``, of one member of staff or by one channel where given."""
    # A list of ten thousand is read for one cell: no object per line is made, which the memory would have to be rid of.
    columns: list[Any] = [
        FollowUpTask.id, FollowUpTask.customer_id, FollowUpTask.due_on, FollowUpTask.channel, FollowUpTask.title,
        FollowUpTask.plan_id, FollowUpTask.step_id, sa.func.coalesce(Customer.number, ""),
        sa.func.coalesce(Customer.name, ""), sa.func.coalesce(Customer.phone, Customer.mobile, ""), Customer.staff_id,
        Customer.status,
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
    *told, statuses = data.columns(select)
    keys, customers, due_on, numbers = told[0], told[1], told[2], told[7]
    points = rfm_totals(data, set(customers), day)
    totals = [points.get(one) for one in customers]
    bought = [one is not None or status == "customer" for one, status in zip(totals, statuses, strict=True)]
    order = in_order(bought=bought, due_on=due_on, totals=[one or 0 for one in totals], numbers=numbers, keys=keys)
    keys, customers, due_on, ways, titles, plans, steps, numbers, names, phones, staff_ids, best = (
        [column[place] for place in order] for column in (*told, totals)
    )
    staff_names = dict(zip(*data.columns(sa.select(Staff.id, Staff.name)), strict=True))
    plan_names = dict(zip(*data.columns(sa.select(FollowUpPlan.id, FollowUpPlan.name)), strict=True))
    return DueList(
        day, len(bought) - sum(bought), keys, customers, due_on, ways, titles, plans, steps, numbers, names, phones,
        [staff_names.get(one) for one in staff_ids], best, plan_names,
    )  # fmt: skip
