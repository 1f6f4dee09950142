"""What views reach through the app: database, configuration, cache, and who asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app, request

from kizuna.access.tokens import actor_of
from kizuna.api.cache import PageCache
from kizuna.config import Config
from kizuna.model.database import Database
from kizuna.model.scope import Actor

EXTENSION = "kizuna"


@dataclass(frozen=True, slots=True)
class Context:
    """One server's parts."""

    config: Config
    database: Database
    pages: PageCache


def context() -> Context:
    """Return the parts of the server that handles this request."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Context)
    return found


def bearer_token() -> str | None:
    """Return the token of the request."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


@contextmanager
def reading() -> Iterator[tuple[Database, sa.Connection, Actor]]:
    """Open a read of one state of the data on behalf of the caller."""
    database = context().database
    with database.backend.read() as connection:
        actor = actor_of(database, connection, bearer_token())
        yield database.at(connection, actor.schema_version), connection, actor


def caller() -> tuple[Database, Actor]:
    """Return the database with the fields it has now, and who asks."""
    with reading() as (database, _, actor):
        return database, actor
