"""What cells hold: values and formulas, always read and written in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kizuna_addin.hosts.values import prepared, text_of

from . import heights, values
from .addresses import ROWS_PER_CALL, Area, slices
from .bridge import range_address, shared
from .cell_formulas import FormulasMixin
from .numberformats import DATE, DATE_CODE, GENERAL, LOGICAL, LOGICAL_CODE, MOMENT_CODE, TEXT, TIME, TIME_CODE, key_of

# Read in bulk, a cell of several lines has this where a tab or a field is.
_TAB_OR_FIELD = "\x01"

# com.sun.star.sheet.CellFlags: numbers, dates, texts, formulas; formats; and both with notes, without drawings.
_CONTENTS, _FORMATS, _ALL = 23, 352, 895


class CellsMixin(FormulasMixin):
    """The part of a range that reads and writes what its cells hold."""

    @property
    def raw_value(self) -> Any:
        """A value for one cell, rows of values for more; a date as datetime, an error as CellError, blank as None."""
        if self.xl is None:
            return None
        rows = self._padded(self._typed, None)
        return rows[0][0] if self.area.is_cell else tuple(rows)

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if self.xl is None:
            return
        rows = values.as_rows(data, self.area.rows, self.area.columns)
        if not rows or not rows[0]:
            return
        area = Area(self.area.row, self.area.column, len(rows), len(rows[0]))
        for part in slices(area):
            first = part.row - area.row
            self._write(part, rows[first : first + part.rows])

    def _padded(self, read: Any, blank: Any) -> list[tuple[Any, ...]]:
        """Read the used part of the range only, and fill up with blanks what lies outside."""
        area = self.area
        if area.rows * area.columns <= ROWS_PER_CALL:
            return read(area)  # type: ignore[no-any-return]
        used = self._sheet.used_range.area
        rows = max(0, min(area.last_row, used.last_row) - area.row + 1)
        columns = max(0, min(area.last_column, used.last_column) - area.column + 1)
        empty = (blank,) * area.columns
        if not rows or not columns:
            return [empty] * area.rows
        found: list[tuple[Any, ...]] = []
        for part in slices(Area(area.row, area.column, rows, columns)):
            found += read(part)
        if columns < area.columns:
            rest = (blank,) * (area.columns - columns)
            found = [row + rest for row in found]
        return found + [empty] * (area.rows - rows)

    def _typed(self, area: Area) -> list[tuple[Any, ...]]:
        cells = self.cells_of(area)
        plain = cells.getDataArray()
        rows = [[None if value == "" else value for value in row] for row in plain]
        numbers: list[int] = []
        for column, held in enumerate(zip(*plain, strict=True)):
            kinds = set(map(type, held))
            if float in kinds:
                numbers.append(column)
            if kinds - {float, str} or _TAB_OR_FIELD in "".join([value for value in held if type(value) is str]):
                self._read_one_by_one(rows, cells, column, held)
        # Only a number can be shown as something else, and most columns of a table hold none.
        by_columns = area.columns <= area.rows
        parts = [area.part(0, column, area.rows) for column in numbers] if by_columns else [area] if numbers else []
        for part in parts:
            for key, rectangles in self._formats(part):
                kind = self._sheet.book.format_kind(key)
                if kind & DATE:
                    _convert(rows, area, rectangles, values.from_serial)
                elif kind == LOGICAL:
                    _convert(rows, area, rectangles, _logical)
        return [tuple(row) for row in rows]

    @staticmethod
    def _read_one_by_one(rows: list[list[Any]], cells: Any, column: int, held: Sequence[Any]) -> None:
        """Read the cells of a column that a bulk read does not tell: those in error, and texts with a tab or a field."""
        for row, value in enumerate(held):
            if value is None:
                cell = cells.getCellByPosition(column, row)
                rows[row][column] = values.error_text(cell.getError(), cell.Formula)
            elif type(value) is str and _TAB_OR_FIELD in value:
                rows[row][column] = cells.getCellByPosition(column, row).String

    def _formats(self, area: Area, cells: Any = None) -> list[tuple[int, list[Area]]]:
        """Return each number format of an area with the rectangles that have it."""
        cells = cells if cells is not None else self.cells_of(area)
        uniform = shared(cells, "NumberFormat")
        if uniform is not None:
            return [(int(uniform), [area])]
        if 1 < area.columns <= area.rows:
            # In a table most columns have one, however its cells look; telling all looks apart takes long.
            columns = [area.part(0, column, area.rows) for column in range(area.columns)]
            return [one for column in columns for one in self._formats(column)]
        found: dict[int, list[Area]] = {}
        groups = cells.getUniqueCellFormatRanges()
        for number in range(groups.Count):
            ranges = groups.getByIndex(number)
            rectangles = found.setdefault(int(ranges.getByIndex(0).NumberFormat), [])
            for address in ranges.RangeAddresses:
                top, left = address.StartRow, address.StartColumn
                rectangles.append(Area(top + 1, left + 1, address.EndRow - top + 1, address.EndColumn - left + 1))
        return list(found.items())

    def _write(self, area: Area, rows: Sequence[Sequence[Any]]) -> None:
        block = values.to_block(rows)
        cells = self.cells_of(area)
        formats = self._formats(area, cells)
        as_text = self._shown_as(TEXT, area, formats)
        _read_numbers(block, as_text)
        if as_text:
            _keep_texts(block, rows, as_text)
        fresh = area.rows >= heights.MANY_ROWS and self._sheet.used_range.area.last_row < area.row
        heights.put(self._sheet.book.xl, cells, block.grid, fresh=fresh)
        logical = self._shown_as(LOGICAL, area, formats)
        if logical:
            # Calc keeps a truth value as a number shown as one; the next number there must look like a number.
            truths = set(block.logicals)
            numbers = [
                (row, column)
                for row, line in enumerate(block.grid)
                for column, value in enumerate(line)
                if type(value) is float and logical[column][row] and (row, column) not in truths
            ]
            self._format_cells(numbers, area, GENERAL)
        self._format_cells([cell for cell in block.logicals if not _marked(logical, cell)], area, LOGICAL_CODE)
        if block.dates or block.moments or block.times:
            dated = self._shown_as(DATE | TIME, area, formats)
            for wanted, code in ((block.dates, DATE_CODE), (block.moments, MOMENT_CODE), (block.times, TIME_CODE)):
                self._format_cells([cell for cell in wanted if not _marked(dated, cell)], area, code)
        for column, first, last in values.vertical_runs(block.formulas):
            texts = [[block.formulas[row, column]] for row in range(first, last + 1)]
            self._write_formulas(area.part(first, column, last - first + 1), texts)

    def _shown_as(self, kind: int, area: Area, formats: list[tuple[int, list[Area]]]) -> list[bytearray]:
        """Return for each column which rows are shown as this kind of number; nothing where no cell is."""
        rectangles = [part for key, parts in formats if self._sheet.book.format_kind(key) & kind for part in parts]
        if not rectangles:
            return []
        marks = [bytearray(area.rows) for _ in range(area.columns)]
        for part in rectangles:
            first = part.row - area.row
            for column in range(part.column - area.column, part.last_column - area.column + 1):
                marks[column][first : first + part.rows] = b"\1" * part.rows
        return marks

    def _format_cells(self, cells: list[values.Cell], area: Area, code: str) -> None:
        runs = values.vertical_runs(cells)
        self._set_format([area.part(first, column, last - first + 1) for column, first, last in runs], code)

    def _set_format(self, rectangles: list[Area], code: str) -> None:
        """Give rectangles a number format, all of them in one call."""
        if not rectangles:
            return
        key = key_of(self._sheet.book, code)
        if len(rectangles) == 1:
            self.cells_of(rectangles[0]).NumberFormat = key
            return
        ranges = self._sheet.book.xl.createInstance("com.sun.star.sheet.SheetCellRanges")
        index = self._sheet.index - 1
        ranges.addRangeAddresses(tuple(range_address(index, rectangle) for rectangle in rectangles), False)
        ranges.NumberFormat = key

    def clear_contents(self) -> None:
        if self.xl is not None:
            self.xl.clearContents(_CONTENTS)

    def clear_formats(self) -> None:
        if self.xl is not None:
            self.xl.clearContents(_FORMATS)

    def clear(self) -> None:
        if self.xl is not None:
            self.xl.clearContents(_ALL)


def _read_numbers(block: values.Block, as_text: list[bytearray]) -> None:
    """Turn texts that Excel would take for numbers into numbers, except in cells formatted as text."""
    changed: dict[int, list[float | str]] = {}
    for row, column in block.numeric_texts:
        if not _marked(as_text, (row, column)):
            line = changed.setdefault(row, list(block.grid[row]))
            line[column] = float(line[column])
    for row, line in changed.items():
        block.grid[row] = tuple(line)


def _keep_texts(block: values.Block, rows: Sequence[Sequence[Any]], as_text: list[bytearray]) -> None:
    """Make a text of everything that goes into a cell formatted as text, as Excel does, formulas included."""
    for column, marks in enumerate(as_text):
        for row in range(len(rows)) if any(marks) else ():
            value = block.grid[row][column]
            if not marks[row] or (type(value) is str and (row, column) not in block.formulas):
                continue
            formula = block.formulas.pop((row, column), None)
            line = list(block.grid[row])
            line[column] = formula if formula is not None else text_of(prepared(rows[row][column])) or ""
            block.grid[row] = tuple(line)
    for cells in (block.dates, block.moments, block.times, block.logicals):
        cells[:] = [cell for cell in cells if not _marked(as_text, cell)]


def _marked(marks: list[bytearray], cell: values.Cell) -> bool:
    return bool(marks) and bool(marks[cell[1]][cell[0]])


def _logical(value: float) -> bool | float:
    return bool(value) if value in (0.0, 1.0) else value


def _convert(rows: list[list[Any]], area: Area, rectangles: list[Area], change: Any) -> None:
    for part in rectangles:
        left, right = part.column - area.column, part.last_column - area.column + 1
        for row in rows[part.row - area.row : part.last_row - area.row + 1]:
            for column in range(left, right):
                if type(row[column]) is float:
                    row[column] = change(row[column])
