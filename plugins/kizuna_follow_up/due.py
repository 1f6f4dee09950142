"""Reading what is due: the tasks of today's list, with who the customers are and how good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Customer, CustomerTotals, Staff
from kizuna_follow_up.rows import chunks
from kizuna_follow_up.tables import FollowUpPlan, FollowUpTask
from kizuna_follow_up.tasks import Task
from kizuna_follow_up.today import in_order

MANY = 5_000
"""From so many customers on, reading everybody's totals costs less than asking by id."""


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


def rfm_totals(data: Data, customers: Iterable[str], day: date) -> dict[str, int]:
    """Return the RFM total, 3 to 15, of those who bought; 3 for all where the RFM plugin with its thresholds is not there."""
    wanted = set(customers)
    select = sa.select(
        CustomerTotals.customer_id, CustomerTotals.last_on, CustomerTotals.purchases, CustomerTotals.amount
    ).where(CustomerTotals.purchases > 0)
    batches = [select] if len(wanted) > MANY else [
        select.where(CustomerTotals.customer_id.in_(one)) for one in chunks(wanted)
    ]  # fmt: skip
    limits = _limits(data)
    found: dict[str, int] = {}
    for batch in batches:
        who, last, times, amounts = _per_customer(*data.columns(batch))
        recency = [(day - one).days for one in last]
        for customer, days, count, amount in zip(who, recency, times, amounts, strict=True):
            if customer in wanted:
                points = _points(days, limits[0], falling=True) + _points(count, limits[1]) + _points(amount, limits[2])
                found[customer] = points
    return found


def _per_customer(
    who: list[str], last: list[date], times: list[int], amounts: list[Decimal]
) -> tuple[list[str], list[date], list[int], list[Decimal]]:
    """Return the totals with those of a customer who bought in several stores put together."""
    if len(set(who)) == len(who):
        return who, last, times, amounts
    days: dict[str, date] = {}
    counts: dict[str, int] = {}
    sums: dict[str, Decimal] = {}
    for customer, day, count, amount in zip(who, last, times, amounts, strict=True):
        days[customer] = max(day, days.get(customer, day))
        counts[customer] = counts.get(customer, 0) + count
        sums[customer] = sums.get(customer, Decimal(0)) + amount
    return list(days), list(days.values()), list(counts.values()), list(sums.values())


def _limits(data: Data) -> list[Sequence[int]]:
    try:
        # Plugins know each other by name only: the thresholds are the owner's, in the settings of the RFM plugin.
        settings = data.settings("rfm")
    except KeyError:
        return [(), (), ()]
    return [
        [getattr(settings, f"{what}_{points}", 0) for points in (5, 4, 3, 2)]
        for what in ("recency", "frequency", "money")
    ]


def _points(value: Any, limits: Sequence[int], *, falling: bool = False) -> int:
    for points, limit in zip((5, 4, 3, 2), limits, strict=False):
        if value <= limit if falling else value >= limit:
            return points
    return 1
