"""Move cells about: insert, delete, copy, paste, merge, fit, sort."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from .addresses import MAX_COLUMNS, MAX_ROWS, Area
from .bridge import enum, properties, struct, typed_any

if TYPE_CHECKING:
    from .range import Range
    from .sheets import Sheet

# What Calc's "paste special" takes: texts, values, dates, notes, formulas, formats.
_PASTED = {
    "all": "SVDFNT",
    "all_except_borders": None,
    "all_merging_conditional_formats": "SVDFNT",
    "all_using_source_theme": "SVDFNT",
    "comments": "N",
    "formats": "T",
    "formulas": "SVDF",
    "values": "SVD",
    "formulas_and_number_formats": None,
    "values_and_number_formats": None,
    "column_widths": None,
    "validation": None,
    "link": None,
}
_PLAIN_PASTE = {"FormulaCommand": 0, "SkipEmptyCells": False, "Transpose": False, "AsLink": False, "MoveMode": 4}
_OPERATIONS = {None: 0, "add": 1, "subtract": 2, "multiply": 3, "divide": 4}


class StructureMixin:
    """The part of a range that moves cells."""

    area: Area
    xl: Any
    first_cell: Any
    address_of_cells: Any
    _sheet: Sheet

    def cells_of(self, area: Area) -> Any:
        raise NotImplementedError

    @property
    def _whole_rows(self) -> bool:
        return self.area.columns == MAX_COLUMNS

    @property
    def _whole_columns(self) -> bool:
        return self.area.rows == MAX_ROWS

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:  # noqa: ARG002 - Calc always takes the format from above or left
        """Insert blank cells here; without a direction a tall range shifts right and others down, as in Excel."""
        if self._whole_rows:
            mode = "ROWS"
        elif self._whole_columns:
            mode = "COLUMNS"
        elif shift == "right" or (shift is None and self.area.rows > self.area.columns):
            mode = "RIGHT"
        else:
            mode = "DOWN"
        self._sheet.xl.insertCells(self.address_of_cells, enum("com.sun.star.sheet.CellInsertMode", mode))

    def delete(self, shift: str | None = None) -> None:
        """Take the cells out; without a direction a wide range moves up and others left, as in Excel."""
        if self._whole_rows:
            mode = "ROWS"
        elif self._whole_columns:
            mode = "COLUMNS"
        elif shift == "left" or (shift is None and self.area.rows >= self.area.columns):
            mode = "LEFT"
        else:
            mode = "UP"
        self._sheet.xl.removeRange(self.address_of_cells, enum("com.sun.star.sheet.CellDeleteMode", mode))

    def copy(self, destination: Any = None) -> None:
        """Copy to the destination, or remember these cells for a paste."""
        if destination is None:
            self._sheet.book.app.copied = self
        else:
            target: Range = getattr(destination, "impl", destination)
            target.paste_from(cast("Range", self))

    def move(self, destination: Any) -> None:
        target: Range = getattr(destination, "impl", destination)
        if target.sheet.book is not self._sheet.book:
            raise NotImplementedError("Range.move to another workbook is not available in LibreOffice")
        self._sheet.xl.moveRange(target.first_cell.CellAddress, self.address_of_cells)

    def paste(
        self,
        paste: str | None = None,
        operation: str | None = None,
        skip_blanks: bool = False,
        transpose: bool = False,
    ) -> None:
        """Paste what was copied last. Raises ValueError where nothing was."""
        source = self._sheet.book.app.copied
        if source is None:
            raise ValueError("Nothing was copied")
        self.paste_from(source, paste or "all", operation=operation, skip_blanks=skip_blanks, transpose=transpose)

    def copy_from(
        self,
        source_range: Any,
        copy_type: str = "all",
        skip_blanks: bool = False,
        transpose: bool = False,
    ) -> None:
        source = getattr(source_range, "impl", source_range)
        self.paste_from(source, copy_type, skip_blanks=skip_blanks, transpose=transpose)

    def paste_from(
        self,
        source: Range,
        what: str = "all",
        *,
        operation: str | None = None,
        skip_blanks: bool = False,
        transpose: bool = False,
    ) -> None:
        flags = _PASTED.get(what)
        if flags is None:
            raise NotImplementedError(f"Pasting {what!r} is not available in LibreOffice")
        plain = what == "all" and operation is None and not skip_blanks and not transpose
        if plain and source.sheet.book is self._sheet.book:
            for area in self._tiles(source.area):
                first = self.cells_of(area).getCellByPosition(0, 0).CellAddress
                self._sheet.xl.copyRange(first, source.address_of_cells)
            return
        with _selected(source.sheet, source.xl):
            source.sheet.book.app.dispatch(source.sheet.book, ".uno:Copy")
        with _selected(self._sheet, self.xl):
            self._sheet.book.app.dispatch(
                self._sheet.book,
                ".uno:InsertContents",
                Flags=flags,
                **{
                    **_PLAIN_PASTE,
                    "FormulaCommand": _OPERATIONS[operation],
                    "SkipEmptyCells": skip_blanks,
                    "Transpose": transpose,
                },
            )

    def _copy_formula(self, area: Area) -> None:
        """Copy the first cell's formula over an area, nothing else of it."""
        if area.is_cell:
            return
        book = self._sheet.book
        if not book.app.office.is_ours:
            # A person's clipboard is theirs; copying a cell's tokens costs a call for each cell.
            tokens = self.cells_of(area.part(0, 0)).getCellByPosition(0, 0).getTokens()
            cells = self.cells_of(area)
            for row in range(area.rows):
                for column in range(area.columns):
                    cells.getCellByPosition(column, row).setTokens(tokens)
            return
        with _selected(self._sheet, self.cells_of(area.part(0, 0))):
            book.app.dispatch(book, ".uno:Copy")
        with _selected(self._sheet, self.cells_of(area)):
            book.app.dispatch(book, ".uno:InsertContents", Flags="F", **_PLAIN_PASTE)

    def _tiles(self, source: Area) -> list[Area]:
        """Return where copies of the source go: once, or over the whole range where it fits a whole number of times."""
        rows, columns = self.area.rows // source.rows, self.area.columns // source.columns
        if rows * source.rows != self.area.rows or columns * source.columns != self.area.columns:
            rows = columns = 1
        return [
            self.area.part(row * source.rows, column * source.columns)
            for row in range(rows)
            for column in range(columns)
        ]

    def copy_picture(self, appearance: str, format: str) -> None:  # noqa: A002, ARG002 - LibreOffice offers every format at once
        """Put the cells on the clipboard, from which programs take them as a picture, too."""
        with _selected(self._sheet, self.xl):
            self._sheet.book.app.dispatch(self._sheet.book, ".uno:Copy")

    def autofit(self, axis: str | None = None) -> None:
        if self.xl is None:
            return
        if axis in ("columns", "c", None):
            self.xl.Columns.OptimalWidth = True
        if axis in ("rows", "r", None):
            self.xl.Rows.OptimalHeight = True

    def merge(self, across: bool = False) -> None:
        rows = [self.area.part(row, 0, 1, self.area.columns) for row in range(self.area.rows)]
        for area in rows if across else [self.area]:
            cells = self.cells_of(area)
            cells.merge(False)
            cells.merge(True)

    def unmerge(self) -> None:
        self.xl.merge(False)

    @property
    def merge_cells(self) -> bool:
        return bool(self.xl.IsMerged) or (self.area.is_cell and self._covered)

    @property
    def _covered(self) -> bool:
        cursor = self._sheet.xl.createCursorByRange(self.xl)
        cursor.collapseToMergedArea()
        address = cursor.RangeAddress
        return bool(address.EndRow > address.StartRow or address.EndColumn > address.StartColumn)

    def sort(self, keys: list[int], ascending: list[bool], has_headers: bool) -> None:
        """Sort the rows by columns counted from 1."""
        fields = [
            struct("com.sun.star.table.TableSortField", Field=key - 1, IsAscending=up)
            for key, up in zip(keys, ascending, strict=True)
        ]
        self.xl.sort(
            properties(
                SortFields=typed_any("[]com.sun.star.table.TableSortField", tuple(fields)),
                ContainsHeader=bool(has_headers),
                IsSortColumns=False,
                BindFormatsToContent=False,
            )
        )


@contextmanager
def _selected(sheet: Sheet, cells: Any) -> Iterator[None]:
    """Select cells for a menu command and give back the selection that was."""
    controller = sheet.book.controller
    shown, selection = controller.ActiveSheet, controller.Selection
    controller.setActiveSheet(sheet.xl)
    controller.select(cells)
    try:
        yield
    finally:
        controller.setActiveSheet(shown)
        controller.select(selection)
