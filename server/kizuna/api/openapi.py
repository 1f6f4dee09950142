"""``/openapi.json``: the API described for machines, made from what the server really reads and has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Blueprint, Response

from kizuna._version import __version__
from kizuna.api.context import context
from kizuna.api.pairings import ApprovedCode, NewPairing, WaitingPairing
from kizuna.api.responses import json_response
from kizuna.functions.evaluate import FunctionsRequest
from kizuna.model.registry import Registry
from kizuna.ops.fields import FieldEdit, NewField
from kizuna.sync.changeset import Answer, ChangesetRequest
from kizuna.sync.duplicates.merging import MergeRequest
from kizuna.sync.filter import OPERATORS
from kizuna.sync.listings import LARGEST_LISTING
from kizuna.sync.pull import LARGEST_PAGE
from kizuna.sync.undo import UndoRequest

openapi = Blueprint("openapi", __name__, url_prefix="/api/v1")
REFERENCE = "#/components/schemas/{name}"
ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "details": {"type": "object"}},
        }
    },
}
PAGE_SCHEMA = {
    "type": "object",
    "required": ["mode", "reason", "fields", "gone", "cursor", "more"],
    "properties": {
        "mode": {"enum": ["snapshot", "delta"]},
        "reason": {"type": ["string", "null"]},
        "fields": {"type": "array", "items": {"type": "string"}},
        "rows": {"type": "array", "items": {"type": "array"}},
        "columns": {"type": "array", "items": {"type": "array"}},
        "gone": {"type": "array", "items": {"type": "string"}},
        "cursor": {"type": "string"},
        "more": {"type": "boolean"},
    },
}


@openapi.get("/openapi.json")
def describe() -> Response:
    """Return the description of this API; it tells no data, so it asks for no token."""
    return json_response(description(context().database.current().registry))


def description(registry: Registry) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document for a server with these tables."""
    kinds = (ChangesetRequest, Answer, FunctionsRequest, UndoRequest, NewField, FieldEdit, MergeRequest)
    kinds_of_pairing = (NewPairing, ApprovedCode, WaitingPairing)
    described, components = msgspec.json.schema_components((*kinds, *kinds_of_pairing), ref_template=REFERENCE)
    push, answer, functions, undo, new_field, field_edit, merge, new_pairing, approved_code, waiting = described
    schemas: dict[str, Any] = dict(components) | {"Error": ERROR_SCHEMA, "Page": PAGE_SCHEMA}
    names = [table.name for table in registry]
    table = _parameter("table", "path", {"enum": names}, required=True)
    name = _parameter("name", "path", {"type": "string"}, required=True)
    row = _parameter("id", "path", {"type": "string", "format": "uuid"}, required=True)
    paths: dict[str, Any] = {
        "/me": _get("Who the token belongs to and what it may do"),
        "/tables": _get("Every table with its fields"),
        "/tables/{table}/fields": {
            "parameters": [table],
            **_get("The fields an owner added, hidden ones too"),
            **_post("Add a field", new_field, {"type": "object"}, status="201"),
        },
        "/tables/{table}/fields/{field}": {
            "parameters": [table, _parameter("field", "path", {"type": "string"}, required=True)],
            "patch": _post("Change a field, or show a hidden one again", field_edit, {"type": "object"})["post"],
            "delete": {"summary": "Hide a field; its data stays", "responses": _responses({"type": "object"})},
        },
        "/tables/{table}/rows": _get(
            "A snapshot, or what changed since a cursor", table, *_pull_parameters(), answer="Page"
        ),
        "/tables/{table}/rows/{id}": _get("One row", table, row),
        "/tables/{table}/rows/{id}/history": _get("A row's changes, newest first", table, row),
        "/tables/{table}/duplicates": _get(
            "Pairs of rows that look like one, with reasons", table, _parameter("limit", "query", {"type": "integer"})
        ),
        "/tables/{table}/export": _get(
            "The table as a file",
            table,
            _parameter("format", "query", {"enum": ["csv", "xlsx"]}),
            _parameter("headings", "query", {"enum": ["labels", "names"]}),
        ),
        "/exports": _get("Who took which table out, newest first; for owners", *_journal_parameters("export")),
        "/tables/{table}/merges": {"parameters": [table], **_post("Make two rows one", merge, answer)},
        "/changesets": {
            **_get("Who did what, newest first", *_journal_parameters()),
            **_post("Push a changeset", push, answer),
        },
        "/changesets/{id}": _get("One changeset, with its answer for whoever pushed it and for owners", row),
        "/changesets/{id}/undo": {"parameters": [row], **_post("Take a changeset back", undo, answer)},
        "/pairings": _open(
            _post("Ask for a code to sign a device in by", new_pairing, {"type": "object"}, status="201")
        ),
        "/pairings/approve": _post("Sign in the device that shows a code", approved_code, {"type": "object"}),
        "/pairings/collect": _open(_post("Fetch an approved device's token, once", waiting, {"type": "object"})),
        "/actions": _get("The buttons of plugins the caller may press"),
        "/actions/{name}": {"parameters": [name], **_post("Press a button", {"type": "object"}, {"type": "object"})},
        "/reports": _get("The catalogue of reports"),
        "/reports/{name}": _get("A report; its arguments are further query parameters", name),
        "/reports/{name}.pdf": _get("A report on paper", name),
        "/sheets": _get("Templates of sheets for workbooks"),
        "/settings": _get("What the owner can set of plugins"),
        "/settings/{name}": {
            **_get("Values, defaults and schema", name),
            "put": {"parameters": [name], **_post("Set all values", {"type": "object"}, {"type": "object"})["post"]},
        },
        "/settings/{name}/history": _get("Who changed what when", name),
        "/functions": {
            **_get("The catalogue of worksheet functions"),
            **_post("Answer many cells", functions, {"type": "object"}),
        },
        "/services": _get("Which services plugins offer, with what they take and give"),
        "/services/{service}": {
            "parameters": [_parameter("service", "path", {"type": "string"}, required=True)],
            **_post("Do a service on the caller's behalf", {"type": "object"}, {"type": "object"}),
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kizuna",
            "version": __version__,
            "description": "Keeps workbooks in step with one database. The whole protocol in words: docs/protocol.md.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    }


def _pull_parameters() -> list[dict[str, Any]]:
    operators = " ".join(OPERATORS)
    return [
        _parameter("cursor", "query", {"type": "string"}),
        _parameter("fields", "query", {"type": "string"}, "Comma-separated names"),
        _parameter(
            "filter", "query", {"type": "string"}, f"JSON list of [field, operator, value]; operators {operators}"
        ),
        _parameter("refs", "query", {"enum": ["id", "key"]}),
        _parameter("layout", "query", {"enum": ["rows", "columns"]}),
        _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}),
        _parameter(
            "as_of", "query", {"type": "string"}, "The table as it was: a day of the shop (2026-03-31) or a moment"
        ),
        _parameter("deleted", "query", {"enum": ["0", "1"]}, "1: the deleted rows, for managers and owners"),
        _parameter("If-None-Match", "header", {"type": "string"}),
    ]


def _journal_parameters(what: str = "changeset") -> list[dict[str, Any]]:
    return [
        _parameter("before", "query", {"type": "string", "format": "uuid"}, f"The last {what} of the page before"),
        _parameter("who", "query", {"type": "string"}, "Name, staff number or staff id"),
        _parameter("table", "query", {"type": "string"}),
        _parameter("since", "query", {"type": "string"}, "A day of the shop (2026-03-31) or a moment"),
        _parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": LARGEST_LISTING}),
    ]


def _parameter(
    name: str, place: str, schema: Mapping[str, Any], words: str = "", *, required: bool = False
) -> dict[str, Any]:
    described = {"name": name, "in": place, "required": required, "schema": schema}
    return described | ({"description": words} if words else {})


def _responses(schema: Mapping[str, Any], *, status: str = "200") -> dict[str, Any]:
    failure = {
        "description": "What went wrong and its cure",
        "content": _json({"$ref": REFERENCE.format(name="Error")}),
    }
    return {status: {"description": "Done", "content": _json(schema)}, "default": failure}


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _get(summary: str, *parameters: dict[str, Any], answer: str | None = None) -> dict[str, Any]:
    schema = {"$ref": REFERENCE.format(name=answer)} if answer else {"type": "object"}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": _responses(schema)}}


def _open(operations: dict[str, Any]) -> dict[str, Any]:
    """Return operations that ask for no token."""
    return {method: {**operation, "security": []} for method, operation in operations.items()}


def _post(summary: str, body: Mapping[str, Any], answer: Mapping[str, Any], *, status: str = "200") -> dict[str, Any]:
    return {
        "post": {
            "summary": summary,
            "requestBody": {"required": True, "content": _json(body)},
            "responses": _responses(answer, status=status),
        }
    }
