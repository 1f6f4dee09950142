"""The page a person sees who opens the server in a browser: that it runs, and what to do next."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kizuna._version import __version__
from kizuna.api.context import context
from kizuna.api.responses import language
from kizuna.model.backend import fetch_all

home = Blueprint("home", __name__, template_folder="templates")


@home.get("/")
def show() -> Response:
    """Return the guide page."""
    spoken = request.args.get("lang") or language()
    database = context().database.current()
    page = render_template(
        "home.html",
        language="en" if spoken == "en" else "ja",
        name=context().config.name,
        version=__version__,
        server=request.host_url.rstrip("/"),
        tables=list(database.registry),
        plugins=database.plugins.states,
        reports="/reports/" if database.plugins.reports else "",
        functions=sorted(database.plugins.functions.values(), key=lambda one: one.name),
    )
    return Response(page, mimetype="text/html")


@home.get("/health")
def health() -> Response:
    """Return 200 when the database answers, for load balancers."""
    with context().database.backend.read() as connection:
        fetch_all(connection, "select 1")
    return Response("ok", mimetype="text/plain")
