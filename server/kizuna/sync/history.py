"""One row as it is, and how it came to be."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from kizuna.errors import NotFoundError, Text
from kizuna.model.backend import fetch_all, stored_select
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.model.values import wire_value
from kizuna.sync.references import UUID
from kizuna.sync.walk import heads_of, walked

MOST_CHANGES = 1_000


class RowNotFoundError(NotFoundError):
    """The table has no row of that id in scope."""

    code = "unknown-row"
    text = Text(
        "「{table}」に行 {id} が見つかりません。id を確かめてください(ほかの店舗の行は見えません)。",
        "Table {table!r} has no row {id} that you see. Check the id; rows of other stores are not shown.",
    )


def row_of(database: Database, connection: sa.Connection, actor: Actor, table: str, row_id: str) -> dict[str, Any]:
    """Return a row in scope as the wire shows it, deleted or not; raise RowNotFoundError."""
    spec = actor.table(database.registry.table(table))
    hole = database.backend.holes(1)
    if not UUID.match(row_id):
        raise RowNotFoundError(table=table, id=row_id[:60])
    found = fetch_all(connection, f"{stored_select(database.backend, spec)} where id = {hole}", (row_id,))
    if not found or not actor.sees(found[0][1]):
        raise RowNotFoundError(table=table, id=row_id[:60])
    _, store_id, revision, deleted, _, *stored = found[0]
    fields = {name: wire_value(spec.by_name[name].type, value) for name, value in zip(spec.stored, stored, strict=True)}
    return {
        "table": table,
        "id": row_id,
        "store_id": store_id,
        "revision": revision,
        "deleted": bool(deleted),
        "fields": fields,
    }


def history_of(database: Database, connection: sa.Connection, actor: Actor, table: str, row_id: str) -> dict[str, Any]:
    """Return a row's changes in scope, newest first; raise RowNotFoundError."""
    row_of(database, connection, actor, table, row_id)
    spec = actor.table(database.registry.table(table))
    heads = heads_of(database.backend, spec.name, [row_id])
    walk, values = walked(database.backend, spec.name, heads, feeds=actor.feeds, most=MOST_CHANGES + 1)
    sql = (
        f"{walk} select walked.revision, kind, s.who, s.at, s.origin, s.device, s.note, s.id, fields from walked "
        f"join changesets s on s.id = changeset_id order by walked.revision desc limit {MOST_CHANGES + 1}"
    )
    found = fetch_all(connection, sql, values)
    names = ("revision", "kind", "who", "when", "origin", "device", "note", "changeset")
    changes = [
        dict(zip(names, row[:8], strict=True)) | {"fields": _visible(spec, row[8])} for row in found[:MOST_CHANGES]
    ]
    return {"table": table, "id": row_id, "changes": changes, "more": len(found) > MOST_CHANGES}


def _visible(spec: TableSpec, fields: str | None) -> dict[str, Any]:
    """Return a change's fields without those the caller may not see."""
    said = orjson.loads(fields) if fields else {}
    return {name: values for name, values in said.items() if name in spec.by_name}
