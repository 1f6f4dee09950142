"""Collect the rows of one table and turn them into columns, the form in which a changeset takes many new rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Columns:
    """The new rows of one table: one list of wire values per field, all of the same length."""

    fields: tuple[str, ...]
    columns: list[list[Any]]

    def __len__(self) -> int:
        return len(self.columns[0])

    def column(self, field: str) -> list[Any]:
        """Return the values of one field, in the order of the rows."""
        return self.columns[self.fields.index(field)]


class RowCollector:
    """Rows of one table as they are made, each a tuple in the order of `fields`."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields
        self.rows: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        """Take one more row."""
        self.rows.append(values)

    def columns(self) -> Columns:
        """Return the rows turned by a quarter."""
        if not self.rows:
            return Columns(self.fields, [[] for _ in self.fields])
        return Columns(self.fields, [list(column) for column in zip(*self.rows, strict=True)])
