"""Tell plugins of a committed changeset; what they do then is their own affair."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date, datetime
from functools import partial

import sqlalchemy as sa

from kizuna.model.data import HandleClosedError, ScopedData
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.plugins import Implementation
from kizuna.rows import ChangesetSummary, RowChanges

MOST_SECONDS = 10.0
log = logging.getLogger("kizuna.plugins")


def tell_done(database: Database, actor: Actor, changeset: ChangesetSummary, now: datetime) -> None:
    """Tell every listener; one that raises or takes too long is logged and named."""
    for listener in database.plugins.implementations("changeset_done"):
        if not listener.hears_of(changeset.written):
            continue
        try:
            _tell(database, actor, listener, changeset, now)
        except Exception:
            log.exception("plugin %s failed in changeset_done of changeset %s", listener.plugin, changeset.id)


def _tell(
    database: Database, actor: Actor, listener: Implementation, changeset: ChangesetSummary, now: datetime
) -> None:
    with ExitStack() as opened:
        data = _OpenedWhenAsked(database, actor, opened, today=database.today(now))
        call = partial(listener, changeset=changeset, data=data)
        database.plugins.helpers.within(MOST_SECONDS, call, stop=data.abandon)


class _OpenedWhenAsked(ScopedData):
    """The data, opened when a plugin first looks: of most changesets it wants to know no more than what they were."""

    def __init__(self, database: Database, actor: Actor, opened: ExitStack, *, today: date) -> None:
        super().__init__(database, None, actor, today=today)
        self._opened = opened
        self._over = False

    @property
    def _connection(self) -> sa.Connection:
        if self._over:
            raise HandleClosedError
        if self._open_connection is None:
            self._open_connection = self._opened.enter_context(self._database.backend.read())
            self._database.backend.narrow(self._open_connection, self._actor.walls)
        return self._open_connection

    def abandon(self) -> None:
        self._over = True
        if self._open_connection is not None:
            self._database.backend.interrupt(self._open_connection)


def written_by_kind(written: Iterable[RowChanges]) -> dict[str, dict[str, int]]:
    """Return how many rows of each table were written, by kind of change."""
    counts: dict[str, dict[str, int]] = {}
    for changes in written:
        of_table = counts.setdefault(changes.table, {})
        for kind in set(changes.kinds):
            of_table[kind] = of_table.get(kind, 0) + changes.kinds.count(kind)
    return counts
