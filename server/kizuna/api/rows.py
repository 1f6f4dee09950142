"""``/tables/<table>/rows``: pull, one row, its history."""

from __future__ import annotations

from typing import get_args

from flask import Blueprint, Response, request

from kizuna.api.bodies import best_coding, compress
from kizuna.api.context import context, reading
from kizuna.api.parameters import limit, one_of, words
from kizuna.api.past import past_rows
from kizuna.api.responses import json_bytes, json_response
from kizuna.sync.deleted_rows import MOST_DELETED, deleted_rows
from kizuna.sync.history import history_of, row_of
from kizuna.sync.pull import LARGEST_PAGE, USUAL_PAGE, Layout, PullRequest, Refs, plan_pull, read_page, split_names

rows = Blueprint("rows", __name__, url_prefix="/api/v1/tables/<table>/rows")
KEPT_FROM = 200_000


@rows.get("")
def pull(table: str) -> Response:
    """Return a snapshot, or what changed since a cursor; the table as it was (``as_of``), or what is ``deleted`` of it."""
    if as_of := words("as_of"):
        return past_rows(table, as_of)
    if one_of("deleted", ("0", "1"), "0") == "1":
        with reading() as (database, connection, actor):
            found = deleted_rows(database, connection, actor, table, limit=limit(MOST_DELETED, MOST_DELETED))
        return json_response(found)
    asked = PullRequest(
        table=table,
        cursor=request.args.get("cursor") or None,
        fields=split_names(request.args.get("fields")),
        filter=request.args.get("filter"),
        refs=one_of("refs", get_args(Refs), "id"),  # type: ignore[arg-type]  # checked against the literal's values
        layout=one_of("layout", get_args(Layout), "rows"),  # type: ignore[arg-type]  # checked against the literal's values
        limit=limit(USUAL_PAGE, LARGEST_PAGE),
    )
    with reading() as (database, connection, actor):
        plan = plan_pull(database, connection, actor, asked)
        headers = {"ETag": plan.etag, "Cache-Control": "private, no-cache"}
        if plan.may_be_known and plan.etag in request.headers.get("If-None-Match", ""):
            return Response(status=304, headers=headers)
        accepted = request.headers.get("Accept-Encoding", "")
        coding = best_coding(accepted)
        key = (plan.cache_key, coding)
        body = context().pages.get(key) if plan.mode == "snapshot" else None
        if body is not None and coding is not None:
            return json_bytes(body, headers=headers | {"Content-Encoding": coding})
        page = read_page(database, connection, plan)
    body, encoding = compress(page, accepted)
    if encoding is not None:
        headers["Content-Encoding"] = encoding
        if plan.mode == "snapshot" and len(page) >= KEPT_FROM:
            context().pages.put(key, body)
    return json_bytes(body, headers=headers)


@rows.get("/<row_id>")
def one_row(table: str, row_id: str) -> Response:
    """Return one row."""
    with reading() as (database, connection, actor):
        return json_response(row_of(database, connection, actor, table, row_id))


@rows.get("/<row_id>/history")
def row_history(table: str, row_id: str) -> Response:
    """Return a row's changes, newest first."""
    with reading() as (database, connection, actor):
        return json_response(history_of(database, connection, actor, table, row_id))
