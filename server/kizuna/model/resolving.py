"""From the keys people have in their sheets to the rows they name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from kizuna.model.backend import Backend, fetch_all
from kizuna.model.registry import TableSpec
from kizuna.model.typed_keys import plain_key, whole_numbers

EVERYBODY = 50_000
"""From so many keys on, reading all rows costs less than looking each up."""

KEPT_FROM = 1_000
"""Fewer keys are looked up as soon as they are kept."""

BYTES_PER_KEY = 200
"""A key as it was typed, and the row id."""


@dataclass(frozen=True, slots=True)
class RowIds:
    """The row ids some keys name, None where no visible row has the key."""

    ids: list[str | None]

    @property
    def nbytes(self) -> int:
        """How much memory they take, with their keys."""
        return len(self.ids) * BYTES_PER_KEY


@dataclass(frozen=True, slots=True)
class Lookup:
    """Finds rows of one table among those of the stores somebody sees."""

    backend: Backend
    connection: sa.Connection
    spec: TableSpec
    stores: Sequence[int]

    def row_ids(self, asked: Sequence[str | None]) -> RowIds:
        """Return the row id of each key, a number or an id."""
        # A NUL is in no key, and PostgreSQL would fail the whole column for it.
        wanted = {one for one in asked if one and "\0" not in one}
        found = self._found(wanted)
        if self.spec.sync.numbering is not None:
            # Numbers we give out are in capitals and of one width; people type them in any.
            unknown = wanted.difference(found)
            meant = {one: plain for one in unknown if (plain := plain_key(one)) != one}
            if meant:
                known = self._found(set(meant.values()))
                found |= {typed: known[plain] for typed, plain in meant.items() if plain in known}
        return RowIds([found.get(one) if one else None for one in asked])

    def _found(self, keys: set[str]) -> dict[str, str]:
        """Return the row ids by number or id as it is typed."""
        found: dict[str, str] = {}
        for column in filter(None, (self.spec.key, "id")):
            if open_keys := keys.difference(found):
                numeric = column == self.spec.key and self.spec.by_name[column].type == "integer"
                found |= self._ids_by(column, open_keys, numeric=numeric)
        return found

    def _ids_by(self, column: str, keys: Collection[str], *, numeric: bool) -> dict[str, str]:
        """Return the ids of the visible rows whose ``column`` is one of ``keys``; of everybody's, where these are many."""
        condition, values = self.backend.in_list("store_id", self.stores)
        if len(keys) <= EVERYBODY:
            wanted, asked = self.backend.in_list(column, whole_numbers(keys) if numeric else list(keys))
            condition, values = f"{condition} and {wanted}", (*values, *asked)
        live = "deleted = " + ("0" if self.backend.name == "sqlite" else "false")
        # Two texts for all rows: an object per row would take as long again as looking it up.
        named, ids = (
            self.backend.json_column("integer" if numeric and one == column else "text", one) for one in (column, "id")
        )
        sql = f"select {named}, {ids} from {self.spec.name} where {live} and {condition}"
        numbers, row_ids = map(orjson.loads, fetch_all(self.connection, sql, values)[0])
        return dict(zip(map(str, numbers) if numeric else numbers, row_ids, strict=True))
