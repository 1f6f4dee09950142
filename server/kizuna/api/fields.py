"""``/tables/<table>/fields``: an owner's own fields."""

from __future__ import annotations

from typing import TypeVar

from flask import Blueprint, Response, request

from kizuna.api.bodies import read_body, read_json
from kizuna.api.context import caller, reading
from kizuna.api.responses import json_response
from kizuna.config import MEBIBYTE
from kizuna.model.custom import shown
from kizuna.ops.fields import FieldEdit, NewField, add_field, edit_field, list_fields

fields = Blueprint("fields", __name__, url_prefix="/api/v1/tables/<table>/fields")
T = TypeVar("T")


@fields.get("")
def list_all(table: str) -> Response:
    """Return the fields an owner added, hidden ones too."""
    with reading() as (database, connection, actor):
        found = list_fields(database, connection, actor, table)
    return json_response({"fields": [shown(table, *one) for one in found]})


@fields.post("")
def add(table: str) -> Response:
    """Add a field."""
    database, actor = caller()
    return json_response(shown(table, *add_field(database, actor, table, _asked(NewField))), status=201)


@fields.patch("/<field>")
def change(table: str, field: str) -> Response:
    """Change a field, or show a hidden one again."""
    database, actor = caller()
    return json_response(shown(table, *edit_field(database, actor, table, field, _asked(FieldEdit))))


@fields.delete("/<field>")
def hide(table: str, field: str) -> Response:
    """Hide a field; its data stays."""
    database, actor = caller()
    return json_response(shown(table, *edit_field(database, actor, table, field, FieldEdit(hidden=True))))


def _asked(kind: type[T]) -> T:
    body = read_body(request, packed_limit=MEBIBYTE, unpacked_limit=MEBIBYTE)
    return read_json(body, kind)
