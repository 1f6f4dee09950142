"""``/me`` and ``/tables``: who asks, and what they may see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from kizuna._version import __version__
from kizuna.api.context import context, reading
from kizuna.api.responses import json_response
from kizuna.model.backend import fetch_all
from kizuna.model.fields import FieldSpec
from kizuna.model.registry import TableSpec, store_choices
from kizuna.model.roles import LEADERS
from kizuna.model.scope import Actor

tables = Blueprint("tables", __name__, url_prefix="/api/v1")


@tables.get("/me")
def me() -> Response:
    """Return who the token belongs to and what it may do."""
    with reading() as (_, _, actor):
        return json_response(
            {
                "staff": {"id": actor.staff_id, "number": actor.staff_number, "name": actor.name},
                "role": actor.role,
                "stores": actor.stores,
                "all_stores": actor.all_stores,
                "may_see_personal": actor.may_see_personal,
                "may_export": actor.may_export,
                "device": actor.device,
                "server": {
                    "name": context().config.name,
                    "version": __version__,
                    "timezone": str(context().database.timezone),
                },
            }
        )


@tables.get("/tables")
def list_tables() -> Response:
    """Return every table with its fields, as the caller may see them."""
    with reading() as (database, connection, actor):
        condition, values = database.backend.in_list("code", actor.stores)
        sql = f"select code, name from stores where {condition} order by code"
        stores: list[tuple[int, str | None]] = list(fetch_all(connection, sql, values)) if actor.stores else []
        if actor.role in LEADERS:
            stores = [(0, None), *stores]
        return json_response(
            {
                "schema": database.registry.schema_hash,
                "tables": [describe_table(one, actor, stores) for one in database.registry],
            }
        )


def describe_table(spec: TableSpec, actor: Actor, stores: list[tuple[int, str | None]]) -> dict[str, Any]:
    """Return a table as the wire describes it."""
    seen = actor.table(spec)
    return {
        "name": spec.name,
        "label": spec.sync.label.as_json(),
        "key": spec.key if spec.key in seen.by_name else None,
        "common": spec.common,
        "writable": spec.writable_by(actor.role),
        "fields": [describe_field(one, stores) for one in seen.fields],
    }


def describe_field(field: FieldSpec, stores: list[tuple[int, str | None]]) -> dict[str, Any]:
    """Return a field as the wire describes it; the store is a choice among those in scope."""
    if field.type == "store":
        choices: list[dict[str, Any]] | None = [
            {"value": int(one.value), "label": one.label.as_json()} for one in store_choices(stores)
        ]
    elif field.type == "choice":
        choices = [{"value": one.value, "label": one.label.as_json()} for one in field.choices]
    else:
        choices = None
    return {
        "name": field.name,
        "label": field.label.as_json(),
        "help": field.help.as_json() if field.help else None,
        "type": "choice" if field.type == "store" else field.type,
        "required": field.required,
        "read_only": field.read_only,
        "unique": field.unique,
        "personal": field.personal,
        "custom": field.custom,
        "choices": choices,
        "references": field.references,
        "max_length": field.max_length,
        "default": field.default,
    }
