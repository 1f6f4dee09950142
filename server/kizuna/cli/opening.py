"""Where a command finds its database, and how it writes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson
import platformdirs
import sqlalchemy as sa

from kizuna.access.accounts import system_actor
from kizuna.app import open_database
from kizuna.cli.speaking import language
from kizuna.decoding import decode
from kizuna.errors import OperationError, Text
from kizuna.ids import new_id
from kizuna.model.data import ScopedData
from kizuna.model.database import Database, sqlite_url
from kizuna.ops.migrate import NotMigratedError, is_current
from kizuna.sync.changeset import Answer, ChangesetRequest, Origin, request_hash
from kizuna.sync.push import push
from kizuna.worksheet import Data

Command = TypeVar("Command", bound=Callable[..., Any])


class NotTakenError(OperationError):
    """The server's rules refused what a command wanted to write."""

    code = "not-taken"
    text = Text("登録できませんでした: {reason}", "It could not be saved: {reason}")


class BadDatabaseError(OperationError):
    """What ``--database`` names is no database of a kind we use."""

    code = "bad-database"
    text = Text(
        "データベース {named} は使えません。SQLite のファイル名か "
        "postgresql://利用者:パスワード@サーバー/名前 を指定してください。",
        "{named} is no database. Name a SQLite file, or postgresql://user:password@server/name.",
    )


def default_database() -> str:
    """Return the database of a command that names none: a SQLite file in the user's data folder."""
    folder = platformdirs.user_data_path("kizuna", appauthor=False)
    return sqlite_url(folder / "kizuna.db")


def database_option(command: Command) -> Command:
    """Add ``--database`` to a command."""
    option = click.option(
        "--database",
        "named",
        envvar="KIZUNA_DATABASE",
        metavar="URL|FILE",
        help="データベース(SQLiteファイルまたは postgresql://…)。省略すると利用者フォルダの kizuna.db / "
        "SQLite file or postgresql:// URL; default: kizuna.db in your data folder.",
    )
    return option(command)


def database_url(named: str | None) -> str:
    """Return the SQLAlchemy URL a person's ``--database`` means."""
    if not named:
        return default_database()
    if "://" not in named:
        path = Path(named).expanduser().resolve()
        if path.is_dir():
            raise BadDatabaseError(named=named)
        return sqlite_url(path)
    try:
        known = sa.make_url(named).get_backend_name() in {"sqlite", "postgresql"}
    except (sa.exc.ArgumentError, ValueError):
        known = False
    if not known:
        raise BadDatabaseError(named=named.partition("://")[0] + "://…")
    return named


def open_current(named: str | None) -> Database:
    """Open a database that exists and is at this version; raise NotMigratedError."""
    url = database_url(named)
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        raise NotMigratedError
    database = open_database(url)
    if (command := click.get_current_context(silent=True)) is not None:
        command.call_on_close(database.backend.close)
    if not is_current(database.backend, database.plugins.migrations):
        raise NotMigratedError
    return database.current()


def write_tables(
    database: Database,
    tables: Sequence[dict[str, Any]],
    *,
    origin: Origin,
    note: str | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = True,
) -> Answer:
    """Push changes as the server's own administrator, through the one write path."""
    body = orjson.dumps(
        {
            "id": new_id(),
            "origin": origin,
            "note": note,
            "dry_run": dry_run,
            "all_or_nothing": all_or_nothing,
            "tables": list(tables),
        }
    )
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
    asked = decode(body, ChangesetRequest)
    done = push(database, actor, asked, now=datetime.now(UTC), request_hash=request_hash(body), language=language())
    assert done.answer is not None
    return done.answer


def insert_row(database: Database, table: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Insert one row and return its id and the values the server filled in; raise NotTakenError."""
    row_id = new_id()
    answer = write_tables(
        database, [{"table": table, "ops": [{"op": "insert", "id": row_id, "fields": fields}]}], origin="api"
    )
    outcome = answer.outcomes[0]
    if outcome.outcome != "applied":
        raise NotTakenError(reason="; ".join(one.message for one in outcome.problems or []))
    return {"id": row_id, **fields, **(outcome.fields or {})}


@contextmanager
def scoped_data(database: Database) -> Iterator[Data]:
    """Open the data for reading as the server's own administrator, in every store."""
    today = database.today(datetime.now(UTC))
    with database.backend.read() as connection:
        yield ScopedData(database, connection, system_actor(database, connection), today=today)
