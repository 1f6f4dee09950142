"""``kizuna export``: a table into a CSV or Excel file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import language, say
from kizuna.errors import RequestError, Text
from kizuna.sync.exporting.table_file import Format, export_table, note_export

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
