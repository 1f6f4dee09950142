"""What the rest of the server needs of a database; `sqlite` and `postgresql` are the two there are.

SQL here is text built from declared table and field names; values always travel as parameters. Rows cross as tuples in
*stored* form: money in hundredths, dates as ISO text, tags as JSON text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, TypeVar, cast

import sqlalchemy as sa

from kizuna.errors import OperationError
from kizuna.model.fields import FieldSpec, FieldType
from kizuna.model.registry import TableSpec

T = TypeVar("T")
MOST_ARGUMENTS = 90


class TransactionLostError(Exception):
    """SQLite took the whole transaction back: an interrupted write or a full disk may end more than a savepoint.

    Nothing may go on in its place: each further statement would be kept by itself.
    """


class Backend(Protocol):
    """One database behind a server."""

    name: str
    engine: sa.Engine
    rows_at_once: int
    """How many rows to ask for in one select that builds JSON: what suits the memory it is built in."""
    one_writer: bool
    """Whether a writing transaction keeps every other writer out from its first statement."""
    narrowing: str
    """SQL of a column that does what `narrow` does for reading, in the select that looks an account ``a`` up."""
    taken: tuple[type[Exception], ...]
    """What the driver raises when a unique key is already there."""

    def holes(self, count: int) -> str:
        """Return ``count`` placeholders joined by commas, as this driver writes them."""

    def read(self) -> AbstractContextManager[sa.Connection]:
        """Return a connection whose selects all see one state of the data."""

    def write(self, work: Callable[[sa.Connection], T], *, keep: bool = True, alone: bool = False) -> T:
        """Run ``work`` in one transaction, again from the start when the database asks for it; return its value.

        The transaction is committed, or rolled back when ``keep`` is false. ``alone`` says that the work may take long: no
        other's commit waits for it. Raises DatabaseBusyError, having kept nothing, when others do not let it write in time.
        """

    def asks_to_try_again(self, error: Exception) -> bool:
        """Return whether an error means that the transaction must begin again."""

    def trouble(self, error: BaseException) -> OperationError | None:
        """Return what an error says about the database itself: that it is full, away or busy; None for any other."""

    def lock_feeds(self, connection: sa.Connection, stores: Sequence[int]) -> dict[int, int]:
        """Lock the feeds of ``stores`` until commit, in order, creating missing ones; return their revisions."""

    def narrow(self, connection: sa.Connection, stores: Sequence[int] | None, *, writes: bool = False) -> None:
        """Let the rest of the transaction read (or write) no other stores than these, whatever it asks for; None: all.

        The scope filter is the first wall and holds on every database; this is the second, where the database has one.
        """

    def before_migrating(self, connection: sa.Connection) -> None:
        """Wait until no other process migrates; only then is it known what there is to do."""

    def after_migrating(self, connection: sa.Connection) -> None:
        """Do what every table needs, those of plugins too."""

    def analyze(self) -> None:
        """Tell the query planner how large the tables are, where the database does not see to it by itself."""

    def apart(self, connection: sa.Connection, work: Callable[[sa.Connection], T]) -> T:
        """Run ``work`` in a short transaction of its own beside ``connection``'s, where there can be two writers."""

    def keys_apart(self, connection: sa.Connection, column: sa.Column[Any], rows: int) -> Iterator[Any]:
        """Yield rising keys of an indexed column, with about so many rows between each and the next."""

    def interrupt(self, connection: sa.Connection) -> None:
        """Make the statement that another thread runs on ``connection`` fail."""

    def keep_apart(self, connection: sa.Connection) -> AbstractContextManager[None]:
        """Keep what fails inside a block of reads from ending the whole transaction."""

    def close(self) -> None:
        """Close every connection."""

    def in_list(self, column: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """Return an SQL condition ``column is one of values`` and its parameters, for any number of values."""

    def insert_many(
        self, connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert rows, as fast as this database can."""

    def mark_deleted(
        self, connection: sa.Connection, table: str, ids: Sequence[str], *, deleted: bool, first: int
    ) -> None:
        """Delete the rows, or bring them back, in one statement; they take the revisions from ``first`` on, in order."""

    def stored_expression(self, field: FieldSpec) -> str:
        """Return SQL that reads the field in stored form."""

    def json_expression(self, kind: FieldType, column: str) -> str:
        """Return SQL that reads ``column`` as the JSON value the wire shows."""

    def json_rows(self, expressions: Sequence[str]) -> str:
        """Return SQL that aggregates one JSON array per row into the text of one JSON array."""

    def json_column(self, kind: FieldType, column: str) -> str:
        """Return SQL that aggregates what the wire shows of ``column`` into the text of one JSON array."""

    def as_bytes(self, expression: str) -> str:
        """Return SQL that reads a text as its UTF-8 bytes, where the driver has a quick way for that."""


def stored_select(backend: Backend, spec: TableSpec, *, names: Sequence[str] | None = None) -> str:
    """Return ``select id, store_id, revision, deleted, field_revisions, <fields…> from <table>``; all fields unless told."""
    fields = [backend.stored_expression(spec.by_name[name]) for name in (spec.stored if names is None else names)]
    return f"select {', '.join(['id', 'store_id', 'revision', 'deleted', 'field_revisions', *fields])} from {spec.name}"


def joined_arrays(array: str, expressions: Sequence[str]) -> list[str]:
    """Return SQL whose texts, put together, are one JSON array of all ``expressions``.

    ``array`` is the SQL function that makes an array; databases give it no more than about a hundred arguments.
    """
    pieces = []
    for start in range(0, len(expressions), MOST_ARGUMENTS):
        made = f"{array}({','.join(expressions[start : start + MOST_ARGUMENTS])})"
        pieces.append(f"substr(cast({made} as text), 2, length(cast({made} as text)) - 2)")
    return ["'['", " || ',' || ".join(pieces), "']'"]


def _driver(connection: sa.Connection) -> Any:
    """Return the driver's own connection: sqlite3's and psycopg's both run a statement in one call."""
    return connection.connection.dbapi_connection


def fetch_all(connection: sa.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """Run driver-level SQL and return its rows as plain tuples."""
    found: list[Any] = _driver(connection).execute(sql, tuple(parameters)).fetchall()
    return found


def run(connection: sa.Connection, sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run driver-level SQL that returns no rows; return how many rows it touched."""
    return int(_driver(connection).execute(sql, tuple(parameters)).rowcount)


def run_many(connection: sa.Connection, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run driver-level SQL once per row of parameters."""
    cursor = _driver(connection).cursor()
    try:
        # SQLAlchemy types the driver's method with a sequence; both drivers take any iterable.
        cursor.executemany(sql, cast("Sequence[Sequence[Any]]", rows))
    finally:
        cursor.close()


def check_stands(connection: sa.Connection) -> None:
    """Raise TransactionLostError where a writing transaction has ended before its time."""
    # PostgreSQL's driver has no such word, nor the need: there, every statement after the loss fails.
    if not getattr(_driver(connection), "in_transaction", True):
        raise TransactionLostError


@contextmanager
def savepoint(connection: sa.Connection) -> Iterator[None]:
    """Take back what a block wrote when it raises; said to the driver itself, at a sixth of what SQLAlchemy's costs.

    Raises TransactionLostError where more than the block is lost, also when the block itself says nothing of it.
    """
    check_stands(connection)
    run(connection, "savepoint part")
    try:
        yield
        check_stands(connection)
    except TransactionLostError:
        raise
    except BaseException as error:
        if isinstance(error, Exception) and not getattr(_driver(connection), "in_transaction", True):
            raise TransactionLostError from error
        try:
            run(connection, "rollback to savepoint part")
            run(connection, "release savepoint part")
        except Exception:  # noqa: BLE001  # the whole transaction is lost; the first error says why
            raise error from None
        raise
    run(connection, "release savepoint part")


@contextmanager
def transaction(engine: sa.Engine, *, keep: bool = True, **options: Any) -> Iterator[sa.Connection]:
    """Open a connection, begin, commit at the end (unless ``keep`` is false) or roll back on an error."""
    with engine.connect() as plain:
        connection = plain.execution_options(**options)
        with connection.begin() as begun:
            yield connection
            if not keep:
                begun.rollback()


class TryAgainError(Exception):
    """The transaction met another's change halfway and must begin again; never leaves `Backend.write`."""
