"""Names for ranges and formulas, of the workbook and of single sheets."""

from __future__ import annotations

from typing import Any

from openpyxl.workbook.defined_name import DefinedName
from xlwings import base_classes

from kizuna_addin.hosts.files.areas import parsed, quoted_sheet, split_sheet

# Excel keeps print areas and filters under names of its own.
_INTERNAL = ("_xlnm.", "_xlfn.", "_xlpm.")


class Names(base_classes.Names):
    """The names of a workbook with all its sheets, or of one sheet."""

    api = None

    def __init__(self, book: Any, sheet: Any = None) -> None:
        self.book = book
        self.sheet = sheet

    def all(self) -> list[Name]:
        """Return every name, the workbook's own first."""
        sheets = [self.sheet] if self.sheet else list(self.book.sheets)
        own = [] if self.sheet else [Name(self.book, None, key) for key in self.book.api.defined_names]
        return own + [Name(self.book, sheet, key) for sheet in sheets for key in sheet.api.defined_names]

    def snapshot(self) -> list[tuple[str, Name]]:
        """Return every name with its text, as xlwings asks."""
        return [(name.name, name) for name in self.all()]

    def _find(self, key: str) -> Name | None:
        matches = [name for name in self.all() if name.name.lower() == key.lower()]
        if not matches and "!" not in key:
            matches = [name for name in self.all() if name.key.lower() == key.lower()]
        return matches[0] if matches else None

    def contains(self, name_or_index: str | int) -> bool:
        """Say whether a name or place exists."""
        if isinstance(name_or_index, int):
            return 1 <= name_or_index <= len(self)
        return self._find(name_or_index) is not None

    def __call__(self, name_or_index: str | int) -> Name:
        """Return a name by its text or place; `KeyError` where there is none."""
        found = self.all()[name_or_index - 1] if isinstance(name_or_index, int) else self._find(name_or_index)
        if found is None:
            raise KeyError(name_or_index)
        return found

    def __len__(self) -> int:
        return len(self.all())

    def add(self, name: str, refers_to: str) -> Name:
        """Define a name, anew where it exists; ``Sheet1!name`` belongs to that sheet."""
        sheet_name, key = split_sheet(name)
        sheet = self.book.sheets(sheet_name) if sheet_name else self.sheet
        holder = sheet.api if sheet else self.book.api
        existing = next((known for known in holder.defined_names if known.lower() == key.lower()), None)
        if existing:
            del holder.defined_names[existing]
        holder.defined_names[key] = DefinedName(key, attr_text=refers_to.removeprefix("="))
        return Name(self.book, sheet, key)


class Name(base_classes.Name):
    """One name."""

    api = None

    def __init__(self, book: Any, sheet: Any, key: str) -> None:
        self.book = book
        self.sheet = sheet
        self.key = key

    @property
    def _holder(self) -> Any:
        return (self.sheet or self.book).api.defined_names

    @property
    def name(self) -> str:
        """The name, with its sheet where it belongs to one."""
        return f"{quoted_sheet(self.sheet.name)}!{self.key}" if self.sheet else self.key

    @name.setter
    def name(self, value: str) -> None:
        definition = self._holder.pop(self.key)
        self.key = split_sheet(value)[1]
        definition.name = self.key
        self._holder[self.key] = definition

    @property
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        return "=" + str(self._holder[self.key].attr_text)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self._holder[self.key].attr_text = value.removeprefix("=")

    @property
    def refers_to_range(self) -> Any:
        """The cells it stands for; raises `KeyError` when it stands for something else."""
        sheet, address = split_sheet(str(self._holder[self.key].attr_text))
        area = parsed(address)
        if area is None:
            raise KeyError(f"{self.name} does not name cells: {self.refers_to}")
        home = self.book.sheets(sheet) if sheet else self.sheet or self.book.sheets(1)
        return home.range((area.top, area.left, area.rows, area.columns))

    def is_for(self, cells: Any) -> bool:
        """Say whether it stands for exactly these cells."""
        sheet, address = split_sheet(str(self._holder[self.key].attr_text))
        home = sheet if sheet is not None else self.sheet.name if self.sheet else None
        return bool(parsed(address) == cells.area and home == cells.sheet.name)

    def delete(self) -> None:
        """Undefine it."""
        del self._holder[self.key]


def find_name(book: Any, key: str, sheet: Any) -> Name | None:
    """Return the name as a formula on a sheet would find it: the sheet's own first."""
    if key.startswith(_INTERNAL):
        return None
    for names in (Names(book, sheet), Names(book)):
        if names.contains(key):
            return names(key)
    return None
