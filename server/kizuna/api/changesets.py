"""``/changesets``: push, who did what, undo."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
from flask import Blueprint, Response, request

from kizuna.api.bodies import read_body, read_json
from kizuna.api.context import CallerChangedError, Recognised, caller, context, reading, recognised
from kizuna.api.listings import listing
from kizuna.api.responses import json_bytes, json_response, language
from kizuna.config import MEBIBYTE
from kizuna.decoding import decode
from kizuna.sync.changeset import Answer, read_changeset, request_hash
from kizuna.sync.journal import changeset_of, list_changesets
from kizuna.sync.push import Pushed, push
from kizuna.sync.undo import UndoRequest, undo

changesets = Blueprint("changesets", __name__, url_prefix="/api/v1/changesets")
REFUSED = frozenset({"rejected", "forbidden", "held-back"})


@changesets.post("")
def push_changeset() -> Response:
    """Apply a changeset; answer with one outcome per row."""
    asker = recognised()
    config = context().config
    body = read_body(request, packed_limit=config.body_limit, unpacked_limit=config.unpacked_limit)
    asked, known_as = read_changeset(body), request_hash(body)
    del body  # many rows would be held twice while they are written

    def pushed(by: Recognised) -> Pushed:
        return push(
            by.database,
            by.actor,
            asked,
            now=datetime.now(UTC),
            request_hash=known_as,
            language=language(),
            confirm=by.confirm,
        )

    try:
        done = pushed(asker)
    except CallerChangedError:
        done = pushed(recognised(afresh=True))
    return answered(done)


@changesets.get("")
def list_all() -> Response:
    """Return the changesets in scope, newest first."""
    query = listing()
    with reading() as (database, connection, actor):
        found, more = list_changesets(database, connection, actor, query)
    return json_response({"changesets": found, "more": more})


@changesets.get("/<changeset>")
def one(changeset: str) -> Response:
    """Return one changeset, with its answer for whoever pushed it."""
    with reading() as (database, connection, actor):
        return json_response(changeset_of(database, connection, actor, changeset))


@changesets.post("/<changeset>/undo")
def undo_changeset(changeset: str) -> Response:
    """Take a changeset back; answer like a push."""
    database, actor = caller()
    body = read_body(request, packed_limit=MEBIBYTE, unpacked_limit=MEBIBYTE)
    asked = read_json(body, UndoRequest)
    return answered(undo(database, actor, changeset, asked, now=datetime.now(UTC), language=language()))


def answered(done: Pushed) -> Response:
    """Return the response to a push."""
    answer = done.answer or decode(done.body, Answer)
    if not everything_refused(answer):
        return json_bytes(done.body)
    return json_bytes(_with_error(done.body, answer), status=422)


def everything_refused(answer: Answer) -> bool:
    """Whether a changeset came to nothing because every row broke a rule."""
    return bool(answer.outcomes) and not answer.inserted and all(one.outcome in REFUSED for one in answer.outcomes)


def _with_error(body: bytes, answer: Answer) -> bytes:
    """Return the answer with its first problem as an error, for callers that look no further."""
    first = next((one for one in answer.outcomes if one.problems), None)
    problem = first.problems[0] if first is not None and first.problems else None
    details = {"table": first.table, "id": first.id, "field": problem.field} if first and problem else {}
    error = {
        "code": problem.code if problem else "held-back",
        "message": problem.message if problem else "",
        "details": details,
    }
    return body[:-1] + b',"error":' + orjson.dumps(error) + b"}"
