"""PostgreSQL: several shops, any number of server processes."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa

from kizuna.errors import OperationError
from kizuna.model.among import written_array
from kizuna.model.backend import (
    MOST_ARGUMENTS,
    TryAgainError,
    fetch_all,
    joined_arrays,
    run,
    run_many,
    transaction,
)
from kizuna.model.fields import FieldSpec, FieldType
from kizuna.model.trouble import DatabaseAwayError, DatabaseBusyError, DiskFullError, driver_error, named
from kizuna.model.walls import EVERYTHING, NARROWING, READS, WRITES, as_setting, raise_walls

T = TypeVar("T")
ATTEMPTS = 10
COPY_FROM = 500
CANCEL_SECONDS = 5.0
DRAWN = 250
"""Rows drawn for each key that is to be found; they come by pages of some forty, so parts differ by a third or so."""
POOL_SECONDS = 30.0
RETRY_STATES = {"40001", "40P01", "55P03", "23505"}
"""Serialization failure, deadlock, lock not available; and a key somebody else took between our look and our write."""
NO_CONNECTION = ("08", "57P", "53300")
"""How the states begin of: no connection, the server ends or begins, too many connections."""
DISK_FULL = "53100"
MIGRATING = 4_962_001
"""The advisory lock of who migrates: any number, the same in every version."""


class PostgresqlBackend:
    """A real database server."""

    name = "postgresql"
    rows_at_once = 50_000
    one_writer = False
    narrowing = NARROWING
    taken: tuple[type[Exception], ...] = (sa.exc.IntegrityError, psycopg.errors.UniqueViolation)

    def __init__(self, url: str | sa.URL, *, patience: float = POOL_SECONDS) -> None:
        """``patience`` is how many seconds a request waits for one of the connections, and then for others' locks."""
        self._patience = patience
        self.engine = sa.create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=False, pool_timeout=patience)
        # Those who hold one connection and want a second must not queue with those who want their first.
        self._counters = sa.create_engine(url, pool_size=2, max_overflow=6, pool_timeout=patience)
        sa.event.listen(self.engine, "connect", self._prepare)
        logging.getLogger("psycopg").addFilter(_is_news)

    def _prepare(self, connection: Any, _: Any) -> None:
        """Let the server itself see every store, until it acts for somebody (see `walls`), and wait for a lock only so long."""
        connection.autocommit = True
        for name, value in ((READS, EVERYTHING), (WRITES, EVERYTHING), ("lock_timeout", f"{self._patience:g}s")):
            connection.execute("select set_config(%s, %s, false)", (name, value))
        connection.autocommit = False

    @staticmethod
    def holes(count: int) -> str:
        """Return ``count`` placeholders."""
        return ",".join(["%s"] * count)

    def read(self) -> AbstractContextManager[sa.Connection]:
        """Return a connection whose selects all see one state of the data."""
        block = transaction(self.engine, isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return named(block, self.trouble)

    def write(self, work: Callable[[sa.Connection], T], *, keep: bool = True, alone: bool = False) -> T:  # noqa: ARG002  # SQLite's
        """Run ``work``; what is read after the feeds are locked is the newest there is."""
        until = time.monotonic() + self._patience
        for attempt in range(ATTEMPTS):
            try:
                with transaction(self.engine, keep=keep, isolation_level="READ COMMITTED") as connection:
                    return work(connection)
            except TryAgainError:
                continue
            except Exception as error:
                if (trouble := self.trouble(error)) is not None:
                    raise trouble from error
                if _state(error) not in RETRY_STATES:
                    raise
                if time.monotonic() > until:
                    break
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  # spreads writers, guards nothing
        raise DatabaseBusyError

    def asks_to_try_again(self, error: Exception) -> bool:
        """Return whether another transaction stood in the way."""
        if isinstance(error, TryAgainError):
            return True
        return _state(error) in RETRY_STATES

    def trouble(self, error: BaseException) -> OperationError | None:
        """Return what an error of the driver says about the database itself."""
        if isinstance(error, sa.exc.TimeoutError):
            return DatabaseBusyError()
        state = _state(error)
        if state == DISK_FULL:
            return DiskFullError()
        # What fails for want of a connection has no state of the server's.
        lost = state is None and isinstance(driver_error(error), psycopg.OperationalError)
        # So says SQLAlchemy where a plugin met the failure first and was left out.
        lost = lost or isinstance(error, sa.exc.PendingRollbackError)
        if lost or (state or "").startswith(NO_CONNECTION):
            # The other connections in the pool are as dead; each would fail once.
            self.engine.dispose()
            self._counters.dispose()
            return DatabaseAwayError()
        return None

    def lock_feeds(self, connection: sa.Connection, stores: Sequence[int]) -> dict[int, int]:
        """Lock the counter rows in ascending order, so that two pushes never wait for each other in a circle."""
        wanted = sorted(set(stores))
        sql = "select store_id, revision from feeds where store_id = any(%s) order by store_id for update"
        found = dict(fetch_all(connection, sql, (wanted,)))
        if missing := [one for one in wanted if one not in found]:
            run_many(
                connection,
                "insert into feeds(store_id, revision, pruned_revision) values (%s, 0, 0) on conflict do nothing",
                [(one,) for one in missing],
            )
            found = dict(fetch_all(connection, sql, (wanted,)))
        return found

    def narrow(self, connection: sa.Connection, stores: Sequence[int] | None, *, writes: bool = False) -> None:
        """Let the rest of the transaction read (or write) no other stores than these."""
        fetch_all(connection, "select set_config(%s, %s, true)", (WRITES if writes else READS, as_setting(stores)))

    def before_migrating(self, connection: sa.Connection) -> None:
        """Take a lock until the transaction's end; a long history keeps others waiting for longer than any push does."""
        run(connection, f"set local lock_timeout = 0; select pg_advisory_xact_lock({MIGRATING})")
        run(connection, f"set local lock_timeout = '{self._patience:g}s'")

    def after_migrating(self, connection: sa.Connection) -> None:
        """Put the second wall around tables that lack it."""
        raise_walls(connection)

    def analyze(self) -> None:
        """Do nothing: autovacuum sees to it."""

    def apart(self, connection: sa.Connection, work: Callable[[sa.Connection], T]) -> T:  # noqa: ARG002  # SQLite's
        """Run ``work`` in a transaction that ends at once; give up waiting soon, as nobody sees who waits for whom."""
        with transaction(self._counters) as own:
            # Not flushed to disk: whatever uses it is committed later, and that flush takes this along.
            run(own, "set local lock_timeout = '3s'; set local synchronous_commit = off")
            return work(own)

    def keys_apart(self, connection: sa.Connection, column: sa.Column[Any], rows: int) -> Iterator[Any]:
        """Draw some pages of the table: walking along the index to each key would cost as much as reading all rows from it."""
        drawn = sa.tablesample(column.table, min(100.0, 100.0 * DRAWN / rows))
        key = drawn.c[column.name]
        found = connection.execute(sa.select(key).order_by(key)).scalars().all()
        yield from dict.fromkeys(found[DRAWN::DRAWN])

    def interrupt(self, connection: sa.Connection) -> None:
        """Cancel the statement that runs."""
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, psycopg.Connection)
        driver.cancel_safe(timeout=CANCEL_SECONDS)

    @contextmanager
    def keep_apart(self, connection: sa.Connection) -> Iterator[None]:
        """Set a savepoint and go back to it on an error: PostgreSQL ends a transaction in which a statement failed."""
        run(connection, "savepoint plugin_reads")
        try:
            yield
        except BaseException:
            run(connection, "rollback to savepoint plugin_reads")
            raise
        finally:
            run(connection, "release savepoint plugin_reads")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._counters.dispose()

    def in_list(self, column: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """Return a condition that takes any number of values as one array; texts unmarked, so that it is of the column's type."""
        if not set(map(type, values)) - {str}:
            return f"{column} = any(%s)", (written_array(values),)
        return f"{column} = any(%s)", (list(values),)

    def insert_many(
        self, connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert a few with one statement, many with COPY: into a table of our own, as PostgreSQL copies into no walled one."""
        listed = list(rows)
        if len(listed) < COPY_FROM:
            run_many(
                connection, f"insert into {table}({','.join(columns)}) values ({self.holes(len(columns))})", listed
            )
            return
        names = ",".join(columns)
        run(connection, f"create temp table incoming on commit drop as select {names} from {table} with no data")
        cursor: Any = connection.connection.cursor()
        with cursor.copy(f"copy incoming({names}) from stdin") as copy:
            for row in listed:
                copy.write_row(row)
        cursor.close()
        run(connection, f"insert into {table}({names}) select {names} from incoming")
        run(connection, "drop table incoming")

    def mark_deleted(
        self, connection: sa.Connection, table: str, ids: Sequence[str], *, deleted: bool, first: int
    ) -> None:
        """Walk through the ids as one array, whose places give the revisions."""
        sql = (
            f"update {table} set deleted = %s, revision = %s + marked.place - 1 "
            f"from unnest(%s::text[]) with ordinality as marked(id, place) where {table}.id = marked.id"
        )
        run(connection, sql, (deleted, first, list(ids)))

    def stored_expression(self, field: FieldSpec) -> str:
        """Return dates as ISO text; everything else is stored as we mean it."""
        return f"{field.name}::text" if field.type == "date" else field.name

    def json_expression(self, kind: FieldType, column: str) -> str:
        """Return SQL for the wire's JSON value."""
        if kind == "money":
            return f"trim_scale({column} / 100.0)"
        if kind == "decimal":
            return f"trim_scale({column} / 1000000.0)"
        if kind == "tags":
            return f"{column}::json"
        return column

    def json_rows(self, expressions: Sequence[str]) -> str:
        """Return one aggregate of row arrays."""
        if len(expressions) > MOST_ARGUMENTS:
            row = " || ".join(joined_arrays("json_build_array", expressions))
            return f"coalesce('[' || string_agg({row}, ',') || ']', '[]')"
        return f"coalesce(json_agg(json_build_array({','.join(expressions)})), '[]')::text"

    def json_column(self, kind: FieldType, column: str) -> str:
        """Return one aggregate of values."""
        return f"coalesce(json_agg({self.json_expression(kind, column)}), '[]')::text"

    def as_bytes(self, expression: str) -> str:
        """Return the text as it is: the driver would carry bytes as twice as many hexadecimal digits."""
        return expression


def _state(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error."""
    found: str | None = getattr(driver_error(error), "sqlstate", None)
    return found


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether a line of the driver's log says more than the error it also raises.

    It sends many statements in a pipeline. Where the connection is lost in the middle, it raises that, and notes that the
    pipeline could not be ended well either.
    """
    return not str(record.msg).startswith("error ignored terminating")
