"""Tasks as the database has them, and the differences that make them as they should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna_follow_up.plans import Plan
from kizuna_follow_up.schedule import Due, task_key
from kizuna_follow_up.tables import FollowUpTask

CHUNK = 5_000
"""Ids in one statement; SQLite takes at most 32,766 parameters."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row of the tasks' table; ``id`` is empty for one that is to be inserted."""

    id: str
    store_id: int
    customer_id: str
    due_on: date
    channel: str | None = None
    title: str | None = None
    status: str = "open"
    done_on: date | None = None
    postponed_to: date | None = None
    plan_id: str | None = None
    step_id: str | None = None
    planned_on: date | None = None
    started_on: date | None = None
    ended_by: str | None = None
    source: str | None = None
    source_id: str | None = None
    task_key: str | None = None

    @property
    def start(self) -> tuple[str | None, str | None]:
        """What set the task going, and by which plan: tasks of one start share it."""
        return self.source_id, self.plan_id

    def is_future(self, today: date) -> bool:
        """Tell whether an edit of the plan may still touch the task: open, after today, and not moved by a person."""
        return self.status == "open" and self.due_on > today and self.postponed_to is None


NAMES = tuple(one.name for one in fields(TaskRow))
WRITTEN = NAMES[1:]


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows to insert, and changes of rows by id."""

    new: tuple[TaskRow, ...]
    changed: Mapping[str, Mapping[str, Any]]

    def __len__(self) -> int:
        return len(self.new) + len(self.changed)


def difference(before: Iterable[TaskRow], after: Iterable[TaskRow]) -> Difference:
    """Return what turns the rows before into the rows after."""
    known = {row.id: row for row in before}
    new, changed = [], {}
    for row in after:
        if not row.id:
            new.append(row)
        elif (old := known[row.id]) is not row:
            fields_changed = {name: value for name in WRITTEN if (value := getattr(row, name)) != getattr(old, name)}
            if fields_changed:
                changed[row.id] = fields_changed
    return Difference(tuple(new), changed)


def columns_of(rows: Sequence[TaskRow]) -> dict[str, list[Any]]:
    """Return new rows as columns to insert."""
    return {name: [getattr(row, name) for row in rows] for name in WRITTEN}


def task_row(plan: Plan, due: Due, *, customer: str, store: int, source: str, source_id: str, start: date) -> TaskRow:
    """Return the task of one step of a start, open."""
    return TaskRow(
        id="",
        store_id=store,
        customer_id=customer,
        due_on=due.on,
        channel=due.step.channel,
        title=due.step.title or None,
        plan_id=plan.id,
        step_id=due.step.id,
        planned_on=due.nominal,
        started_on=start,
        source=source,
        source_id=source_id,
        task_key=task_key(source_id, due.step.id),
    )


def read_tasks(data: Data, customers: Iterable[str], *, finished: bool, after_plans: bool) -> list[TaskRow]:
    """Return the tasks of customers that an event can change; those done or skipped too when ``finished``.

    Tasks that purchases brought are left out unless ``after_plans``: another purchase never ends them.
    """
    selected = sa.select(*(getattr(FollowUpTask, name) for name in NAMES))
    if not finished:
        selected = selected.where(FollowUpTask.status.in_(("open", "ended")))
    if not after_plans:
        selected = selected.where(sa.func.coalesce(FollowUpTask.source, "") != "purchase")
    return [
        row for chunk in chunks(customers) for row in _rows(data, selected.where(FollowUpTask.customer_id.in_(chunk)))
    ]


def read_runs(data: Data, customers: Iterable[str], since: date) -> list[TaskRow]:
    """Return the tasks of customers' after-purchase plans that are open, or started or finished since a day."""
    selected = sa.select(*(getattr(FollowUpTask, name) for name in NAMES)).where(
        FollowUpTask.source == "purchase",
        sa.or_(FollowUpTask.status == "open", FollowUpTask.started_on >= since, FollowUpTask.done_on >= since),
    )
    return [
        row for chunk in chunks(customers) for row in _rows(data, selected.where(FollowUpTask.customer_id.in_(chunk)))
    ]


def read_starts(data: Data, sources: Sequence[str]) -> list[TaskRow]:
    """Return every task, in whatever state, that these events started."""
    selected = sa.select(*(getattr(FollowUpTask, name) for name in NAMES))
    return [row for chunk in chunks(sources) for row in _rows(data, selected.where(FollowUpTask.source_id.in_(chunk)))]


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """Yield the ids, each once, in lists a statement can take."""
    once = list(dict.fromkeys(ids))
    for start in range(0, len(once), CHUNK):
        yield once[start : start + CHUNK]


def _rows(data: Data, select: Any) -> list[TaskRow]:
    return [TaskRow(*values) for values in zip(*data.columns(select), strict=True)]
