"""``/tables/<table>/rows?as_of=…``: a table as it was."""

from __future__ import annotations

from typing import get_args

from flask import Response, request

from kizuna.api.context import context, reading
from kizuna.api.parameters import limit, one_of
from kizuna.api.responses import json_response
from kizuna.sync.moments import end_of
from kizuna.sync.past import LARGEST_PAST_PAGE, PastRequest, read_past
from kizuna.sync.pull import Layout, Refs, split_names


def past_rows(table: str, as_of: str) -> Response:
    """Return a page of a table as it was at the end of a day of the shop, or at a moment."""
    asked = PastRequest(
        table=table,
        as_of=end_of(as_of, context().database.timezone),
        cursor=request.args.get("cursor") or None,
        fields=split_names(request.args.get("fields")),
        filter=request.args.get("filter"),
        refs=one_of("refs", get_args(Refs), "id"),  # type: ignore[arg-type]  # checked against the literal's values
        layout=one_of("layout", get_args(Layout), "rows"),  # type: ignore[arg-type]  # checked against the literal's values
        limit=limit(LARGEST_PAST_PAGE, LARGEST_PAST_PAGE),
    )
    with reading() as (database, connection, actor):
        return json_response(read_past(database, connection, actor, asked))
