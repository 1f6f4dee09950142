"""The database goes away in the middle of a push: the caller hears so, and nobody else is blamed."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kizuna import Data, RowChanges, Write
from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.ids import new_id
from kizuna.model import Customer
from kizuna.model.backend import run_many
from kizuna.model.database import Database
from kizuna.model.trouble import DatabaseAwayError
from tests.fixtures.people import People, count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import caller, op


@pytest.fixture
def database_url(postgresql_template: Any, tmp_path: Any) -> Any:
    """A fresh database on PostgreSQL."""
    url = postgresql_template.copy(tmp_path)
    yield url
    postgresql_template.drop(url)


@pytest.fixture
def people(postgresql_template: Any) -> People:
    """Who there is."""
    found = postgresql_template.people
    assert isinstance(found, People)
    return found


@pytest.fixture
def app(database_url: str, database: Database) -> Flask:
    """A server on it."""
    return create_app(Config(database_url), database)


def end_every_connection(database_url: str) -> None:
    """End what others have open, as a restart of PostgreSQL does."""
    own = open_database(database_url)
    with own.backend.engine.connect() as connection:
        connection.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    own.backend.close()


def test_a_connection_lost_amid_many_statements_is_told_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def work(connection: sa.Connection) -> None:
        run_many(connection, "select pg_terminate_backend(pg_backend_pid()) where %s = 3", [(one,) for one in range(9)])

    with pytest.raises(DatabaseAwayError):
        database.backend.write(work)

    assert caplog.records == []


@pytest.mark.parametrize("hook", ["rows_written", "check_rows"])
def test_a_plugin_at_work_when_the_database_goes_away_is_not_blamed(
    app: Flask, database: Database, database_url: str, people: People, caplog: pytest.LogCaptureFixture, hook: str
) -> None:
    gone: list[str] = []

    def look(data: Data) -> None:
        if not gone:
            gone.append(hook)
            end_every_connection(database_url)
        data.columns(sa.select(Customer.id))

    def rows_written(write: Write, table: str, changes: RowChanges) -> None:
        look(write.data)

    def check_rows(data: Data) -> list[Any]:
        look(data)
        return []

    hooks: dict[str, Any] = {"rows_written": rows_written, "check_rows": check_rows}
    database.plugins = loaded(plugin("innocent", **{hook: hooks[hook]}), strict=True)
    person, changeset = caller(app, people.tokens["first"]), new_id()
    tables = [{"table": "customers", "ops": [op("insert", new_id(), name="山田", store_id=1)]}]

    refused = person.send(tables, changeset=changeset)
    taken = person.send(tables, changeset=changeset)

    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "database-away")
    assert "innocent" not in caplog.text
    assert (taken.status_code, taken.get_json()["warnings"]) == (200, [])
    assert count(database, "customers") == 1
