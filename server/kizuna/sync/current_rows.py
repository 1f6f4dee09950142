"""Rows as they are now, and what an op is going to make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from kizuna.model.backend import TryAgainError, fetch_all, stored_select
from kizuna.model.registry import TableSpec
from kizuna.model.values import wire_value
from kizuna.sync.changeset import Op
from kizuna.sync.merge import Merged
from kizuna.sync.pushing import Push

PlacedOp = tuple[int, Op]
"""An op with its place among the table's changes."""


@dataclass(frozen=True, slots=True)
class CurrentRow:
    """A row as it is now, in stored form; ``values`` hold ``store_id`` too."""

    id: str
    store_id: int
    revision: int
    deleted: bool
    field_revisions: Mapping[str, int]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowWrite:
    """A row's change that is going to be written."""

    index: int
    op: Op
    row: CurrentRow
    merged: Merged
    deletes: bool = False
    restores: bool = False


def read_current(
    push: Push, spec: TableSpec, ids: Sequence[str], *, only: Sequence[str] | None = None
) -> dict[str, CurrentRow]:
    """Return the rows called ``ids`` that exist, whoever may see them; with the fields ``only``, where given."""
    if not ids:
        return {}
    condition, values = push.backend.in_list("id", ids)
    rows = {}
    names = spec.stored if only is None else only
    for row_id, store_id, revision, deleted, field_revisions, *stored in fetch_all(
        push.connection, f"{stored_select(push.backend, spec, names=names)} where {condition}", values
    ):
        if store_id not in push.revisions and push.actor.sees(store_id):
            raise TryAgainError  # it moved to another store between our first look and the lock
        fields = dict(zip(names, stored, strict=True)) | {"store_id": store_id}
        known = orjson.loads(field_revisions) if field_revisions else {}
        rows[row_id] = CurrentRow(row_id, store_id, revision, bool(deleted), known, fields)
    return rows


def news(spec: TableSpec, one: RowWrite) -> dict[str, Any]:
    """Return what others changed since the base and the client doesn't know yet."""
    if not one.merged.theirs:
        return {}
    return {
        name: wire_value(spec.by_name[name].type, one.row.values[name])
        for name in one.merged.theirs
        if name in spec.by_name
    }
