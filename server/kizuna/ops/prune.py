"""Drop old history, as the owner's setting says; rows, merging and totals stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from kizuna.errors import OperationError, Text
from kizuna.model.backend import fetch_all, run, run_many
from kizuna.model.core_settings import KEEP_DAYS, PRUNED_BEFORE, read_setting, write_setting
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec

BATCH = 20_000
FEWEST_DAYS = 1


class KeepDaysError(OperationError):
    """How long to keep history was not said, or is no number of days."""

    code = "bad-keep-days"
    text = Text(
        "履歴の保存日数がありません(1以上の整数)。例: kizuna prune --keep-days 730",
        "How many days of history to keep is not set (1 or more). Example: kizuna prune --keep-days 730",
    )


@dataclass(frozen=True, slots=True)
class Pruned:
    """What pruning dropped."""

    before: str
    changes: int
    answers: int
    rows: int


def keep_days(database: Database, connection: sa.Connection) -> int | None:
    """Return the owner's setting ``history.keep_days``; None keeps everything."""
    value = read_setting(database.backend, connection, KEEP_DAYS)
    return value if isinstance(value, int) and value >= FEWEST_DAYS else None


def set_keep_days(database: Database, days: int | None) -> None:
    """Keep this many days of history from the next pruning on; raise KeepDaysError."""
    if days is not None and days < FEWEST_DAYS:
        raise KeepDaysError
    database.backend.write(lambda connection: write_setting(database.backend, connection, KEEP_DAYS, days))


def prune(database: Database, *, now: datetime, days: int | None = None) -> Pruned:
    """Drop changes, answers and deleted rows older than ``days``, the owner's setting unless told.

    Cursors older than what is dropped get a snapshot from the moment the first change goes. Batches are short, so that
    nobody who pushes waits long. Raises KeepDaysError.
    """
    if days is None:
        with database.backend.read() as connection:
            days = keep_days(database, connection)
    if days is None or days < FEWEST_DAYS:
        raise KeepDaysError
    before = (now.astimezone(UTC) - timedelta(days=days)).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    upto = database.backend.write(lambda connection: _announce(database, connection, before))
    changes = sum(_drop_changes(database, store, revision) for store, revision in upto.items())
    rows = sum(_drop_deleted_rows(database, spec, upto) for spec in _children_first(database))
    answers = _drop_answers(database, before)
    return Pruned(before, changes, answers, rows)


def _announce(database: Database, connection: sa.Connection, before: str) -> dict[int, int]:
    """Say what will be gone before it goes; return the last revision to drop of each feed."""
    backend, hole = database.backend, database.backend.holes(1)
    # The revision right before the first one to keep: clocks of several servers differ, the order of a feed doesn't.
    feeds = dict(fetch_all(connection, "select store_id, revision from feeds"))
    kept = fetch_all(
        connection,
        "select c.store_id, min(c.revision) from changesets s join changes c on c.changeset_id = s.id "
        f"where s.at >= {hole} group by c.store_id",
        (before,),
    )
    upto = feeds | {store: first - 1 for store, first in kept}
    run_many(
        connection,
        f"update feeds set pruned_revision = {hole} where store_id = {hole} and pruned_revision < {hole}",
        [(revision, store, revision) for store, revision in sorted(upto.items())],
    )
    known = read_setting(backend, connection, PRUNED_BEFORE)
    write_setting(backend, connection, PRUNED_BEFORE, max(before, known or ""))
    return upto


def _drop_changes(database: Database, store: int, upto: int) -> int:
    backend, hole = database.backend, database.backend.holes(1)
    with backend.read() as connection:
        sql = f"select coalesce(min(revision), {hole}) from changes where store_id = {hole}"
        [(start,)] = fetch_all(connection, sql, (upto + 1, store))
    dropped = 0
    while start <= upto:
        edge = min(start + BATCH - 1, upto)
        sql = f"delete from changes where store_id = {hole} and revision <= {hole}"
        dropped += backend.write(_running(sql, (store, edge)))
        start = edge + 1
    return dropped


def _drop_answers(database: Database, before: str) -> int:
    hole = database.backend.holes(1)
    some = f"select id from changesets where at < {hole} and length(answer) > 0 limit {hole}"
    return _in_batches(database, f"update changesets set answer = {hole} where id in ({some})", (b"", before, BATCH))


def _drop_deleted_rows(database: Database, spec: TableSpec, upto: dict[int, int]) -> int:
    """Drop rows deleted long ago that no other row points to any more: whoever points to one still shows its number."""
    backend, hole = database.backend, database.backend.holes(1)
    pointing = [
        f"id not in (select {one.name} from {table.name} where {one.name} is not null)"
        for table in database.registry
        for one in table.references
        if one.references == spec.name
    ]
    dead = "deleted = " + ("1" if backend.name == "sqlite" else "true")
    dropped = 0
    for store, revision in upto.items():
        where = " and ".join([f"store_id = {hole}", f"revision <= {hole}", dead, *pointing])
        sql = f"delete from {spec.name} where id in (select id from {spec.name} where {where} limit {hole})"
        dropped += _in_batches(database, sql, (store, revision, BATCH))
    return dropped


def _in_batches(database: Database, sql: str, values: tuple[object, ...]) -> int:
    """Run a statement that takes at most a batch of rows until none is left; return how many there were."""
    found = 0
    while True:
        count = database.backend.write(_running(sql, values))
        found += count
        if count < BATCH:
            return found


def _running(sql: str, values: tuple[object, ...]) -> Callable[[sa.Connection], int]:
    return lambda connection: run(connection, sql, values)


def _children_first(database: Database) -> list[TableSpec]:
    order = database.registry.write_order
    return sorted(database.registry, key=lambda one: -order[one.name])
