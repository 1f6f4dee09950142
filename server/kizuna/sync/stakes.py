"""Which feeds a changeset must lock before it reads what it changes: those it may write to, and sometimes all."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa

from kizuna.model.backend import Backend, fetch_all
from kizuna.model.synced import COMMON_STORE
from kizuna.sync.changeset import TableChanges
from kizuna.sync.pushing import Push
from kizuna.sync.references import UUID

COUNTED = "customers"
"""The table whose rows have totals."""


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


def lock_stakes(going: Push, ordered: Sequence[TableChanges]) -> None:
    """Lock the feeds at stake until commit and note where they stand.

    Whoever deletes customers, or brings them back, keeps every store's pushes out for so long: a purchase under way in
    another store would else miss the deletion, and the deletion the purchase, in totals that both compute.
    """
    stakes = stores_at_stake(going, ordered)
    if going.backend.one_writer or not any(_deletes_or_restores(one) for one in ordered if one.table == COUNTED):
        going.revisions.update(going.backend.lock_feeds(going.connection, stakes))
        return
    # The second wall would hide the counters of other stores; nothing but locks is taken behind it.
    going.backend.narrow(going.connection, None, writes=True)
    found = lock_every_feed(going.backend, going.connection)
    going.stay_within_scope()
    going.revisions.update({store: found[store] for store in stakes})


def lock_every_feed(backend: Backend, connection: sa.Connection) -> dict[int, int]:
    """Lock the feeds of all stores until commit; return their revisions."""
    known = fetch_all(connection, "select code from stores where code is not null union select store_id from feeds")
    return backend.lock_feeds(connection, sorted({COMMON_STORE, *(row[0] for row in known)}))


def _deletes_or_restores(changes: TableChanges) -> bool:
    return any(op.op in {"delete", "restore"} for op in changes.ops)


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
