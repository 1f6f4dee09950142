"""SQLite may take a whole transaction back while a plugin writes in it; nothing of the push may then go on alone."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna import Action, ActionResult, Text, Write
from kizuna.ids import new_id
from kizuna.model.database import Database
from kizuna.sync import writing_on
from kizuna.sync.writing_on import PluginWrite
from tests.fixtures.people import count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller, op


def driver_under(connection: sa.Connection) -> sqlite3.Connection:
    """Return the driver's own connection."""
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def driver_of(write: Write) -> sqlite3.Connection:
    """Return the driver's connection a plugin writes on."""
    assert isinstance(write, PluginWrite)
    return driver_under(write.push.connection)


def interrupted(write: Write) -> None:
    """Write, and be interrupted within the statement as whoever comes too late is: SQLite takes the transaction back."""
    driver = driver_of(write)
    driver.set_progress_handler(lambda: 1, 1)
    try:
        write.insert("customers", {"name": ["b"], "store_id": [1]})
    finally:
        driver.set_progress_handler(None, 0)


def and_says_nothing(write: Write) -> None:
    with suppress(Exception):
        interrupted(write)


def and_goes_on(write: Write) -> None:
    and_says_nothing(write)
    with suppress(Exception):
        write.insert("customers", {"name": ["c"], "store_id": [1]})


@pytest.mark.parametrize("listener", [interrupted, and_says_nothing, and_goes_on])
def test_a_push_whose_transaction_a_plugin_lost_is_kept_whole_or_not_at_all(
    database: Database, first: Caller, listener: object
) -> None:
    if not database.backend.one_writer:
        pytest.skip("PostgreSQL takes back no more than the savepoint, and what follows a loss fails there")
    row, changeset = new_id(), new_id()
    tables = [{"table": "customers", "ops": [op("insert", row, name="a")]}]
    database.plugins = loaded(plugin("odd", rows_written=listener))

    lost = first.send(tables, changeset=changeset)
    stored = count(database, "customers"), count(database, "changes", f"changeset_id = '{changeset}'")
    database.plugins = loaded()
    again = first.send(tables, changeset=changeset)

    assert lost.status_code >= 500
    assert stored == (0, 0)
    assert again.get_json()["outcomes"][0]["outcome"] == "applied"
    assert list(first.rows("customers")) == [row]


def test_a_listener_late_in_the_middle_of_a_write_is_left_out_and_the_push_stands(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.backend.one_writer:
        pytest.skip("on PostgreSQL an interrupted write costs no more than the savepoint")
    monkeypatch.setattr(writing_on, "MOST_SECONDS", 0.3)
    slow = [1.0]

    def sleep_once() -> int:
        while slow:
            time.sleep(slow.pop())
        return 0

    def too_slow(write: Write) -> None:
        driver = driver_of(write)
        driver.set_progress_handler(sleep_once, 1)
        try:
            write.insert("customers", {"name": ["b"], "store_id": [1]})
        finally:
            driver.set_progress_handler(None, 0)
        write.insert("customers", {"name": ["too late"], "store_id": [1]})

    database.plugins = loaded(plugin("odd", rows_written=too_slow))

    response = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="a")]}])

    assert response.status_code == 200
    assert [one["plugin"] for one in response.get_json()["warnings"]] == ["odd"]
    assert [one["name"] for one in first.rows("customers").values()] == ["a"]


def test_a_push_no_plugin_listens_to_sets_no_savepoint(database: Database, first: Caller) -> None:
    if not database.backend.one_writer:
        pytest.skip("only SQLite's driver tells what it is asked")
    said: list[str] = []
    database.plugins = loaded()
    database.backend.write(lambda connection: driver_under(connection).set_trace_callback(said.append))

    first.insert("customers", name="a")

    assert any(one.startswith("insert into customers") for one in said), "the one connection there is was used again"
    assert not any(one.startswith("savepoint") for one in said)


def test_a_disk_that_is_full_is_not_laid_at_an_actions_door(database: Database, first: Caller) -> None:
    if not database.backend.one_writer:
        pytest.skip("only SQLite's files can be kept from growing")

    def run(write: Write, arguments: Any) -> ActionResult:
        driver_of(write).execute("pragma max_page_count = 1")  # it stays as large as it is
        try:
            write.insert(
                "customers", {"name": ["b"] * 2_000, "notes": ["長い備考" * 100] * 2_000, "store_id": [1] * 2_000}
            )
        finally:
            driver_of(write).execute("pragma max_page_count = 1073741823")
        return ActionResult(Text("済", "done"))

    label = Text("埋める", "fill")
    database.plugins = loaded(plugin("full", actions=lambda: [Action("fill", label, label, run, writes=True)]))

    response = first.post("/actions/fill", b"{}")

    assert (response.status_code, response.get_json()["error"]["code"]) == (507, "disk-full")
    assert count(database, "customers") == 0
    assert first.insert("customers", name="a")["outcome"] == "applied"
