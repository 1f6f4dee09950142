"""Who did what: the changesets there were, as far as the caller may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from kizuna.errors import NotFoundError, Text
from kizuna.model.backend import Backend, fetch_all
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.sync.kept_answers import unpacked
from kizuna.sync.listings import Listing, by_whom_and_since, older_than

COLUMNS = "x.id, x.account_id, x.who, x.device, x.at, x.origin, x.note, x.undoes, x.stores, x.counts, length(x.answer)"


class ChangesetNotFoundError(NotFoundError):
    """There is no changeset of that id that the caller may see."""

    code = "unknown-changeset"
    text = Text(
        "変更(changeset){id} が見つかりません。GET /api/v1/changesets で確かめてください。",
        "There is no changeset {id}. See GET /api/v1/changesets.",
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One changeset as the database keeps it."""

    id: str
    account_id: str
    who: str
    device: str | None
    at: str
    origin: str
    note: str | None
    undoes: str | None
    stores: tuple[int, ...]
    counts: dict[str, dict[str, int]]
    pruned: bool


def list_changesets(
    database: Database, connection: sa.Connection, actor: Actor, query: Listing
) -> tuple[list[dict[str, Any]], bool]:
    """Return summaries of the changesets in scope, newest first, and whether there are more.

    Raises ChangesetNotFoundError where ``before`` names none.
    """
    backend = database.backend
    hole = backend.holes(1)
    condition, values = _in_scope(backend, actor)
    conditions, parameters = [condition], list(values)
    if query.before is not None:
        edge = entry_of(database, connection, actor, query.before)
        older, at = older_than(edge.at, edge.id, hole=hole)
        conditions.append(older)
        parameters += at
    if query.table is not None:
        conditions.append(_touches(backend))
        parameters.append(database.registry.table(query.table).name)
    more, told = by_whom_and_since(query, hole=hole)
    conditions += more
    parameters += told
    sql = f"select {COLUMNS} from changesets x where {' and '.join(conditions)} order by x.at desc, x.id desc limit {hole}"
    found = [_entry(row) for row in fetch_all(connection, sql, (*parameters, query.limit + 1))]
    shown = found[: query.limit]
    undone = _undone(backend, connection, [one.id for one in shown])
    return [summary(one, actor, undone.get(one.id)) for one in shown], len(found) > query.limit


def changeset_of(database: Database, connection: sa.Connection, actor: Actor, changeset: str) -> dict[str, Any]:
    """Return one changeset; with the answer it got for whoever pushed it and for owners.

    Raises ChangesetNotFoundError.
    """
    entry = entry_of(database, connection, actor, changeset.lower())
    undone = _undone(database.backend, connection, [entry.id])
    shown = summary(entry, actor, undone.get(entry.id))
    own = entry.account_id == actor.account_id
    owns_all = actor.role == "owner" and actor.may_see_personal and set(entry.stores) <= set(actor.feeds)
    if (own or owns_all) and not entry.pruned:
        hole = database.backend.holes(1)
        [(answer,)] = fetch_all(connection, f"select answer from changesets where id = {hole}", (entry.id,))
        shown["answer"] = orjson.loads(unpacked(bytes(answer)))
    return shown


def entry_of(database: Database, connection: sa.Connection, actor: Actor, changeset: str) -> Entry:
    """Return a changeset the caller may see; raise ChangesetNotFoundError."""
    condition, values = _in_scope(database.backend, actor)
    hole = database.backend.holes(1)
    sql = f"select {COLUMNS} from changesets x where x.id = {hole} and {condition}"
    found = fetch_all(connection, sql, (changeset.replace("\0", "").lower(), *values))
    if not found:
        raise ChangesetNotFoundError(id=changeset[:60])
    return _entry(found[0])


def summary(entry: Entry, actor: Actor, undone_by: str | None) -> dict[str, Any]:
    """Return a changeset as the wire shows it; how many rows is told only to those who see all its stores."""
    whole = set(entry.stores) <= set(actor.feeds)
    return {
        "id": entry.id,
        "who": entry.who,
        "own": entry.account_id == actor.account_id,
        "device": entry.device,
        "when": entry.at,
        "origin": entry.origin,
        "note": entry.note,
        "undoes": entry.undoes,
        "undone_by": undone_by,
        "stores": [one for one in entry.stores if actor.sees(one)],
        "tables": entry.counts if whole else dict.fromkeys(entry.counts),
        "pruned": entry.pruned,
    }


def _entry(row: Sequence[Any]) -> Entry:
    changeset, account_id, who, device, at, origin, note, undoes, stores, counts, answer = row
    return Entry(
        changeset,
        account_id,
        who,
        device,
        at,
        origin,
        note,
        undoes,
        stores=tuple(orjson.loads(stores)),
        counts=orjson.loads(counts),
        pruned=not answer,
    )


def _in_scope(backend: Backend, actor: Actor) -> tuple[str, list[Any]]:
    """Return a condition true of the caller's own changesets and of those that touched a feed in scope."""
    hole = backend.holes(1)
    each = (
        "json_each(x.stores) as touched"
        if backend.name == "sqlite"
        else "jsonb_array_elements_text(x.stores::jsonb) as touched(value)"
    )
    number = "touched.value" if backend.name == "sqlite" else "touched.value::integer"
    condition, values = backend.in_list(number, actor.feeds)
    return f"(x.account_id = {hole} or exists (select 1 from {each} where {condition}))", [actor.account_id, *values]


def _touches(backend: Backend) -> str:
    if backend.name == "sqlite":
        return "exists (select 1 from json_each(x.counts) as counted where counted.key = ?)"
    return "jsonb_exists(x.counts::jsonb, %s)"


def _undone(backend: Backend, connection: sa.Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the last changeset that took back each one."""
    if not ids:
        return {}
    condition, values = backend.in_list("undoes", ids)
    sql = f"select undoes, id from changesets where {condition} order by at, id"
    return dict(fetch_all(connection, sql, values))
