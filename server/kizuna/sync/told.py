"""What plugins are told of changes: views on rows to be written, a column at a time, read when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kizuna.model.backend import fetch_all, stored_select
from kizuna.model.python_values import python_values
from kizuna.model.registry import TableSpec
from kizuna.rows import ChangeKind, RowChanges
from kizuna.sync.current_rows import RowWrite
from kizuna.sync.pushing import PendingInserts, Push


def told_of_inserts(pending: PendingInserts) -> RowChanges:
    """Return new rows as plugins see them."""
    spec, count = pending.spec, len(pending.ids)

    def after(name: str) -> list[Any]:
        if name == "store_id":
            return list(pending.stores)
        stored = pending.columns.get(name, [None] * count)
        return python_values(spec.field(name).type, stored)

    kinds: list[ChangeKind] = ["insert"] * count
    filled = frozenset(
        [name for name, column in pending.columns.items() if column[0] is not None or _has_value(column)]
    )
    return RowChanges(spec.name, pending.ids, kinds, pending.stores, lambda _: [None] * count, after, filled)


def _has_value(column: Sequence[Any]) -> bool:
    return column.count(None) < len(column)


def told_of_writes(push: Push, spec: TableSpec, writes: Sequence[RowWrite]) -> RowChanges:
    """Return changes of rows as plugins see them."""

    def before(name: str) -> list[Any]:
        return python_values(spec.field(name).type, _held(push, spec, writes, name))

    def after(name: str) -> list[Any]:
        held = _held(push, spec, writes, name)
        stored = [one.merged.write.get(name, value) for one, value in zip(writes, held, strict=True)]
        return python_values(spec.field(name).type, stored)

    kinds: list[ChangeKind] = ["delete" if one.deletes else "restore" if one.restores else "update" for one in writes]
    stores = [one.merged.write.get("store_id", one.row.store_id) for one in writes]
    written = frozenset().union(*[one.merged.write for one in writes])
    return RowChanges(spec.name, [one.row.id for one in writes], kinds, stores, before, after, written)


def _held(push: Push, spec: TableSpec, writes: Sequence[RowWrite], name: str) -> list[Any]:
    """Return what a field held before; whoever only deletes read none, and a deleted row keeps its fields."""
    if all(name in one.row.values for one in writes):
        return [one.row.values[name] for one in writes]
    condition, values = push.backend.in_list("id", [one.row.id for one in writes])
    select = stored_select(push.backend, spec, names=[name])
    found = {row[0]: row[-1] for row in fetch_all(push.connection, f"{select} where {condition}", values)}
    return [found.get(one.row.id) for one in writes]
