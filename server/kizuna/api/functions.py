"""``/functions``: the catalogue, and answers for cells."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import orjson
import sqlalchemy as sa
from flask import Blueprint, Response, request

from kizuna.api.bodies import read_body, read_json
from kizuna.api.context import context, reading, recognised
from kizuna.api.responses import json_bytes, json_response, language
from kizuna.errors import RequestError, Text
from kizuna.functions.catalogue import catalogue
from kizuna.functions.evaluate import (
    Bounds,
    FunctionFailedError,
    FunctionsRequest,
    FunctionTimeoutError,
    NotReachedError,
    each,
)
from kizuna.model.backend import fetch_all
from kizuna.model.data import HandleClosedError, ScopedData
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.sync.changeset import request_hash

BOUNDS = Bounds()
MOST_CALLS = 10_000
MOST_VALUES = 5_000_000
"""Of one request, all arguments of all calls together."""

NOT_KEPT = frozenset(
    {FunctionFailedError.code, FunctionTimeoutError.code, HandleClosedError.code, NotReachedError.code}
)
"""What may go well the next time, once the machine is less busy."""


class TooMuchAskedError(RequestError):
    """A request asks for more than is answered at once."""

    code = "too-much-asked"
    text = Text(
        "一度に問い合わせられるのは、関数 {calls} 回、引数の値 {values} 個までです。何回かに分けて送ってください。",
        "One request may make {calls} calls with {values} values in their arguments. Ask in several requests.",
    )

    def __init__(self) -> None:
        super().__init__(calls=f"{MOST_CALLS:,}", values=f"{MOST_VALUES:,}")


functions = Blueprint("functions", __name__, url_prefix="/api/v1/functions")


@functions.get("")
def list_functions() -> Response:
    """Return the catalogue."""
    with reading() as (database, _, _):
        return json_response({"functions": catalogue(database.plugins)})


@functions.post("")
def evaluate_functions() -> Response:
    """Answer many cells in one request; the same question at the same position of the data is answered from memory."""
    config = context().config
    # A body is read for those only who may ask, and not while a state of the data is held open: it may come slowly.
    recognised()
    body = read_body(request, packed_limit=config.body_limit, unpacked_limit=config.unpacked_limit)
    # Between two values there is a comma. Counted before it is read, since each becomes an object of its own.
    if body.count(b",") > MOST_VALUES:
        raise TooMuchAskedError
    asked = read_json(body, FunctionsRequest)
    if len(asked.calls) > MOST_CALLS:
        raise TooMuchAskedError
    with reading() as (database, connection, actor):
        today = database.today(datetime.now(UTC))
        position = data_position(database, connection, actor, today)
        key = (position, actor.scope_hash, language(), request_hash(body))
        answer = context().pages.get(key)
        if answer is None:
            data = ScopedData(database, connection, actor, today=today)
            results, keep = [], True
            for one in each(database.plugins, data, asked.calls, language=language(), bounds=BOUNDS):
                # As JSON it takes a tenth of the memory.
                results.append(orjson.dumps(one))
                keep = keep and one.get("error", {}).get("code") not in NOT_KEPT
            answer = b'{"position":%s,"results":[%s]}' % (orjson.dumps(position), b",".join(results))
            if keep:
                context().pages.put(key, answer)
    return json_bytes(answer)


def data_position(database: Database, connection: sa.Connection, actor: Actor, today: date) -> str:
    """Return the name of the state of everything an answer can depend on.

    A customer deleted in another store no longer counts in ours, so the customers of every store are part of it.
    """
    condition, values = database.backend.in_list("store_id", actor.feeds)
    feeds = fetch_all(connection, f"select store_id, revision from feeds where {condition} order by store_id", values)
    people = "select store_id, revision from feed_positions where table_name = 'customers' order by store_id"
    customers = fetch_all(connection, people)
    settings = fetch_all(connection, "select name, value from setting_values order by name")
    named = repr((feeds, customers, settings, today, database.registry.schema_hash))
    return hashlib.sha256(named.encode()).hexdigest()[:24]
