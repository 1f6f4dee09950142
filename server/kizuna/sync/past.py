"""A table as it was on a day: the rows as they are now, walked back through what changed since."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import orjson
import sqlalchemy as sa

from kizuna.decoding import decode
from kizuna.errors import RequestError, Text
from kizuna.model.backend import Backend, fetch_all, stored_select
from kizuna.model.core_settings import PRUNED_BEFORE, read_setting
from kizuna.model.database import Database
from kizuna.model.fields import SQL_TYPES
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.model.values import stored_column, wire_value
from kizuna.sync.filter import Condition, read_filter
from kizuna.sync.inverse import Step, net
from kizuna.sync.references import UUID, keys_of
from kizuna.sync.walk import heads_of, walked

LARGEST_PAST_PAGE = 20_000


class HistoryNotKeptError(RequestError):
    """A day lies before what history was kept of."""

    code = "history-not-kept"
    text = Text(
        "{as_of} の状態は分かりません。履歴は {kept_from} 以降のものだけが残っています。",
        "What things were like at {as_of} is not known: history is kept from {kept_from} on.",
    )


@dataclass(frozen=True, slots=True)
class PastRequest:
    """What a client asks for; ``as_of`` is a UTC second, and what happened in it counts."""

    table: str
    as_of: str
    cursor: str | None = None
    fields: tuple[str, ...] | None = None
    filter: str | None = None
    refs: Literal["id", "key"] = "id"
    layout: Literal["rows", "columns"] = "rows"
    limit: int = LARGEST_PAST_PAGE


class PastCursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a client stands: after which row, and the last revision of each feed that counts."""

    as_of: str
    after: str
    cut: dict[int, int]

    def encode(self) -> str:
        """Return the cursor as the wire shows it."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class PastRow:
    """A row as it was, in stored form; ``revision`` is None where it changed since."""

    id: str
    revision: int | None
    values: Mapping[str, Any]


def read_past(database: Database, connection: sa.Connection, actor: Actor, asked: PastRequest) -> dict[str, Any]:
    """Return one page of a table as it was, in the form of a snapshot, for the stores in the caller's scope today.

    A row shows when its store is in scope now and was then. Raises UnknownTableError, UnknownFieldError, BadFilterError and
    HistoryNotKeptError.
    """
    spec = database.registry.table(asked.table)
    seen = actor.table(spec)
    fields = tuple(seen.field(name) for name in dict.fromkeys(asked.fields)) if asked.fields else seen.fields
    condition = read_filter(database.backend, database.registry, seen, asked.filter)
    held = _decode(asked.cursor)
    if held is None or held.as_of != asked.as_of:
        kept_from = read_setting(database.backend, connection, PRUNED_BEFORE)
        if kept_from is not None and asked.as_of < kept_from:
            raise HistoryNotKeptError(as_of=asked.as_of, kept_from=kept_from)
        held = PastCursor(asked.as_of, "", _cut(database.backend, connection, asked.as_of))
        reason = "as-of" if asked.cursor is None else "cursor-unreadable"
    else:
        reason = "continued"
    rows, last, more = _past_rows(database, connection, actor, spec, held, asked.limit)
    if condition is not None:
        rows = _matching(database.backend, connection, spec, condition, rows)
    columns: list[list[Any]] = [[one.id for one in rows], [one.revision for one in rows]]
    for one in fields:
        values = [wire_value(one.type, row.values[one.name]) for row in rows]
        if one.references is not None and asked.refs == "key":
            values = keys_of(database, connection, actor, one.references, values)
        columns.append(values)
    data = columns if asked.layout == "columns" else [list(row) for row in zip(*columns, strict=True)]
    return {
        "mode": "snapshot",
        "reason": reason,
        "as_of": asked.as_of,
        "fields": ["id", "revision", *(one.name for one in fields)],
        asked.layout: data,
        "gone": [],
        "cursor": PastCursor(held.as_of, last, held.cut).encode(),
        "more": more,
    }


def _cut(backend: Backend, connection: sa.Connection, as_of: str) -> dict[int, int]:
    """Return the last revision of each feed before the first one made after ``as_of``: order is by revision, not by clock."""
    now = dict(fetch_all(connection, "select store_id, revision from feeds"))
    sql = (
        "select c.store_id, min(c.revision) from changesets s join changes c on c.changeset_id = s.id "
        f"where s.at > {backend.holes(1)} group by c.store_id"
    )
    return now | {store: first - 1 for store, first in fetch_all(connection, sql, (as_of,))}


def _past_rows(
    database: Database, connection: sa.Connection, actor: Actor, spec: TableSpec, held: PastCursor, limit: int
) -> tuple[list[PastRow], str, bool]:
    """Return the rows of one page as they were, the id the page ends with, and whether there are more."""
    backend, hole = database.backend, database.backend.holes(1)
    scope, stores = backend.in_list("store_id", actor.feeds)
    sql = f"{stored_select(backend, spec)} where {scope} and id > {hole} order by id limit {hole}"
    found = fetch_all(connection, sql, (*stores, held.after, limit + 1))
    page = found[:limit]
    touched = [row[0] for row in page if row[2] > held.cut.get(row[1], 0)]
    steps = _steps_since(backend, connection, spec, touched, held.cut)
    past = []
    for row_id, store_id, revision, deleted, _, *stored in page:
        values = dict(zip(spec.stored, stored, strict=True)) | {"store_id": store_id}
        since = steps.get(row_id)
        if since is None:
            if not deleted:
                past.append(PastRow(row_id, revision, values))
            continue
        back = net(since)
        was_deleted = back.deleted[0] if back.deleted is not None else bool(deleted)
        if back.inserted or was_deleted:
            continue
        for name, (before, _now) in back.fields.items():
            if name in spec.by_name:
                values[name] = stored_column(spec.by_name[name], [before])[0][0]
        if actor.sees(values["store_id"]):
            past.append(PastRow(row_id, None, values))
    return past, page[-1][0] if page else held.after, len(found) > limit


def _steps_since(
    backend: Backend, connection: sa.Connection, spec: TableSpec, ids: Sequence[str], cut: Mapping[int, int]
) -> dict[str, list[Step]]:
    if not ids:
        return {}
    walk, values = walked(backend, spec.name, heads_of(backend, spec.name, ids), cut=cut)
    sql = f"{walk} select row_id, revision, kind, fields from walked where kind <> 'left' order by revision"
    steps: dict[str, list[Step]] = {}
    for row_id, revision, kind, fields in fetch_all(connection, sql, values):
        steps.setdefault(row_id, []).append(Step(revision, kind, orjson.loads(fields) if fields else {}))
    return steps


def _matching(
    backend: Backend, connection: sa.Connection, spec: TableSpec, condition: Condition, rows: Sequence[PastRow]
) -> list[PastRow]:
    """Return the rows a filter wants: the database judges them as it judges those of today."""
    names = [one.name for one in spec.fields]
    sent = orjson.dumps([{"id": row.id} | {name: row.values[name] for name in names} for row in rows]).decode()
    if backend.name == "sqlite":
        shown = [f"json_extract(value, '$.{name}') as {name}" for name in ("id", *names)]
        source = f"(select {', '.join(shown)} from json_each(?)) as {spec.name}"
    else:
        dialect = backend.engine.dialect
        shown = [f"{one.name} {SQL_TYPES[one.type]().compile(dialect=dialect)}" for one in spec.fields]
        source = f"json_to_recordset(%s::json) as {spec.name}(id text, {', '.join(shown)})"
    sql = f"select id from {source} where {condition.sql}"
    wanted = {row[0] for row in fetch_all(connection, sql, (sent, *condition.parameters))}
    return [row for row in rows if row.id in wanted]


def _decode(text: str | None) -> PastCursor | None:
    if not text:
        return None
    try:
        cursor = decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), PastCursor)
    except (binascii.Error, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return cursor if cursor.after == "" or UUID.match(cursor.after) else None
