"""The database a server works on: backend, registry, plugins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kizuna.model.backend import Backend
from kizuna.model.core import CORE_TABLES
from kizuna.model.registry import Registry, table_spec
from kizuna.model.sqlite import SqliteBackend
from kizuna.model.synced import SyncedRow
from kizuna.plugins import Plugins

JAPAN = ZoneInfo("Asia/Tokyo")


@dataclass
class Database:
    """Everything a use case needs to reach the data; built once per process, holds no state two servers could disagree on."""

    backend: Backend
    registry: Registry
    plugins: Plugins
    timezone: ZoneInfo = JAPAN

    def today(self, now: datetime) -> date:
        """Return the day it is in the shop's time zone."""
        return now.astimezone(self.timezone).date()


def backend_for(url: str) -> Backend:
    """Return the backend an SQLAlchemy URL names."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteBackend(parsed)
    from kizuna.model.postgresql import PostgresqlBackend

    return PostgresqlBackend(parsed.set(drivername="postgresql+psycopg"))


def sqlite_url(path: Path) -> str:
    """Return the URL of a SQLite file."""
    return f"sqlite:///{path}"


def core_registry(more: Sequence[type[SyncedRow]] = ()) -> Registry:
    """Return the registry of the core's tables and those of plugins."""
    return Registry([table_spec(model) for model in (*CORE_TABLES, *more)])
