"""The rows of a table that were deleted: who deleted them when, and what would come back."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kizuna.errors import AccessError, NotFoundError, Text
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.roles import LEADERS
from kizuna.model.scope import Actor
from kizuna.model.values import wire_value
from kizuna.sync.references import UUID, stored_keys

MOST_DELETED = 1_000


class LeadersOnlyError(AccessError):
    """Only managers and owners may see this."""

    code = "leaders-only"
    text = Text(
        "これを見られるのは店長とオーナーです。依頼してください。",
        "Only managers and owners may see this. Ask one of them.",
    )


class NoDeletedRowError(NotFoundError):
    """No deleted row in scope has that number or id."""

    code = "no-deleted-row"
    text = Text(
        "「{table}」に、削除された {named} の行がありません。番号か id を確かめてください。",
        "Table {table!r} has no deleted row {named}. Check its number or id.",
    )


def deleted_rows(
    database: Database, connection: sa.Connection, actor: Actor, table: str, *, limit: int = MOST_DELETED
) -> dict[str, Any]:
    """Return a table's deleted rows in scope, those deleted last first; raise LeadersOnlyError and UnknownTableError."""
    if actor.role not in LEADERS:
        raise LeadersOnlyError
    spec = actor.table(database.registry.table(table))
    backend = database.backend
    gone = "deleted = " + ("1" if backend.name == "sqlite" else "true")
    scope, stores = backend.in_list("r.store_id", actor.feeds)
    shown = ", ".join(f"r.{backend.stored_expression(spec.by_name[name])}" for name in spec.stored)
    # A moment of pruned history is not known any more; such rows come last.
    sql = (
        f"select r.id, r.store_id, r.revision, s.who, s.at, s.note, s.id, {shown} from {spec.name} r "
        "left join changes c on c.store_id = r.store_id and c.revision = r.revision "
        "left join changesets s on s.id = c.changeset_id "
        f"where r.{gone} and {scope} order by coalesce(s.at, '') desc, r.id limit {backend.holes(1)}"
    )
    found = fetch_all(connection, sql, (*stores, limit + 1))
    names = ("id", "store_id", "revision", "who", "when", "note", "changeset")
    rows = [
        dict(zip(names, row, strict=False))
        | {
            "fields": {
                name: wire_value(spec.by_name[name].type, value)
                for name, value in zip(spec.stored, row[len(names) :], strict=True)
            }
        }
        for row in found[:limit]
    ]
    return {"table": table, "rows": rows, "more": len(found) > limit}


def find_deleted(
    database: Database, connection: sa.Connection, actor: Actor, table: str, named: str
) -> tuple[str, int]:
    """Return id and revision of the row called ``named`` that was deleted last; raise NoDeletedRowError."""
    spec, backend = database.registry.table(table), database.backend
    gone = "deleted = " + ("1" if backend.name == "sqlite" else "true")
    column = "id" if UUID.match(named.lower()) else spec.key
    values = [named.lower()] if column == "id" else stored_keys(spec, [named])
    if column is not None and values:
        scope, stores = backend.in_list("store_id", actor.feeds)
        sql = (
            f"select id, revision from {spec.name} where {column} = {backend.holes(1)} and {gone} and {scope} "
            "order by revision desc"
        )
        for row_id, revision in fetch_all(connection, sql, (*values, *stores)):
            return str(row_id), int(revision)
    raise NoDeletedRowError(table=table, named=named[:60])
