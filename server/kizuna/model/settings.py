"""Settings an owner edits: typed models of plugins, kept as JSON."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from kizuna.decoding import decode
from kizuna.model.backend import fetch_all

log = logging.getLogger("kizuna.settings")


def read_settings(connection: sa.Connection, models: Mapping[str, type[Any]]) -> dict[str, Any]:
    """Return every settings model with the owner's values in it, defaults where nothing was set.

    A value that an older version wrote and this one cannot read is logged and left at its default.
    """
    kept = dict(fetch_all(connection, "select name, value from setting_values"))
    read: dict[str, Any] = {}
    for name, model in models.items():
        read[name] = model()
        if name in kept:
            try:
                read[name] = decode(kept[name], model)
            except (msgspec.MsgspecError, ValueError) as error:
                log.warning("settings %s cannot be read, defaults are used: %s", name, error)
    return read
