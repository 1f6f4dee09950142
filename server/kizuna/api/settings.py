"""``/settings``: what the owner can set of plugins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from kizuna.api.bodies import read_body
from kizuna.api.context import caller, reading
from kizuna.api.responses import json_response
from kizuna.config import MEBIBYTE
from kizuna.decoding import decode
from kizuna.model.scope import OwnerOnlyError
from kizuna.ops.settings import SettingsView, label_of, set_settings, settings_history, show_settings
from kizuna.sync.changeset import MalformedError

settings = Blueprint("settings", __name__, url_prefix="/api/v1/settings")


@settings.get("")
def list_settings() -> Response:
    """Return the settings there are."""
    with reading() as (database, _, actor):
        if actor.role != "owner":
            raise OwnerOnlyError
        plugins = database.plugins
        found = [
            {"name": name, "label": label_of(model).as_json(), "plugin": plugins.owner("settings", name)}
            for name, model in sorted(plugins.settings.items())
        ]
    return json_response({"settings": found})


@settings.get("/<name>")
def show(name: str) -> Response:
    """Return values, defaults, and what is known of each field."""
    with reading() as (database, connection, actor):
        return json_response(view_json(show_settings(database, connection, actor, name)))


@settings.put("/<name>")
def put(name: str) -> Response:
    """Set all values; what is left out goes back to its default."""
    database, actor = caller()
    body = read_body(request, packed_limit=MEBIBYTE, unpacked_limit=MEBIBYTE)
    try:
        given = decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError.of(error) from None
    after = set_settings(database, actor, name, given, now=datetime.now(UTC))
    return json_response({"name": name, "values": msgspec.to_builtins(after)})


@settings.get("/<name>/history")
def history(name: str) -> Response:
    """Return who changed what when, newest first."""
    with reading() as (database, connection, actor):
        found = settings_history(database, connection, actor, name)
    return json_response({"changes": [{"at": one.at, "who": one.who, "fields": one.fields} for one in found]})


def view_json(view: SettingsView) -> dict[str, Any]:
    """Return settings as the wire shows them."""
    return {
        "name": view.name,
        "label": view.label.as_json(),
        "values": view.values,
        "defaults": view.defaults,
        "titles": {name: one.as_json() for name, one in view.titles.items()},
        "schema": view.schema,
    }
