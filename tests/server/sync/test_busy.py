"""Who writes long keeps others waiting only so long; they hear that the server is busy, and lose nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna.app import create_app
from kizuna.config import Config
from kizuna.ids import new_id
from kizuna.model import group_commit
from kizuna.model.database import Database
from kizuna.model.postgresql import PostgresqlBackend
from kizuna.model.sqlite import SqliteBackend
from kizuna.sync import push as push_module
from tests.fixtures.people import People, count
from tests.fixtures.wire import Caller, caller, op

PATIENCE = 1.0
LONG = 200.0


@pytest.fixture
def hurried(database: Database) -> Iterator[Database]:
    """The database, whose writers wait for a second only."""
    kind = SqliteBackend if database.backend.name == "sqlite" else PostgresqlBackend
    url = database.backend.engine.url
    database.backend.close()
    found = replace(database, backend=kind(url, patience=PATIENCE))
    yield found
    found.backend.close()


@contextmanager
def somebody_writing(database: Database, *, alone: bool = True) -> Iterator[None]:
    """Hold the writer, or on PostgreSQL the feed of store 1, for the time of a block."""
    began, end = threading.Event(), threading.Event()

    def work(connection: sa.Connection) -> None:
        database.backend.lock_feeds(connection, [1])
        began.set()
        end.wait(LONG)

    thread = threading.Thread(target=lambda: database.backend.write(work, alone=alone))
    thread.start()
    assert began.wait(LONG)
    try:
        yield
    finally:
        end.set()
        thread.join()


def pusher(database: Database, people: People, language: str = "en") -> Caller:
    config = Config(database.backend.engine.url.render_as_string(hide_password=False))
    found = caller(create_app(config, database), people.tokens["first"])
    found.language = language
    return found


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The database is busy. Wait a moment"), ("ja", "データベースが混み合っています。")]
)
def test_a_push_waits_for_a_long_writer_only_so_long_and_is_applied_once_when_sent_again(
    hurried: Database, people: People, language: str, said: str
) -> None:
    person, changeset, row = pusher(hurried, people, language), new_id(), new_id()
    tables = [{"table": "customers", "ops": [op("insert", row, name="山田", store_id=1)]}]
    with somebody_writing(hurried):
        refused = person.send(tables, changeset=changeset)

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.get_json()["error"]["code"] == "database-busy"
    assert refused.get_json()["error"]["message"].startswith(said)
    assert count(hurried, "customers") == count(hurried, "changesets", f"id = '{changeset}'") == 0

    taken, again = person.send(tables, changeset=changeset), person.send(tables, changeset=changeset)

    assert taken.status_code == again.status_code == 200
    assert taken.data == again.data
    assert count(hurried, "customers") == count(hurried, "changes", f"changeset_id = '{changeset}'") == 1


def test_many_who_wait_leave_the_queue_and_those_who_come_later_are_served(hurried: Database, people: People) -> None:
    statuses: list[int] = []
    person = pusher(hurried, people)

    def push() -> None:
        ops = [op("insert", new_id(), name="客", store_id=1)]
        mine = caller(person.http.application, person.token)
        statuses.append(mine.send([{"table": "customers", "ops": ops}]).status_code)

    waiting = [threading.Thread(target=push) for _ in range(6)]
    with somebody_writing(hurried):
        for one in waiting:
            one.start()
        for one in waiting:
            one.join()
    push()

    assert statuses == [503] * 6 + [200]
    assert count(hurried, "customers") == 1


WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
"""


def test_a_push_waits_for_another_process_only_so_long(hurried: Database, people: People) -> None:
    if hurried.backend.name != "sqlite":
        pytest.skip("on PostgreSQL processes wait for each other as threads do")
    person, changeset = pusher(hurried, people), new_id()
    tables = [{"table": "customers", "ops": [op("insert", new_id(), name="山田", store_id=1)]}]
    command = [sys.executable, "-c", WRITER, str(hurried.backend.engine.url.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        refused = person.send(tables, changeset=changeset)
        other.communicate()
    taken = person.send(tables, changeset=changeset)

    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "database-busy")
    assert taken.status_code == 200
    assert count(hurried, "customers") == 1


def test_a_push_taken_up_before_long_work_does_not_wait_for_its_end(hurried: Database, people: People) -> None:
    if not hurried.backend.one_writer:
        pytest.skip("on PostgreSQL no commit waits for another's work")
    end, statuses = threading.Event(), []
    row = [{"table": "customers", "ops": [op("insert", new_id(), name="客", store_id=1)]}]
    first = pusher(hurried, people)
    assert first.get("/me").status_code == 200
    pushing = threading.Thread(target=lambda: statuses.append(first.send(row).status_code))
    long: Any = threading.Thread(target=lambda: hurried.backend.write(lambda _: end.wait(LONG), alone=True))
    queue = hurried.backend._writers._waiting  # type: ignore[attr-defined]
    with somebody_writing(hurried):
        pushing.start()
        while len(queue) < 1:
            pass
        long.start()
        while len(queue) < 2:
            pass
    pushing.join(LONG / 2)

    assert statuses == [200]

    end.set()
    long.join()


@pytest.mark.parametrize(("rows", "commits"), [(1, 2), (2, 3)])
def test_a_push_of_many_rows_shares_its_transaction_with_nobody(
    hurried: Database, people: People, monkeypatch: pytest.MonkeyPatch, rows: int, commits: int
) -> None:
    if not isinstance(hurried.backend, SqliteBackend):
        pytest.skip("only SQLite's writers share transactions")
    monkeypatch.setattr(push_module, "MOST_TO_SHARE", 1)
    monkeypatch.setattr(hurried.backend, "_patience", LONG)
    monkeypatch.setattr(group_commit, "LONGEST_TOGETHER", LONG)
    said: list[str] = []
    sa.event.listen(hurried.backend.engine, "connect", lambda driver, _: driver.set_trace_callback(said.append))
    person = pusher(hurried, people)

    queue = hurried.backend._writers._waiting

    def push(number: int, behind: int) -> threading.Thread:
        ops = [op("insert", new_id(), name="客", store_id=1) for _ in range(number)]
        mine = caller(person.http.application, person.token)
        thread = threading.Thread(target=lambda: mine.send([{"table": "customers", "ops": ops}]))
        thread.start()
        while len(queue) <= behind:
            pass
        return thread

    with somebody_writing(hurried):
        pushes = [push(rows, 0), push(1, 1)]
        said.clear()
    for one in pushes:
        one.join()

    assert said.count("commit") == commits
    assert count(hurried, "customers") == rows + 1
