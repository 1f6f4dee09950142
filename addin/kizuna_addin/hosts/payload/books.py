"""One workbook of a client: a copy in memory to read from, and the list of what the client has to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.files.app import Apps as FilesApps
from kizuna_addin.hosts.files.books import Book as FilesBook
from kizuna_addin.hosts.payload import extensions
from kizuna_addin.hosts.payload.looks import KnownLooks
from kizuna_addin.hosts.payload.missing import names_what_is_missing, unsupported
from kizuna_addin.hosts.payload.names import Names
from kizuna_addin.hosts.payload.reading import workbook_from
from kizuna_addin.hosts.payload.recorder import Recorder
from kizuna_addin.hosts.payload.sheets import Sheets


@names_what_is_missing
class Book(base_classes.Book):
    """One workbook; `recorder` holds the actions, `inner` the copy they are also done to."""

    api: Any = None

    def __init__(self, books: Any, payload: Mapping[str, Any], number: int) -> None:
        workbook = workbook_from(payload)
        self.books = books
        self.number = number
        described = payload["book"]
        self._name = str(described.get("name") or "Book1")
        # Of several areas the first counts, as in Excel with Python.
        self._selection = str(described.get("selection") or "A1").partition(",")[0]
        self.recorder = Recorder(extensions.version_of(payload.get("kizuna")))
        self.inner = FilesBook(FilesApps(books.app.engine).add(add_book=False).books, workbook, self._name, 1)
        self.looks: dict[Any, KnownLooks] = {}

    @property
    def name(self) -> str:
        """The file's name in the client."""
        return self._name

    @property
    def fullname(self) -> str:
        """The file's name: the protocol tells no folder."""
        return self._name

    @property
    def app(self) -> Any:
        """The app it is open in."""
        return self.books.app

    @property
    def sheets(self) -> Sheets:
        """Its worksheets."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """Its names, those of its sheets included."""
        return Names(self)

    @property
    def selection(self) -> Any:
        """The cells selected when the client asked."""
        return self.sheets.active.range(self._selection)

    def activate(self) -> None:
        """Make it the active workbook of its app."""
        self.books.list.remove(self)
        self.books.list.insert(0, self)

    def close(self) -> None:
        """Forget it; the client's workbook stays open."""
        self.books.list.remove(self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Let the client save its workbook after the actions so far, where it can; another path is refused."""
        if path or password:
            raise unsupported("Book.save to a path or with a password")
        if self.recorder.extended:
            self.recorder.on_book("kizunaSave")


def new_payload(name: str) -> dict[str, Any]:
    """Return what a client of ours sends for a new workbook."""
    return {
        "client": "Kizuna",
        "version": "0",
        "kizuna": {"version": extensions.VERSION},
        "book": {"name": name, "active_sheet_index": 0, "selection": "A1"},
        "names": [],
        "sheets": [
            {
                "name": "Sheet1",
                "values": [[]],
                "pictures": [],
                "tables": [],
                "kizuna": {"visible": -1, "formulas": []},
            }
        ],
    }
