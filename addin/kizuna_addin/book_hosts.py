"""Where a command opens its workbooks: plain files, a Calc started for it, or a running Calc that a person sits at."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import xlwings as xw

from kizuna_addin.book_errors import OpenElsewhereError
from kizuna_addin.hosts.open_elsewhere import lock_of

HOSTS = ("files", "libreoffice")
JOIN_SECONDS = 3.0
"""A Calc that a person names is running already."""


@dataclass(frozen=True)
class HostChoice:
    """What the command line says about it; `connection` is the UNO address of a running Calc."""

    name: str = "files"
    connection: str | None = None
    accept_losses: Collection[str] = ()

    @property
    def is_files(self) -> bool:
        """Whether no program is wanted."""
        return self.name == "files" and not self.connection


@dataclass
class OpenHost:
    """Opens and makes workbooks for as long as one command lasts; Calc is started at the first one.

    Classes, because what UNO raises cannot pass through a generator's context manager.
    """

    choice: HostChoice
    _stack: ExitStack = field(default_factory=ExitStack)
    _calc: xw.App | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def opened(self, path: Path, *, writes: bool = True) -> AbstractContextManager[xw.Book]:
        """Give a workbook; one that is open in the joined Calc is taken as it stands there, and stays open.

        Raises OpenElsewhereError for one that another program has open, unless nothing will be written.
        """
        if not self.choice.is_files:
            there = next((book for book in self._app().books if Path(book.fullname) == path.resolve()), None)
            if there is not None:
                return _Lent(there, None)
        lock = lock_of(path) if writes else None
        if lock is not None:
            raise OpenElsewhereError(book=path.name, who=lock.who, lock=lock.file.name)
        if self.choice.is_files:
            from kizuna_addin.hosts import files

            book = files.open_book(path, accept_losses=self.choice.accept_losses)
            return _Lent(book, book.app)
        # Opened to be looked at only, a workbook that somebody else holds can still be read.
        book = self._app().books.open(path, read_only=not writes)
        return _Lent(book, book)

    def made(self) -> AbstractContextManager[xw.Book]:
        """Give an empty workbook."""
        if self.choice.is_files:
            from kizuna_addin.hosts import files

            book = files.new_book()
            return _Lent(book, book.app)
        book = self._app().books.add()
        return _Lent(book, book)

    def _app(self) -> xw.App:
        """Return the Calc that was started for this command, or joined."""
        if self._calc is None:
            from kizuna_addin.hosts.libreoffice import attach, build_engine, running

            if self.choice.connection:
                self._calc = attach(
                    self.choice.connection, engine=build_engine(allow_macros=False), timeout=JOIN_SECONDS
                )
                before = xw.engines.active
                self._calc.engine.activate()
                self._stack.callback(setattr, xw.engines, "active", before)
            else:
                self._calc = self._stack.enter_context(running())
        return self._calc


@dataclass
class _Lent:
    """A workbook, and what is closed after it: its app, itself, or nothing."""

    book: xw.Book
    closes: xw.App | xw.Book | None

    def __enter__(self) -> xw.Book:
        return self.book

    def __exit__(self, *_error: object) -> None:
        if isinstance(self.closes, xw.Book):
            self.closes.close()
        elif self.closes is not None:
            self.closes.quit()
