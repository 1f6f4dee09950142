"""The worksheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter
from xlwings import base_classes

from kizuna_addin.hosts.files import cells, formats, shift
from kizuna_addin.hosts.files.areas import MAX_COLUMNS, MAX_ROWS, Area, parsed, split_sheet
from kizuna_addin.hosts.files.names import Names, find_name
from kizuna_addin.hosts.files.notes import Note
from kizuna_addin.hosts.files.ranges import Range
from kizuna_addin.hosts.files.tables import Tables


class Sheets(base_classes.Sheets):
    """Every worksheet in tab order, hidden ones included."""

    api: Any = None

    def __init__(self, book: Any) -> None:
        self.book = book
        self.api = book.api

    @property
    def active(self) -> Sheet:
        """The sheet that shows when the file is opened."""
        active = self.book.api.active
        return Sheet(self.book, active if active in self.book.api.worksheets else self.book.api.worksheets[0])

    def __call__(self, name_or_index: str | int) -> Sheet:
        """Return a sheet by its name or place; `KeyError` where there is none."""
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(self):
                raise KeyError(name_or_index)
            return Sheet(self.book, self.book.api.worksheets[name_or_index - 1])
        for sheet in self.book.api.worksheets:
            if sheet.title.lower() == name_or_index.lower():
                return Sheet(self.book, sheet)
        raise KeyError(name_or_index)

    def __len__(self) -> int:
        return len(self.book.api.worksheets)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, sheet) for sheet in tuple(self.book.api.worksheets))

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """Add a sheet, before the active one unless told otherwise, and make it active."""
        place = before.index - 1 if before else after.index if after else self.active.index - 1
        if name is None:
            taken = {sheet.title.lower() for sheet in self.book.api.worksheets}
            number = 1
            while f"sheet{number}" in taken:
                number += 1
            name = f"Sheet{number}"
        sheet = Sheet(self.book, self.book.api.create_sheet(name, place))
        sheet.activate()
        return sheet


class Sheet(base_classes.Sheet):
    """One worksheet; `api` is openpyxl's."""

    # Named here because xlwings' base class has them as read-only properties.
    api: Any = None
    book: Any = None

    def __init__(self, book: Any, api: Any) -> None:
        self.book = book
        self.api = api

    @property
    def name(self) -> str:
        """The name on the tab."""
        return str(self.api.title)

    @name.setter
    def name(self, value: str) -> None:
        if value != self.api.title:
            old = self.api.title
            self.api.title = value
            shift.rename_sheet(self.book.api, old, self.api.title)

    @property
    def index(self) -> int:
        """The place among the worksheets, from 1."""
        return int(self.book.api.worksheets.index(self.api)) + 1

    @property
    def names(self) -> Names:
        """The names that belong to this sheet."""
        return Names(self.book, self)

    @property
    def tables(self) -> Tables:
        """The tables on this sheet."""
        return Tables(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        """What stays in view while scrolling."""
        return FreezePanes(self)

    @property
    def visible(self) -> bool:
        """Whether the tab shows; setting ``False`` hides it so that a person can show it again."""
        return bool(self.api.sheet_state == "visible")

    @visible.setter
    def visible(self, value: bool) -> None:
        self.api.sheet_state = "visible" if value else "hidden"
        if not value and self.book.api.active is self.api:
            shown = next((s for s in self.book.api.worksheets if s.sheet_state == "visible"), None)
            if shown is not None:
                Sheet(self.book, shown).activate()

    @property
    def show_gridlines(self) -> bool:
        """Whether the lines between cells show."""
        return bool(self.api.sheet_view.showGridLines is not False)

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        self.api.sheet_view.showGridLines = value

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """Return the cells named by an address, a name, a table, (row, column), four numbers or two corners."""
        first = self._resolved(arg1)
        if arg2 is None:
            return first
        second = self._resolved(arg2)
        one, two = first.area, second.area
        area = Area(
            min(one.top, two.top), min(one.left, two.left), max(one.bottom, two.bottom), max(one.right, two.right)
        )
        return Range(first.sheet, area)

    def _resolved(self, argument: Any) -> Range:
        if isinstance(argument, Range):
            return argument
        if isinstance(argument, tuple):
            if 0 in argument[:2]:
                raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
            row, column, rows, across = argument if len(argument) == 4 else (*argument, 1, 1)
            return Range(self, Area(row, column, row + rows - 1, column + across - 1))
        name, address = split_sheet(str(argument))
        sheet = self.book.sheets(name) if name else self
        area = parsed(address)
        if area is not None:
            return Range(sheet, area)
        named = find_name(self.book, address, sheet)
        if named is not None:
            cells_named: Range = named.refers_to_range
            return cells_named
        for other in self.book.sheets:
            if address in other.tables:
                body: Range | None = other.tables(address).data_body_range
                if body is not None:
                    return body
        raise ValueError(f"Invalid range {argument!r}")

    @property
    def cells(self) -> Range:
        """Every cell."""
        return Range(self, Area(1, 1, MAX_ROWS, MAX_COLUMNS))

    @property
    def used_range(self) -> Range:
        """The smallest range that holds everything with content; A1 when there is none."""
        return Range(self, cells.used(self.api))

    @property
    def notes(self) -> list[Note]:
        """Every note, by row."""
        found = sorted((place, cell) for place, cell in self.api._cells.items() if cell._comment is not None)  # noqa: SLF001
        return [Note(Range(self, Area(row, column, row, column))) for (row, column), _ in found]

    def activate(self) -> None:
        """Make it the sheet that shows when the file is opened."""
        for sheet in self.book.api.worksheets:
            # A file with two selected tabs opens with both grouped, and typing goes into both.
            sheet.sheet_view.tabSelected = sheet is self.api
        self.book.api.active = self.api

    def select(self) -> None:
        """Make it the sheet that shows when the file is opened."""
        self.activate()

    def clear_contents(self) -> None:
        """Empty every cell; formats stay."""
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        """Take every format off."""
        self.cells.clear_formats()

    def clear(self) -> None:
        """Empty every cell and take its format off."""
        self.cells.clear()

    def autofit(self, axis: str | None = None) -> None:
        """Fit widths to what the cells show."""
        formats.autofit(self.api, cells.used(self.api), self.book.formats, axis)

    def delete(self) -> None:
        """Take the sheet out of the workbook; names and formulas that used it become ``#REF!``."""
        shift.forget_sheet(self.book.api, self.api)
        self.book.api.remove(self.api)

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        """Copy the sheet's cells within its workbook; tables are not copied."""
        neighbour = before or after
        if neighbour is not None and neighbour.book.api is not self.book.api:
            raise NotImplementedError("a plain file host copies sheets within one workbook only")
        copied = self.book.api.copy_worksheet(self.api)
        if neighbour is not None:
            here = self.book.api.index(copied)
            there = self.book.api.index(neighbour.api) + (1 if before is None else 0)
            self.book.api.move_sheet(copied, there - here)

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        """Move the tab before or after another."""
        neighbour = before or after
        if neighbour is None:
            return
        sheets = self.book.api._sheets  # noqa: SLF001
        active = self.book.api.active
        sheets.remove(self.api)
        sheets.insert(sheets.index(neighbour.api) + (0 if before else 1), self.api)
        self.book.api.active = active


class FreezePanes(base_classes.FreezePanes):
    """What stays in view while scrolling."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Keep the rows and columns up to this range in view, as xlwings does in Excel."""
        area = self._sheet.range(frozen_range).area
        row = 1 if area.whole_columns else area.bottom + 1
        column = 1 if area.whole_rows else area.right + 1
        self._sheet.api.freeze_panes = f"{get_column_letter(column)}{row}"

    def unfreeze(self) -> None:
        """Let everything scroll."""
        self._sheet.api.freeze_panes = None
