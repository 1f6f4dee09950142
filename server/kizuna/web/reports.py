"""Reports as pages: the page asks the API with the token a person gives it, and keeps the token in their browser tab only."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kizuna.api.context import context
from kizuna.api.responses import language
from kizuna.functions.reports import describe_report, find_report

reports = Blueprint("report_pages", __name__, template_folder="templates", url_prefix="/reports")


@reports.get("/")
def list_pages() -> Response:
    """Return the list of reports; it tells no data, so it asks for no token."""
    return _page(None)


@reports.get("/<name>")
def show_page(name: str) -> Response:
    """Return the page of one report."""
    find_report(context().database.plugins, name)
    return _page(name)


def _page(name: str | None) -> Response:
    plugins = context().database.plugins
    spoken = "en" if (request.args.get("lang") or language()) == "en" else "ja"
    found = {one.name: describe_report(one, plugins.owner("report", one.name)) for one in plugins.reports.values()}
    shown = found[name] if name else None
    page = render_template("report.html", language=spoken, reports=list(found.values()), report=shown)
    policy = "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return Response(page, mimetype="text/html", headers={"Content-Security-Policy": policy})
