"""The engine: each workbook a client sends is open in an app of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.files.app import App as FilesApp
from kizuna_addin.hosts.files.app import Apps as FilesApps
from kizuna_addin.hosts.files.app import Engine as FilesEngine
from kizuna_addin.hosts.payload.books import Book, new_payload
from kizuna_addin.hosts.payload.missing import names_what_is_missing, unsupported

NAME = "payload"


class Engine(FilesEngine):
    """xlwings engine over payloads; the client's own program computes formulas, later."""

    name = NAME
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)


class Apps(FilesApps):
    """The apps in being."""

    def add(self, spec: Any = None, add_book: bool | None = None, xl: Any = None, visible: bool | None = None) -> App:  # noqa: ARG002, FBT001
        """Make an app, with an empty workbook unless told otherwise."""
        app = App(self, next(self._pids))
        self.list.insert(0, app)
        if add_book is None or add_book:
            app.books.add()
        return app


class App(FilesApp):
    """The program of one client, as far as its payload tells."""

    def __init__(self, apps: Apps, pid: int) -> None:
        super().__init__(apps, pid)
        self.books = Books(self)

    @property
    def selection(self) -> Any:
        """The cells selected in the client."""
        return self.books.active.selection if self.books.list else None

    def calculate(self) -> None:
        """Do nothing: the client computes when it has done the actions."""

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: str | None) -> None:
        """Let the client show a message; there is no answer to wait for."""
        self.books.active.recorder.on_book("alert", prompt, title or "", buttons or "ok", mode or "", callback or "")


@names_what_is_missing
class Books(base_classes.Books):
    """The workbooks of one app, the active one first."""

    api = None

    def __init__(self, app: App) -> None:
        self.app = app
        self.list: list[Book] = []

    @property
    def active(self) -> Book:
        """The workbook last opened or activated."""
        if not self.list:
            raise KeyError("no open workbook")
        return self.list[0]

    def __call__(self, name_or_index: str | int) -> Book:
        """Return a workbook by name or place; `KeyError` where there is none."""
        if isinstance(name_or_index, int):
            return sorted(self.list, key=lambda book: book.number)[name_or_index - 1]
        for book in self.list:
            if book.name.lower() == name_or_index.lower():
                return book
        raise KeyError(name_or_index)

    def __len__(self) -> int:
        return len(self.list)

    def __iter__(self) -> Iterator[Book]:
        return iter(sorted(self.list, key=lambda book: book.number))

    def add(self) -> Book:
        """Add a workbook of one empty sheet, as a client of ours would describe it."""
        return self.opened(new_payload(f"Book{len(self.list) + 1}"))

    def opened(self, payload: Mapping[str, Any]) -> Book:
        """Return the workbook that a client described; raises `PayloadError`."""
        book = Book(self, payload, len(self.list) + 1)
        self.list.insert(0, book)
        return book

    def open(self, fullname: str, *arguments: Any, **keywords: Any) -> Book:  # noqa: ARG002
        """Refuse: the files lie on the client's PC."""
        raise unsupported("Books.open")
