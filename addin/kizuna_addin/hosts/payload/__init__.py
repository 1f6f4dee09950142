"""Workbooks that lie in a client without Python: its JSON comes in, a list of actions for the client goes out.

The protocol is that of xlwings' BSD clients ``Remote.bas`` and ``xlwings.js`` (0.37.8). What our own clients can do
beyond it is in `kizuna_addin.hosts.payload.extensions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import xlwings as xw

from kizuna_addin.hosts.payload.app import NAME, Engine


def register() -> xw.Engine:
    """Return the engine, known to xlwings as ``payload`` from the first call on; none is made active."""
    for engine in xw.engines:
        if engine.name == NAME:
            return engine
    engine = xw.Engine(impl=Engine())
    xw.engines.add(engine)
    return engine


def open_payload(payload: Mapping[str, Any]) -> xw.Book:
    """Return the workbook a client described, in an app of its own; closing the app forgets it.

    Raises `kizuna_addin.hosts.errors.PayloadError` when the description is not one.
    """
    app = xw.App(impl=register().impl.apps.add(add_book=False))
    try:
        return xw.Book(impl=app.impl.books.opened(payload))
    except BaseException:
        app.quit()
        raise


def actions_of(book: xw.Book) -> list[dict[str, Any]]:
    """Return what the client has to do so that its workbook becomes what this one is now, in order."""
    found: list[dict[str, Any]] = book.impl.recorder.as_json()
    return found


__all__ = ["actions_of", "open_payload", "register"]
