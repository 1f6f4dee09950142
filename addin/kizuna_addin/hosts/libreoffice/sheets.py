"""Sheets: find, add, copy, move, delete, and what belongs to a whole sheet."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from . import addresses
from .addresses import MAX_COLUMNS, MAX_ROWS, Area
from .charts import Charts
from .drawings import Pictures, Shapes
from .names import Names
from .range import Range
from .tables import Tables
from .unsupported import names_what_is_missing
from .view import FreezePanes, PageSetup, view_setting

if TYPE_CHECKING:
    from .books import Book

# xlwings hands out Excel's number for a sheet that only a program can show again.
VERY_HIDDEN = 2


@names_what_is_missing
class Sheets(base_classes.Sheets):
    """The sheets of one workbook."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def xl(self) -> Any:
        return self.book.xl.Sheets

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.controller.ActiveSheet)

    def __call__(self, key: Any) -> Sheet:
        if isinstance(key, numbers.Number):
            if not 1 <= int(key) <= len(self):  # type: ignore[call-overload]
                raise KeyError(key)
            return Sheet(self.book, self.xl.getByIndex(int(key) - 1))  # type: ignore[call-overload]
        name = self.known_name(str(key))
        if name is None:
            raise KeyError(key)
        return Sheet(self.book, self.xl.getByName(name))

    def known_name(self, name: str) -> str | None:
        """Return a sheet's name as it is written in the workbook, capitals ignored."""
        if self.xl.hasByName(name):
            return name
        return next((known for known in self.xl.ElementNames if known.lower() == name.lower()), None)

    def __len__(self) -> int:
        return int(self.xl.Count)

    def __iter__(self) -> Iterator[Sheet]:
        return (self(number + 1) for number in range(len(self)))

    def __contains__(self, key: Any) -> bool:
        if isinstance(key, numbers.Number):
            return 1 <= int(key) <= len(self)  # type: ignore[call-overload,no-any-return]
        return self.known_name(str(key)) is not None

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        if before is not None:
            position = before.index - 1
        elif after is not None:
            position = after.index
        else:
            position = self.active.index - 1
        if not name:
            name = next(free for n in itertools.count(1) if (free := f"Sheet{n}") not in self)
        self.xl.insertNewByName(name, position)
        sheet = self(name)
        sheet.activate()
        return sheet


@names_what_is_missing
class Sheet(base_classes.Sheet):
    """One sheet."""

    def __init__(self, book: Book, xl: Any) -> None:
        self._book = book
        self._xl = xl
        self._shifts = book.shifts

    @property
    def xl(self) -> Any:
        """LibreOffice's object, fetched anew where it was cut short: it ends above cells of a later column that moved up."""
        if self._shifts != self._book.shifts:
            self._xl = self._book.xl.Sheets.getByIndex(self._xl.RangeAddress.Sheet)
            self._shifts = self._book.shifts
        return self._xl

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return str(self.xl.Name)

    @name.setter
    def name(self, value: str) -> None:
        known = self._book.sheets.known_name(value)
        if known is not None and known != self.name:
            raise ValueError(f"Sheet named '{value}' already present in workbook")
        hidden = self._book.extras.very_hidden
        if self.name in hidden:
            hidden.remove(self.name)
            hidden.add(value)
        self.xl.Name = value

    @property
    def index(self) -> int:
        return int(self.xl.RangeAddress.Sheet) + 1

    @property
    def names(self) -> Names:
        return Names(self._book, self)

    @property
    def tables(self) -> Tables:
        return Tables(self)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self)

    @property
    def shapes(self) -> Shapes:
        return Shapes(self)

    @property
    def charts(self) -> Charts:
        return Charts(self)

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)

    @property
    def pivot_tables(self) -> Any:
        raise NotImplementedError("Sheet.pivot_tables is not available in LibreOffice")

    @property
    def show_gridlines(self) -> bool:
        with view_setting(self) as controller:
            return bool(controller.ShowGrid)

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        with view_setting(self) as controller:
            controller.ShowGrid = bool(value)

    @property
    def visible(self) -> bool | int:
        if self.name in self._book.extras.very_hidden:
            return VERY_HIDDEN
        return bool(self.xl.IsVisible)

    @visible.setter
    def visible(self, value: bool | int) -> None:
        hidden = self._book.extras.very_hidden
        hidden.discard(self.name)
        if value is not True and value == VERY_HIDDEN:
            hidden.add(self.name)
            value = False
        self.xl.IsVisible = bool(value)

    @property
    def cells(self) -> Range:
        return Range(self, Area(1, 1, MAX_ROWS, MAX_COLUMNS))

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """Return a range from addresses, names, (row, column) pairs or ranges, like Excel's Range()."""
        if isinstance(arg1, numbers.Number) and isinstance(arg2, numbers.Number):
            return self._resolved((arg1, arg2))
        first = self._resolved(arg1)
        if arg2 is None:
            return first
        second = self._resolved(arg2)
        if first.sheet.name != second.sheet.name:
            raise ValueError("Ranges are not on the same sheet")
        return Range(first.sheet, first.area.spanning(second.area))

    def _resolved(self, argument: Any) -> Range:
        if isinstance(argument, Range):
            return argument
        if isinstance(argument, tuple):
            if len(argument) == 4:
                return Range(self, Area(*(int(part) for part in argument)))
            if 0 in argument:
                raise IndexError("Attempted to access 0-based Range. xlwings/Excel Ranges are 1-based.")
            return Range(self, Area(int(argument[0]), int(argument[1]), 1, 1))
        sheet_name, rest = addresses.split_sheet(str(argument))
        sheet = self if sheet_name is None else self._book.sheets(sheet_name)
        area = addresses.parse(rest)
        found = Range(sheet, area) if area else sheet.named_range(rest)
        if found is None:
            raise ValueError(f"Invalid range: {argument!r}")
        return found

    def named_range(self, name: str) -> Range | None:
        """Return what a name of this sheet or of the workbook, or a table's name, stands for."""
        for names in (self.names, self._book.names):
            known = names.find(name)
            if known is not None:
                return known.refers_to_range
        for sheet in self._book.sheets:
            table = sheet.tables.find(name)
            if table is not None:
                return table.data_body_range
        return None

    @property
    def used_range(self) -> Range:
        cursor = self.xl.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        cursor.gotoStartOfUsedArea(False)
        first = cursor.RangeAddress
        return Range(
            self,
            Area(
                first.StartRow + 1,
                first.StartColumn + 1,
                last.EndRow - first.StartRow + 1,
                last.EndColumn - first.StartColumn + 1,
            ),
        )

    def activate(self) -> None:
        self._book.activate()
        self._book.controller.setActiveSheet(self.xl)

    def select(self) -> None:
        self.activate()

    @property
    def selection(self) -> Range | None:
        """The selected cells while this is the active sheet."""
        selected = self._book.controller.Selection
        if selected is None or not hasattr(selected, "RangeAddress"):
            return None
        return Range.of_address(self._book, selected.RangeAddress)

    def clear_contents(self) -> None:
        self.cells.clear_contents()

    def clear_formats(self) -> None:
        self.cells.clear_formats()

    def clear(self) -> None:
        self.cells.clear()

    def autofit(self, axis: str | None = None) -> None:
        self.used_range.autofit(axis)

    def delete(self) -> None:
        self._book.extras.very_hidden.discard(self.name)
        for table in self.tables:
            table.forget()
        before = self._behind_which_tables_vanish()
        self._book.xl.Sheets.removeByName(self.name)
        for name, area, has_filter_buttons in before:
            if not (ranges := self._book.xl.DatabaseRanges).hasByName(name):
                ranges.addNewByName(name, area)
                ranges.getByName(name).AutoFilter = has_filter_buttons

    def _behind_which_tables_vanish(self) -> list[tuple[str, Any, bool]]:
        """Return the database ranges of the sheet before this one: LibreOffice 7.4 drops them together with this sheet."""
        ranges = self._book.xl.DatabaseRanges
        found = map(ranges.getByName, ranges.ElementNames)
        return [(one.Name, one.DataArea, one.AutoFilter) for one in found if one.DataArea.Sheet == self.index - 2]

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        neighbour = before or after
        if neighbour is None:
            raise ValueError("Name the sheet before or after which the copy goes")
        book = neighbour.book
        position = neighbour.index - 1 if before else neighbour.index
        name = self.name
        if name in book.sheets:
            name = next(free for n in itertools.count(2) if (free := f"{self.name} ({n})") not in book.sheets)
        if book is self._book:
            book.xl.Sheets.copyByName(self.name, name, position)
        else:
            at = book.xl.Sheets.importSheet(self._book.xl, self.name, position)
            book.xl.Sheets.getByIndex(at).Name = name
        made = book.sheets(name)
        for table in self.tables:
            made.tables.copy_of(table)
        made.activate()

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        neighbour = before or after
        if neighbour is None:
            raise ValueError("Name the sheet before or after which to move")
        self._book.xl.Sheets.moveByName(self.name, neighbour.index - 1 if before else neighbour.index)
