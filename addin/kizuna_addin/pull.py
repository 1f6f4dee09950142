"""Pull: what changed on the server merged into the sheets; unsent work is never overwritten."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass, replace

import xlwings as xw

from kizuna_addin.base import Base
from kizuna_addin.book_errors import BaseDamagedError, TableLostError
from kizuna_addin.client import Client
from kizuna_addin.columns import add_columns
from kizuna_addin.compare import Changes
from kizuna_addin.conflict_authors import with_authors
from kizuna_addin.conflict_list import DELETED_ROW, merged_conflicts
from kizuna_addin.conflict_sheet import show_conflicts
from kizuna_addin.desk import Desk, Progress, silent
from kizuna_addin.errors import AddinError
from kizuna_addin.gather import Pulled
from kizuna_addin.heal import heal
from kizuna_addin.kept_answers import keep_answers
from kizuna_addin.layout import add_dropdowns, build_sheet
from kizuna_addin.merge import Merge, merge
from kizuna_addin.moments import timestamp
from kizuna_addin.pending import settle_pending
from kizuna_addin.read_only import mind_read_only
from kizuna_addin.records import SheetRecord, View
from kizuna_addin.refresh import refresh
from kizuna_addin.size import Agrees, anyway, minding
from kizuna_addin.table_sheet import ID, TableSheet
from kizuna_addin.writing import append_rows, remove_rows, settle_ids, write_values


@dataclass(frozen=True, slots=True)
class SheetPull:
    """What a pull did to one sheet: rows changed, added and taken out, conflicts open, rows still unsent."""

    handle: str
    label: str
    reason: str | None
    changed: int
    added: int
    removed: int
    conflicts: int
    unsent: int
    healed: bool = False
    lost: bool = False
    """Whether the sheet's table is gone from the workbook; the other sheets were pulled."""
    removed_columns: tuple[str, ...] = ()
    """Headings of our columns that are gone from the sheet; what they hold is not synced."""


def pull(
    book: xw.Book,
    client: Client,
    *,
    handles: Collection[str] = (),
    restore: bool = False,
    language: str = "ja",
    progress: Progress = silent,
    agrees: Agrees = anyway,
) -> tuple[SheetPull, ...]:
    """Bring the sheets of a workbook (all, or those named) to the server's state and save it.

    `restore` also brings back rows and columns deleted in the sheet and sheets that were lost. A damaged base is made anew.
    A push that was cut is finished first. `agrees` is asked before a sheet gets very many rows. A sheet that a person
    removed is reported as lost and does not stop the others. What raises at one sheet leaves those before it pulled and kept.
    """
    mind_read_only(book)
    desk = Desk.open_with(book, client, language)
    settle_pending(desk, client)
    reports: list[SheetPull] = []
    for handle in desk.record.handles:
        if handles and handle not in handles:
            continue
        try:
            done = pull_sheet(desk, client, handle, restore=restore, progress=progress, agrees=agrees)
        except AddinError:
            if reports:
                # In an open workbook their cells are new by now; beside an old base they would pass for typed.
                show_conflicts(desk, desk.work.conflicts)
                desk.keep()
            raise
        reports.append(done)
    show_conflicts(desk, desk.work.conflicts)
    keep_answers(desk, client)
    desk.keep()
    return tuple(reports)


def pull_sheet(
    desk: Desk, client: Client, handle: str, *, restore: bool, progress: Progress, agrees: Agrees = anyway
) -> SheetPull:
    """Bring one sheet to the server's state; its workbook is not saved."""
    label = desk.label(handle)
    record: SheetRecord | None = None
    with contextlib.suppress(BaseDamagedError):
        record = desk.sheet_record(handle)
    try:
        found = desk.read(handle)
    except TableLostError:
        if not restore:
            conflicts = sum(one.handle == handle for one in desk.work.conflicts)
            return SheetPull(handle, label, "table-lost", 0, 0, 0, conflicts, 0, lost=True)
        return _rebuild(desk, client, record or _blank_record(desk, handle), progress, agrees)
    if record is None:
        return _heal_sheet(desk, client, found, progress, agrees)
    changes = desk.changes(record, found)
    pulled = client.pull(
        record.table,
        cursor=record.cursor,
        fields=() if record.all_fields else record.fields,
        conditions=record.conditions,
        arrived=minding(label, progress, agrees),
    )
    record = _with_new_fields(desk, client, record, found, pulled)
    return merge_sheet(desk, client, record, found, changes, pulled, restore=restore)


def merge_sheet(
    desk: Desk,
    client: Client,
    record: SheetRecord,
    found: TableSheet,
    changes: Changes,
    pulled: Pulled,
    *,
    restore: bool = False,
    whole: bool = True,
) -> SheetPull:
    """Merge what came from the server into a sheet whose unsent work is `changes`; `whole` says that all of it was asked for."""
    merged = _confirmed(client, record, merge(record.handle, record.base, changes, pulled))
    merged = replace(merged, conflicts=with_authors(client, record.table, merged.conflicts))
    counts = _apply(desk, record, found, changes, merged, restore=restore)
    record = replace(record, base=merged.base, cursor=pulled.cursor)
    _remember(desk, record, merged, whole=whole)
    same_rows = not pulled.snapshot and counts[1:] == (0, 0)
    if restore and _with_removed_columns(desk, record, found):
        same_rows = False
    now = desk.changes(record, found, before=changes, touched=pulled.ids) if same_rows else None
    state = refresh(desk, found, changes=now)
    removed = desk.removed_columns(record, found)
    return SheetPull(
        record.handle,
        desk.label(record.handle),
        pulled.reason,
        *counts,
        state.conflicts,
        state.unsent,
        removed_columns=removed,
    )


def _with_removed_columns(desk: Desk, record: SheetRecord, found: TableSheet) -> bool:
    """Bring back columns that a person deleted, with what was last synced; return whether there were any."""
    shape = desk.shape(record.handle)
    gone = [name for name in record.fields if name not in found.columns and name in shape.by_name]
    add_columns(desk, found, [shape.by_name[name] for name in gone])
    ids = {row: position for position, row in enumerate(found.cells(ID)) if row in record.base.places}
    for name in gone:
        values = record.base.column(name)
        write_values(
            found, shape, {place: {name: values[record.base.places[row]]} for row, place in ids.items()}, desk.language
        )
    return bool(gone)


def _confirmed(client: Client, record: SheetRecord, merged: Merge) -> Merge:
    """Return a merge in which a row that only left the sheet's filter is no conflict: its unsent work can still be sent."""
    if not record.conditions:
        return merged
    alive = {
        one.row
        for one in merged.conflicts
        if one.field is None and one.theirs == DELETED_ROW and client.is_alive(record.table, one.row)
    }
    conflicts = tuple(one for one in merged.conflicts if one.row not in alive)
    return replace(merged, conflicts=conflicts)


def _apply(
    desk: Desk, record: SheetRecord, found: TableSheet, changes: Changes, merged: Merge, *, restore: bool
) -> tuple[int, int, int]:
    """Bring one sheet in step with a merge; return rows changed, added, removed."""
    shape = desk.shape(record.handle)
    settle_ids(found, changes)
    typed = {one.id: one.position for one in changes.inserts if one.id}
    positions = {**typed, **changes.positions}
    write_values(found, shape, {positions[row]: values for row, values in merged.write.items()}, desk.language)
    removed = [changes.positions[row] for row in merged.removed]
    remove_rows(found, removed)
    added = list(merged.added)
    if restore:
        added += [row for row in changes.deletes if row in merged.base.places]
    first = found.height
    append_rows(found, shape, merged.base, added, desk.language)
    if added:
        add_dropdowns(found, shape, min(first, found.height - len(added)), len(added), desk.language)
    return len(merged.write), len(added), len(removed)


def _remember(desk: Desk, record: SheetRecord, merged: Merge, *, whole: bool = True) -> None:
    desk.memory.put_sheet(record)
    work = desk.work
    handle = record.handle
    still = [one for one in work.conflicts if one.handle != handle or (one.row, one.field) not in merged.settled]
    removed = set(merged.removed)
    still = [one for one in still if one.handle != handle or one.row not in removed]
    conflicts = merged_conflicts(still, merged.conflicts)
    pulled_at = {**work.pulled_at, handle: timestamp()} if whole else work.pulled_at
    desk.memory.put_work(replace(work, conflicts=conflicts, pulled_at=pulled_at))


def _with_new_fields(desk: Desk, client: Client, record: SheetRecord, found: TableSheet, pulled: Pulled) -> SheetRecord:
    """Follow a table that got fields: ask for its description again and add the columns."""
    if not record.all_fields or not pulled.fields or set(pulled.fields) == set(record.base.fields):
        return record
    desk.use(client.schema())
    shape = desk.shape(record.handle)
    names = tuple(name for name in (one.name for one in shape.fields) if name in pulled.fields)
    add_columns(desk, found, [shape.by_name[name] for name in names if name not in record.fields])
    return replace(record, fields=names, base=record.base.with_fields(names))


def _blank_record(desk: Desk, handle: str) -> SheetRecord:
    """Return the record of a sheet whose own cannot be read, as if it had never been pulled."""
    shape, view = desk.shape(handle), desk.record.views.get(handle, View())
    names = tuple(one.name for one in shape.pick(view.fields))
    return SheetRecord(handle, shape.name, names, Base.empty(names), view.conditions, all_fields=not view.fields)


def _heal_sheet(desk: Desk, client: Client, found: TableSheet, progress: Progress, agrees: Agrees) -> SheetPull:
    handle = found.handle
    label, shape = desk.label(handle), desk.shape(handle)
    view = desk.record.views.get(handle, View())
    pulled = client.pull(
        shape.name,
        fields=[one.name for one in shape.pick(view.fields)] if view.fields else (),
        conditions=view.conditions,
        arrived=minding(label, progress, agrees),
    )
    names = tuple(one.name for one in shape.fields if one.name in pulled.fields)
    healed = heal(handle, shape, found.rows, pulled, desk.language)
    base = healed.merge.base.with_fields(names)
    told = replace(healed.merge, conflicts=with_authors(client, shape.name, healed.merge.conflicts))
    record = SheetRecord(handle, shape.name, names, base, view.conditions, pulled.cursor, all_fields=not view.fields)
    counts = _apply(desk, record, found, healed.changes, replace(told, base=base), restore=False)
    _remember(desk, record, told)
    state = refresh(desk, found)
    return SheetPull(handle, label, "base-damaged", *counts, state.conflicts, state.unsent, healed=True)


def _rebuild(desk: Desk, client: Client, record: SheetRecord, progress: Progress, agrees: Agrees) -> SheetPull:
    label, shape = desk.label(record.handle), desk.shape(record.handle)
    pulled = client.pull(
        record.table,
        fields=() if record.all_fields else record.fields,
        conditions=record.conditions,
        arrived=minding(label, progress, agrees),
    )
    base = Base(pulled.fields, pulled.ids, pulled.revisions, pulled.columns).with_fields(record.fields)
    found = build_sheet(desk, record.handle, shape.pick(record.fields), base)
    merged = Merge(base, {}, tuple(base.ids), (), (), frozenset())
    _remember(desk, replace(record, base=base, cursor=pulled.cursor), merged)
    state = refresh(desk, found)
    return SheetPull(record.handle, label, "restored", 0, len(base), 0, state.conflicts, state.unsent)
