"""Wire a server together."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import platformdirs
from flask import Flask, Request, Response, request
from werkzeug.routing import MapAdapter

from kizuna.api.bodies import compress_response
from kizuna.api.cache import PageCache
from kizuna.api.changesets import changesets
from kizuna.api.context import EXTENSION, Context
from kizuna.api.duplicates import duplicates
from kizuna.api.export import export
from kizuna.api.fields import fields
from kizuna.api.functions import functions
from kizuna.api.offers import offers
from kizuna.api.openapi import openapi
from kizuna.api.pairings import pairings
from kizuna.api.protection import protected
from kizuna.api.responses import install_error_handlers
from kizuna.api.rows import rows
from kizuna.api.services import services
from kizuna.api.settings import settings
from kizuna.api.tables import tables
from kizuna.config import Config
from kizuna.model.database import Database, backend_for, core_registry
from kizuna.plugins import load_plugins
from kizuna.web.home import home
from kizuna.web.office import office
from kizuna.web.reports import reports as report_pages

PLUGINS_VARIABLE = "KIZUNA_PLUGINS"


def open_database(url: str, plugins_folder: Path | None = None) -> Database:
    """Return the database behind ``url`` with the installed plugins and those of the plugins folder.

    The folder is ``KIZUNA_PLUGINS`` or ``plugins`` in the user's data folder where none is given.
    """
    plugins = load_plugins(folder=plugins_folder or default_plugins_folder())
    return Database(backend=backend_for(url), registry=core_registry(list(plugins.tables.values())), plugins=plugins)


def default_plugins_folder() -> Path:
    """Return where plugins that are one file are dropped."""
    told = os.environ.get(PLUGINS_VARIABLE)
    return Path(told) if told else platformdirs.user_data_path("kizuna", appauthor=False) / "plugins"


class _Paths(MapAdapter):
    """Looks paths up, and sends on to a path alone: who is in front of us may be called otherwise, or nonsense."""

    def make_redirect_url(
        self, path_info: str, query_args: Mapping[str, Any] | str | None = None, domain_part: str | None = None
    ) -> str:
        del domain_part
        query = self.query_args if query_args is None else query_args
        prefix = self.script_name.strip("/")
        path = "/".join(["", prefix, path_info.lstrip("/")] if prefix else ["", path_info.lstrip("/")])
        return f"{path}?{self.encode_query_args(query)}" if query else path


class _App(Flask):
    """Flask without what no view of ours uses and each request would pay for: coroutines, sessions, hooks around views."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return where the request's path is looked up: any host is served, and path and host were decoded already."""
        if request is None:
            return super().create_url_adapter(request)
        return _Paths(
            self.url_map,
            request.host,
            request.root_path,
            self.url_map.default_subdomain,
            request.scheme,
            request.path,
            request.method,
            request.query_string.decode("latin1"),
        )

    def preprocess_request(self) -> None:
        """Do nothing: views ask for what they need."""

    def process_response(self, response: Response) -> Response:
        """Compress what goes out."""
        return compress_response(response, request.environ.get("HTTP_ACCEPT_ENCODING", ""))


def create_app(config: Config, database: Database | None = None) -> Flask:
    """Return the Flask app of one server process."""
    app = _App("kizuna", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.extensions[EXTENSION] = Context(
        config, database or open_database(config.database_url), PageCache(config.cache_size)
    )
    app.config["MAX_CONTENT_LENGTH"] = None
    blueprints = (
        tables,
        fields,
        rows,
        duplicates,
        export,
        changesets,
        functions,
        offers,
        settings,
        pairings,
        services,
        openapi,
        home,
        report_pages,
        office,
    )
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    install_error_handlers(app)

    app.wsgi_app = protected(app.wsgi_app)  # type: ignore[method-assign, assignment]  # Flask's own way to wrap it
    return app
