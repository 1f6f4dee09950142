"""A database from before changes were linked gets the links its pushes would have made."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.ops.migrate import alembic_config, is_current, migrate
from tests.fixtures.histories import check_histories
from tests.fixtures.wire import Caller, op

BEFORE = "0008_totals_in_their_key"
ROWS = 11_000
"""With their deletion more changes than SQLite fills in at once."""


def go_back(database: Database) -> None:
    """Take the database to the state before the links."""
    database.backend.write(
        lambda connection: command.downgrade(alembic_config(connection, database.plugins.migrations), BEFORE)
    )


def links(database: Database) -> list[Any]:
    with database.backend.read() as connection:
        sql = "select store_id, revision, previous_revision from changes order by store_id, revision"
        return fetch_all(connection, sql)


def indexes(database: Database) -> set[str]:
    with database.backend.engine.connect() as connection:
        return {str(one["name"]) for one in sa.inspect(connection).get_indexes("changes")}


def live(owner: Caller) -> None:
    """Let rows of two tables with one id change, move to and fro, go and come back, and many come and go at once."""
    row = new_id()
    owner.push("customers", op("insert", row, name="山田", store_id=1))
    owner.push("contacts", op("insert", row, customer_id=row, name="鈴木", store_id=1))
    for fields in ({"phone": "1"}, {"store_id": 2}, {"phone": "2"}, {"store_id": 1}, {"store_id": 2}, {"phone": "3"}):
        for table in ("customers", "contacts"):
            owner.push(table, op("update", row, owner.row(table, row)["revision"], **fields))
    owner.push("customers", op("delete", row, owner.row("customers", row)["revision"]))
    owner.push("customers", op("restore", row, owner.row("customers", row)["revision"], store_id=3))
    changeset = new_id()
    columns: list[list[Any]] = [[new_id() for _ in range(ROWS)], ["客"] * ROWS, [1] * ROWS]
    owner.send(
        [{"table": "customers", "inserts": {"fields": ["id", "name", "store_id"], "columns": columns}}],
        changeset=changeset,
    )
    owner.post(f"/changesets/{changeset}/undo", b'{"id": "%s"}' % new_id().encode())


def test_migrating_links_changes_as_their_pushes_would_have(database: Database, owner: Caller) -> None:
    live(owner)
    before, indexed = links(database), indexes(database)
    go_back(database)
    old, old_indexes = is_current(database.backend, database.plugins.migrations), indexes(database)
    migrate(database.backend, database.plugins.migrations)

    assert len(before) > 2 * ROWS
    assert not old
    assert "ix_changes_row" in old_indexes
    assert links(database) == before
    assert indexes(database) == indexed
    check_histories(database)


def test_two_processes_that_migrate_at_once_both_find_it_done(database: Database, owner: Caller) -> None:
    owner.insert("customers", name="山田", store_id=1)
    before = links(database)
    go_back(database)
    both = threading.Barrier(2)
    found: list[BaseException | None] = []

    def migrates() -> None:
        both.wait()
        try:
            migrate(database.backend, database.plugins.migrations)
        except Exception as error:  # noqa: BLE001  # whatever it is, the test tells
            found.append(error)
        else:
            found.append(None)

    threads = [threading.Thread(target=migrates) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert found == [None, None]
    assert links(database) == before


def test_a_server_of_the_version_before_that_still_runs_cannot_write_a_history_without_links(
    database: Database, owner: Caller
) -> None:
    owner.insert("customers", name="山田", store_id=1)
    go_back(database)
    migrate(database.backend, database.plugins.migrations)
    before = links(database)
    old = "insert into changes(store_id, revision, table_name, row_id, kind, changeset_id) values (1, 9, 'customers', 'x', "

    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        database.backend.write(lambda connection: run(connection, f"{old} 'update', 'y')"))
    assert links(database) == before


def test_migrating_a_pruned_history_links_its_oldest_changes_to_what_is_gone(database: Database, owner: Caller) -> None:
    row = owner.insert("customers", name="山田", store_id=1)
    for phone in ("1", "2"):
        owner.push("customers", op("update", row["id"], owner.row("customers", row["id"])["revision"], phone=phone))
    pruned = f"revision <= {row['revision']}"
    database.backend.write(lambda connection: run(connection, f"delete from changes where {pruned}"))
    database.backend.write(
        lambda connection: run(connection, f"update feeds set pruned_revision = {row['revision']} where store_id = 1")
    )
    go_back(database)
    migrate(database.backend, database.plugins.migrations)

    history = owner.get(f"/tables/customers/rows/{row['id']}/history").get_json()

    assert len(history["changes"]) == 2
    check_histories(database)
