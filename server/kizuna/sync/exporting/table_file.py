"""Write a table, as its caller sees it, into a CSV or Excel file; who took what is written down."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import orjson
import sqlalchemy as sa

from kizuna.errors import AccessError, Text
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run, stored_select
from kizuna.model.database import Database
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.model.values import wire_value
from kizuna.sync.exporting.cells import guarded, shown_cell
from kizuna.sync.references import keys_of

Format = Literal["csv", "xlsx"]
Headings = Literal["labels", "names"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHUNK = 5_000
LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that a CSV file is UTF-8."""


class ExportForbiddenError(AccessError):
    """The caller may not take tables out."""

    code = "export-forbidden"
    text = Text(
        "ファイルに書き出す権限がありません。オーナーに依頼してください。",
        "You may not export. Ask the owner for the right.",
    )


@dataclass(frozen=True, slots=True)
class Export:
    """A finished file and how many rows it holds."""

    content: bytes
    rows: int


def export_table(
    database: Database,
    connection: sa.Connection,
    actor: Actor,
    table: str,
    *,
    file_format: Format,
    headings: Headings = "labels",
    language: str = "ja",
) -> Export:
    """Return a table's live rows in scope as a file; raise ExportForbiddenError and UnknownTableError.

    The first column is the row's id, so that the file imported again finds its rows. References are shown by key.
    """
    if not actor.may_export:
        raise ExportForbiddenError
    spec = actor.table(database.registry.table(table))
    labels = headings == "labels"
    heads = ["id", *(one.label.in_language(language) if labels else one.name for one in spec.fields)]
    rows = _rows(database, connection, actor, spec, language if labels else None)
    if file_format == "csv":
        return _as_csv(heads, rows)
    return _as_workbook(spec.sync.label.in_language(language), heads, rows)


def note_export(
    database: Database, actor: Actor, table: str, file_format: Format, export: Export, *, now: datetime
) -> None:
    """Write down who took what: called before the file is handed over."""
    spec = actor.table(database.registry.table(table))
    values = (
        new_id(),
        now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        actor.account_id,
        actor.name,
        actor.device,
        table,
        file_format,
        export.rows,
        orjson.dumps(actor.feeds).decode(),
        orjson.dumps(list(spec.by_name)).decode(),
    )
    sql = (
        "insert into exports(id, at, account_id, who, device, table_name, format, row_count, stores, fields) "
        f"values ({database.backend.holes(len(values))})"
    )
    database.backend.write(lambda connection: run(connection, sql, values))


def _rows(
    database: Database, connection: sa.Connection, actor: Actor, spec: TableSpec, language: str | None
) -> Iterator[list[Any]]:
    backend = database.backend
    live = "deleted = " + ("0" if backend.name == "sqlite" else "false")
    scope, stores = backend.in_list("store_id", actor.feeds)
    hole = backend.holes(1)
    sql = f"{stored_select(backend, spec)} where {scope} and {live} and id > {hole} order by id limit {hole}"
    shown = {one.name: shown_cell(one, language=language) for one in spec.fields}
    after = ""
    while found := fetch_all(connection, sql, (*stores, after, CHUNK)):
        after = found[-1][0]
        columns: dict[str, Sequence[Any]] = dict(
            zip(("id", "store_id", "", "", "", *spec.stored), zip(*found, strict=True), strict=True)
        )
        cells: list[Sequence[Any]] = [columns["id"]]
        for field in spec.fields:
            values: Sequence[Any] = [wire_value(field.type, one) for one in columns[field.name]]
            if field.references is not None:
                values = keys_of(database, connection, actor, field.references, values)
            cells.append([shown[field.name](one) for one in values])
        yield from map(list, zip(*cells, strict=True))


def _as_csv(heads: Sequence[str], rows: Iterator[list[Any]]) -> Export:
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(guarded, heads))
    count = 0
    for row in rows:
        writer.writerow([("TRUE" if one else "FALSE") if isinstance(one, bool) else guarded(one) for one in row])
        count += 1
    return Export(text.getvalue().encode(), count)


def escaped(text: str) -> str:
    """Return a text as Excel writes it: characters XML cannot hold as ``_x0001_``, and what looks like that escaped."""
    told = LIKE_ESCAPE.sub("_x005F_", text)
    return NOT_XML.sub(lambda found: f"_x{ord(found.group()):04X}_", told)


def _as_workbook(title: str, heads: Sequence[str], rows: Iterator[list[Any]]) -> Export:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if value[:1] != "=" and value.isprintable() and "_x" not in value:
            return value
        made = WriteOnlyCell(sheet, escaped(value))
        made.data_type = "s"  # never a formula, whatever it begins with
        return made

    sheet.append([cell(one) for one in heads])
    count = 0
    for row in rows:
        sheet.append([cell(one) for one in row])
        count += 1
    content = io.BytesIO()
    book.save(content)
    return Export(content.getvalue(), count)
