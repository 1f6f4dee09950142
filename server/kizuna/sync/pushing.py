"""The state one push carries from step to step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kizuna.errors import RowProblem
from kizuna.model.backend import Backend
from kizuna.model.data import ScopedData
from kizuna.model.database import Database
from kizuna.model.registry import Registry, TableSpec
from kizuna.model.scope import Actor
from kizuna.patience import Allowance
from kizuna.rows import RowChanges
from kizuna.sync.changeset import Outcome, PluginWarning, Problem, RowOutcome

MOST_SECONDS_OF_PLUGINS = 60.0
"""Each call of a plugin has its own limit; without one for all, many slow ones would keep every other writer out for minutes."""
CHANGE_COLUMNS = ("store_id", "revision", "table_name", "row_id", "kind", "fields", "changeset_id", "previous_revision")
ChangeRow = tuple[int, int, str, str, str, str | None, str, int | None]
"""A row of the history, in the order of `CHANGE_COLUMNS`; ``fields`` are JSON."""


@dataclass
class Push:
    """One push on its way through the steps, inside its transaction.

    ``revisions`` are the feeds' counters as this push has moved them; ``touched`` the last revision per table and feed;
    ``new_rows`` the store of every row inserted so far, ``new_keys`` its id by key, both only of tables in ``referred``.
    ``day`` is the day plugins are told, where it is not that of ``now``; ``lent`` are tables written whatever the actor's role.
    ``asked_by`` is who asks, where the actor was given more rights for a while; ``allowance`` the time plugins have together.
    """

    database: Database
    connection: sa.Connection
    actor: Actor
    changeset_id: str
    origin: str
    now: datetime
    language: str
    dry_run: bool = False
    by_plugin: bool = False
    all_or_nothing: bool = False
    referred: frozenset[str] = frozenset()
    day: date | None = None
    lent: frozenset[str] = frozenset()
    asked_by: Actor | None = None
    numbered: dict[str, int] = field(default_factory=dict)
    reader: Actor | None = None
    revisions: dict[int, int] = field(default_factory=dict)
    changes: list[ChangeRow] = field(default_factory=list)
    touched: dict[tuple[str, int], int] = field(default_factory=dict)
    outcomes: dict[tuple[str, int], RowOutcome] = field(default_factory=dict)
    new_rows: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    new_keys: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    buyers: set[str] = field(default_factory=set)
    gone_or_back: set[str] = field(default_factory=set)
    written: list[RowChanges] = field(default_factory=list)
    warnings: list[PluginWarning] = field(default_factory=list)
    allowance: Allowance = field(default_factory=lambda: Allowance(MOST_SECONDS_OF_PLUGINS))

    @property
    def person(self) -> Actor:
        """Who asks, with the rights of their own."""
        return self.asked_by or self.actor

    @property
    def trial_numbers(self) -> dict[str, int] | None:
        """The last numbers a dry run gave out, by table; None for a push that is kept."""
        return self.numbered if self.dry_run else None

    @property
    def fills_read_only(self) -> bool:
        """Whether fields that people only read may be written: by plugins, and by taking back what plugins wrote."""
        return self.by_plugin or self.origin == "undo"

    @property
    def backend(self) -> Backend:
        """The database's backend."""
        return self.database.backend

    @property
    def registry(self) -> Registry:
        """The synced tables."""
        return self.database.registry

    @property
    def data(self) -> ScopedData:
        """The data this push's transaction sees, in the scope of who pushes; rules judge by every field of theirs.

        Where the plugin answers a person it is what that person may see: ``reader``.
        """
        actor = self.reader or replace(self.actor, may_see_personal=True)
        today = self.day or self.database.today(self.now)
        return ScopedData(self.database, self.connection, actor, today=today, walled=False)

    def stay_within_scope(self) -> None:
        """Write to no other stores than the actor's from here on, whatever comes.

        Reading stays open: that a number is unique, or an id taken, is a question about every store.
        """
        if self.actor.walls is not None:
            self.backend.narrow(self.connection, self.actor.walls, writes=True)

    def next_revisions(self, store_id: int, count: int, *, above: int = 0) -> int:
        """Take ``count`` revisions of a locked feed, all greater than ``above``; return the first."""
        first = max(self.revisions[store_id], above) + 1
        self.revisions[store_id] = first + count - 1
        return first

    def touch(self, table: str, store_id: int, revision: int) -> None:
        """Note the last revision that touched a table in a feed."""
        self.touched[table, store_id] = max(revision, self.touched.get((table, store_id), 0))

    def refuse(
        self, spec: TableSpec, index: int, row_id: str, problems: Iterable[RowProblem], *, outcome: Outcome = "rejected"
    ) -> None:
        """Record that the row at ``index`` of the table's changes was not taken, and why."""
        said = [Problem(one.field, one.code, one.message.in_language(self.language)) for one in problems]
        self.outcomes[spec.name, index] = RowOutcome(spec.name, row_id, outcome, problems=said)

    def answer(self, spec: TableSpec, index: int, outcome: RowOutcome) -> None:
        """Record what became of the row at ``index`` of the table's changes."""
        self.outcomes[spec.name, index] = outcome


@dataclass(frozen=True)
class PendingInserts:
    """New rows of one table, stored form, a column at a time; rows refused on the way are in no column any more.

    ``indexes`` are the places of the rows among the table's changes; ``ids`` and ``stores`` run beside them.
    """

    spec: TableSpec
    indexes: Sequence[int]
    ids: list[str]
    stores: list[int]
    columns: dict[str, list[Any]]

    def without(self, refused: set[int]) -> PendingInserts:
        """Return the rows whose place (0 … n-1 here) is not among ``refused``."""
        if not refused:
            return self
        keep = [place for place in range(len(self.ids)) if place not in refused]
        return PendingInserts(
            self.spec,
            [self.indexes[place] for place in keep],
            [self.ids[place] for place in keep],
            [self.stores[place] for place in keep],
            {name: [column[place] for place in keep] for name, column in self.columns.items()},
        )
