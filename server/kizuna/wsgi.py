"""What a WSGI server loads: ``kizuna.wsgi:application`` is a factory."""

from __future__ import annotations

import gc
import os
from typing import Any

import msgspec

from kizuna.app import create_app, open_database
from kizuna.cli.daily import keep_daily
from kizuna.cli.opening import database_url
from kizuna.config import Config


def application() -> Any:
    """Return the app configured by ``KIZUNA_CONFIG`` (JSON), or by ``KIZUNA_DATABASE`` alone."""
    told = os.environ.get("KIZUNA_CONFIG")
    config = msgspec.json.decode(told, type=Config) if told else Config(database_url(os.environ.get("KIZUNA_DATABASE")))
    database = open_database(config.database_url)
    keep_daily(database)
    app = create_app(config, database)
    # What is here now stays: a large push shall not have the collector walk through all of it again and again.
    gc.collect()
    gc.freeze()
    return app
