"""Changes to rows as rules and plugins see them, and the handle they write on with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from kizuna.errors import Text
from kizuna.worksheet import Data

ChangeKind = Literal["insert", "update", "delete", "restore"]
Read = Callable[[str], list[Any]]


@dataclass(frozen=True)
class RowChanges:
    """Changed rows of one table, a column at a time; every sequence is as long as the others.

    Values are Python's: dates are `date`, money is `Decimal`, tags are lists, empty is None. ``written`` names the fields that
    new rows and updates among them fill, where that is known.
    """

    table: str
    ids: Sequence[str]
    kinds: Sequence[ChangeKind]
    stores: Sequence[int]
    _before: Read = field(repr=False)
    _after: Read = field(repr=False)
    written: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def before(self, name: str) -> list[Any]:
        """Return what a field held before, None for new rows."""
        return self._before(name)

    def after(self, name: str) -> list[Any]:
        """Return what a field holds with the change."""
        return self._after(name)


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A row breaks a rule: its place among the changes, the field to look at, a stable code, a message with the cure."""

    row: int
    field: str | None
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Asker:
    """Who makes a change, as plugins may know it."""

    name: str
    role: str
    stores: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChangesetSummary:
    """What one changeset did, told after it was committed: rows per table and outcome.

    ``written`` counts rows per table and kind of change (insert, update, delete, restore), what plugins wrote on included.
    """

    id: str
    who: str
    origin: str
    note: str | None
    counts: Mapping[str, Mapping[str, int]]
    written: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Write(Protocol):
    """Write on inside the transaction, through the same path and history as everybody."""

    @property
    def data(self) -> Data:
        """The data as this transaction sees it, the changes so far included."""

    @property
    def today(self) -> date:
        """The day of the change, in the shop's time zone."""

    @property
    def asker(self) -> Asker:
        """Who makes the change, and whose stores it can reach."""

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]]) -> list[str]:
        """Insert rows given as columns of equal length; return their ids, in order."""

    def update(self, table: str, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Change fields of rows by id."""

    def delete(self, table: str, ids: Sequence[str]) -> None:
        """Delete rows by id."""
