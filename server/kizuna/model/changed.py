"""What changed in some tables between two positions, read from the history: what a kept value is mended by."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeAlias

import orjson
import sqlalchemy as sa

from kizuna.model.backend import fetch_all
from kizuna.model.database import Database

Position: TypeAlias = tuple[tuple[str, int, int], ...]
"""Table, store and the last revision that touched the table there, in order of table and store."""

MOST_CHANGES = 20_000
"""Beyond so many, making a value anew costs less than mending it."""


class TooMuchChangedError(Exception):
    """More changed than is worth looking at, or part of what changed is not known any more."""


@dataclass
class ChangesSince:
    """The changes from one position to another, each table's read when it is first asked for.

    ``connected`` opens the connection for the history of every store. Raises TooMuchChangedError.
    """

    database: Database
    connected: Callable[[], AbstractContextManager[sa.Connection]]
    since: Position
    now: Position
    _read: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)

    def rows(self, table: str) -> frozenset[str]:
        """Return the ids of the rows that are new, changed, deleted or back."""
        return frozenset(row_id for row_id, _ in self._changes(table))

    def named(self, table: str, field: str) -> frozenset[str]:
        """Return the ids that a reference of those rows holds now, or held at any time since."""
        found: set[str | None] = set()
        for _, said in self._changes(table):
            if said is not None:
                found.update(orjson.loads(said).get(field, ()))
        spec = self.database.registry.table(table)
        condition, values = self.database.backend.in_list("id", sorted(self.rows(table)))
        column = spec.by_name[field].name
        with self.connected() as connection:
            now = fetch_all(connection, f"select distinct {column} from {spec.name} where {condition}", values)
        found.update(row[0] for row in now)
        return frozenset(one for one in found if one)

    def _changes(self, table: str) -> list[tuple[str, str | None]]:
        """Return id and fields (JSON, before and after) of every change of a table."""
        if table not in self._read:
            with self.connected() as connection:
                self._read[table] = self._history(connection, table)
        return self._read[table]

    def _history(self, connection: sa.Connection, table: str) -> list[tuple[str, str | None]]:
        hole = self.database.backend.holes(1)
        before = {store: revision for name, store, revision in self.since if name == table}
        after = {store: revision for name, store, revision in self.now if name == table}
        if any(revision > after.get(store, -1) for store, revision in before.items()):
            raise TooMuchChangedError  # somebody who reads an older state of the data
        moved = {store: revision for store, revision in after.items() if revision > before.get(store, 0)}
        pruned = dict(fetch_all(connection, "select store_id, pruned_revision from feeds")) if moved else {}
        sql = (
            f"select row_id, fields from changes where store_id = {hole} and revision > {hole} and revision <= {hole} "
            f"and table_name = {hole} limit {MOST_CHANGES + 1}"
        )
        found: list[tuple[str, str | None]] = []
        for store, revision in moved.items():
            known = before.get(store, 0)
            if pruned.get(store, 0) > known:
                raise TooMuchChangedError
            # Revisions of all tables stand between: where they are many, looking through them costs too much as well.
            if revision - known > 10 * MOST_CHANGES:
                raise TooMuchChangedError
            found += [(row[0], row[1]) for row in fetch_all(connection, sql, (store, known, revision, table))]
            if len(found) > MOST_CHANGES:
                raise TooMuchChangedError
        return found
