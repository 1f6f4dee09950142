"""Names for ranges in a client's workbook; the protocol tells only names of cells."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.files.areas import split_sheet
from kizuna_addin.hosts.payload.missing import names_what_is_missing, unsupported


@names_what_is_missing
class Names(base_classes.Names):
    """The names of a workbook with all its sheets, or of one sheet."""

    api = None

    def __init__(self, book: Any, sheet: Any = None) -> None:
        self.book = book
        self.sheet = sheet
        self._inner = sheet.inner.names if sheet is not None else book.inner.names

    def all(self) -> list[Name]:
        """Return every name, the workbook's own first."""
        return [Name(self.book, one) for one in self._inner.all()]

    def snapshot(self) -> list[tuple[str, Name]]:
        """Return every name with its text, as xlwings asks."""
        return [(name.name, name) for name in self.all()]

    def contains(self, name_or_index: str | int) -> bool:
        """Say whether a name or place exists."""
        return bool(self._inner.contains(name_or_index))

    def __call__(self, name_or_index: str | int) -> Name:
        """Return a name by its text or place; `KeyError` where there is none."""
        return Name(self.book, self._inner(name_or_index))

    def __len__(self) -> int:
        return len(self._inner)

    def add(self, name: str, refers_to: str) -> Name:
        """Define a name, anew where it exists; ``Sheet1!name`` belongs to that sheet."""
        sheet_name, key = split_sheet(name)
        home = self.book.sheets(sheet_name) if sheet_name else self.sheet
        if home is None:
            self.book.recorder.on_book("namesAdd", key, refers_to)
        else:
            self.book.recorder.on_sheet("namesAdd", home.index, key, refers_to)
        return Name(self.book, self._inner.add(name, refers_to))


@names_what_is_missing
class Name(base_classes.Name):
    """One name."""

    api = None

    def __init__(self, book: Any, inner: Any) -> None:
        self.book = book
        self.inner = inner

    @property
    def name(self) -> str:
        """The name, with its sheet where it belongs to one."""
        return str(self.inner.name)

    @name.setter
    def name(self, value: str) -> None:
        raise unsupported(f"Renaming a name to {value!r}")

    @property
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        return str(self.inner.refers_to)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.book.names.add(self.name, value)

    @property
    def refers_to_range(self) -> Any:
        """The cells it stands for."""
        cells = self.inner.refers_to_range
        return self.book.sheets(cells.sheet.name).range(cells.address)

    def delete(self) -> None:
        """Undefine it."""
        if self.book.recorder.extended:
            self.book.recorder.on_book("kizunaNameDelete", self.name)
        else:
            self.book.recorder.on_book("nameDelete", self.name, self.refers_to)
        self.inner.delete()
