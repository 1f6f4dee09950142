"""How far back history goes."""

from __future__ import annotations

import sqlalchemy as sa

from kizuna.model.backend import fetch_all
from kizuna.model.database import Database

PRUNED_BEFORE = "history.pruned_before"


def pruned_before(database: Database, connection: sa.Connection) -> str | None:
    """Return the moment (UTC, ISO 8601) before which changes were dropped; None where everything was kept."""
    hole = database.backend.holes(1)
    found = fetch_all(connection, f"select value from setting_values where name = {hole}", (PRUNED_BEFORE,))
    return str(found[0][0]).strip('"') if found else None
