"""Who took which table out, when, and how many rows: for owners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from kizuna.errors import NotFoundError, Text
from kizuna.model.backend import Backend, fetch_all
from kizuna.model.database import Database
from kizuna.model.scope import Actor, OwnerOnlyError

LARGEST_LISTING = 200
COLUMNS = "e.id, e.at, e.who, e.device, e.table_name, e.format, e.row_count, e.stores, e.fields"


class ExportNotFoundError(NotFoundError):
    """There is no export of that id that the caller may see."""

    code = "unknown-export"
    text = Text(
        "書き出しの記録 {id} が見つかりません。GET /api/v1/exports で確かめてください。",
        "There is no export {id}. See GET /api/v1/exports.",
    )


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """Which exports to list: before another one, by a person, of a table, since a moment (UTC, ISO 8601)."""

    before: str | None = None
    who: str | None = None
    table: str | None = None
    since: str | None = None
    limit: int = 50


def list_exports(
    database: Database, connection: sa.Connection, actor: Actor, query: ExportQuery
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
        sql = f"select e.at, e.id from exports e where e.id = {hole} and {condition}"
        edge = fetch_all(connection, sql, (query.before.replace("\0", "").lower(), *values))
        if not edge:
            raise ExportNotFoundError(id=query.before[:60])
        at, known = edge[0]
        conditions.append(f"(e.at < {hole} or (e.at = {hole} and e.id < {hole}))")
        parameters += [at, at, known]
    if query.who is not None:
        conditions.append(
            f"(e.who = {hole} or e.account_id in (select a.id from accounts a join staff s on s.id = a.staff_id "
            f"where s.number = {hole} or s.id = {hole}))"
        )
        parameters += [query.who] * 3
    if query.table is not None:
        conditions.append(f"e.table_name = {hole}")
        parameters.append(database.registry.table(query.table).name)
    if query.since is not None:
        conditions.append(f"e.at >= {hole}")
        parameters.append(query.since)
    sql = f"select {COLUMNS} from exports e where {' and '.join(conditions)} order by e.at desc, e.id desc limit {hole}"
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
        "json_each(e.stores) as held"
        if backend.name == "sqlite"
        else "jsonb_array_elements_text(e.stores::jsonb) as held(value)"
    )
    number = "held.value" if backend.name == "sqlite" else "held.value::integer"
    condition, values = backend.in_list(number, actor.feeds)
    return f"not exists (select 1 from {each} where not ({condition}))", list(values)
