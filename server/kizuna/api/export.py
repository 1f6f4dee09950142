"""``/tables/<table>/export``: a table as a file; ``/exports``: who took what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from flask import Blueprint, Response

from kizuna.api.context import reading
from kizuna.api.listings import listing
from kizuna.api.parameters import one_of
from kizuna.api.responses import json_response, language
from kizuna.sync.exporting.export_log import list_exports
from kizuna.sync.exporting.table_file import MEDIA_TYPES, Format, Headings, export_table, note_export

export = Blueprint("export", __name__, url_prefix="/api/v1")


@export.get("/tables/<table>/export")
def as_file(table: str) -> Response:
    """Return the table as CSV or Excel file, once it is written down who takes it."""
    now = datetime.now(UTC)
    wanted: Format = one_of("format", get_args(Format), "csv")  # type: ignore[assignment]  # checked against the literal
    headings: Headings = one_of("headings", get_args(Headings), "labels")  # type: ignore[assignment]  # as above
    with reading() as (database, connection, actor):
        made = export_table(
            database, connection, actor, table, file_format=wanted, headings=headings, language=language()
        )
    note_export(database, actor, table, wanted, made, now=now)
    name = f"{table}-{database.today(now).isoformat()}.{wanted}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(made.content, headers=headers, content_type=MEDIA_TYPES[wanted])


@export.get("/exports")
def taken() -> Response:
    """Return who took which table out, newest first; for owners."""
    query = listing()
    with reading() as (database, connection, actor):
        found, more = list_exports(database, connection, actor, query)
    return json_response({"exports": found, "more": more})
