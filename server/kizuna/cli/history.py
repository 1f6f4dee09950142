"""``kizuna history | changes | undo``: who did what, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import orjson
import sqlalchemy as sa

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import language, say, say_json, show_table
from kizuna.errors import NotFoundError, Text
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.sync.changeset import ACCEPTED
from kizuna.sync.history import history_of
from kizuna.sync.journal import list_changesets
from kizuna.sync.listings import LARGEST_LISTING, Listing
from kizuna.sync.moments import local_moment, start_of
from kizuna.sync.references import UUID
from kizuna.sync.undo import UndoRequest, undo

UNDONE = Text("{taken} 行を元に戻しました(変更 {changeset})。", "{taken} row(s) taken back (changeset {changeset}).")
WOULD_UNDO = Text(
    "{taken} 行が元に戻ります(まだ何も変えていません)。", "{taken} row(s) would be taken back; nothing changed yet."
)
LEFT = Text(
    "{left} 行はその後に変更されたなどの理由で、そのままです:",
    "{left} row(s) stay as they are, changed since or not allowed:",
)


class NoSuchNumberError(NotFoundError):
    """No row of a table has that number."""

    code = "no-such-number"
    text = Text(
        "表「{table}」に「{number}」の行がありません。番号か id を確かめてください。",
        "Table {table!r} has no row {number!r}. Check its number or id.",
    )


@click.command()
@click.argument("table")
@click.argument("number")
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def history(table: str, number: str, *, named: str | None, as_json: bool) -> None:
    """TABLE の NUMBER(番号か id)の履歴 / What happened to a row, newest first."""
    database = open_current(named)
    with database.backend.read() as connection:
        row_id = row_called(database, connection, table, number)
        found = history_of(database, connection, system_actor(database, connection), table, row_id)
    if as_json:
        say_json(found)
        return
    rows = [
        (local_moment(one["when"], database.timezone), one["who"], one["kind"], one["origin"], _edits(one["fields"]))
        for one in found["changes"]
    ]
    show_table(("日時 / When", "誰 / Who", "操作 / What", "経路 / From", "項目 / Fields"), rows)


@click.command()
@click.option("--who", help="氏名かスタッフ番号 / Name or staff number.")
@click.option("--table", help="表 / Only changesets that name this table.")
@click.option("--since", help="この日以降 / From this day on (2026-03-31).")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, LARGEST_LISTING), help="件数 / How many."
)
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def changes(
    *, who: str | None, table: str | None, since: str | None, limit: int, named: str | None, as_json: bool
) -> None:
    """誰が何をしたか / Who did what, newest first."""
    database = open_current(named)
    zone = database.timezone
    query = Listing(who=who, table=table, since=start_of(since, zone) if since else None, limit=limit)
    with database.backend.read() as connection:
        found, _ = list_changesets(database, connection, system_actor(database, connection), query)
    if as_json:
        say_json(found)
        return
    rows = [
        (one["id"], local_moment(one["when"], zone), one["who"], one["origin"], _counts(one["tables"]), one["note"])
        for one in found
    ]
    show_table(("id", "日時 / When", "誰 / Who", "経路 / From", "行 / Rows", "メモ / Note"), rows)


@click.command("undo")
@click.argument("changeset")
@click.option("--dry-run", is_flag=True, help="何が戻るかだけ見る / Only tell what would happen.")
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def undo_command(changeset: str, *, dry_run: bool, named: str | None, as_json: bool) -> None:
    """CHANGESET を取り消す(kizuna changes で id を調べる) / Take a changeset back."""
    database = open_current(named)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
    asked = UndoRequest(new_id(), dry_run=dry_run)
    done = undo(database, actor, changeset, asked, now=datetime.now(UTC), language=language())
    answer = orjson.loads(done.body)
    if as_json:
        say_json(answer)
        return
    left = [one for one in answer["outcomes"] if one["outcome"] not in ACCEPTED]
    say(WOULD_UNDO if dry_run else UNDONE, taken=len(answer["outcomes"]) - len(left), changeset=answer["changeset"])
    if left:
        say(LEFT, left=len(left))
        show_table(
            ("表 / Table", "id", "結果 / Outcome", "理由 / Reason"),
            [(one["table"], one["id"], one["outcome"], _reason(one)) for one in left],
        )


def row_called(database: Database, connection: sa.Connection, table: str, number: str) -> str:
    """Return the id of the row people call ``number``, the live one first; raise NoSuchNumberError."""
    spec = database.registry.table(table)
    if UUID.match(number):
        return number
    if spec.key is not None:
        hole = database.backend.holes(1)
        key = f"cast({spec.key} as text)"
        sql = f"select id from {spec.name} where {key} = {hole} order by deleted, revision desc"
        for (row_id,) in fetch_all(connection, sql, (number,)):
            return str(row_id)
    raise NoSuchNumberError(table=table, number=number)


def _edits(fields: dict[str, list[Any]]) -> str:
    return "; ".join(f"{name}: {before} → {after}" for name, (before, after) in fields.items())


def _counts(tables: dict[str, dict[str, int]]) -> str:
    return "; ".join(
        f"{table} " + ", ".join(f"{outcome} {count}" for outcome, count in found.items())
        for table, found in tables.items()
    )


def _reason(outcome: dict[str, Any]) -> str:
    found = [one["message"] for one in outcome.get("problems") or []]
    found += [f"{one['field'] or '*'}: {one['theirs']} ({one['who']})" for one in outcome.get("conflicts") or []]
    return "; ".join(found)
