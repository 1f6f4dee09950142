"""Give the running starts of edited plans what their steps say by now: a slice at a time, as far as the time goes.

A task that agrees with its plan is left alone. So a run that stopped is gone on with by doing it again, and nothing is done
twice. What is left is noted at the plan until somebody who sees every store is through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Data, Write
from kizuna.model import Store
from kizuna_follow_up.book import Book
from kizuna_follow_up.facts import Person, read_people
from kizuna_follow_up.pace import Pace
from kizuna_follow_up.plans import Plan
from kizuna_follow_up.rows import TaskRow, chunks, columns_of, task_row
from kizuna_follow_up.schedule import Due
from kizuna_follow_up.tables import FollowUpPlan, FollowUpTask

SLICE = 2_000
"""Tasks written at once; the time is looked at in between."""

TASKS = "follow_up_tasks"
PLANS = "follow_up_plans"


@dataclass(frozen=True, slots=True)
class Open:
    """An open task of a plan, as far as an edit looks at it."""

    id: str
    customer_id: str
    store_id: int
    due_on: date
    channel: str | None
    title: str | None
    step_id: str | None
    planned_on: date | None
    started_on: date | None
    postponed_to: date | None
    source: str | None
    source_id: str | None


NAMES = tuple(Open.__slots__)
Wanted = tuple[TaskRow | None, str, Mapping[str, Any]]
"""A new task, or the id of one there is with the fields that change."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """What came of a plan: how many tasks were changed, how many are left."""

    plan: str
    changed: int
    left: int


def replan(write: Write, book: Book, edited: Iterable[str], today: date, pace: Pace) -> list[Replanned]:
    """Bring the tasks of these plans up to date while there is time; say of each what was done and what is left."""
    found = []
    for plan_id in sorted(edited):
        wanted = differences(write.data, book, plan_id, today)
        done = 0
        while done < len(wanted) and not (done and pace.is_over()):
            _write(write, wanted[done : done + SLICE])
            done += SLICE
        found.append(Replanned(plan_id, min(done, len(wanted)), max(0, len(wanted) - done)))
    return found


def note(
    write: Write, book: Book, done: Sequence[Replanned], today: date, *, begun: Iterable[str], whole: bool
) -> None:
    """Note at the plans what was changed and what is left; an edit begun now counts from nothing.

    ``whole`` says that every store's tasks were looked at: only then is the end the end.
    """
    fresh = frozenset(begun)
    changes: dict[str, dict[str, Any]] = {}
    for one in done:
        plan = book.plans.get(one.plan)
        if plan is None:
            continue
        counted = one.changed + (0 if one.plan in fresh else plan.last_edit_tasks)
        left = None if whole and not one.left else one.left
        fields: dict[str, Any] = {}
        if one.changed:
            fields |= {"last_edit_on": today, "last_edit_tasks": counted}
        if left != plan.replan_left:
            fields["replan_left"] = left
        if fields:
            changes[one.plan] = fields
    if changes:
        write.update(PLANS, changes)


def unfinished(book: Book) -> frozenset[str]:
    """Return the plans whose tasks are not all replanned yet."""
    return frozenset(one.id for one in book.plans.values() if one.replan_left is not None)


def orphaned(data: Data, today: date) -> set[str]:
    """Return the deleted plans with tasks that are still ahead."""
    select = (
        sa.select(FollowUpTask.plan_id)
        .outerjoin(FollowUpPlan, FollowUpPlan.id == FollowUpTask.plan_id)
        .where(FollowUpTask.status == "open", FollowUpTask.due_on > today, FollowUpTask.plan_id.is_not(None))
        .where(FollowUpTask.postponed_to.is_(None), FollowUpPlan.id.is_(None))
    )
    return set(data.columns(select.distinct())[0])


def sees_everything(write: Write) -> bool:
    """Tell whether whoever writes sees the tasks of every store."""
    stores = set(write.data.columns(sa.select(Store.code))[0])
    return stores <= set(write.asker.stores)


def differences(data: Data, book: Book, plan_id: str, today: date) -> list[Wanted]:
    """Return what the plan asks of its running tasks that they are not: open ones ahead, never postponed ones."""
    plan = book.plans.get(plan_id)
    select = sa.select(*(getattr(FollowUpTask, name) for name in NAMES)).where(
        FollowUpTask.plan_id == plan_id, FollowUpTask.status == "open"
    )
    rows = [Open(*values) for values in zip(*data.columns(select.order_by(FollowUpTask.id)), strict=True)]
    found: list[Wanted] = []
    # Tasks of one step, begun on one day in one store, agree or differ together; few starts share nothing.
    known: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        if row.step_id is None or row.started_on is None or row.due_on <= today or row.postponed_to is not None:
            continue
        state = (row.step_id, row.started_on, row.store_id, row.due_on, row.planned_on, row.channel, row.title)
        fields = known.get(state)
        if fields is None:
            fields = known[state] = _fields(book, plan, row, today)
        if fields:
            found.append((None, row.id, fields))
    if plan is not None:
        found += [(task, "", {}) for task in _missing(data, book, plan, rows, today)]
    return _barred(data, found, {row.id: row for row in rows}, today)


def _fields(book: Book, plan: Plan | None, row: Open, today: date) -> Mapping[str, Any]:
    """Return what changes of a task; nothing where it is as its step says, or would fall on a day gone by."""
    assert row.started_on is not None
    due = _due(book, plan, row.started_on, row.store_id, row.step_id) if plan is not None else None
    if due is None:
        return {"status": "ended", "ended_by": "step_removed", "done_on": today}
    if due.on <= today:
        return {}
    wanted = {
        "due_on": due.on, "planned_on": due.nominal, "channel": due.step.channel, "title": due.step.title or None,
    }  # fmt: skip
    return {name: value for name, value in wanted.items() if getattr(row, name) != value}


def _due(book: Book, plan: Plan, start: date, store: int, step: str | None) -> Due | None:
    return next((one for one in book.due(plan, start, store) if one.step.id == step), None)


def _missing(data: Data, book: Book, plan: Plan, rows: Sequence[Open], today: date) -> Iterator[TaskRow]:
    """Yield the tasks of steps that running starts have none of, where their day is still ahead."""
    running: dict[str, Open] = {}
    has: dict[str, set[str | None]] = {}
    for row in rows:
        if row.source_id is not None:
            has.setdefault(row.source_id, set()).add(row.step_id)
            if row.started_on is not None:
                running.setdefault(row.source_id, row)
    lacking = [
        task_row(
            plan, due, customer=row.customer_id, store=row.store_id, source=row.source or "manual",
            source_id=source, start=row.started_on,
        )
        for source, row in running.items() if row.started_on is not None
        for due in book.due(plan, row.started_on, row.store_id) if due.on > today and due.step.id not in has[source]
    ]  # fmt: skip
    # What was done, skipped or ended meanwhile is there too.
    there: set[str] = set()
    for chunk in chunks(one.task_key for one in lacking if one.task_key):
        there.update(data.columns(sa.select(FollowUpTask.task_key).where(FollowUpTask.task_key.in_(chunk)))[0])
    yield from (one for one in lacking if one.task_key not in there)


def _barred(data: Data, wanted: Sequence[Wanted], rows: Mapping[str, Open], today: date) -> list[Wanted]:
    """Return the same with the tasks ended whose new way the customer has closed."""
    people = read_people(
        data,
        [
            task.customer_id if task is not None else rows[row].customer_id
            for task, row, fields in wanted
            if task is not None or "channel" in fields
        ],
    )
    if not people:
        return list(wanted)
    found: list[Wanted] = []
    for task, row, fields in wanted:
        if task is not None and (ending := _ending(people.get(task.customer_id), task.channel)):
            found.append((replace(task, status="ended", ended_by=ending, done_on=today), row, fields))
        elif "channel" in fields and (ending := _ending(people.get(rows[row].customer_id), fields["channel"])):
            found.append((None, row, {**fields, "status": "ended", "ended_by": ending, "done_on": today}))
        else:
            found.append((task, row, fields))
    return found


def _ending(person: Person | None, channel: str | None) -> str | None:
    if person is None:
        return None
    return "left" if person.left else "opt_out" if channel in person.barred else None


def _write(write: Write, wanted: Sequence[Wanted]) -> None:
    new = [task for task, _, _ in wanted if task is not None]
    changed = {row: fields for task, row, fields in wanted if task is None}
    if changed:
        write.update(TASKS, changed)
    if new:
        write.insert(TASKS, columns_of(new))
