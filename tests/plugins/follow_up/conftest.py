"""What follow-up is tested on: a shop of two stores, in each database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from kizuna.app import open_database
from tests.fixtures.shop import Shop, opened_copy, settle_shop
from tests.server.conftest import BACKENDS, postgres_url

__all__ = ["postgres_url"]
ROLE = "tea_shop"
"""Owns the databases, and is no superuser: row-level security binds it."""


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str) -> Iterator[sa.Engine]:
    """The server, with the role that owns the shops."""
    admin = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create role {ROLE} login")
    yield admin
    admin.dispose()


@pytest.fixture(scope="session")
def empty_postgres_shop(postgres_admin: sa.Engine) -> str:
    """A migrated PostgreSQL database with two stores, to copy; return its name."""
    name = f"shop_{time.monotonic_ns()}"
    with postgres_admin.connect() as connection:
        connection.exec_driver_sql(f"create database {name} owner {ROLE}")
    database = open_database(url_of(postgres_admin, name))
    settle_shop(database)
    database.backend.close()
    return name


def url_of(admin: sa.Engine, name: str) -> str:
    """Return the URL of a database for the role that owns it."""
    return admin.url.set(username=ROLE, database=name).render_as_string(hide_password=False)


@contextmanager
def postgres_copy(admin: sa.Engine, template: str) -> Iterator[Shop]:
    """Open a copy of a shop's PostgreSQL database; remove it afterwards."""
    name = f"shop_{time.monotonic_ns()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"create database {name} template {template} owner {ROLE} strategy file_copy")
    database = open_database(url_of(admin, name))
    try:
        yield Shop(database)
    finally:
        database.backend.close()
        with admin.connect() as connection:
            connection.exec_driver_sql(f"drop database {name} with (force)")


@pytest.fixture(params=BACKENDS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """A fresh shop on 1 March 2006, on each database in turn."""
    if request.param == "sqlite":
        with opened_copy(request.getfixturevalue("empty_shop"), tmp_path / "kizuna.db") as opened:
            yield opened
        return
    template = request.getfixturevalue("empty_postgres_shop")
    with postgres_copy(request.getfixturevalue("postgres_admin"), template) as opened:
        yield opened
