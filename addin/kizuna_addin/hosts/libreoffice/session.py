"""The doors to this host: make the engine known to xlwings, start a Calc of one's own, join a running one."""

from __future__ import annotations

from pathlib import Path

import xlwings

from .app import LibreOfficeEngine
from .bridge import load_uno
from .process import find_soffice

NAME = LibreOfficeEngine.name


def build_engine(*, soffice: str | Path | None = None, allow_macros: bool = True) -> xlwings.Engine:
    """Return a new engine that xlwings does not know yet; nothing is started before its first App.

    `soffice` names the program to start, else KIZUNA_SOFFICE, PATH and the usual folders are searched. Macros of
    opened books run as in an Excel that is automated; `allow_macros=False` opens every book with its macros off.
    """
    return xlwings.Engine(impl=LibreOfficeEngine(soffice=soffice, allow_macros=allow_macros))


def register(*, soffice: str | Path | None = None, allow_macros: bool = True, activate: bool = True) -> xlwings.Engine:
    """Make this host known as `xw.engines["libreoffice"]` and, unless told otherwise, the active engine.

    A second call returns the engine that is there. Raises UnoMissingError and SofficeMissingError at once, not at
    the first App.
    """
    load_uno()
    find_soffice(soffice)
    if NAME not in xlwings.engines.engines_by_name:
        xlwings.engines.add(build_engine(soffice=soffice, allow_macros=allow_macros))
    engine: xlwings.Engine = xlwings.engines.engines_by_name[NAME]
    if activate:
        engine.activate()
    return engine


class running:  # noqa: N801 - used like a function, in a with statement
    """Start a Calc of one's own without a window, give its App, and end it.

    It is xlwings' active engine meanwhile, because some of xlwings' own methods ask that one; afterwards the one that
    was. Books still open at the end are closed without saving. A class, because
    what UNO raises cannot pass through a generator's context manager. Raises UnoMissingError, SofficeMissingError,
    SofficeNotReadyError.
    """

    def __init__(self, *, soffice: str | Path | None = None, allow_macros: bool = False) -> None:
        self.engine = build_engine(soffice=soffice, allow_macros=allow_macros)

    def __enter__(self) -> xlwings.App:
        self.app = xlwings.App(impl=self.engine.impl.apps.add(add_book=False))
        self.before = xlwings.engines.active
        self.engine.activate()
        return self.app

    def __exit__(self, *_error: object) -> None:
        xlwings.engines.active = self.before
        self.app.kill()


def attach(connection: str, *, engine: xlwings.Engine | None = None, timeout: float = 10.0) -> xlwings.App:
    """Join a Calc that somebody started with `--accept=…`, with the books it has open; quitting leaves it running.

    `connection` is a UNO address such as `uno:socket,host=127.0.0.1,port=2002;urp;StarOffice.ComponentContext`;
    `timeout` is how many seconds a Calc that is only just starting is waited for.
    Raises UnoMissingError, SofficeNotReadyError.
    """
    load_uno()
    impl = (engine or register(activate=False)).impl
    return xlwings.App(impl=impl.apps.join(connection, timeout=timeout))


def attach_book(connection: str, document: str) -> xlwings.Book:
    """Join a Calc and return the workbook with this RuntimeUID, in front; raises KeyError when it was closed meanwhile."""
    app = attach(connection)
    # Some of xlwings' own methods ask the active engine.
    app.engine.activate()
    for book in app.books:
        if book.impl.xl.RuntimeUID == document:
            book.impl.activate()
            return book
    raise KeyError(document)
