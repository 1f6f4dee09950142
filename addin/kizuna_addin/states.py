"""The state and the reason of each row: words first, a colour beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kizuna_addin.compare import Changes
from kizuna_addin.conflict_list import OpenConflict
from kizuna_addin.hosts import capabilities
from kizuna_addin.messages import (
    CHANGED,
    CONFLICT,
    ERROR,
    FIELD_NAMED,
    HELD_BACK,
    IN_CONFLICT,
    NEW,
    ROW_DELETED_THERE,
    SENT,
    Text,
)
from kizuna_addin.runs import runs
from kizuna_addin.schema import Table
from kizuna_addin.table_sheet import REASON_COLUMN, STATE_COLUMN, TableSheet
from kizuna_addin.widths import NARROWED, REASON_WIDTH, for_reasons
from kizuna_addin.wire import Problem
from kizuna_addin.writing import write_column

FEW = 8
"""Up to so many writes are made one by one."""

COLOURS: Mapping[Text, tuple[int, int, int]] = {
    NEW: (198, 239, 206),
    CHANGED: (255, 235, 156),
    SENT: (221, 235, 247),
    ERROR: (255, 199, 206),
    CONFLICT: (252, 213, 180),
}


@dataclass(frozen=True, slots=True)
class RowState:
    """The state of one row and why."""

    state: Text
    reason: str = ""


@dataclass(frozen=True)
class Findings:
    """Everything that bears on the states of a sheet's rows."""

    changes: Changes
    conflicts: Sequence[OpenConflict] = ()
    problems: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    sent: Collection[str] = ()
    held_back: Collection[str] = ()


def row_states(findings: Findings, found: TableSheet, shape: Table, language: str) -> dict[int, RowState]:
    """Return the state of each row that has one, by position; the graver state wins."""
    changes = findings.changes
    ids = dict(changes.positions) | {one.id: one.position for one in changes.inserts if one.id}
    states: dict[int, RowState] = {ids[row]: RowState(SENT) for row in findings.sent if row in ids}
    states |= {ids[row]: RowState(CHANGED) for row in changes.updates}
    states |= {one.position: RowState(NEW) for one in changes.inserts}
    for row in findings.held_back:
        if row in ids:
            states[ids[row]] = RowState(_word(states, ids[row]), HELD_BACK.in_language(language))
    for position, remarks in changes.remarks.items():
        reason = " ".join(one.at(found.address(position, one.field)).in_language(language) for one in remarks)
        word = ERROR if changes.is_blocked(position) else _word(states, position)
        states[position] = RowState(word, reason)
    for row, problems in findings.problems.items():
        if row in ids and (row in changes.updates or ids[row] in states):
            states[ids[row]] = RowState(ERROR, problem_text(problems, found, ids[row], shape, language))
    for row, fields in _by_row(findings.conflicts).items():
        if row in ids:
            states[ids[row]] = RowState(CONFLICT, _conflict_text(fields, shape, language))
    return states


def _word(states: Mapping[int, RowState], position: int) -> Text:
    return states[position].state if position in states else CHANGED


def problem_text(problems: Sequence[Problem], found: TableSheet, position: int, shape: Table, language: str) -> str:
    """Return the server's words about a row, each with the cell it is about."""
    said = []
    for one in problems:
        if one.field is not None and one.field in shape.by_name:
            label = shape.by_name[one.field].label.in_language(language)
            said.append(_placed(found.address(position, one.field), label, one.message, language))
        else:
            said.append(one.message)
    return " ".join(said)


def _placed(cell: str, label: str, message: str, language: str) -> str:
    """Return a message behind its cell; the field is named unless the message does that itself."""
    if label not in message:
        return f"{cell}{FIELD_NAMED.format(label=label).in_language(language)}: {message}"
    return f"{cell}{message}" if message.startswith(f"「{label}」") else f"{cell}: {message}"


def show_states(found: TableSheet, states: Mapping[int, RowState], language: str) -> None:
    """Write states and reasons where they differ from what the sheet shows; a rule of the host colours them."""
    old_states, old_reasons = found.cells(STATE_COLUMN), found.cells(REASON_COLUMN)
    words, reasons = {}, {}
    for position in range(found.height):
        state = states.get(position)
        word = state.state.in_language(language) if state else None
        reason = (state.reason or None) if state else None
        if (old_states[position] or None) != word:
            words[position] = word
        if (old_reasons[position] or None) != reason:
            reasons[position] = reason
    write_column(found, STATE_COLUMN, _without_gaps(words, old_states))
    write_column(found, REASON_COLUMN, _without_gaps(reasons, old_reasons))
    _make_room(found, [one for one in reasons.values() if one], old_reasons)
    place = found.columns.get(STATE_COLUMN)
    if words and place is not None:
        colours = {text.in_language(language): colour for text, colour in COLOURS.items()}
        capabilities.of(found.sheet).color_by_text(found.range(0, place, found.height), colours)


def _make_room(found: TableSheet, reasons: Sequence[str], old: Sequence[Any]) -> None:
    """Widen the reason column for the first reason that is too long for it; narrowed after that, it stays so."""
    place = found.columns.get(REASON_COLUMN)
    if place is None or for_reasons("", [one for one in old if one]) is not None:
        return
    needed = for_reasons(found.headings[place], reasons)
    if needed is None:
        return
    cell = found.sheet.range((found.top, found.left + place))
    try:
        width = cell.column_width
    except NotImplementedError:
        # A client without Python does not tell how wide its columns are.
        return
    if width is not None and width >= NARROWED:
        # Where a program has other letters than Excel, it shows our usual width as more.
        cell.column_width = max(width, needed * min(max(width / REASON_WIDTH, 1.0), 1.5))


def _without_gaps(cells: dict[int, str | None], old: Sequence[Any]) -> dict[int, str | None]:
    """Return scattered cells with those between them as they are: one long write costs less than many short ones."""
    if len(cells) <= FEW or sum(1 for _ in runs(cells)) <= FEW:
        return cells
    return {position: cells.get(position, old[position]) for position in range(min(cells), max(cells) + 1)}


def _by_row(conflicts: Sequence[OpenConflict]) -> dict[str, list[str | None]]:
    rows: dict[str, list[str | None]] = {}
    for one in conflicts:
        rows.setdefault(one.row, []).append(one.field)
    return rows


def _conflict_text(fields: Sequence[str | None], shape: Table, language: str) -> str:
    if None in fields:
        return ROW_DELETED_THERE.in_language(language)
    labels = [
        shape.by_name[one].label.in_language(language) for one in fields if one is not None and one in shape.by_name
    ]
    return IN_CONFLICT.format(fields="、".join(labels)).in_language(language)
