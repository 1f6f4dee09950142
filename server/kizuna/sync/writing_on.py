"""Let plugins write on inside the transaction, through the path of everybody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Protocol

from kizuna.errors import OperationError, Text
from kizuna.ids import new_id
from kizuna.model.backend import TransactionLostError, check_stands, fetch_all, savepoint
from kizuna.model.data import HandleClosedError
from kizuna.model.python_values import wire_from_python
from kizuna.model.registry import TableSpec
from kizuna.rows import Asker, RowChanges
from kizuna.sync.changeset import ACCEPTED, Inserted, Inserts, Op, PluginWarning, TableChanges
from kizuna.sync.pushing import Push
from kizuna.sync.rules import asker_of, warn
from kizuna.sync.stakes import stores_at_stake
from kizuna.worksheet import Data

MOST_ROUNDS = 5
MOST_SECONDS = 20.0
LAST_WRITE = 5.0
"""Seconds a plugin whose time is over has for the write it is in."""
log = logging.getLogger("kizuna.plugins")


class PluginWriteRefusedError(OperationError):
    """What a plugin wanted to write breaks a rule."""

    code = "plugin-write-refused"
    text = Text("「{table}」への書き込みが拒まれました: {reason}", "A write into {table!r} was refused: {reason}")


ENDLESS = Text(
    "プラグイン {plugin} の書き込みが互いを呼び続けるため、{rounds}回目の書き込み({tables})を行わずに続けました。"
    "管理者に知らせてください。",
    "Plugin {plugin} keeps answering writes with writes; those of round {rounds} ({tables}) were left out, the rest stands. "
    "Tell your administrator.",
)


class _EndlessError(Exception):
    """Carries what the last round wrote out of its savepoint: tables by plugin."""

    def __init__(self, wrote: dict[str, set[str]]) -> None:
        super().__init__()
        self.wrote = wrote


class TakeTable(Protocol):
    """The step of a push that takes one table's changes."""

    def __call__(self, going: Push, spec: TableSpec, changes: TableChanges) -> Inserted | None:
        """Take the changes of one table."""


class PluginWrite:
    """The handle a plugin writes on with, until its time is over."""

    def __init__(self, push: Push, take_table: TakeTable) -> None:
        self._push = push
        self._take_table = take_table
        self._data = push.data
        self._over = False
        self._writing = threading.Lock()

    @property
    def push(self) -> Push:
        """The push that is written on; raise HandleClosedError when the plugin's time is over."""
        if self._over:
            raise HandleClosedError
        return self._push

    def abandon(self) -> None:
        """Take the handle from a plugin that did not come to its end in time."""
        self._over = True
        # SQLite takes the whole transaction back with a write that is interrupted; none begins any more.
        ended = self._writing.acquire(timeout=LAST_WRITE)
        self._data.abandon()
        if ended:
            self._writing.release()

    @property
    def data(self) -> Data:
        """The data as this transaction sees it."""
        return self._data

    @property
    def today(self) -> date:
        """The day of the change, in the shop's time zone."""
        return self._data.today

    @property
    def asker(self) -> Asker:
        """Who makes the change, and whose stores it can reach."""
        return asker_of(self.push.person)

    def insert(self, table: str, columns: Mapping[str, Sequence[Any]]) -> list[str]:
        """Insert rows given as columns of equal length; return their ids, in order."""
        count = len(next(iter(columns.values()), ()))
        ids = [str(one) for one in columns.get("id", ())] or [new_id() for _ in range(count)]
        if not ids:
            return []
        named = {name: [wire_from_python(one) for one in values] for name, values in columns.items() if name != "id"}
        self._take(TableChanges(table, inserts=Inserts(["id", *named], [ids, *named.values()])))
        return ids

    def update(self, table: str, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Change fields of rows by id."""
        bases = self._revisions(table, list(changes))
        ops = [
            Op("update", row_id, bases.get(row_id), {name: wire_from_python(one) for name, one in fields.items()})
            for row_id, fields in changes.items()
        ]
        self._take(TableChanges(table, ops=ops))

    def delete(self, table: str, ids: Sequence[str]) -> None:
        """Delete rows by id."""
        bases = self._revisions(table, ids)
        self._take(TableChanges(table, ops=[Op("delete", row_id, bases.get(row_id)) for row_id in ids]))

    def _revisions(self, table: str, ids: Sequence[str]) -> dict[str, int]:
        spec = self.push.registry.table(table)
        if not ids:
            return {}
        condition, values = self.push.backend.in_list("id", list(ids))
        return dict(fetch_all(self.push.connection, f"select id, revision from {spec.name} where {condition}", values))

    def _take(self, changes: TableChanges) -> None:
        with self._writing:
            push = self.push
            # A plugin may have swallowed what told it that the transaction is lost.
            check_stands(push.connection)
            spec = push.registry.table(changes.table)
            needed = [one for one in stores_at_stake(push, [changes]) if one not in push.revisions]
            if needed:
                push.revisions.update(push.backend.lock_feeds(push.connection, needed))
            going = replace(push, outcomes={}, referred=frozenset(), all_or_nothing=False)
            self._take_table(going, spec, changes)
        for outcome in going.outcomes.values():
            if outcome.outcome not in ACCEPTED:
                reason = "; ".join(one.message for one in outcome.problems or []) or outcome.outcome
                raise PluginWriteRefusedError(table=changes.table, reason=reason)


def tell_plugins(push: Push, take_table: TakeTable) -> None:
    """Tell plugins of everything written, also by plugins, until nothing new is written.

    A plugin that raises has its own writes of that call taken back and is named in the answer. So are those that still write
    in the last round: what they wrote then is taken back, so that nothing stays that no plugin was told of.
    """
    told = 0
    for _ in range(MOST_ROUNDS - 1):
        news = push.written[told:]
        told = len(push.written)
        if not news:
            return
        _tell(push, take_table, news)
    try:
        with _taken_back_together(push):
            if wrote := _tell(push, take_table, push.written[told:]):
                raise _EndlessError(wrote)
    except _EndlessError as endless:
        for plugin, tables in endless.wrote.items():
            named = ", ".join(sorted(tables))
            log.error("plugin %s keeps answering writes with writes (%s)", plugin, named)
            text = ENDLESS.format(plugin=plugin, rounds=MOST_ROUNDS, tables=named)
            push.warnings.append(PluginWarning(plugin, "rows_written", text.in_language(push.language)))


def _tell(push: Push, take_table: TakeTable, news: Sequence[RowChanges]) -> dict[str, set[str]]:
    """Tell plugins of some writes; return the tables they wrote into then, by plugin."""
    wrote: dict[str, set[str]] = {}
    for changes in news:
        for listener in push.database.plugins.concerned("rows_written", changes):
            before = len(push.written)
            handle = PluginWrite(trusted(push), take_table)
            call = partial(listener, write=handle, table=changes.table, changes=changes)
            guarded(push, listener.plugin, "rows_written", call, handle)
            if written := push.written[before:]:
                wrote.setdefault(listener.plugin, set()).update(one.table for one in written)
    return wrote


def trusted(push: Push) -> Push:
    """Return the push as plugins write in it: within the caller's stores, but into every table and field of theirs."""
    rights = replace(push.actor, role="owner", may_see_personal=True)
    return replace(push, actor=rights, asked_by=push.person, by_plugin=True)


def guarded(push: Push, plugin: str, hook: str, call: Callable[[], Any], handle: PluginWrite) -> None:
    """Call a plugin; when it raises, take back what it wrote and go on without it."""
    try:
        with _taken_back_together(push):
            push.allowance.within(push.database.plugins.helpers, MOST_SECONDS, call, stop=handle.abandon)
    except Exception as error:  # a plugin must not stop the shop
        backend = push.database.backend
        lost = isinstance(error, TransactionLostError)
        if lost or backend.asks_to_try_again(error) or backend.trouble(error) is not None:
            raise  # whoever is to blame, the push cannot go on
        warn(push, plugin, hook, error)


@contextmanager
def _taken_back_together(push: Push) -> Iterator[None]:
    """Take back what a block wrote when it raises, in the database and in what the push knows of it."""
    revisions, touched, buyers = dict(push.revisions), dict(push.touched), set(push.buyers)
    changes, written = len(push.changes), len(push.written)
    try:
        with savepoint(push.connection):
            yield
    except Exception:
        push.revisions.clear()
        push.revisions.update(revisions)
        push.touched.clear()
        push.touched.update(touched)
        push.buyers.intersection_update(buyers)
        del push.changes[changes:]
        del push.written[written:]
        raise
