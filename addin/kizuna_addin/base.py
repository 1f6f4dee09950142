"""The base: the last synced copy a sheet was edited from, by columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Base:
    """Rows as the server last gave or accepted them; values are those of the wire."""

    fields: tuple[str, ...]
    ids: list[str]
    revisions: list[int]
    columns: list[list[Any]]

    @classmethod
    def empty(cls, fields: Sequence[str]) -> Base:
        """Return a base without rows."""
        return cls(tuple(fields), [], [], [[] for _ in fields])

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The position of each row id."""
        return {row: place for place, row in enumerate(self.ids)}

    def __len__(self) -> int:
        return len(self.ids)

    def column(self, field: str) -> list[Any]:
        """Return one field's values."""
        return self.columns[self.fields.index(field)]

    def row(self, row: str) -> dict[str, Any]:
        """Return one row's fields."""
        place = self.places[row]
        return {field: column[place] for field, column in zip(self.fields, self.columns, strict=True)}

    def revision(self, row: str) -> int:
        """Return one row's revision."""
        return self.revisions[self.places[row]]

    def moved(
        self,
        *,
        rows: Mapping[str, Mapping[str, Any]] | None = None,
        revisions: Mapping[str, int] | None = None,
        gone: Iterable[str] = (),
    ) -> Base:
        """Return a base with fields of rows replaced, new rows (their missing fields empty) added, and rows removed."""
        rows, revisions = rows or {}, revisions or {}
        ids, revised = list(self.ids), list(self.revisions)
        columns = [list(column) for column in self.columns]
        places = dict(self.places)
        for row in [*rows, *revisions]:
            if row not in places:
                places[row] = len(ids)
                ids.append(row)
                revised.append(0)
                for column in columns:
                    column.append(None)
        by_field = dict(zip(self.fields, columns, strict=True))
        for row, values in rows.items():
            for field, value in values.items():
                if field in by_field:
                    by_field[field][places[row]] = value
        for row, revision in revisions.items():
            revised[places[row]] = revision
        removed = {places[row] for row in gone if row in places}
        if removed:
            kept = [place for place in range(len(ids)) if place not in removed]
            ids, revised = [ids[place] for place in kept], [revised[place] for place in kept]
            columns = [[column[place] for place in kept] for column in columns]
        return Base(self.fields, ids, revised, columns)

    def with_fields(self, fields: Sequence[str]) -> Base:
        """Return the base under another set of fields; unknown ones are empty."""
        have = dict(zip(self.fields, self.columns, strict=True))
        columns = [list(have[field]) if field in have else [None] * len(self.ids) for field in fields]
        return Base(tuple(fields), list(self.ids), list(self.revisions), columns)
