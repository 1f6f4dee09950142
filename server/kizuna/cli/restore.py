"""``kizuna restore``: bring a deleted row back."""

from __future__ import annotations

import click

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import NotTakenError, database_option, open_current, write_tables
from kizuna.cli.speaking import say, show_table
from kizuna.errors import Text
from kizuna.sync.changeset import ACCEPTED
from kizuna.sync.deleted_rows import deleted_rows, find_deleted
from kizuna.sync.moments import local_moment

DONE = Text("{table} の {number} を元に戻しました。", "{number} of {table} is back.")
NONE = Text("{table} に削除された行はありません。", "No row of {table} is deleted.")
SHOWN = 50


@click.command()
@click.argument("table")
@click.argument("number", required=False)
@database_option
def restore(table: str, number: str | None, *, named: str | None) -> None:
    """TABLE の削除された NUMBER を元に戻す。NUMBER なしなら一覧 / Bring a deleted row back; without NUMBER list them."""
    database = open_current(named)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
        if number is None:
            found = deleted_rows(database, connection, actor, table, limit=SHOWN)["rows"]
        else:
            row_id, revision = find_deleted(database, connection, actor, table, number)
    if number is None:
        if not found:
            say(NONE, table=table)
            return
        key = database.registry.table(table).key
        rows = [
            (
                one["fields"].get(key) if key else one["id"],
                one["fields"].get("name"),
                local_moment(one["when"], database.timezone) if one["when"] else None,
                one["who"],
                one["note"],
            )
            for one in found
        ]
        show_table(("番号 / Number", "氏名 / Name", "日時 / When", "誰 / Who", "メモ / Note"), rows)
        return
    ops = [{"op": "restore", "id": row_id, "base": revision, "fields": {}}]
    answer = write_tables(database, [{"table": table, "ops": ops}], origin="api")
    if answer.outcomes[0].outcome not in ACCEPTED:
        problems = answer.outcomes[0].problems or []
        raise NotTakenError(reason="; ".join(one.message for one in problems) or answer.outcomes[0].outcome)
    say(DONE, table=table, number=number)
