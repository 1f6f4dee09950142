"""Pulled rows merged with unsent work: pure, field by field; nothing typed is given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kizuna_addin.base import Base
from kizuna_addin.compare import Changes
from kizuna_addin.conflict_list import CHANGED_ROW, DELETED_ROW, OpenConflict
from kizuna_addin.gather import Pulled


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """One row merged: what to write into the sheet, what collided, and the base after it."""

    write: Mapping[str, Any] = field(default_factory=dict)
    collisions: tuple[str, ...] = ()
    base: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Merge:
    """A pull merged with a sheet's unsent work."""

    base: Base
    write: Mapping[str, Mapping[str, Any]]
    """Cells to write, by row id and field."""
    added: tuple[str, ...]
    """Ids of rows the sheet does not have yet; their values stand in `base`."""
    removed: tuple[str, ...]
    """Ids of rows to take out of the sheet."""
    conflicts: tuple[OpenConflict, ...]
    settled: frozenset[tuple[str, str | None]]
    """Rows and fields that were in conflict and agree now."""


def merge_fields(base: Mapping[str, Any] | None, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> FieldMerge:
    """Merge one row; `mine` holds only what was typed, and without a base any difference collides.

    The base of a field that collided does not move.
    """
    write: dict[str, Any] = {}
    collisions: list[str] = []
    moved: dict[str, Any] = {}
    for name, value in theirs.items():
        known = base is not None and name in base
        if name not in mine:
            if not known or base[name] != value:  # type: ignore[index]  # known says that there is a base
                write[name] = value
            moved[name] = value
        elif mine[name] == value:
            moved[name] = value
        elif known and base[name] == value:  # type: ignore[index]  # known says that there is a base
            continue
        else:
            collisions.append(name)
    return FieldMerge(write, tuple(collisions), moved)


def merge(handle: str, base: Base, changes: Changes, pulled: Pulled) -> Merge:
    """Merge what a pull brought into a sheet whose unsent work is `changes`.

    After a snapshot, base rows that did not come are gone. A gone row with unsent work stays and is a conflict; so is a row
    deleted here and changed there.
    """
    if not len(base) and not changes.inserts and pulled.snapshot:
        fresh = Base(pulled.fields, pulled.ids, pulled.revisions, pulled.columns).with_fields(base.fields)
        return Merge(fresh, {}, tuple(pulled.ids), (), (), frozenset())
    typed = {one.id: one.fields for one in changes.inserts if one.id}
    deleted = set(changes.deletes)
    rows: dict[str, Mapping[str, Any]] = {}
    revisions: dict[str, int] = {}
    write: dict[str, Mapping[str, Any]] = {}
    added: list[str] = []
    conflicts: list[OpenConflict] = []
    settled: set[tuple[str, str | None]] = set()
    for place, row in enumerate(pulled.ids):
        theirs = {name: column[place] for name, column in zip(pulled.fields, pulled.columns, strict=True)}
        before = base.row(row) if row in base.places else None
        revisions[row] = pulled.revisions[place]
        if row in deleted and before is not None:
            if any(name in theirs and theirs[name] != value for name, value in before.items()):
                conflicts.append(OpenConflict(handle, row, None, None, DELETED_ROW, CHANGED_ROW))
            rows[row] = theirs
        elif before is None and row not in typed:
            rows[row] = theirs
            added.append(row)
        else:
            mine = changes.updates.get(row) or typed.get(row) or {}
            merged = merge_fields(before, mine, theirs)
            rows[row] = merged.base
            if merged.write:
                write[row] = merged.write
            conflicts.extend(
                OpenConflict(handle, row, name, before and before.get(name), mine[name], theirs[name])
                for name in merged.collisions
            )
            settled.update((row, name) for name in theirs)
            settled.add((row, None))
    came = set(pulled.ids)
    gone = (
        [row for row in base.ids if row not in came]
        if pulled.snapshot
        else [r for r in pulled.gone if r in base.places]
    )
    removed = []
    for row in gone:
        if row in changes.updates:
            conflicts.append(OpenConflict(handle, row, None, None, CHANGED_ROW, DELETED_ROW))
        elif row not in deleted:
            removed.append(row)
        settled.add((row, None))
    kept = {one.row for one in conflicts if one.theirs == DELETED_ROW and one.field is None}
    moved = base.moved(rows=rows, revisions=revisions, gone=[row for row in gone if row not in kept])
    found = {(one.row, one.field) for one in conflicts}
    return Merge(moved, write, tuple(added), tuple(removed), tuple(conflicts), frozenset(settled - found))
