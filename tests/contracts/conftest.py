"""The contract suite runs on the databases of the server's tests."""

from __future__ import annotations

from tests.server.conftest import (
    database,
    database_url,
    people,
    postgres_url,
    postgresql_template,
    sqlite_template,
    template,
)

__all__ = ["database", "database_url", "people", "postgres_url", "postgresql_template", "sqlite_template", "template"]
