"""Call plugins' `every_day`: each day of a plugin is done once, in pieces that let others write in between."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import msgspec
import sqlalchemy as sa

from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.patience import told, within
from kizuna.plugins import Implementation
from kizuna.rows import ChangesetSummary
from kizuna.sync.changeset import Answer
from kizuna.sync.done import tell_done, written_by_kind
from kizuna.sync.finishing import Record, counts_of_changes, finish
from kizuna.sync.push import take_table
from kizuna.sync.pushing import Push
from kizuna.sync.writing_on import PluginWrite, tell_plugins, trusted

MOST_DAYS = 31
MOST_PIECES = 1_000
MOST_SECONDS = 20.0
"""Of one piece: others wait for its end, on SQLite everybody who writes."""
log = logging.getLogger("kizuna.plugins")


@dataclass(frozen=True, slots=True)
class DayDone:
    """What became of one plugin's day: rows written, and why it failed if it did."""

    plugin: str
    day: date
    written: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    day: date
    written: int
    summary: ChangesetSummary | None
    more: bool = False


def run_daily(database: Database, actor: Actor, now: datetime, *, language: str = "ja") -> list[DayDone]:
    """Do every day that plugins have not done yet, oldest first; return what was done.

    Each plugin and day is a transaction of its own, or several where the plugin says that there is more to do. One that
    fails is taken back, logged, and tried again the next time; the plugin's later days wait for it, other plugins do not.
    Days further back than a month are passed over.
    """
    listeners = database.plugins.implementations("every_day")
    return [done for plugin in listeners for done in _days(database, actor, plugin, now, language)]


def _days(database: Database, actor: Actor, plugin: Implementation, now: datetime, language: str) -> Iterator[DayDone]:
    today = database.today(now)
    written = 0
    for _ in range(MOST_PIECES):
        due = _due(database, plugin.plugin, today)
        if due is None:
            return
        try:
            done = database.backend.write(
                lambda connection: _one_piece(database, connection, actor, plugin, now, language), alone=True
            )
        except Exception as error:  # a plugin's bad day must not stop the others
            log.error("plugin %s failed in every_day of %s", plugin.plugin, due, exc_info=error)
            yield DayDone(plugin.plugin, due, written, told(error))
            return
        if done is None:  # another process was there first, or is at it
            return
        if done.summary is not None:
            tell_done(database, actor, done.summary, now)
        written += done.written
        if not done.more:
            yield DayDone(plugin.plugin, done.day, written)
            written = 0


def _due(database: Database, plugin: str, today: date) -> date | None:
    """Return the oldest day that is not done, without waiting for anybody."""
    with database.backend.read() as connection:
        hole = database.backend.holes(1)
        found = fetch_all(connection, f"select last_day from daily_runs where plugin = {hole}", (plugin,))
    return next_day(date.fromisoformat(found[0][0]) if found and found[0][0] else None, today)


def next_day(last: date | None, today: date) -> date | None:
    """Return the day to do after ``last``, or None: the first time it is today, and at most a month back."""
    if last is None:
        return today
    following = max(last + timedelta(days=1), today - timedelta(days=MOST_DAYS - 1))
    return following if following <= today else None


def _one_piece(
    database: Database, connection: sa.Connection, actor: Actor, plugin: Implementation, now: datetime, language: str
) -> _Done | None:
    day = _held(database, connection, plugin.plugin, database.today(now))
    if day is None:
        return None
    going = Push(database, connection, actor, new_id(), "plugin", now, language, day=day)
    write = PluginWrite(trusted(going), take_table)
    said = within(MOST_SECONDS, partial(plugin, write=write, today=day), stop=write.abandon)
    tell_plugins(going, take_table)
    # One that has written nothing would say so for ever.
    more = said is True and bool(going.written)
    if not more:
        hole = database.backend.holes(1)
        sql = f"update daily_runs set last_day = {hole} where plugin = {hole}"
        run(connection, sql, (day.isoformat(), plugin.plugin))
    if not going.written:
        return _Done(day, 0, None)
    note = f"every_day {plugin.plugin} {day.isoformat()}"
    counts = counts_of_changes(going)
    body = msgspec.json.encode(
        Answer(going.changeset_id, dry_run=False, outcomes=[], inserted=[], warnings=going.warnings)
    )
    finish(going, Record(body, counts, going.changeset_id, note=note))
    return _Done(
        day,
        sum(map(len, going.written)),
        ChangesetSummary(going.changeset_id, actor.name, "plugin", note, counts, written_by_kind(going.written)),
        more,
    )


def _held(database: Database, connection: sa.Connection, plugin: str, today: date) -> date | None:
    """Return the plugin's day to be done next, held until commit; None when it is done or another process is at it."""
    hole = database.backend.holes(1)
    run(connection, f"insert into daily_runs(plugin) values ({hole}) on conflict(plugin) do nothing", (plugin,))
    # SQLite has one writer anyway; elsewhere whoever comes second goes on instead of waiting.
    skip = "" if database.backend.one_writer else " for update skip locked"
    found = fetch_all(connection, f"select last_day from daily_runs where plugin = {hole}{skip}", (plugin,))
    if not found:
        return None
    return next_day(date.fromisoformat(found[0][0]) if found[0][0] else None, today)
