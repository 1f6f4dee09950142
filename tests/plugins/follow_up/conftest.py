"""A shop on a real database, driven through the write path, on a day the test chooses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from kizuna.app import open_database
from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.data import ScopedData
from kizuna.model.database import Database, sqlite_url
from kizuna.model.scope import Actor
from kizuna.ops.migrate import migrate
from kizuna.sync.changeset import Answer, ChangesetRequest, Inserts, Op, TableChanges
from kizuna.sync.daily import run_daily
from kizuna.sync.push import push
from kizuna.sync.undo import UndoRequest, undo

OWNER = Actor("o", "店主", "owner", (1, 2), all_stores=True)
FIRST = Actor("f", "一号店", "staff", (1,))


@dataclass
class Shop:
    """A database that takes changes on ``today`` and answers what there is to do."""

    database: Database
    today: date = date(2006, 3, 1)
    actor: Actor = OWNER
    last: str = ""
    said: list[Answer] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(3), UTC)

    def send(self, *tables: TableChanges, **more: Any) -> Answer:
        self.last = new_id()
        done = push(
            self.database, self.actor, ChangesetRequest(self.last, list(tables), **more), now=self.now,
            request_hash=self.last, language="en",
        )  # fmt: skip
        assert done.answer is not None
        self.said.append(done.answer)
        return done.answer

    def good(self, *tables: TableChanges) -> Answer:
        answer = self.send(*tables)
        bad = [one for one in answer.outcomes if one.outcome not in {"applied", "merged", "unchanged"}]
        assert not bad, bad
        assert not answer.warnings, answer.warnings
        return answer

    def insert(self, table: str, **fields: Any) -> str:
        row = new_id()
        self.good(TableChanges(table, [Op("insert", row, None, fields)]))
        return row

    def change(self, table: str, row: str, kind: str = "update", **fields: Any) -> Answer:
        return self.good(TableChanges(table, [self.op(table, row, kind, **fields)]))

    def op(self, table: str, row: str, kind: str = "update", **fields: Any) -> Op:
        return Op(kind, row, self.revision(table, row), fields)  # type: ignore[arg-type]

    def undo(self, changeset: str) -> None:
        undo(self.database, self.actor, changeset, UndoRequest(new_id()), now=self.now)

    def revision(self, table: str, row: str) -> int:
        return int(self.sql(f"select revision from {table} where id = '{row}'")[0][0])

    def sql(self, query: str) -> list[Any]:
        with self.database.backend.read() as connection:
            return fetch_all(connection, query)

    def day(self, today: date) -> None:
        self.today = today
        done = run_daily(self.database, self.actor, self.now)
        assert [one.error for one in done if one.error] == []

    def ask(self, function: str, **arguments: Any) -> dict[str, Any]:
        with self.database.backend.read() as connection:
            data = ScopedData(self.database, connection, self.actor, today=self.today)
            return evaluate(self.database.plugins, data, [FunctionCall(function, arguments)])[0]

    def plan(self, kind: str, *steps: tuple[int, str, str], **fields: Any) -> str:
        plan = new_id()
        rows = [
            [new_id() for _ in steps],
            [plan for _ in steps],
            list(range(1, len(steps) + 1)),
            *(list(column) for column in zip(*steps, strict=True)),
        ]
        names = ["id", "plan_id", "position", "wait", "unit", "channel"]
        self.good(
            TableChanges("follow_up_plans", [Op("insert", plan, None, {"name": kind, "kind": kind, **fields})]),
            TableChanges("follow_up_steps", inserts=Inserts(names, rows)),
        )
        return plan

    def tasks(self, customer: str = "", *, status: str = "") -> list[tuple[str, str, str]]:
        """Return day, channel and status of the tasks, in order."""
        wanted = (f" and customer_id = '{customer}'" if customer else "") + (
            f" and status = '{status}'" if status else ""
        )
        rows = self.sql(f"select due_on, channel, status from follow_up_tasks where not deleted{wanted}")
        return sorted((str(due), channel or "", state) for due, channel, state in rows)


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file with two stores, to copy."""
    path = tmp_path_factory.mktemp("follow") / "kizuna.db"
    database = open_database(sqlite_url(path))
    migrate(database.backend, database.plugins.migrations)
    shop = Shop(database)
    shop.good(
        TableChanges(
            "stores", inserts=Inserts(["id", "code", "name"], [[new_id(), new_id()], [1, 2], ["本店", "駅前店"]])
        )
    )
    with database.backend.engine.connect() as connection:
        connection.exec_driver_sql("rollback")
        connection.connection.execute("pragma wal_checkpoint(truncate)")  # type: ignore[attr-defined]
    database.backend.close()
    return path


@pytest.fixture
def shop(empty_shop: Path, tmp_path: Path) -> Iterator[Shop]:
    """A fresh shop."""
    path = tmp_path / "kizuna.db"
    path.write_bytes(empty_shop.read_bytes())
    database = open_database(sqlite_url(path))
    yield Shop(database)
    database.backend.close()
