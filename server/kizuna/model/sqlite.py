"""SQLite: one file in WAL mode, no set-up."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from kizuna.errors import OperationError, Text
from kizuna.model.backend import MOST_ARGUMENTS, TransactionLostError, fetch_all, joined_arrays, run, run_many
from kizuna.model.fields import FieldSpec, FieldType
from kizuna.model.group_commit import GroupCommit
from kizuna.model.trouble import DatabaseBusyError, named, sqlite_trouble
from kizuna.model.turns import Turns

T = TypeVar("T")
ATTEMPTS = 8
BUSY_SECONDS = 20
"""How long one process waits for another."""
PATIENCE_SECONDS = 30.0
"""How long a writer waits in all, longer than any one plugin may write; then it hears that the database is busy."""
ANALYSIS_LIMIT = 400
"""Entries looked at; SQLite's documentation recommends 100 to 1,000."""

ROWS_PER_STORE = (
    "update sqlite_stat1 set stat = printf('%d %d 1', cast(stat as integer), "
    "max(1, cast(stat as integer) / max(1, (select count(*) from stores)))) where idx glob 'ix_*_feed'"
)
"""So few entries never show how many rows a store has: a store would look like a few hundred, and its feed like a short cut."""
FEW = 4
"""Up to this many values a list is spelled out: JSON costs more than the texts of some statements."""
OURS = "kizuna_transaction"
"""Marks connections whose transactions begin when we say so, not when SQLAlchemy does."""
# The driver knows how to bind None and bool, but first asks each one whether it would rather be something else. That takes
# half a microsecond, and many cells of a large push are empty. These answers change nothing and come four times sooner.
_NOTHING: dict[None, None] = {}
sqlite3.register_adapter(NoneType, _NOTHING.get)
sqlite3.register_adapter(bool, int)


class NotADatabaseError(OperationError):
    """The file named as the database holds something else, or is damaged."""

    code = "not-a-database"
    text = Text(
        "「{file}」は Kizuna のデータベースではないか、壊れています。"
        "--database を確かめるか、バックアップから戻してください。",
        "{file} is no Kizuna database, or is damaged. Check --database, or restore the file from a backup.",
    )


def sqlite_engine(url: str | sa.URL, *, busy: float = BUSY_SECONDS) -> sa.Engine:
    """Return an engine on a SQLite file in WAL mode, which waits ``busy`` seconds for others and begins when we say so."""
    engine = sa.create_engine(url, connect_args={"timeout": busy}, pool_size=16, max_overflow=16, pool_use_lifo=True)

    @sa.event.listens_for(engine, "connect")
    def _open(connection: sqlite3.Connection, _record: Any) -> None:
        # pysqlite begins transactions on its own terms unless told not to.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=wal",
            "synchronous=full",
            "foreign_keys=on",
            "cache_size=-4096",
            "temp_store=memory",
            "wal_autocheckpoint=4000",
        ):
            try:
                connection.execute(f"pragma {pragma}")
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
                    raise NotADatabaseError(file=engine.url.database) from None
                raise

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get(OURS):
            run(connection, "begin")

    return engine


class SqliteBackend:
    """The embedded default."""

    name = "sqlite"
    rows_at_once = 2_000
    one_writer = True
    narrowing = "null"
    taken: tuple[type[Exception], ...] = (sa.exc.IntegrityError, sqlite3.IntegrityError)

    def __init__(self, url: str | sa.URL, *, patience: float = PATIENCE_SECONDS) -> None:
        """``patience`` is how many seconds a writer waits for the others."""
        self._patience = patience
        busy = min(BUSY_SECONDS, patience)
        self.engine = sqlite_engine(url, busy=busy)
        self._idle: deque[sa.Connection] = deque()
        file = self.engine.url.database
        self._turns = Turns(Path(file) if file and file != ":memory:" else None, patience=busy)
        # Threads of one process queue here instead of sleeping in SQLite's busy handler; other processes meet there.
        self._writers = GroupCommit(lambda keep: self._writing(keep=keep), _may_end_transaction)

    @staticmethod
    @cache
    def holes(count: int) -> str:
        """Return ``count`` placeholders."""
        return ",".join("?" * count)

    def read(self) -> AbstractContextManager[sa.Connection]:
        """Return a connection whose selects all see one state of the data."""
        return named(self._transaction("begin"), sqlite_trouble)

    def write(self, work: Callable[[sa.Connection], T], *, keep: bool = True, alone: bool = False) -> T:
        """Run ``work`` as the only writer."""
        until = time.monotonic() + self._patience
        for attempt in range(ATTEMPTS):
            try:
                return self._writers.run(work, keep=keep, alone=alone, until=until)
            except (sa.exc.TimeoutError, OperationalError, sqlite3.OperationalError, TransactionLostError) as error:
                if (trouble := self.trouble(error)) is not None:
                    raise trouble from error
                if "locked" not in str(error) and "busy" not in str(error):
                    raise
                if time.monotonic() > until:
                    break
                time.sleep(random.uniform(0, 0.05 * 2**attempt))  # noqa: S311  # spreads writers, guards nothing
        raise DatabaseBusyError

    @contextmanager
    def _writing(self, *, keep: bool) -> Iterator[sa.Connection]:
        with self._turns.turn(), self._transaction("begin immediate", keep=keep) as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str, *, keep: bool = True) -> Iterator[sa.Connection]:
        """Run a transaction on a connection that stays open: SQLAlchemy's opening and closing cost more than small pushes do.

        To SQLAlchemy such a connection is in one long transaction; begin, commit and rollback are said to SQLite itself.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self.engine.connect().execution_options(**{OURS: True})
            connection.begin()
        try:
            run(connection, begin)
            yield connection
            run(connection, "commit" if keep else "rollback")
        except BaseException:
            self._take_back(connection)
            raise
        self._idle.append(connection)

    def _take_back(self, connection: sa.Connection) -> None:
        """Roll back what failed; a connection that cannot even do that is closed."""
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        try:
            if driver.in_transaction:
                run(connection, "rollback")
        except sqlite3.Error:
            connection.invalidate()
            connection.close()
        else:
            self._idle.append(connection)

    def asks_to_try_again(self, error: Exception) -> bool:
        """Return whether others held the database locked."""
        if not isinstance(error, OperationalError | sqlite3.OperationalError):
            return False
        return "locked" in str(error) or "busy" in str(error)

    def trouble(self, error: BaseException) -> OperationError | None:
        """Return what an error of the driver says about the database itself."""
        return sqlite_trouble(error.__cause__ or error if isinstance(error, TransactionLostError) else error)

    def lock_feeds(self, connection: sa.Connection, stores: Sequence[int]) -> dict[int, int]:
        """Return the revisions of the feeds; the transaction already is the only writer."""
        condition, values = self.in_list("store_id", stores)
        found = dict(fetch_all(connection, f"select store_id, revision from feeds where {condition}", values))
        fresh = [one for one in stores if one not in found]
        if fresh:
            run_many(
                connection,
                "insert into feeds(store_id, revision, pruned_revision) values (?, 0, 0)",
                [(one,) for one in fresh],
            )
        return found | dict.fromkeys(fresh, 0)

    def narrow(self, connection: sa.Connection, stores: Sequence[int] | None, *, writes: bool = False) -> None:
        """Do nothing: SQLite has no second wall."""

    def before_migrating(self, connection: sa.Connection) -> None:
        """Do nothing: who writes is alone."""

    def after_migrating(self, connection: sa.Connection) -> None:
        """Do nothing more."""

    def analyze(self) -> None:
        """Look at some entries of each index: a moment's work at any size, without which sums take a wrong index."""

        def look(connection: sa.Connection) -> None:
            run(connection, f"pragma analysis_limit = {ANALYSIS_LIMIT}")
            run(connection, "analyze")
            run(connection, ROWS_PER_STORE)
            run(connection, "analyze sqlite_schema")  # reads the figures again

        self.write(look)

    def apart(self, connection: sa.Connection, work: Callable[[sa.Connection], T]) -> T:
        """Run ``work`` right here: nobody else writes meanwhile."""
        return work(connection)

    def keys_apart(self, connection: sa.Connection, column: sa.Column[Any], rows: int) -> Iterator[Any]:
        """Walk along the index, one step per key."""
        step = sa.select(column).order_by(column).offset(rows).limit(1)
        key = connection.scalar(step)
        while key is not None:
            yield key
            key = connection.scalar(step.where(column > key))

    def interrupt(self, connection: sa.Connection) -> None:
        """Interrupt the statement that runs."""
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.interrupt()

    def keep_apart(self, connection: sa.Connection) -> AbstractContextManager[None]:  # noqa: ARG002  # PostgreSQL's
        """Do nothing: a failed read leaves SQLite's transaction as it was."""
        return nullcontext()

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()
        self.engine.dispose()
        self._turns.close()

    def in_list(self, column: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """Return a condition that takes any number of values as one JSON parameter."""
        if len(values) == 1:
            return f"{column} = ?", (values[0],)
        if len(values) <= FEW:
            return f"{column} in ({self.holes(len(values))})", tuple(values)
        # Rows come in the order of the index anyway; values that come in it too are put together in less time.
        listed = sorted(values) if set(map(type, values)) == {str} else list(values)
        return f"{column} in (select value from json_each(?))", (json.dumps(listed),)

    def insert_many(
        self, connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert with one prepared statement."""
        run_many(connection, f"insert into {table}({','.join(columns)}) values ({self.holes(len(columns))})", rows)

    def mark_deleted(
        self, connection: sa.Connection, table: str, ids: Sequence[str], *, deleted: bool, first: int
    ) -> None:
        """Walk through the ids as one JSON parameter, whose places give the revisions."""
        sql = (
            f"update {table} set deleted = ?, revision = ? + marked.key from json_each(?) as marked "
            f"where {table}.id = marked.value"
        )
        run(connection, sql, (deleted, first, json.dumps(list(ids))))

    def stored_expression(self, field: FieldSpec) -> str:
        """Return the column itself: SQLite stores what we mean."""
        return field.name

    def json_expression(self, kind: FieldType, column: str) -> str:
        """Return SQL for the wire's JSON value."""
        if kind == "money":
            return f"case when {column} % 100 = 0 then {column} / 100 else {column} / 100.0 end"
        if kind == "decimal":
            return f"case when {column} % 1000000 = 0 then {column} / 1000000 else {column} / 1000000.0 end"
        if kind == "boolean":
            return f"json(case {column} when 1 then 'true' when 0 then 'false' end)"
        if kind == "tags":
            return f"json({column})"
        return column

    def json_rows(self, expressions: Sequence[str]) -> str:
        """Return one aggregate of row arrays."""
        if len(expressions) > MOST_ARGUMENTS:
            row = " || ".join(joined_arrays("json_array", expressions))
            return f"coalesce('[' || group_concat({row}, ',') || ']', '[]')"
        return f"json_group_array(json_array({','.join(expressions)}))"

    def json_column(self, kind: FieldType, column: str) -> str:
        """Return one aggregate of values; what is JSON already is put together as text, since SQLite would read it first."""
        if kind == "boolean":
            return _texts(f"case {column} when 1 then 'true' when 0 then 'false' else 'null' end")
        if kind == "tags":
            return _texts(f"coalesce({column}, 'null')")
        return f"json_group_array({self.json_expression(kind, column)})"

    def as_bytes(self, expression: str) -> str:
        """Return the text as a blob: the database holds it in UTF-8 anyway."""
        return f"cast({expression} as blob)"


def _texts(expression: str) -> str:
    return f"coalesce('[' || group_concat({expression}) || ']', '[]')"


def _may_end_transaction(error: BaseException) -> bool:
    """Return whether SQLite may have rolled back more than a savepoint: disk full, out of memory, locked, damaged."""
    return isinstance(error, sa.exc.DatabaseError | sqlite3.DatabaseError | TransactionLostError) and not isinstance(
        error, sa.exc.IntegrityError | sqlite3.IntegrityError
    )
