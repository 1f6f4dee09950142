"""Names of a workbook and of a sheet."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from . import addresses
from .bridge import struct
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .books import Book
    from .range import Range
    from .sheets import Sheet


@names_what_is_missing
class Names(base_classes.Names):
    """All names of a workbook, those of its sheets included, or the names of one sheet."""

    def __init__(self, book: Book, sheet: Sheet | None = None) -> None:
        self.book = book
        self.sheet = sheet

    @property
    def xl(self) -> Any:
        return self.book.xl.NamedRanges if self.sheet is None else self.sheet.xl.NamedRanges

    @property
    def api(self) -> Any:
        return self.xl

    def __iter__(self) -> Any:
        return iter(self._all())

    def _all(self) -> list[Name]:
        """Return the names in the order Excel lists them, by name."""
        owners: list[tuple[Sheet | None, Any]] = [(self.sheet, self.xl)]
        if self.sheet is None:
            owners += [(sheet, sheet.xl.NamedRanges) for sheet in self.book.sheets]
        found = [Name(self.book, owner, xl.getByName(name)) for owner, xl in owners for name in xl.ElementNames]
        return sorted(found, key=lambda name: name.plain_name.lower())

    def find(self, key: str) -> Name | None:
        """Return a name, capitals ignored; `Sheet1!name` is looked for on that sheet."""
        sheet_name, plain = addresses.split_sheet(key)
        owner = self.sheet
        if sheet_name is not None:
            if sheet_name not in self.book.sheets:
                return None
            owner = self.book.sheets(sheet_name)
        container = self.book.xl.NamedRanges if owner is None else owner.xl.NamedRanges
        if container.hasByName(plain):
            return Name(self.book, owner, container.getByName(plain))
        known = next((name for name in container.ElementNames if name.lower() == plain.lower()), None)
        return None if known is None else Name(self.book, owner, container.getByName(known))

    def contains(self, key: Any) -> bool:
        if isinstance(key, numbers.Number):
            return 1 <= int(key) <= len(self)  # type: ignore[call-overload,no-any-return]
        return self.find(str(key)) is not None

    def __call__(self, key: Any) -> Name:
        if isinstance(key, numbers.Number):
            return self._all()[int(key) - 1]  # type: ignore[call-overload]
        name = self.find(str(key))
        if name is None:
            raise KeyError(key)
        return name

    def __len__(self) -> int:
        return len(self._all())

    def add(self, name: str, refers_to: str) -> Name:
        """Add a name, or give a known one a new meaning; `Sheet1!name` belongs to that sheet."""
        sheet_name, plain = addresses.split_sheet(name)
        owner = self.sheet if sheet_name is None else self.book.sheets(sheet_name)
        container = self.book.xl.NamedRanges if owner is None else owner.xl.NamedRanges
        if container.hasByName(plain):
            container.removeByName(plain)
        at = struct("com.sun.star.table.CellAddress", Sheet=0 if owner is None else owner.index - 1, Row=0, Column=0)
        container.addNewByName(plain, "0", at, 0)
        made = Name(self.book, owner, container.getByName(plain))
        made.refers_to = refers_to
        return made

    def of_range(self, cells: Range) -> Name | None:
        """Return the name that stands for exactly these cells."""
        return next((name for name in self._all() if name.stands_for(cells)), None)


@names_what_is_missing
class Name(base_classes.Name):
    """One name."""

    def __init__(self, book: Book, sheet: Sheet | None, xl: Any) -> None:
        self.book = book
        self.sheet = sheet
        self.xl = xl

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def plain_name(self) -> str:
        return str(self.xl.Name)

    @property
    def name(self) -> str:
        if self.sheet is None:
            return self.plain_name
        owner = self.sheet.name
        return f"{owner if owner.isalnum() else addresses.quoted(owner)}!{self.plain_name}"

    @name.setter
    def name(self, value: str) -> None:
        self.xl.Name = addresses.split_sheet(value)[1]

    def delete(self) -> None:
        container = self.book.xl.NamedRanges if self.sheet is None else self.sheet.xl.NamedRanges
        container.removeByName(self.plain_name)

    @property
    def refers_to(self) -> str:
        return "=" + str(self.book.parser.printFormula(self.xl.getTokens(), self.xl.ReferencePosition))

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.xl.setTokens(self.book.parser.parseFormula(value.lstrip("="), self.xl.ReferencePosition))

    @property
    def refers_to_range(self) -> Range:
        """The cells the name stands for. Raises ValueError where it stands for a value or a formula."""
        from .range import Range

        cells = self.xl.getReferredCells()
        if cells is None:
            raise ValueError(f"The name {self.name} does not stand for cells")
        return Range.of_address(self.book, cells.RangeAddress)

    def stands_for(self, cells: Range) -> bool:
        referred = self.xl.getReferredCells()
        if referred is None:
            return False
        address, area = referred.RangeAddress, cells.area
        return (address.Sheet + 1, address.StartRow + 1, address.StartColumn + 1, address.EndRow + 1) == (
            cells.sheet.index,
            area.row,
            area.column,
            area.last_row,
        ) and address.EndColumn + 1 == area.last_column
