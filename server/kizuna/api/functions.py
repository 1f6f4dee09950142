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
from kizuna.functions.catalogue import catalogue
from kizuna.functions.evaluate import FunctionFailedError, FunctionsRequest, FunctionTimeoutError, evaluate
from kizuna.model.backend import fetch_all
from kizuna.model.data import HandleClosedError, ScopedData
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.sync.changeset import request_hash

NOT_KEPT = frozenset({FunctionFailedError.code, FunctionTimeoutError.code, HandleClosedError.code})
"""What may go well the next time, once the machine is less busy."""

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
    asked = read_json(body, FunctionsRequest)
    with reading() as (database, connection, actor):
        today = database.today(datetime.now(UTC))
        position = data_position(database, connection, actor, today)
        key = (position, actor.scope_hash, language(), request_hash(body))
        answer = context().pages.get(key)
        if answer is None:
            data = ScopedData(database, connection, actor, today=today)
            results = evaluate(database.plugins, data, asked.calls, language=language())
            answer = orjson.dumps({"position": position, "results": results})
            if not any(one.get("error", {}).get("code") in NOT_KEPT for one in results):
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
