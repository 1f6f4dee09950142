"""Settings of the core that an owner edits, as JSON by name."""

from __future__ import annotations

from typing import Any

import orjson
import sqlalchemy as sa

from kizuna.model.backend import Backend, fetch_all, run

KEEP_DAYS = "history.keep_days"
"""How many days of history the owner wants kept; absent keeps everything."""

PRUNED_BEFORE = "history.pruned_before"
"""The moment (UTC, ISO 8601) before which history was dropped; absent where nothing was."""


def read_setting(backend: Backend, connection: sa.Connection, name: str) -> Any:
    """Return a setting's value, None where it is not set."""
    found = fetch_all(connection, f"select value from setting_values where name = {backend.holes(1)}", (name,))
    return orjson.loads(found[0][0]) if found else None


def write_setting(backend: Backend, connection: sa.Connection, name: str, value: Any) -> None:
    """Set a setting; None takes it away."""
    run(connection, f"delete from setting_values where name = {backend.holes(1)}", (name,))
    if value is not None:
        sql = f"insert into setting_values(name, value) values ({backend.holes(2)})"
        run(connection, sql, (name, orjson.dumps(value).decode()))
