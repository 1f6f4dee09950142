"""Where a command opens its workbooks: plain files, a Calc started for it, or a running Calc that a person sits at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlwings as xw

HOSTS = ("files", "libreoffice")


@dataclass(frozen=True)
class HostChoice:
    """What the command line says about it; `connection` is the UNO address of a running Calc."""

    name: str = "files"
    connection: str | None = None
    accept_losses: Collection[str] = ()

    @contextmanager
    def entered(self) -> Iterator[OpenHost]:
        """Give the host for as long as one command lasts; Calc is started at the first workbook."""
        with ExitStack() as stack:
            yield OpenHost(self, stack)


@dataclass
class OpenHost:
    """Opens and makes workbooks, each closed again when it has been dealt with."""

    choice: HostChoice
    stack: ExitStack
    _calc: xw.App | None = None

    @contextmanager
    def opened(self, path: Path) -> Iterator[xw.Book]:
        """Give a workbook; one that is open in the joined Calc is taken as it stands there, and stays open."""
        if self.choice.name == "files" and not self.choice.connection:
            from kizuna_addin.hosts import files

            book = files.open_book(path, accept_losses=self.choice.accept_losses)
            try:
                yield book
            finally:
                book.app.quit()
            return
        app = self._app()
        there = next((book for book in app.books if Path(book.fullname) == path.resolve()), None)
        book = there or app.books.open(path)
        try:
            yield book
        finally:
            if there is None:
                book.close()

    @contextmanager
    def made(self) -> Iterator[xw.Book]:
        """Give an empty workbook."""
        if self.choice.name == "files" and not self.choice.connection:
            from kizuna_addin.hosts import files

            book = files.new_book()
            try:
                yield book
            finally:
                book.app.quit()
            return
        book = self._app().books.add()
        try:
            yield book
        finally:
            book.close()

    def _app(self) -> xw.App:
        """Return the Calc that was started for this command, or joined."""
        if self._calc is None:
            from kizuna_addin.hosts.libreoffice import attach, running

            if self.choice.connection:
                self._calc = attach(self.choice.connection)
                before = xw.engines.active
                self._calc.engine.activate()
                self.stack.callback(setattr, xw.engines, "active", before)
            else:
                self._calc = self.stack.enter_context(running())
        return self._calc
