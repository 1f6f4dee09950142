"""``/tables/<table>/duplicates`` and ``/merges``: rows that look like one, and making them one."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from flask import Blueprint, Response, request

from kizuna.api.bodies import read_body, read_json
from kizuna.api.changesets import answered
from kizuna.api.context import caller, context, reading
from kizuna.api.functions import data_position
from kizuna.api.parameters import limit
from kizuna.api.responses import json_bytes, language
from kizuna.config import MEBIBYTE
from kizuna.sync.duplicates.finding import MOST_CANDIDATES, candidates, find_duplicates
from kizuna.sync.duplicates.merging import MergeRequest, merge_rows

duplicates = Blueprint("duplicates", __name__, url_prefix="/api/v1/tables/<table>")


@duplicates.get("/duplicates")
def list_duplicates(table: str) -> Response:
    """Return the pairs of rows that look like one, the surest first."""
    most = limit(200, MOST_CANDIDATES)
    with reading() as (database, connection, actor):
        position = data_position(database, connection, actor, database.today(datetime.now(UTC)))
        key = ("duplicates", table, most, position, actor.scope_hash)
        answer = context().pages.get(key)
        if answer is None:
            found = find_duplicates(database, connection, actor, table, limit=most)
            told = {"table": table, "compared": found.compared, "candidates": candidates(found), "more": found.more}
            answer = orjson.dumps(told)
            context().pages.put(key, answer)
    return json_bytes(answer)


@duplicates.post("/merges")
def merge(table: str) -> Response:
    """Merge two rows; answer like a push."""
    database, actor = caller()
    body = read_body(request, packed_limit=MEBIBYTE, unpacked_limit=MEBIBYTE)
    asked = read_json(body, MergeRequest)
    return answered(merge_rows(database, actor, table, asked, now=datetime.now(UTC), language=language()))
