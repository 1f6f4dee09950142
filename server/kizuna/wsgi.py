"""What a WSGI server loads: ``kizuna.wsgi:application`` is a factory."""

from __future__ import annotations

import gc
import os
from typing import Any

import sqlalchemy as sa
from flask import Flask

from kizuna.app import create_app, open_database
from kizuna.cli.daily import keep_daily
from kizuna.cli.opening import database_url
from kizuna.config import Config
from kizuna.decoding import decode
from kizuna.model.database import Database


def application() -> Any:
    """Return the app configured by ``KIZUNA_CONFIG`` (JSON), or by ``KIZUNA_DATABASE`` alone."""
    app, database = prepared()
    keep_daily(database)
    return app


def prepared() -> tuple[Flask, Database]:
    """Return the app and its database, both ready, without a connection or a thread: so much may be done before a fork."""
    told = os.environ.get("KIZUNA_CONFIG")
    config = decode(told, Config) if told else Config(database_url(os.environ.get("KIZUNA_DATABASE")))
    database = open_database(config.database_url)
    app = create_app(config, database)
    sa.orm.configure_mappers()
    # What is here now stays: a large push shall not have the collector walk through all of it again and again.
    gc.collect()
    gc.freeze()
    return app, database
