"""What a cut push had sent, brought into the workbook as it was last saved; then the push can be finished there.

Its program ended before the workbook was saved, so cells typed since the last save are missing: new rows, or their ids,
changed cells, deleted rows. What was typed in the workbook afterwards stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kizuna_addin.book_errors import BaseDamagedError, TableLostError
from kizuna_addin.compare import Changes, NewRow
from kizuna_addin.desk import Desk
from kizuna_addin.journal import Entry
from kizuna_addin.records import SheetRecord
from kizuna_addin.table_sheet import ID, TableSheet
from kizuna_addin.wire import Op
from kizuna_addin.writing import append_rows, remove_rows, write_column, write_values


def replay(desk: Desk, entry: Entry) -> None:
    """Bring a push that its workbook does not know into its sheets, and note it there as pending. Twice does no more."""
    ops = iter([op for one in entry.pending.changeset.tables for op in one.ops])
    for handle, count in entry.pending.parts:
        part = [op for op, _ in zip(ops, range(count), strict=False)]
        try:
            record, found = desk.sheet_record(handle), desk.read(handle)
        except (BaseDamagedError, TableLostError):
            # The pull that heals or restores this sheet brings what was applied.
            continue
        _replay_sheet(desk, record, found, part, entry.places)
    desk.lost = None
    desk.memory.put_work(replace(desk.work, pending=entry.pending))
    desk.memory.keep(desk.book)


def _replay_sheet(desk: Desk, record: SheetRecord, found: TableSheet, ops: list[Op], places: Mapping[str, int]) -> None:
    changes, shape = desk.changes(record, found), desk.shape(record.handle)
    write: dict[int, Mapping[str, Any]] = {}
    ids: dict[int, str] = {}
    missing: dict[str, Mapping[str, Any]] = {}
    there = {*changes.positions, *(one.id for one in changes.inserts)}
    lost = [op for op in ops if op.kind == "insert" and op.id not in there]
    same = same_rows(lost, places, [one for one in changes.inserts if one.id is None])
    for op in ops:
        if op.kind == "update" and op.id in changes.positions:
            position = changes.positions[op.id]
            write[position] = _untouched(op, position, changes)
    for op in lost:
        row = same.get(op.id)
        if row is None:
            missing[op.id] = op.fields
        else:
            ids[row.position] = op.id
            write[row.position] = {name: value for name, value in op.fields.items() if name not in row.fields}
    write_values(found, shape, write, desk.language)
    for position in ids:
        for name in changes.cleared.get(position, ()):
            write_column(found, name, {position: None})
    write_column(found, ID, ids)
    gone = [op.id for op in ops if op.kind == "delete" and op.id not in changes.updates]
    remove_rows(found, [changes.positions[row] for row in gone if row in changes.positions])
    append_rows(found, shape, record.base.moved(rows=missing), list(missing), desk.language)


def _untouched(op: Op, position: int, changes: Changes) -> dict[str, Any]:
    """Return the fields of an operation whose cells still show what was last synced."""
    typed = {*changes.updates.get(op.id, ()), *(one.field for one in changes.remarks.get(position, ()))}
    return {name: value for name, value in op.fields.items() if name not in typed}


def same_rows(inserts: Iterable[Op], places: Mapping[str, int], rows: Sequence[NewRow]) -> dict[str, NewRow]:
    """Return for inserts, by id, the new row of a sheet each was made from, as far as there is one.

    That is a row that holds exactly the same, the nearer the better; else the one that agrees in most of what it holds, for
    it may have been saved half typed, or changed since: in half of it where the row stood, elsewhere in more.
    """
    found: dict[str, NewRow] = {}
    free = {one.position: one for one in rows}
    left = []
    for op in inserts:
        same = [one for one in free.values() if one.fields == op.fields]
        if same:
            found[op.id] = free.pop(min(same, key=lambda one: abs(one.position - places.get(op.id, 0))).position)
        else:
            left.append(op)
    for op in left:
        ranked = [(_agreement(op, one), one.position == places.get(op.id), one.position) for one in free.values()]
        share, is_there, position = max(ranked, default=(0.0, False, 0))
        if share > 0.5 or (share == 0.5 and is_there):
            found[op.id] = free.pop(position)
    return found


def _agreement(op: Op, row: NewRow) -> float:
    """Return how much of what a row holds an insert holds as well, from 0 to 1."""
    agreeing = [name for name, value in row.fields.items() if name in op.fields and op.fields[name] == value]
    return len(agreeing) / (len(row.fields) or 1)
