"""Row-level security of PostgreSQL: a second wall behind the scope filter, for the day somebody forgets the first.

Two settings of a transaction say which stores it may read and write, ``*`` for all: whoever acts for a person narrows them.
Without the settings (a stranger's psql) nothing shows. The wall binds every role but superusers and those with BYPASSRLS, the
tables' owner included.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from kizuna.model.backend import fetch_all, run

READS = "kizuna.stores"
WRITES = "kizuna.writes"
EVERYTHING = "*"
OTHERS = ("changes", "customer_totals")
"""Tables that belong to stores beside the synced ones."""

NARROWING = (
    "set_config('kizuna.stores', case when a.all_stores then '*' else concat_ws(',', '0', "
    "(select string_agg(seen.store_id::text, ',') from account_stores seen where seen.account_id = a.id)) end, true)"
)
"""Narrows what an account ``a`` reads in the select that looks it up: no trip to the database more."""

COMMANDS = (
    ("read", "select", "using ({reads})"),
    ("add", "insert", "with check ({writes})"),
    ("change", "update", "using ({writes}) with check ({writes})"),
    ("remove", "delete", "using ({writes})"),
)


def as_setting(stores: Sequence[int] | None) -> str:
    """Return stores as a setting holds them; None means all."""
    return EVERYTHING if stores is None else ",".join(map(str, stores))


def raise_walls(connection: sa.Connection) -> list[str]:
    """Put the wall around every table with rows of stores that lacks it, plugins' too; return their names."""
    raised = []
    for (table,) in fetch_all(
        connection,
        "select c.relname from pg_class c where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' "
        "and (c.relname = any(%s) or 5 = (select count(*) from pg_attribute a where a.attrelid = c.oid and "
        "a.attname in ('id', 'store_id', 'revision', 'deleted', 'field_revisions') and not a.attisdropped)) "
        "and (not c.relforcerowsecurity or 4 <> (select count(*) from pg_policy p where p.polrelid = c.oid)) "
        "order by c.relname",
        (list(OTHERS),),
    ):
        for name, command, rule in COMMANDS:
            run(connection, f"drop policy if exists kizuna_{name} on {table}")
            said = rule.format(reads=_within(READS), writes=_within(WRITES))
            run(connection, f"create policy kizuna_{name} on {table} for {command} {said}")
        run(connection, f"alter table {table} enable row level security")
        run(connection, f"alter table {table} force row level security")
        raised.append(table)
    return raised


def _within(setting: str) -> str:
    """Return the rule; each setting is read once per statement, not once per row."""
    said = f"(select current_setting('{setting}', true))"
    stores = f"(select string_to_array(nullif(nullif(current_setting('{setting}', true), '*'), ''), ',')::int[])"
    return f"{said} = '*' or store_id = any ({stores}::int[])"
