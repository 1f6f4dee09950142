"""``kizuna init`` and ``kizuna migrate``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kizuna.access.accounts import create_account
from kizuna.access.tokens import create_token
from kizuna.app import open_database
from kizuna.cli.opening import NotTakenError, database_option, database_url, write_tables
from kizuna.cli.speaking import say, say_json
from kizuna.errors import OperationError, Text
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.ops.declared_tables import TableNotMadeError, flaws_of_tables
from kizuna.ops.migrate import migrate as run_migrations

READY = Text("データベースの準備ができました: {database}", "The database is ready: {database}")
FIRST = Text(
    "店舗1「{store}」とオーナー {number}「{owner}」を登録しました。\nトークン(この一度だけ表示): {token}\n次: kizuna serve",
    "Store 1 {store!r} and owner {number} {owner!r} are registered.\nToken (shown this once): {token}\nNext: kizuna serve",
)


class AlreadyInitialisedError(OperationError):
    """The database already has stores."""

    code = "already-initialised"
    text = Text(
        "このデータベースにはすでに店舗があります。店舗は kizuna store add、スタッフは kizuna staff add で追加してください。",
        "This database already has stores. Add more with kizuna store add and kizuna staff add.",
    )


def prepared(url: str) -> Database:
    """Return the database behind ``url``, its file and tables made where they lack."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    database = open_database(url)
    run_migrations(database.backend, database.plugins.migrations)
    return database


def is_empty(database: Database) -> bool:
    """Return whether the database has no store yet."""
    with database.backend.read() as connection:
        return not fetch_all(connection, "select 1 from stores limit 1")


def first_shop(database: Database, *, store: str, owner: str) -> dict[str, str]:
    """Register the first store and its owner; return the owner's number and token."""
    store_row, staff_row = new_id(), new_id()
    tables = [
        {"table": "stores", "ops": [{"op": "insert", "id": store_row, "fields": {"code": 1, "name": store}}]},
        {"table": "staff", "ops": [{"op": "insert", "id": staff_row, "fields": {"name": owner}}]},
    ]
    answer = write_tables(database, tables, origin="api")
    if any(one.outcome != "applied" for one in answer.outcomes):
        raise NotTakenError(reason="; ".join(p.message for one in answer.outcomes for p in one.problems or []))
    number = next(one.fields["number"] for one in answer.outcomes if one.table == "staff" and one.fields)
    account = create_account(database, staff_row, "owner", [])
    return {"number": number, "token": create_token(database, account, "kizuna init", now=datetime.now(UTC))}


@click.command()
@database_option
@click.option("--store", default="本店", show_default=True, help="最初の店舗名 / Name of the first store.")
@click.option("--owner", default="オーナー", show_default=True, help="オーナーの氏名 / Name of the owner.")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def init(named: str | None, *, store: str, owner: str, as_json: bool) -> None:
    """データベースを作り、最初の店舗とオーナーを登録 / Make the database with a first store and its owner."""
    url = database_url(named)
    database = prepared(url)
    if not is_empty(database):
        raise AlreadyInitialisedError
    made = first_shop(database, store=store, owner=owner)
    if as_json:
        say_json({"database": url, "store": 1, **made})
        return
    say(READY, database=url)
    say(FIRST, store=store, owner=owner, **made)


@click.command()
@database_option
def migrate(named: str | None) -> None:
    """データベースをこの版に合わせて更新 / Bring the database's tables to this version."""
    url = database_url(named)
    database = prepared(url)
    with database.backend.read() as connection:
        flaws = flaws_of_tables(connection, database.plugins.tables)
    if flaws:
        say(TableNotMadeError.text, flaws="; ".join(flaws))
    say(READY, database=url)
