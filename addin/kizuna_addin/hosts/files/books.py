"""Workbooks held in memory between opening and saving their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from xlwings import base_classes

from kizuna_addin.hosts.errors import ChangedMeanwhileError, EncryptedBookError
from kizuna_addin.hosts.files import loading, saving
from kizuna_addin.hosts.files.cells import Formats
from kizuna_addin.hosts.files.names import Names
from kizuna_addin.hosts.files.sheets import Sheets


class Books(base_classes.Books):
    """The open workbooks of one app, the active one first."""

    api = None

    def __init__(self, app: Any) -> None:
        self.app = app
        self.list: list[Book] = []
        self._added = 0
        self.accept_losses: frozenset[str] = frozenset()

    @property
    def active(self) -> Book:
        """The workbook last opened or activated."""
        if not self.list:
            raise KeyError("no open workbook")
        return self.list[0]

    def __call__(self, name_or_index: str | int) -> Book:
        """Return a workbook by its name or its place in the order of opening; `KeyError` where there is none."""
        if isinstance(name_or_index, int):
            # Excel counts in the order of opening.
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
        """Add an empty workbook of one sheet."""
        workbook = openpyxl.Workbook()
        workbook.active.title = "Sheet1"
        return self._opened(workbook, f"Book{self._added + 1}")

    def open(self, fullname: str, *arguments: Any, **keywords: Any) -> Book:
        """Open a file; a password given raises `EncryptedBookError`, since this host opens none."""
        path = Path(fullname)
        password = keywords.get("password") or (arguments[3] if len(arguments) > 3 else None)
        if password:
            raise EncryptedBookError(name=path.name)
        stamp = saving.stamp(path)
        book = self._opened(loading.load(path, accept_losses=self.accept_losses), str(path.resolve()))
        book.stamp = stamp
        return book

    def _opened(self, workbook: Any, fullname: str) -> Book:
        self._added += 1
        book = Book(self, workbook, fullname, self._added)
        self.list.insert(0, book)
        return book


class Book(base_classes.Book):
    """One workbook; `api` is openpyxl's."""

    # Named here because xlwings' base class has them as read-only properties.
    api: Any = None
    fullname: str = ""
    stamp: saving.Stamp | None = None
    """What the file was when it was opened or saved here last; None for one that has no file yet."""

    def __init__(self, books: Books, workbook: Any, fullname: str, number: int) -> None:
        self.books = books
        self.number = number
        self.api = workbook
        self.fullname = fullname
        self.formats = Formats(workbook)

    @property
    def name(self) -> str:
        """The file's name, or ``Book1`` before it has one."""
        return Path(self.fullname).name

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

    def activate(self) -> None:
        """Make it the active workbook."""
        self.books.list.remove(self)
        self.books.list.insert(0, self)

    def close(self) -> None:
        """Forget it without saving."""
        self.books.list.remove(self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Write the file in one step; later saves go to the same path.

        Raises `ChangedMeanwhileError` when another program saved it since, and what `saving.save` raises.
        """
        if password:
            raise NotImplementedError("a plain file cannot be encrypted; save it with a password in Excel")
        target = Path(path) if path else Path(self.fullname)
        if not target.suffix:
            target = target.with_name(target.name + (".xlsm" if self.api.vba_archive else ".xlsx"))
        is_same = str(target.resolve()) == self.fullname
        if is_same and self.stamp is not None and saving.stamp(target) not in {None, self.stamp}:
            raise ChangedMeanwhileError(name=target.name)
        saving.save(self.api, target)
        self.fullname, self.stamp = str(target.resolve()), saving.stamp(target)
