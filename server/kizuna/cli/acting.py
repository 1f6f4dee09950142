"""What plugins' commands stand on: their actions run by the administrator, and rows changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import NotTakenError, open_current, write_tables
from kizuna.cli.speaking import language
from kizuna.functions.arguments import read_named
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.offers import ActionResult
from kizuna.sync.acting import find_action, run_action


def run_named(named: str | None, name: str, arguments: Mapping[str, Any]) -> ActionResult:
    """Run an action as the server's own administrator, in every store."""
    database = open_current(named)
    action = find_action(database.plugins, name)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
    given = read_named(action.name, action.arguments, {key: value for key, value in arguments.items() if value})
    return run_action(database, actor, action, given, now=datetime.now(UTC), language=language()).result


def change_rows(database: Database, table: str, ids: Iterable[str], fields: Mapping[str, Any]) -> None:
    """Change the same fields of rows through the one write path; raise NotTakenError where one is refused."""
    wanted = sorted(ids)
    if not wanted:
        return
    spec = database.registry.table(table)
    condition, values = database.backend.in_list("id", wanted)
    with database.backend.read() as connection:
        rows = fetch_all(connection, f"select id, revision from {spec.name} where {condition}", values)
    ops = [{"op": "update", "id": row, "base": revision, "fields": dict(fields)} for row, revision in rows]
    answer = write_tables(database, [{"table": table, "ops": ops}], origin="api", all_or_nothing=False)
    refused = [one.message for outcome in answer.outcomes for one in outcome.problems or []]
    if refused:
        raise NotTakenError(reason="; ".join(refused))
