"""The scoped, read-only handle on the data that plugins get."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session, with_loader_criteria
from sqlalchemy.sql import visitors

from kizuna.errors import RequestError, Text
from kizuna.model.ahead import one_ahead
from kizuna.model.arrays import dtypes_of, packed, unpacked
from kizuna.model.backend import fetch_all
from kizuna.model.changed import ChangesSince, Position, TooMuchChangedError
from kizuna.model.database import Database
from kizuna.model.resolving import EVERYBODY, KEPT_FROM, Lookup
from kizuna.model.scope import Actor
from kizuna.model.settings import read_settings
from kizuna.model.synced import SyncedRow
from kizuna.model.totals import CustomerTotals
from kizuna.model.typed_keys import UUID_LENGTH
from kizuna.model.withheld import blanked, withheld_places
from kizuna.worksheet import Changed, Keys

T = TypeVar("T")
PIECE = 50_000
"""Rows read at once where a plugin reads in pieces: so many stay in the processor's own memory."""


class UnscopedSelectError(RequestError):
    """A plugin's select would get round the scope filter."""

    code = "unscoped-select"
    text = Text(
        "プラグインの問い合わせが範囲の絞り込みを通りません({what})。kizuna.model のクラスを使う select にしてください。",
        "A plugin's query would get round the scope filter ({what}). Select from the classes of kizuna.model.",
    )


class HandleClosedError(RequestError):
    """A plugin came back to the data after its time was over."""

    code = "handle-closed"
    text = Text(
        "プラグインの制限時間が過ぎ、データはもう読み書きできません。範囲を狭めるか、プラグインの作者に知らせてください。",
        "The plugin's time is over, and the data is closed to it. Ask about less, or tell the plugin's author.",
    )


class ScopedData:
    """What one person may see at one moment, for functions, rules and reports."""

    def __init__(
        self, database: Database, connection: sa.Connection | None, actor: Actor, *, today: date, walled: bool = True
    ) -> None:
        self._database = database
        self._open_connection = connection
        self._actor = actor
        self._today = today
        self._walled = walled
        self._settings: Mapping[str, Any] | None = None
        self._positions: dict[tuple[str, ...], Position] = {}
        self._one_reader = threading.Lock()  # `pieces` reads ahead, and its caller may read something else meanwhile

    @property
    def _connection(self) -> sa.Connection:
        if self._open_connection is None:
            raise HandleClosedError
        return self._open_connection

    def again(self) -> ScopedData:
        """Return another handle on the same data, for whoever comes next."""
        return ScopedData(self._database, self._connection, self._actor, today=self._today, walled=self._walled)

    def abandon(self) -> None:
        """Take the data from code that did not come to its end in time, and end the statement it waits for."""
        connection, self._open_connection = self._connection, None
        self._database.backend.interrupt(connection)

    def apart(self) -> AbstractContextManager[None]:
        """Keep what fails inside a block from ending the transaction others read in."""
        return self._database.backend.keep_apart(self._connection)

    @property
    def today(self) -> date:
        """The day the question is asked, in the shop's time zone."""
        return self._today

    def columns(self, select: Any) -> list[list[Any]]:
        """Return the answer of a select over the models, one list per selected column.

        Personal fields are empty for callers who may not see them; PersonalWithheldError where one decides what comes back.
        """
        refuse_unscoped(select)
        withheld = self._withheld(select)
        rows = self._scoped_rows(select)
        if not rows:
            return [[] for _ in select.selected_columns]
        return blanked([list(column) for column in zip(*rows, strict=True)], withheld)

    def arrays(self, select: Any) -> list[Any]:
        """Return the answer of a select over the models, one numpy array per selected column."""
        refuse_unscoped(select)
        dtypes = dtypes_of(select)
        if dtypes is None or self._withheld(select):
            return [_array(column) for column in self.columns(select)]
        dialect = self._database.backend.name
        return unpacked(self._scoped_rows(packed(select, dialect))[0], dtypes, dialect)

    def pieces(self, select: Any, by: Any, *, rows: int = PIECE) -> Iterator[list[Any]]:
        """Yield `arrays` of a select a part of about so many rows at a time, in order of the indexed column ``by``.

        The next part is read while the caller works on this one, but for a writing transaction.
        """
        parts = self._parts(select, by, rows)
        yield from one_ahead(parts) if self._walled else parts

    def _parts(self, select: Any, by: Any, rows: int) -> Iterator[list[Any]]:
        # Where to cut needs no scope; reading nothing but the key is what costs least.
        cuts = self._database.backend.keys_apart(self._connection, by.property.columns[0], rows)
        rest = select
        while (stop := self._next(cuts)) is not None:
            yield self.arrays(rest.where(by < stop))
            rest = select.where(by >= stop)
        yield self.arrays(rest)

    def _next(self, cuts: Iterator[Any]) -> Any:
        with self._one_reader:
            return next(cuts, None)

    def resolve(self, table: str, keys: Keys) -> list[str | None]:
        """Return the row id each key (number or id) names, None where no visible row has it.

        A sheet asks one function after the other about the same column: what its keys came to is kept for the next, unless
        some are longer than any key is, and would take more memory than they are counted for.
        """
        spec = self._database.registry.table(table)
        lookup = Lookup(self._database.backend, self._connection, spec, self._actor.feeds)
        asked = tuple([one.strip() if one else None for one in keys])
        if not KEPT_FROM <= len(asked) <= EVERYBODY or max(map(len, filter(None, asked)), default=0) > UUID_LENGTH:
            return lookup.row_ids(asked).ids
        return [*self.keep(("resolved", spec.name, asked), [spec.name], lambda: lookup.row_ids(asked)).ids]

    def settings(self, name: str) -> Any:
        """Return the settings model registered under ``name``, with the owner's values in it."""
        if self._settings is None:
            self._settings = read_settings(self._connection, self._database.plugins.settings)
        return self._settings[name]

    def keep(
        self,
        name: Hashable,
        tables: Sequence[str],
        make: Callable[[], T],
        mend: Callable[[T, Changed], T] | None = None,
    ) -> T:
        """Return what ``make`` gives, made anew (or mended) only once one of ``tables`` has changed in any store.

        Within a writing transaction it is always made: what is written there has no position yet.
        """
        if not self._walled:
            return make()
        position = self._position(tuple(sorted({self._database.registry.table(one).name for one in tables})))
        value: T = self._database.kept.value(
            (self._actor.scope_hash, name), position, make, mend and self._mending(mend, position)
        )
        return value

    def _mending(self, mend: Callable[[T, Changed], T], now: Position) -> Callable[[T, Position], T | None]:
        def mended(value: T, since: Position) -> T | None:
            changes = ChangesSince(self._database, self._open_for_all_stores, since, now)
            try:
                return mend(value, changes)
            except TooMuchChangedError:
                return None

        return mended

    @contextmanager
    def _open_for_all_stores(self) -> Iterator[sa.Connection]:
        """Open the database's own wall for a moment: which rows of other stores changed, though never what is in them."""
        walls = self._actor.walls
        if walls is None:
            yield self._connection
            return
        narrow = self._database.backend.narrow
        narrow(self._connection, None)
        try:
            yield self._connection
        finally:
            with suppress(Exception):  # where the database gave the transaction up, nobody reads in it any more
                narrow(self._connection, walls)

    def _position(self, tables: tuple[str, ...]) -> Position:
        """Return where these tables are: rows of one store may count in another's, so every feed is looked at."""
        if tables not in self._positions:  # they stay where they are as long as one transaction reads
            condition, values = self._database.backend.in_list("table_name", tables)
            sql = f"select table_name, store_id, revision from feed_positions where {condition} order by 1, 2"
            self._positions[tables] = tuple(
                (row[0], row[1], row[2]) for row in fetch_all(self._connection, sql, values)
            )
        return self._positions[tables]

    def _withheld(self, select: Any) -> frozenset[int]:
        """Return the places of columns the actor may not see; raise PersonalWithheldError."""
        return frozenset() if self._actor.may_see_personal else withheld_places(select)

    def _scoped_rows(self, select: Any) -> Sequence[Any]:
        """Run a select narrowed to what the actor sees, in its subqueries too."""
        feeds = list(self._actor.feeds)
        with self._one_reader, self._behind_the_wall(), Session(self._connection, autoflush=False) as session:
            scoped = select.options(
                with_loader_criteria(
                    SyncedRow,
                    lambda cls: sa.and_(cls.store_id.in_(feeds), cls.deleted.is_(False)),
                    include_aliases=True,
                ),
                # Nothing added: else SQLite looks each customer up once per store instead of once, and filters no less.
                with_loader_criteria(CustomerTotals, lambda cls: (cls.store_id + 0).in_(feeds), include_aliases=True),
            )
            return session.execute(scoped).all()

    @contextmanager
    def _behind_the_wall(self) -> Iterator[None]:
        """Keep a select within the database's own wall too, where the transaction reads more for its own checks."""
        if self._walled or self._actor.walls is None:
            yield
            return
        narrow = self._database.backend.narrow
        narrow(self._connection, self._actor.walls)
        try:
            yield
        except Exception:
            with suppress(Exception):  # where the database gave the transaction up, there is nothing to open again
                narrow(self._connection, None)
            raise
        narrow(self._connection, None)


def refuse_unscoped(select: Any) -> None:
    """Raise UnscopedSelectError for anything but a select over mapped classes: only those are narrowed to the scope."""
    if not isinstance(select, sa.Select):
        raise UnscopedSelectError(what=type(select).__name__)
    through_models: set[str] = set()
    named: set[str] = set()
    for element in visitors.iterate(select):
        if isinstance(element, sa.TextClause):
            raise UnscopedSelectError(what="text()")
        # SQLAlchemy marks what was reached through a mapped class, and leaves no other trace of it.
        mapped = "parententity" in getattr(element, "_annotations", {})
        if isinstance(element, sa.Column):
            if not mapped:
                raise UnscopedSelectError(what=str(element))
            through_models.add(_name(element.table))
        elif isinstance(element, sa.Table):
            (through_models if mapped else named).add(element.key)
        elif isinstance(element, sa.TableClause) or _is_loose(element):
            raise UnscopedSelectError(what=str(element)[:60])
    if strangers := named - through_models:
        raise UnscopedSelectError(what=", ".join(sorted(strangers)))


def _is_loose(element: Any) -> bool:
    """Whether an element is SQL written by hand, or a column by its bare name, which may be any table's."""
    if not isinstance(element, sa.ColumnClause):
        return False
    # SQLAlchemy writes the star of count(*) and exists() itself.
    return element.name != "*" and (element.is_literal or element.table is None)


def _name(table: sa.FromClause) -> str:
    """Return the name of the table behind an alias."""
    while isinstance(table, sa.Alias):
        table = table.element
    return str(getattr(table, "key", ""))


def _array(values: list[Any]) -> Any:
    if values and isinstance(values[0], bytes):
        return np.array(values)
    if values and isinstance(next((one for one in values if one is not None), None), date):
        return np.array(values, dtype="datetime64[D]")
    return np.array(values) if None not in values and not _mixed(values) else np.array(values, dtype=object)


def _mixed(values: list[Any]) -> bool:
    return bool(values) and not isinstance(values[0], int | float | bool)
