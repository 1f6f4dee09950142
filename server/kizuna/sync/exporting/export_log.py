"""Who took which table out, when, and how many rows: for owners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from kizuna.errors import NotFoundError, Text
from kizuna.model.backend import Backend, fetch_all
from kizuna.model.database import Database
from kizuna.model.scope import Actor, OwnerOnlyError
from kizuna.sync.listings import Listing, by_whom_and_since, older_than

COLUMNS = "x.id, x.at, x.who, x.device, x.table_name, x.format, x.row_count, x.stores, x.fields"


class ExportNotFoundError(NotFoundError):
    """There is no export of that id that the caller may see."""

    code = "unknown-export"
    text = Text(
        "書き出しの記録 {id} が見つかりません。GET /api/v1/exports で確かめてください。",
        "There is no export {id}. See GET /api/v1/exports.",
    )


def list_exports(
    database: Database, connection: sa.Connection, actor: Actor, query: Listing
) -> tuple[list[dict[str, Any]], bool]:
    """Return the exports of stores the caller sees, newest first, and whether there are more.

    Raises OwnerOnlyError, UnknownTableError, and ExportNotFoundError where ``before`` names none.
    """
    if actor.role != "owner":
        raise OwnerOnlyError
    backend = database.backend
    hole = backend.holes(1)
    condition, values = _in_scope(backend, actor)
    conditions, parameters = [condition], list(values)
    if query.before is not None:
        sql = f"select x.at, x.id from exports x where x.id = {hole} and {condition}"
        edge = fetch_all(connection, sql, (query.before.replace("\0", "").lower(), *values))
        if not edge:
            raise ExportNotFoundError(id=query.before[:60])
        older, at = older_than(*edge[0], hole=hole)
        conditions.append(older)
        parameters += at
    if query.table is not None:
        conditions.append(f"x.table_name = {hole}")
        parameters.append(database.registry.table(query.table).name)
    more, told = by_whom_and_since(query, hole=hole)
    conditions += more
    parameters += told
    sql = f"select {COLUMNS} from exports x where {' and '.join(conditions)} order by x.at desc, x.id desc limit {hole}"
    found = fetch_all(connection, sql, (*parameters, query.limit + 1))
    return [_shown(row) for row in found[: query.limit]], len(found) > query.limit


def _shown(row: Sequence[Any]) -> dict[str, Any]:
    export, at, who, device, table, file_format, rows, stores, fields = row
    return {
        "id": export,
        "when": at,
        "who": who,
        "device": device,
        "table": table,
        "format": file_format,
        "rows": rows,
        "stores": orjson.loads(stores),
        "fields": orjson.loads(fields),
    }


def _in_scope(backend: Backend, actor: Actor) -> tuple[str, list[Any]]:
    """Return a condition true of the exports that held no other stores than the caller sees."""
    if actor.all_stores:
        return "1 = 1", []
    each = (
        "json_each(x.stores) as held"
        if backend.name == "sqlite"
        else "jsonb_array_elements_text(x.stores::jsonb) as held(value)"
    )
    number = "held.value" if backend.name == "sqlite" else "held.value::integer"
    condition, values = backend.in_list(number, actor.feeds)
    return f"not exists (select 1 from {each} where not ({condition}))", list(values)
