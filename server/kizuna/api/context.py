"""What views reach through the app: database, configuration, cache, and who asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import current_app, request

from kizuna.access.tokens import Access, access_of, actor_of, actor_with
from kizuna.api.cache import PageCache
from kizuna.config import Config
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.sync.push import Confirm

EXTENSION = "kizuna"
MOST_CALLERS = 1_000


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Somebody who asked before, and what the database said of their token then."""

    database: Database
    actor: Actor
    access: Access


@dataclass(frozen=True, slots=True)
class Context:
    """One server's parts; ``callers`` are those who asked last, by token."""

    config: Config
    database: Database
    pages: PageCache
    callers: dict[str, KnownCaller] = field(default_factory=dict)
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    """Held by who adds to ``callers``: the oldest cannot be told while others come."""


def context() -> Context:
    """Return the parts of the server that handles this request."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Context)
    return found


def bearer_token() -> str | None:
    """Return the token of the request."""
    kind, _, token = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


@contextmanager
def reading() -> Iterator[tuple[Database, sa.Connection, Actor]]:
    """Open a read of one state of the data on behalf of the caller."""
    database = context().database
    with database.backend.read() as connection:
        actor = actor_of(database, connection, bearer_token())
        yield database.at(connection, actor.schema_version), connection, actor


class CallerChangedError(Exception):
    """The caller's scope, or the fields there are, changed since they last asked; never leaves the API."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A caller about to write, as they were when they last asked; ``confirm`` sees that they still are."""

    database: Database
    actor: Actor
    confirm: Confirm | None


def recognised(*, afresh: bool = False) -> Recognised:
    """Return who asks; those who asked before are looked up when they write, in the same transaction.

    One transaction instead of two for every push. A caller unknown here never gets as far as the writer's lock.
    """
    token, callers = bearer_token() or "", context().callers
    known = None if afresh else callers.get(token)
    if known is None or not known.database.backend.one_writer:
        known = _looked_up(token)
        with context().one_at_a_time:
            callers[token] = known
            while len(callers) > MOST_CALLERS:
                del callers[next(iter(callers))]
        return Recognised(known.database, known.actor, None)

    def confirm(connection: sa.Connection) -> None:
        if access_of(known.database, connection, token) != known.access:
            raise CallerChangedError

    return Recognised(known.database, known.actor, confirm)


def _looked_up(token: str) -> KnownCaller:
    database = context().database
    with database.backend.read() as connection:
        access = access_of(database, connection, token)
        actor = actor_with(access)
        return KnownCaller(database.at(connection, actor.schema_version), actor, access)


def caller() -> tuple[Database, Actor]:
    """Return the database with the fields it has now, and who asks."""
    with reading() as (database, _, actor):
        return database, actor
