"""Plain .xlsx files as a host: an xlwings engine over openpyxl, with no spreadsheet program at all."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import xlwings as xw

from kizuna_addin.hosts.files.app import NAME, Engine


def register() -> xw.Engine:
    """Return the engine, known to xlwings as ``files`` from the first call on; none is made active."""
    for engine in xw.engines:
        if engine.name == NAME:
            return engine
    engine = xw.Engine(impl=Engine())
    xw.engines.add(engine)
    return engine


def new_app(*, accept_losses: Collection[str] = ()) -> xw.App:
    """Return an app without a workbook; what it opens may lose what `accept_losses` names (keys of `losses`)."""
    app = xw.App(impl=register().impl.apps.add(add_book=False))
    app.impl.books.accept_losses = frozenset(accept_losses)
    return app


def open_book(path: str | Path, *, accept_losses: Collection[str] = ()) -> xw.Book:
    """Open a workbook file in an app of its own; closing the app forgets it.

    `accept_losses` names what saving may lose (keys of `kizuna_addin.hosts.files.losses`, or ``all``). Raises a
    `kizuna_addin.hosts.errors.BookError` that says what is wrong with the file and the cure; nothing is changed.
    """
    app = new_app(accept_losses=accept_losses)
    try:
        return app.books.open(path)
    except BaseException:
        app.quit()
        raise


def new_book(path: str | Path | None = None) -> xw.Book:
    """Make an empty workbook in an app of its own; saved at once when a path is given."""
    book = new_app().books.add()
    if path is not None:
        book.save(path)
    return book


__all__ = ["new_app", "new_book", "open_book", "register"]
