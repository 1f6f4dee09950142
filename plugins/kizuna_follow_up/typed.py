"""What people type into the tasks' sheet: rules before it is written, and what is filled in after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from kizuna import BrokenRule, RowChanges, Text, Write
from kizuna.errors import KizunaError
from kizuna_follow_up.book import Book, read_book
from kizuna_follow_up.errors import PostponeError, SkipNeedsReasonError
from kizuna_follow_up.generating import TASKS
from kizuna_follow_up.rows import NAMES, TaskRow, columns_of, task_row
from kizuna_follow_up.texts import check

POSTPONE_NEEDS_DAY = Text("延期するときは延期先の日を入れてください。", "Fill in the day the task is postponed to.")
FINISHED = ("done", "skipped", "ended")


class State(NamedTuple):
    """The fields of a task that people type into."""

    status: str | None
    done_on: date | None
    due_on: date | None
    postponed_to: date | None


def task_rules(changes: RowChanges, today: date) -> list[BrokenRule]:
    """Return the rules that tasks break: skipped needs why, postponed needs until when, and a day that is ahead."""
    status, reason, postponed = (changes.after(name) for name in ("status", "reason", "postponed_to"))
    was, was_postponed = changes.before("status"), changes.before("postponed_to")
    broken = []
    for place, kind in enumerate(changes.kinds):
        if kind == "delete":
            continue
        if status[place] == "skipped" and was[place] != "skipped" and not (reason[place] or "").strip():
            broken.append(_broken(place, "reason", SkipNeedsReasonError()))
        if status[place] == "postponed" and not postponed[place]:
            broken.append(BrokenRule(place, "postponed_to", "follow_up_postpone_day", POSTPONE_NEEDS_DAY))
        to = postponed[place]
        if to is not None and to != was_postponed[place] and status[place] in {"open", "postponed"} and to <= today:
            broken.append(_broken(place, "postponed_to", PostponeError(to=to.isoformat(), today=today.isoformat())))
    return broken


def step_rules(changes: RowChanges) -> list[BrokenRule]:
    """Return the texts that name a field nobody fills, or whose braces do not pair."""
    broken = []
    for place, (kind, template) in enumerate(zip(changes.kinds, changes.after("template"), strict=True)):
        try:
            check(template or "" if kind != "delete" else "")
        except KizunaError as error:
            broken.append(_broken(place, "template", error))
    return broken


def fill_in_plans(write: Write, changes: RowChanges) -> None:
    """Note the day a plan was made."""
    new = [row for row, kind in zip(changes.ids, changes.kinds, strict=True) if kind == "insert"]
    if new:
        write.update("follow_up_plans", {row: {"made_on": write.today} for row in new})


def fill_in_tasks(write: Write, changes: RowChanges) -> set[str]:
    """Fill in when a task was done, move a postponed one to its day, and start the plans that people start by hand.

    Returns the customers whose plans were started or for whom a task was typed, as they may want some channels closed.
    """
    # Most tasks written are the plugin's own, tens of thousands at once: only the columns that tell are read of all.
    states = zip(*(changes.after(name) for name in State._fields), strict=True)
    was = zip(changes.before("status"), changes.before("postponed_to"), strict=True)
    started, keys = changes.after("plan_id"), changes.after("task_key")
    filled: dict[str, dict[str, Any]] = {}
    places: list[int] = []
    for place, (values, (was_status, was_postponed)) in enumerate(zip(states, was, strict=True)):
        state = State(*values)
        if changes.kinds[place] == "delete":
            continue
        if started[place] and keys[place] is None and state.status == "open":
            places.append(place)
        elif fields := _fill(state, was_status, was_postponed, write.today):
            filled[changes.ids[place]] = fields
    by_hand = _rows_at(changes, places)
    # What somebody typed without a plan may be by a way the customer has closed, too.
    loose = [place for place, key in enumerate(keys) if key is None and changes.kinds[place] in {"insert", "restore"}]
    who = changes.after("customer_id") if loose else []
    if by_hand:
        new, first = started_by_hand(read_book(write.data), by_hand)
        filled |= first
        if new:
            write.insert(TASKS, columns_of(new))
    if filled:
        write.update(TASKS, filled)
    return {row.customer_id for row in by_hand} | {who[place] for place in loose if who[place]}


def started_by_hand(book: Book, rows: Sequence[TaskRow]) -> tuple[list[TaskRow], dict[str, dict[str, Any]]]:
    """Return the tasks that rows typed with a plan start: further ones to insert, and what makes the row the first.

    The typed day is the day of the start.
    """
    new: list[TaskRow] = []
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        plan = book.plans.get(row.plan_id or "")
        if plan is None or not plan.steps:
            continue
        tasks = [
            task_row(
                plan, due, customer=row.customer_id, store=row.store_id, source="manual", source_id=row.id,
                start=row.due_on,
            )
            for due in book.due(plan, row.due_on, row.store_id)
        ]  # fmt: skip
        begun = replace(tasks[0], id=row.id, title=row.title or tasks[0].title)
        names = ("due_on", "channel", "title", "step_id", "planned_on", "started_on", "source", "source_id", "task_key")
        first[row.id] = {name: getattr(begun, name) for name in names}
        new += tasks[1:]
    return new, first


def _rows_at(changes: RowChanges, places: Sequence[int]) -> list[TaskRow]:
    if not places:
        return []
    told = {name: changes.after(name) for name in NAMES if name not in {"id", "store_id"}}
    return [
        TaskRow(changes.ids[place], changes.stores[place], **{name: column[place] for name, column in told.items()})
        for place in places
    ]


def _fill(row: State, was_status: str | None, was_postponed: date | None, today: date) -> dict[str, Any]:
    if row.status in FINISHED:
        return {"done_on": today} if row.done_on is None else {}
    fields: dict[str, Any] = {}
    if row.postponed_to is not None and row.postponed_to != was_postponed and row.due_on != row.postponed_to:
        fields["due_on"] = row.postponed_to
    if row.status == "postponed":
        fields["status"] = "open"
    if row.done_on is not None and was_status in FINISHED:
        fields |= {"done_on": None, "ended_by": None}
    return fields


def _broken(place: int, field: str, error: KizunaError) -> BrokenRule:
    return BrokenRule(place, field, error.code, error.message)
