"""Look up what references point to: by id or by the key people type, within scope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.sync.pushing import Push

LONGEST_NUMBER = 16
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
UUID_LETTERS = re.compile(r"[0-9a-f-]*")
UUID_LENGTH = 36
HYPHENS = (8, 13, 18, 23)


@dataclass(frozen=True, slots=True)
class Target:
    """The row a reference points to."""

    id: str
    store_id: int


def are_uuids(ids: Sequence[str]) -> bool:
    """Return whether every id is a UUID in small letters, by a few passes that run in C."""
    joined, count = "".join(ids), len(ids)
    if set(map(len, ids)) != {UUID_LENGTH} or not UUID_LETTERS.fullmatch(joined) or joined.count("-") != 4 * count:
        return not ids
    return all(joined[place::UUID_LENGTH] == "-" * count for place in HYPHENS)


def stored_keys(table: TableSpec, keys: Sequence[str]) -> list[Any]:
    """Return the keys of a table as they are stored; what cannot be one is left out."""
    if table.key is None or table.by_name[table.key].type != "integer":
        return list(keys)
    return [int(one) for one in keys if one.isascii() and one.isdigit() and len(one) < LONGEST_NUMBER]


def look_up(push: Push, table: TableSpec, named: Iterable[str]) -> dict[str, Target]:
    """Return the live row in scope that each name (id or key) points to; names that point nowhere are left out."""
    found: dict[str, Target] = {}
    new_rows, new_keys = push.new_rows[table.name], push.new_keys[table.name]
    ids, keys = [], []
    for name in set(named):
        row_id = name if name in new_rows else new_keys.get(name)
        if row_id is not None:
            found[name] = Target(row_id, new_rows[row_id])
        elif UUID.match(name):
            ids.append(name)
        else:
            keys.append(name)
    live = "deleted = " + ("0" if push.backend.name == "sqlite" else "false")
    scope, scope_values = push.backend.in_list("store_id", push.actor.feeds)
    if ids:
        condition, values = push.backend.in_list("id", sorted(ids))
        sql = f"select id, store_id from {table.name} where {condition} and {live} and {scope}"
        for row_id, store_id in fetch_all(push.connection, sql, (*values, *scope_values)):
            found[row_id] = Target(row_id, store_id)
    if keys and table.key is not None:
        condition, values = push.backend.in_list(table.key, stored_keys(table, sorted(keys)))
        sql = f"select {table.key}, id, store_id from {table.name} where {condition} and {live} and {scope}"
        for key, row_id, store_id in fetch_all(push.connection, sql, (*values, *scope_values)):
            found[str(key)] = Target(row_id, store_id)
    return found


def keys_of(
    database: Database, connection: sa.Connection, actor: Actor, table: str, ids: Sequence[str | None]
) -> list[str | None]:
    """Return the keys of rows that live and are in scope, the ids of others."""
    target, backend = database.registry.table(table), database.backend
    wanted = sorted({one for one in ids if one is not None})
    if target.key is None or not wanted:
        return list(ids)
    live = "deleted = " + ("0" if backend.name == "sqlite" else "false")
    condition, values = backend.in_list("id", wanted)
    scope, stores = backend.in_list("store_id", actor.feeds)
    sql = f"select id, {target.key} from {target.name} where {condition} and {scope} and {live}"
    keys = {row_id: str(key) for row_id, key in fetch_all(connection, sql, (*values, *stores)) if key is not None}
    return [None if one is None else keys.get(one, one) for one in ids]
