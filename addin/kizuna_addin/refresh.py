"""A sheet's states and status line brought up to date after anything that changed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kizuna_addin.compare import Changes
from kizuna_addin.desk import Desk
from kizuna_addin.states import Findings, row_states, show_states
from kizuna_addin.table_sheet import TableSheet
from kizuna_addin.wire import Problem


@dataclass(frozen=True, slots=True)
class SheetState:
    """How many rows of a sheet are unsent, and how many conflicts are open."""

    unsent: int
    conflicts: int


def refresh(
    desk: Desk,
    found: TableSheet,
    *,
    sent: Collection[str] = (),
    held_back: Collection[str] = (),
    problems: Mapping[str, Sequence[Problem]] | None = None,
    changes: Changes | None = None,
) -> SheetState:
    """Show each row's state anew and return the counts; without new `problems` those of the last push stand.

    `changes` spares a second comparison where the sheet has not changed since.
    """
    record = desk.sheet_record(found.handle)
    changes = changes or desk.changes(record, found)
    conflicts = [one for one in desk.work.conflicts if one.handle == found.handle]
    findings = Findings(
        changes, conflicts, record.problems if problems is None else problems, sent=sent, held_back=held_back
    )
    show_states(found, row_states(findings, found, desk.shape(found.handle), desk.language), desk.language)
    desk.show_status(found, changes.count, len(conflicts))
    return SheetState(changes.count, len(conflicts))
