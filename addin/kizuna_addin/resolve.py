"""Conflicts decided: mine goes out with the newer base, theirs comes into the sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import xlwings as xw

from kizuna_addin.conflict_list import DELETED_ROW, Choice, OpenConflict
from kizuna_addin.conflict_sheet import read_choices, show_conflicts
from kizuna_addin.desk import Desk
from kizuna_addin.read_only import mind_read_only
from kizuna_addin.records import SheetRecord
from kizuna_addin.refresh import refresh
from kizuna_addin.table_sheet import ID, TableSheet, read_table
from kizuna_addin.writing import append_rows, remove_rows, settle_ids, write_column, write_values


@dataclass(frozen=True, slots=True)
class Resolved:
    """How many conflicts were decided, and how many remain."""

    decided: int
    remaining: int


def resolve(
    book: xw.Book,
    *,
    choices: Mapping[tuple[str, str, str | None], Choice] | None = None,
    everything: Choice | None = None,
) -> Resolved:
    """Apply decisions: those given, those on the conflict sheet, or one for `everything`; the next push sends “mine”."""
    mind_read_only(book)
    desk = Desk.open(book)
    chosen = {**read_choices(book), **(choices or {})}
    here = {handle for handle in desk.record.handles if read_table(book, handle, desk.shape(handle)) is not None}
    decided = [
        (one, everything or chosen[one.key])
        for one in desk.work.conflicts
        # What concerns a sheet that is gone waits until a pull restores it.
        if one.handle in here and (everything or one.key in chosen)
    ]
    for handle in desk.record.handles:
        some = [(one, choice) for one, choice in decided if one.handle == handle]
        if some:
            _decide(desk, handle, some)
    done = {one.key for one, _ in decided}
    remaining = tuple(one for one in desk.work.conflicts if one.key not in done)
    desk.memory.put_work(replace(desk.work, conflicts=remaining))
    for handle in {one.handle for one, _ in decided}:
        refresh(desk, desk.read(handle))
    show_conflicts(desk, remaining)
    desk.keep()
    return Resolved(len(decided), len(remaining))


def _decide(desk: Desk, handle: str, decided: list[tuple[OpenConflict, Choice]]) -> None:
    record, found = desk.sheet_record(handle), desk.read(handle)
    # Rows are found by their ids from here on; a copied row still has its original's.
    settle_ids(found, desk.changes(record, found))
    _put_mine_back(desk, record, found, [one for one, choice in decided if choice == "mine"])
    base = record.base
    for one, choice in decided:
        if one.field is not None:
            base = base.moved(rows={one.row: {one.field: one.theirs}})
            if choice == "theirs":
                _take_theirs(desk, found, one)
        else:
            record = _decide_row(desk, replace(record, base=base), found, one, choice)
            base = record.base
    desk.memory.put_sheet(replace(record, base=base))


def _put_mine_back(desk: Desk, record: SheetRecord, found: TableSheet, mine: list[OpenConflict]) -> None:
    """Write my values where theirs stand: a sheet that was deleted and brought back holds what the server has."""
    moved: dict[str, dict[str, Any]] = {}
    for one in mine:
        if one.field is not None:
            moved.setdefault(one.row, {})[one.field] = one.theirs
    if not moved:
        return
    differing = desk.changes(replace(record, base=record.base.moved(rows=moved)), found)
    for one in mine:
        position = _position(found, one.row)
        if position is None or one.field is None or one.field not in found.rows.columns:
            continue
        told = any(remark.field == one.field for remark in differing.remarks.get(position, ()))
        if one.field not in differing.updates.get(one.row, {}) and not told:
            write_values(found, desk.shape(found.handle), {position: {one.field: one.mine}}, desk.language)


def _take_theirs(desk: Desk, found: TableSheet, one: OpenConflict) -> None:
    position = _position(found, one.row)
    if position is not None and one.field is not None:
        write_values(found, desk.shape(found.handle), {position: {one.field: one.theirs}}, desk.language)


def _decide_row(desk: Desk, record: SheetRecord, found: TableSheet, one: OpenConflict, choice: Choice) -> SheetRecord:
    """Decide about a row that one side deleted.

    “Mine” for a row deleted there makes it a new row; for a row deleted here it lets the deletion go out.
    """
    position = _position(found, one.row)
    if one.theirs == DELETED_ROW:
        if position is not None:
            if choice == "mine":
                write_column(found, ID, {position: None})
            else:
                remove_rows(found, [position])
        return replace(record, base=record.base.moved(gone=[one.row]))
    if choice == "theirs":
        if position is None and one.row in record.base.places:
            append_rows(found, desk.shape(found.handle), record.base, [one.row], desk.language)
        return record
    revisions = {one.row: one.revision} if one.revision is not None and one.row in record.base.places else {}
    return replace(record, base=record.base.moved(revisions=revisions))


def _position(found: TableSheet, row: str) -> int | None:
    ids = found.rows.ids
    return ids.index(row) if row in ids else None
