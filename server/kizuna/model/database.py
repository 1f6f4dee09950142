"""The database a server works on: backend, registry, plugins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kizuna.model.backend import Backend
from kizuna.model.core import CORE_TABLES
from kizuna.model.custom import read_custom_fields, schema_version
from kizuna.model.kept import Kept
from kizuna.model.registry import Registry, table_spec
from kizuna.model.sqlite import SqliteBackend
from kizuna.model.synced import SyncedRow
from kizuna.plugins import Plugins

JAPAN = ZoneInfo("Asia/Tokyo")
KEPT_VERSIONS = 4


@dataclass
class Database:
    """Everything a use case needs to reach the data; built once per process, holds no state two servers could disagree on."""

    backend: Backend
    registry: Registry
    plugins: Plugins
    timezone: ZoneInfo = JAPAN
    versions: dict[int, Database] = field(default_factory=dict, repr=False, compare=False)
    """This database by version of its fields: only what the database itself says of that version."""
    kept: Kept = field(default_factory=Kept, repr=False, compare=False)
    """What plugins made of whole tables, by the position of these."""

    def today(self, now: datetime) -> date:
        """Return the day it is in the shop's time zone."""
        return now.astimezone(self.timezone).date()

    def at(self, connection: sa.Connection, version: int) -> Database:
        """Return this database with the fields an owner had added by ``version``, as ``connection`` sees them.

        A request stays with one version to its end, whatever others change meanwhile; only the first one to meet a new
        version reads it.
        """
        if version == self.registry.version:
            return self
        found = self.versions.get(version)
        if found is None:
            found = replace(self, registry=self.registry.extended(read_custom_fields(connection), version))
            for old in sorted(self.versions)[: -KEPT_VERSIONS + 1]:
                self.versions.pop(old, None)
            self.versions[version] = found
        return found

    def current(self) -> Database:
        """Return this database with the fields there are now."""
        with self.backend.read() as connection:
            return self.at(connection, schema_version(connection))


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
