"""A shop in a temporary database, filled from plain lists through the one write path."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import sqlalchemy as sa

from kizuna.access.accounts import system_actor
from kizuna.functions.arguments import read_named
from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.functions.reports import build_report, find_report
from kizuna.ids import new_id
from kizuna.model.data import ScopedData
from kizuna.model.database import JAPAN, Database, backend_for, core_registry, sqlite_url
from kizuna.model.python_values import wire_from_python
from kizuna.model.scope import Actor
from kizuna.offers import ActionResult, ReportTable
from kizuna.ops.declared_tables import TableNotMadeError, flaws_of_tables
from kizuna.ops.migrate import migrate
from kizuna.ops.sample import SAMPLE_DAY, build_sample_shop
from kizuna.ops.settings import set_settings
from kizuna.plugins import load_plugins
from kizuna.sync.acting import find_action, run_action
from kizuna.sync.changeset import ACCEPTED, ChangesetRequest, Inserts, Op, RowOutcome, TableChanges
from kizuna.sync.daily import DayDone, run_daily
from kizuna.sync.push import push

Row = Mapping[str, Any]
FIRST_STORE = 1
COMMON = ("stores", "staff", "products")


class CallFailedError(AssertionError):
    """A worksheet function answered with an error."""


class RowRefusedError(AssertionError):
    """The shop did not take a row; the message is what a person would read."""


@dataclass(frozen=True, slots=True)
class _Module:
    """A plugin handed over as a module instead of found as an entry point."""

    name: str
    module: Any
    dist: None = None

    def load(self) -> Any:
        return self.module


class Shop:
    """A shop of its own: rows go in, questions are asked, days go by. Close it, or use it in a ``with`` block."""

    def __init__(self, database: Database, today: date, folder: Path) -> None:
        self.database = database
        self.today = today
        self.folder = folder
        self._open = ExitStack()
        self._reading: weakref.WeakSet[ExitStack] = weakref.WeakSet()
        self._open.callback(shutil.rmtree, folder, ignore_errors=True)
        self._open.callback(database.backend.close)
        self._open.callback(self._stop_reading)

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what is open and remove the database."""
        self._open.close()

    @contextmanager
    def _asking(self, stores: Sequence[int] | None = None) -> Iterator[ScopedData]:
        """Give the handle for one question: a test asks a hundred, and the database has a few connections only."""
        with self.database.backend.read() as connection:
            yield ScopedData(self.database, connection, self.actor(stores), today=self.today)

    def _stop_reading(self) -> None:
        for one in [*self._reading]:
            one.close()

    @property
    def now(self) -> datetime:
        """Noon of the shop's day."""
        return datetime.combine(self.today, time(12), JAPAN).astimezone(UTC)

    def actor(self, stores: Sequence[int] | None = None) -> Actor:
        """Return the owner, who sees every store, or somebody who sees ``stores``."""
        with self.database.backend.read() as connection:
            owner = system_actor(self.database, connection)
        return owner if stores is None else replace(owner, role="staff", stores=tuple(stores), all_stores=False)

    def data(self, stores: Sequence[int] | None = None) -> ScopedData:
        """Return the handle a plugin gets, on the data as it is now; it stays open as long as somebody holds it."""
        reading = ExitStack()
        handle = reading.enter_context(self._asking(stores))
        self._reading.add(reading)
        weakref.finalize(handle, reading.close)
        return handle

    def add(self, table: str, rows: Sequence[Row]) -> list[str]:
        """Insert rows; return their ids. A reference may be the number of its row, such as ``C0001``.

        Raises RowRefusedError where a row breaks a rule, a plugin's included.
        """
        ids = [str(row.get("id") or new_id()) for row in rows]
        ops = [
            Op("insert", row_id, None, {name: wire_from_python(value) for name, value in row.items() if name != "id"})
            for row_id, row in zip(ids, rows, strict=True)
        ]
        self.push(TableChanges(table, ops=[_placed(self.database, table, op) for op in ops]))
        return ids

    def change(self, table: str, row_id: str, **fields: Any) -> None:
        """Change fields of one row; raise RowRefusedError."""
        told = {name: wire_from_python(value) for name, value in fields.items()}
        self.push(TableChanges(table, ops=[Op("update", row_id, self._revision(table, row_id), told)]))

    def delete(self, table: str, row_id: str) -> None:
        """Delete one row; raise RowRefusedError."""
        self.push(TableChanges(table, ops=[Op("delete", row_id, self._revision(table, row_id))]))

    def set(self, name: str, **values: Any) -> None:
        """Set some of a plugin's settings, as the owner would."""
        set_settings(self.database, self.actor(), name, msgspec.to_builtins(values), now=self.now, merge=True)

    def call(
        self, function: str, *, stores: Sequence[int] | None = None, language: str = "ja", **arguments: Any
    ) -> list[list[Any]]:
        """Return the answer of a worksheet function as the wire shows it: one list per column.

        Raises CallFailedError with what the cell would say.
        """
        told = {name: _told(value) for name, value in arguments.items()}
        asked = FunctionCall(function, told)
        with self._asking(stores) as data:
            [answer] = evaluate(self.database.plugins, data, [asked], language=language)
        if "error" in answer:
            raise CallFailedError(f"{function}: {answer['error']['message']} [{answer['error']['code']}]")
        columns: list[list[Any]] = answer["columns"]
        return columns

    def report(self, name: str, **arguments: Any) -> ReportTable:
        """Return a report."""
        told = {key: _told(value) for key, value in arguments.items()}
        with self._asking() as data:
            return build_report(self.database.plugins, find_report(self.database.plugins, name), data, told)

    def act(self, name: str, *, stores: Sequence[int] | None = None, **arguments: Any) -> ActionResult:
        """Press an action's button."""
        action = find_action(self.database.plugins, name)
        told = read_named(name, action.arguments, {key: _told(value) for key, value in arguments.items()})
        return run_action(self.database, self.actor(stores), action, told, now=self.now).result

    def every_day(self, today: date | None = None) -> list[DayDone]:
        """Let the day begin, today or a later one, for every plugin."""
        self.today = today or self.today
        return run_daily(self.database, self.actor(), self.now)

    def push(self, *changes: TableChanges) -> None:
        """Send changes as the owner; raise RowRefusedError where one is not taken."""
        answer = push(
            self.database,
            self.actor(),
            ChangesetRequest(new_id(), list(changes)),
            now=self.now,
            request_hash=new_id(),
            language="en",
        ).answer
        assert answer is not None
        for outcome in answer.outcomes:
            if outcome.outcome not in ACCEPTED:
                raise RowRefusedError(_reason(outcome))
        for warning in answer.warnings:
            raise RowRefusedError(warning.message)

    def _revision(self, table: str, row_id: str) -> int:
        model = self.database.registry.table(table).model
        with self._asking() as data:
            found = data.columns(sa.select(model.revision).where(model.id == row_id))[0]
        if not found:
            raise RowRefusedError(f"{table} has no row {row_id}")
        return int(found[0])


def shop_from(
    *, today: date = SAMPLE_DAY, plugins: Sequence[ModuleType] | None = None, **tables: Sequence[Row]
) -> Shop:
    """Return a shop with these rows: ``shop_from(customers=[{"name": "佐藤"}], purchases=[…])``.

    Rows without a store are of store 1, which is there. ``plugins`` are the plugins' modules; None loads those installed. A
    plugin that is broken raises.
    """
    shop = _bare(today, plugins)
    if FIRST_STORE not in {int(row["code"]) for row in tables.get("stores", ())}:
        shop.add("stores", [{"code": FIRST_STORE, "name": "本店"}])
    order = shop.database.registry.write_order
    for name in sorted(tables, key=lambda one: order.get(one, len(order))):
        shop.add(name, tables[name])
    return shop


def data_from(
    *, today: date = SAMPLE_DAY, plugins: Sequence[ModuleType] | None = None, **tables: Sequence[Row]
) -> ScopedData:
    """Return the handle plugins get on a shop with these rows; the shop goes when nobody holds the handle any more."""
    shop = shop_from(today=today, plugins=plugins, **tables)
    data = shop.data()
    weakref.finalize(data, shop.close)
    return data


def sample_shop(*, customers: int = 300, purchases: int = 1_500, plugins: Sequence[ModuleType] | None = None) -> Shop:
    """Return a believable chain of three tea shops, the same every time; its day is `SAMPLE_DAY`."""
    sample = build_sample_shop(customers=customers, purchases=purchases)
    shop = _bare(sample.as_of, plugins)
    for common in (True, False):  # stores must be there before anybody can write into them
        told = [
            TableChanges(name, inserts=Inserts(list(rows.fields), rows.columns))
            for name, rows in sample.tables.items()
            if (name in COMMON) is common
        ]
        shop.push(*told)
    return shop


def _bare(today: date, plugins: Sequence[ModuleType] | None) -> Shop:
    loaded = load_plugins(None if plugins is None else [_Module(one.__name__, one) for one in plugins], strict=True)
    empty = _empty(tuple(loaded.migrations), tuple(loaded.tables.items()))
    folder = Path(tempfile.mkdtemp(prefix="kizuna-shop-"))
    file = folder / "kizuna.db"
    shutil.copyfile(empty, file)
    registry = core_registry(list(loaded.tables.values()))
    return Shop(Database(backend_for(sqlite_url(file)), registry, loaded), today, folder)


def _told(value: Any) -> Any:
    return [wire_from_python(one) for one in value] if isinstance(value, list | tuple) else wire_from_python(value)


def _placed(database: Database, table: str, op: Op) -> Op:
    """Return an insert with a store: the first, where the table has stores and the row names none."""
    spec = database.registry.table(table)
    return (
        op if spec.common or "store_id" in op.fields else Op(op.op, op.id, None, {"store_id": FIRST_STORE, **op.fields})
    )


def _reason(outcome: RowOutcome) -> str:
    said = "; ".join(f"{one.field}: {one.message} [{one.code}]" for one in outcome.problems or [])
    return f"{outcome.table}: {said or outcome.outcome}"


@lru_cache
def _empty(migrations: tuple[Path, ...], tables: tuple[tuple[str, Any], ...]) -> Path:
    """Return a file with every table and no row, made once per process.

    Raises TableNotMadeError where the migrations do not make the plugins' ``tables`` as their classes declare them.
    """
    folder = Path(tempfile.mkdtemp(prefix="kizuna-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "kizuna.db"
    backend = backend_for(sqlite_url(file))
    try:
        migrate(backend, migrations)
        with backend.read() as connection:
            flaws = flaws_of_tables(connection, dict(tables))
    finally:
        backend.close()
    if flaws:
        raise TableNotMadeError(flaws="; ".join(flaws))
    return file
