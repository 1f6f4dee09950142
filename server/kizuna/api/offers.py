"""``/actions``, ``/reports`` and ``/sheets``: what plugins offer beside functions."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from kizuna.api.bodies import read_body, read_json
from kizuna.api.context import caller, context, reading
from kizuna.api.responses import json_response, language
from kizuna.functions.arguments import read_named, typed
from kizuna.functions.catalogue import describe_argument
from kizuna.functions.reports import build_report, describe_report, find_report, report_json, shown
from kizuna.model.data import ScopedData
from kizuna.offers import Action, Report, ReportTable, SheetTemplate
from kizuna.sync.acting import Acted, find_action, may_run, run_action

offers = Blueprint("offers", __name__, url_prefix="/api/v1")


class ActionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A press of a button, with its arguments."""

    arguments: dict[str, Any] = {}


@offers.get("/actions")
def list_actions() -> Response:
    """Return the actions the caller may run."""
    with reading() as (database, _, actor):
        plugins = database.plugins
        found = [one for one in plugins.actions.values() if may_run(one, actor)]
        return json_response({"actions": [describe_action(one, plugins.owner("action", one.name)) for one in found]})


@offers.post("/actions/<name>")
def act(name: str) -> Response:
    """Run an action for the caller."""
    database, actor = caller()
    config = context().config
    action = find_action(database.plugins, name)
    body = read_body(request, packed_limit=config.body_limit, unpacked_limit=config.unpacked_limit)
    asked = read_json(body or b"{}", ActionRequest)
    arguments = read_named(action.name, action.arguments, asked.arguments)
    spoken = language()
    acted = run_action(database, actor, action, arguments, now=datetime.now(UTC), language=spoken)
    return json_response(acted_json(acted, spoken))


@offers.get("/reports")
def list_reports() -> Response:
    """Return the catalogue of reports."""
    with reading() as (database, _, _):
        plugins = database.plugins
        found = [describe_report(one, plugins.owner("report", one.name)) for one in plugins.reports.values()]
        return json_response({"reports": found})


@offers.get("/reports/<name>")
def show_report(name: str) -> Response:
    """Return a report's answer; its arguments are the query's."""
    report, table, _ = _built(name)
    return json_response(report_json(report, table, language()))


@offers.get("/reports/<name>.pdf")
def print_report(name: str) -> Response:
    """Return a report on paper."""
    report, table, today = _built(name)
    from kizuna.printing.fonts import find_font
    from kizuna.printing.tables import report_pdf

    body = report_pdf(table, find_font(), today=today, language=language())
    named = {"Content-Disposition": f'inline; filename="{report.name}.pdf"'}
    return Response(body, mimetype="application/pdf", headers=named)


@offers.get("/sheets")
def list_sheets() -> Response:
    """Return the templates of sheets."""
    with reading() as (database, _, _):
        plugins = database.plugins
        found = [describe_sheet(one, plugins.owner("sheet", one.name)) for one in plugins.sheets.values()]
        return json_response({"sheets": found})


def _built(name: str) -> tuple[Report, ReportTable, date]:
    with reading() as (database, connection, actor):
        report = find_report(database.plugins, name)
        given = typed(report.arguments, {key: request.args.getlist(key) for key in request.args})
        today = database.today(datetime.now(UTC))
        data = ScopedData(database, connection, actor, today=today)
        return report, build_report(database.plugins, report, data, given), today


def describe_action(action: Action, plugin: str) -> dict[str, Any]:
    """Return one action as the catalogue shows it."""
    return {
        "name": action.name,
        "label": action.label.as_json(),
        "help": action.help.as_json(),
        "icon": action.icon,
        "plugin": plugin,
        "writes": action.writes,
        "arguments": [describe_argument(one) for one in action.arguments],
    }


def describe_sheet(sheet: SheetTemplate, plugin: str) -> dict[str, Any]:
    """Return one template as the catalogue shows it: everything a client needs to lay the sheet out."""
    described: dict[str, Any] = msgspec.to_builtins(sheet)
    return {**described, "plugin": plugin}


def acted_json(acted: Acted, spoken: str) -> dict[str, Any]:
    """Return what an action came to as the wire shows it; files in base64."""
    result = acted.result
    table = result.table
    return {
        "message": result.message.in_language(spoken),
        "changeset": acted.changeset,
        "files": [
            {"name": one.name, "content_type": one.content_type, "content": b64encode(one.content).decode()}
            for one in result.files
        ],
        "table": {
            "headings": [one.in_language(spoken) for one in table.headings],
            "columns": [[shown(one, spoken) for one in column] for column in table.columns],
        }
        if table
        else None,
    }
