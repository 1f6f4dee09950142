"""``kizuna export | exports``: a table into a CSV or Excel file, and who took which one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import language, say, say_json, show_table
from kizuna.errors import RequestError, Text
from kizuna.sync.exporting.export_log import list_exports
from kizuna.sync.exporting.table_file import Format, export_table, note_export
from kizuna.sync.listings import LARGEST_LISTING, Listing
from kizuna.sync.moments import local_moment, start_of

DONE = Text("{table} の {rows} 行を {file} に書き出しました。", "{rows} row(s) of {table} written to {file}.")
FORMATS: dict[str, Format] = {".csv": "csv", ".xlsx": "xlsx"}


class UnknownFormatError(RequestError):
    """A file's name ends in nothing we can write."""

    code = "unknown-format"
    text = Text(
        "「{file}」は書けません。.csv か .xlsx にしてください。", "Cannot write {file!r}. Name it .csv or .xlsx."
    )


@click.command("export")
@click.argument("table")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--names", is_flag=True, help="見出しを項目名にする / Field names as headings, not labels.")
@database_option
def export_command(table: str, file: Path, *, names: bool, named: str | None) -> None:
    """TABLE を CSV か Excel のファイルに書き出す / Write TABLE to a file; kizuna import reads it back."""
    wanted = FORMATS.get(file.suffix.lower())
    if wanted is None:
        raise UnknownFormatError(file=file.name)
    database = open_current(named)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
        made = export_table(
            database,
            connection,
            actor,
            table,
            file_format=wanted,
            headings="names" if names else "labels",
            language=language(),
        )
    note_export(database, actor, table, wanted, made, now=datetime.now(UTC))
    file.write_bytes(made.content)
    say(DONE, table=table, rows=made.rows, file=file)


@click.command()
@click.option("--who", help="氏名かスタッフ番号 / Name or staff number.")
@click.option("--table", help="表 / Only exports of this table.")
@click.option("--since", help="この日以降 / From this day on (2026-03-31).")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(1, LARGEST_LISTING), help="件数 / How many."
)
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def exports(
    *, who: str | None, table: str | None, since: str | None, limit: int, named: str | None, as_json: bool
) -> None:
    """誰がいつ何行を書き出したか / Who exported what, when, and how many rows, newest first."""
    database = open_current(named)
    moment = start_of(since, database.timezone) if since else None
    query = Listing(who=who, table=table, since=moment, limit=limit)
    with database.backend.read() as connection:
        found, _ = list_exports(database, connection, system_actor(database, connection), query)
    if as_json:
        say_json(found)
        return
    headers = ("日時 / When", "誰 / Who", "端末 / Device", "表 / Table", "形式 / Format", "行 / Rows", "店舗 / Stores")
    names = ("who", "device", "table", "format", "rows")
    rows = [
        (
            local_moment(one["when"], database.timezone),
            *(one[name] for name in names),
            ", ".join(map(str, one["stores"])),
        )
        for one in found
    ]
    show_table(headers, rows)
