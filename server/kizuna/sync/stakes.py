"""Which feeds a changeset may write to: those it must lock before it reads what it changes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kizuna.model.backend import fetch_all
from kizuna.model.synced import COMMON_STORE
from kizuna.sync.changeset import TableChanges
from kizuna.sync.pushing import Push
from kizuna.sync.references import UUID


def stores_at_stake(going: Push, ordered: Sequence[TableChanges]) -> list[int]:
    """Return the feeds in scope this changeset may write to: those of its new rows, its moves, and the rows it changes."""
    if going.backend.one_writer:
        return list(going.actor.feeds)
    stores: set[int] = set()
    for changes in ordered:
        spec = going.registry.table(changes.table)
        if spec.common:
            stores.add(COMMON_STORE)
            continue
        ids = [found for op in changes.ops if op.op != "insert" and UUID.match(found := op.id.lower())]
        if ids:
            condition, values = going.backend.in_list("id", ids)
            sql = f"select distinct store_id from {spec.name} where {condition}"
            stores.update(row[0] for row in fetch_all(going.connection, sql, values))
        named = _named_stores(changes)
        stores.update(one for one in named if one is not None)
        if None in named:
            stores.update(going.actor.feeds)
    return sorted(stores & set(going.actor.feeds))


def _named_stores(changes: TableChanges) -> set[int | None]:
    """Return the stores a table's changes name; None stands for a new row that leaves the choice to us."""
    named = {
        _store_number(op.fields.get("store_id")) for op in changes.ops if op.op == "insert" or "store_id" in op.fields
    }
    if changes.inserts is not None:
        if "store_id" not in changes.inserts.fields:
            return named | {None}
        named |= {_store_number(one) for one in changes.inserts.columns[changes.inserts.fields.index("store_id")]}
    return named


def _store_number(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"\d{1,8}", value):
        return int(value)
    return value if type(value) is int else None
