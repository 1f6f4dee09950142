"""Whom to call, write to or visit, and when.

Definitions: design page 5. Schedules, decisions, today's list and labels are plain arithmetic on frozen values; tasks are
made and ended inside every write that concerns them, and once a day for what was missed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from kizuna import (
    Action,
    Asker,
    BrokenRule,
    ChangesetSummary,
    Data,
    Report,
    RowChanges,
    SheetTemplate,
    WorksheetFunction,
    Write,
    concerns,
    hookimpl,
)
from kizuna.model import SyncedRow
from kizuna_follow_up.daily import catch_up
from kizuna_follow_up.news import CUSTOMER_FIELDS, READERS
from kizuna_follow_up.notice import tell_of_import
from kizuna_follow_up.offers import ACTIONS, REPORTS, SHEETS
from kizuna_follow_up.pace import IN_A_DAY, IN_A_WRITE, Pace
from kizuna_follow_up.settings import FollowUpSettings
from kizuna_follow_up.tables import FollowUpPlan, FollowUpStep, FollowUpTask
from kizuna_follow_up.task_functions import next_task, tasks_due, today_tasks
from kizuna_follow_up.typed import step_rules, task_rules
from kizuna_follow_up.writing_on import take_changes


@hookimpl
def worksheet_functions() -> list[WorksheetFunction]:
    """Return every function about tasks."""
    return [today_tasks, next_task, tasks_due]


@hookimpl
def settings() -> list[Any]:
    """Return the settings the owner can edit."""
    return [FollowUpSettings]


@hookimpl
def tables() -> list[type[SyncedRow]]:
    """Return plans, steps and tasks."""
    return [FollowUpPlan, FollowUpStep, FollowUpTask]


@hookimpl
def sheets() -> tuple[SheetTemplate, ...]:
    """Return the sheets for workbooks."""
    return SHEETS


@hookimpl
def actions() -> tuple[Action, ...]:
    """Return today's list, labels, letters, mail drafts and the standard plans as buttons."""
    return ACTIONS


@hookimpl
def reports() -> tuple[Report, ...]:
    """Return the tables for pages and paper."""
    return REPORTS


@hookimpl
def commands() -> list[Any]:
    """Return ``kizuna follow-up``."""
    # Only the command line needs what commands stand on.
    from kizuna_follow_up.command_line import COMMANDS

    return COMMANDS


@hookimpl
@concerns("follow_up_tasks", "follow_up_steps")
def check_rows(table: str, changes: RowChanges, actor: Asker, data: Data) -> list[BrokenRule]:  # noqa: ARG001  # the hook's
    """Return what is wrong with typed tasks and texts."""
    if table == "follow_up_tasks":
        return task_rules(changes, data.today)
    return step_rules(changes) if table == "follow_up_steps" else []


@hookimpl
@concerns(*(set(READERS) - {"customers"}))
@concerns("customers", kinds=("update", "delete", "restore"), fields=CUSTOMER_FIELDS)
def rows_written(write: Write, table: str, changes: RowChanges) -> None:
    """Start, end, move and replan tasks as the written rows ask."""
    take_changes(write, table, changes, Pace(IN_A_WRITE))


@hookimpl
@concerns("follow_up_tasks", kinds=["insert"])
def changeset_done(changeset: ChangesetSummary, data: Data) -> None:
    """Tell the owner by mail what an import brought, where an address is set."""
    tell_of_import(changeset, data)


@hookimpl
def every_day(write: Write, today: date) -> bool:
    """Catch up on what was missed, and start again with lost deals whose time has come."""
    return catch_up(write, today, Pace(IN_A_DAY))
