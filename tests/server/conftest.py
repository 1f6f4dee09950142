"""Databases ready to use, on both backends, and people who use them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.model.database import Database, sqlite_url
from kizuna.ops.migrate import migrate
from tests.conftest import skip_or_fail
from tests.fixtures.people import People, settle
from tests.fixtures.postgres import NoPostgresError, postgres_server
from tests.fixtures.wire import Caller, caller

BACKENDS = ("sqlite", "postgresql")
SHOP_ROLE = "shop"
"""Owns the databases, and is no superuser: row-level security binds it."""


@dataclass(frozen=True)
class Template:
    """A database with schema and people, to be copied for each test."""

    people: People
    copy: Callable[[Path], str]
    """Make a copy (in a folder, where it is a file) and return its URL."""

    drop: Callable[[str], None]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own."""
    with _postgres_or_skip() as url:
        yield url


@contextmanager
def _postgres_or_skip() -> Iterator[str]:
    try:
        server = postgres_server()
        found = server.__enter__()
    except NoPostgresError as error:
        skip_or_fail(f"PostgreSQL cannot be started: {error}")
        raise AssertionError from None  # not reached
    try:
        yield found.url
    finally:
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "kizuna.db"
    database = open_database(sqlite_url(path))
    migrate(database.backend, database.plugins.migrations)
    people = settle(database)
    with database.backend.engine.connect() as connection:
        connection.exec_driver_sql("rollback")
        connection.connection.execute("pragma wal_checkpoint(truncate)")  # type: ignore[attr-defined]
    database.backend.close()

    def copy(folder: Path) -> str:
        target = folder / f"kizuna-{time.monotonic_ns()}.db"
        shutil.copyfile(path, target)
        return sqlite_url(target)

    return Template(people, copy, lambda _: None)


@pytest.fixture(scope="session")
def postgresql_template(postgres_url: str) -> Template:
    """A PostgreSQL database to copy."""
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)

    def command(sql: str) -> None:
        with admin.connect() as connection:
            connection.exec_driver_sql(sql)

    def url_of(name: str) -> str:
        found = sa.make_url(postgres_url).set(username=SHOP_ROLE, database=name)
        return found.render_as_string(hide_password=False)

    name = f"template_{time.monotonic_ns()}"
    command(f"create role {SHOP_ROLE} login")
    command(f"create database {name} owner {SHOP_ROLE}")
    database = open_database(url_of(name))
    migrate(database.backend, database.plugins.migrations)
    people = settle(database)
    database.backend.close()

    def copy(_: Path) -> str:
        made = f"test_{time.monotonic_ns()}"
        # Copying its files takes half the time of copying it through the log.
        command(f"create database {made} template {name} owner {SHOP_ROLE} strategy file_copy")
        return url_of(made)

    return Template(people, copy, lambda url: command(f"drop database {sa.make_url(url).database} with (force)"))


@pytest.fixture(params=BACKENDS)
def template(request: pytest.FixtureRequest) -> Template:
    """Each backend's template in turn."""
    found = request.getfixturevalue(f"{request.param}_template")
    assert isinstance(found, Template)
    return found


@pytest.fixture
def people(template: Template) -> People:
    """Who there is."""
    return template.people


@pytest.fixture
def database_url(template: Template, tmp_path: Path) -> Iterator[str]:
    """A fresh database with stores, staff and accounts."""
    url = template.copy(tmp_path)
    yield url
    template.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The fresh database, opened."""
    opened = open_database(database_url)
    yield opened
    opened.backend.close()


@pytest.fixture
def app(database_url: str, database: Database) -> Flask:
    """A server on the fresh database."""
    return create_app(Config(database_url, body_limit=2_000_000, unpacked_limit=4_000_000), database)


@pytest.fixture
def owner(app: Flask, people: People) -> Caller:
    """The owner, who sees every store."""
    return caller(app, people.tokens["owner"])


@pytest.fixture
def manager(app: Flask, people: People) -> Caller:
    """The manager of stores 1 and 2."""
    return caller(app, people.tokens["manager"])


@pytest.fixture
def first(app: Flask, people: People) -> Caller:
    """A member of staff of store 1."""
    return caller(app, people.tokens["first"])


@pytest.fixture
def second(app: Flask, people: People) -> Caller:
    """A member of staff of store 2."""
    return caller(app, people.tokens["second"])


@pytest.fixture
def both(app: Flask, people: People) -> Caller:
    """A member of staff of stores 1 and 2."""
    return caller(app, people.tokens["both"])


@pytest.fixture
def discreet(app: Flask, people: People) -> Caller:
    """A member of staff of stores 1 and 2 who may not see personal fields."""
    return caller(app, people.tokens["discreet"])


@pytest.fixture
def reader(app: Flask, people: People) -> Caller:
    """Somebody who may only read, and no personal fields."""
    return caller(app, people.tokens["reader"])
