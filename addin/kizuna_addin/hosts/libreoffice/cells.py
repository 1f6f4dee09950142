"""What cells hold: values and formulas, always read and written in blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from . import formulas, values
from .addresses import Area
from .bridge import shared
from .numberformats import DATE, DATE_CODE, GENERAL, LOGICAL, LOGICAL_CODE, MOMENT_CODE, TEXT, TIME, TIME_CODE, key_of

if TYPE_CHECKING:
    from .sheets import Sheet

# Rows that travel in one call: enough that the call's cost vanishes, few enough that 100,000 rows need little memory.
ROWS_PER_CALL = 5_000

# com.sun.star.sheet.CellFlags: numbers, dates, texts, formulas; formats; and both with notes, without drawings.
_CONTENTS, _FORMATS, _ALL = 23, 352, 895


class CellsMixin:
    """The part of a range that reads and writes what its cells hold."""

    area: Area
    xl: Any
    first_cell: Any
    _sheet: Sheet

    def cells_of(self, area: Area) -> Any:
        raise NotImplementedError

    # -- reading

    @property
    def raw_value(self) -> Any:
        """A value for one cell, rows of values for more; a date as datetime, an error as CellError, blank as None."""
        if self.xl is None:
            return None
        rows = self._padded(self._typed, None)
        return rows[0][0] if self.area.is_cell else tuple(rows)

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
        for part in _slices(Area(area.row, area.column, rows, columns)):
            found += read(part)
        if columns < area.columns:
            rest = (blank,) * (area.columns - columns)
            found = [row + rest for row in found]
        return found + [empty] * (area.rows - rows)

    def _typed(self, area: Area) -> list[tuple[Any, ...]]:
        cells = self.cells_of(area)
        plain = cells.getDataArray()
        rows = [[None if value == "" else value for value in row] for row in plain]
        for key, rectangles in self._formats(area, cells):
            kind = self._sheet.book.format_kind(key)
            if kind & DATE:
                _convert(rows, area, rectangles, values.from_serial)
            elif kind == LOGICAL:
                _convert(rows, area, rectangles, _logical)
        for row_number, row in enumerate(plain):
            if None in row:
                for column, value in enumerate(row):
                    if value is None:
                        code = cells.getCellByPosition(column, row_number).getError()
                        rows[row_number][column] = values.error_text(code)
        return [tuple(row) for row in rows]

    def _formats(self, area: Area, cells: Any = None) -> list[tuple[int, list[Area]]]:
        """Return each number format of an area with the rectangles that have it."""
        cells = cells if cells is not None else self.cells_of(area)
        uniform = shared(cells, "NumberFormat")
        if uniform is not None:
            return [(int(uniform), [area])]
        found: dict[int, list[Area]] = {}
        groups = cells.getUniqueCellFormatRanges()
        for number in range(groups.Count):
            ranges = groups.getByIndex(number)
            rectangles = found.setdefault(int(ranges.getByIndex(0).NumberFormat), [])
            for address in ranges.RangeAddresses:
                rows, columns = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
                rectangles.append(Area(address.StartRow + 1, address.StartColumn + 1, rows, columns))
        return list(found.items())

    # -- writing

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if self.xl is None:
            return
        rows = values.as_rows(data, self.area.rows, self.area.columns)
        if not rows or not rows[0]:
            return
        area = Area(self.area.row, self.area.column, len(rows), len(rows[0]))
        for part in _slices(area):
            first = part.row - area.row
            self._write(part, rows[first : first + part.rows])

    def _write(self, area: Area, rows: Sequence[Sequence[Any]]) -> None:
        block = values.to_block(rows)
        cells = self.cells_of(area)
        formats = self._formats(area, cells)
        for key, rectangles in formats:
            if self._sheet.book.format_kind(key) == LOGICAL:
                # Calc keeps a truth value as a number shown as one; the next number there must look like a number.
                self._set_format(rectangles, GENERAL)
        if block.numeric_texts:
            self._read_numbers(block, area, formats)
        cells.setDataArray(tuple(block.grid))
        for cell_list, code in (
            (block.dates, DATE_CODE),
            (block.moments, MOMENT_CODE),
            (block.times, TIME_CODE),
            (block.logicals, LOGICAL_CODE),
        ):
            for column, first, last in values.vertical_runs(cell_list):
                run = area.part(first, column, last - first + 1)
                wanted = LOGICAL if code == LOGICAL_CODE else DATE | TIME
                self._show_as(run, wanted, code)
        for column, first, last in values.vertical_runs(block.formulas):
            texts = [[block.formulas[row, column]] for row in range(first, last + 1)]
            self._write_formulas(area.part(first, column, last - first + 1), texts)

    def _show_as(self, area: Area, wanted: int, code: str) -> None:
        """Give the cells a number format, those left alone that show such a value already."""
        for key, rectangles in self._formats(area):
            if not self._sheet.book.format_kind(key) & wanted:
                self._set_format(rectangles, code)

    def _set_format(self, rectangles: list[Area], code: str) -> None:
        key = key_of(self._sheet.book, code)
        for rectangle in rectangles:
            self.cells_of(rectangle).NumberFormat = key

    def _read_numbers(self, block: values.Block, area: Area, formats: list[tuple[int, list[Area]]]) -> None:
        """Turn texts that Excel would take for numbers into numbers, except in cells formatted as text."""
        book = self._sheet.book
        text_areas = [part for key, parts in formats if book.format_kind(key) == TEXT for part in parts]
        if text_areas == [area]:
            return
        changed: dict[int, list[float | str]] = {}
        for row, column in block.numeric_texts:
            cell = area.part(row, column)
            if not any(part.contains(cell) for part in text_areas):
                line = changed.setdefault(row, list(block.grid[row]))
                line[column] = float(line[column])
        for row, line in changed.items():
            block.grid[row] = tuple(line)

    # -- formulas

    @property
    def formula(self) -> Any:
        """Formulas in Excel's notation; a constant as the text one would type."""
        if self.xl is None:
            return None
        rows = self._padded(self._formulas_of, "")
        return rows[0][0] if self.area.is_cell else tuple(rows)

    def _formulas_of(self, area: Area) -> list[tuple[str, ...]]:
        cells = self.cells_of(area)
        known: dict[str, str] = {}
        found = []
        for row_number, row in enumerate(cells.getFormulaArray()):
            line = []
            for column, text in enumerate(row):
                if text.startswith("'"):
                    text = text[1:]  # noqa: PLW2901 - Calc marks a text that looks like something else
                elif text.startswith(("=", "{=")):
                    if text not in known:
                        known[text] = self._excel_formula(text, cells, row_number, column)
                    text = known[text]  # noqa: PLW2901
                line.append(text)
            found.append(tuple(line))
        return found

    def _excel_formula(self, text: str, cells: Any, row: int, column: int) -> str:
        try:
            return formulas.from_calc(text[1:-1] if text.startswith("{=") else text)
        except formulas.NotEverydayError:
            cell = cells.getCellByPosition(column, row)
            printed = self._sheet.book.parser.printFormula(cell.getTokens(), cell.CellAddress)
            return formulas.capitals("=" + printed)

    @formula.setter
    def formula(self, value: Any) -> None:
        if self.xl is None:
            return
        if isinstance(value, str) and value.startswith("=") and len(value) > 1:
            for part in _slices(self.area):
                self._write_formulas(part, [[value]], origin=self.area)
        else:
            self.raw_value = value

    formula2 = formula

    def _write_formulas(self, area: Area, texts: list[list[str]], *, origin: Area | None = None) -> None:
        """Write a formula for each cell, or one for all, moved as a copy from the origin would be."""
        cells = self.cells_of(area)
        try:
            if origin is None:
                native = tuple(tuple(formulas.to_calc(text) for text in row) for row in texts)
            else:
                down, right = area.row - origin.row, area.column - origin.column
                native = tuple(
                    tuple(
                        formulas.to_calc(texts[0][0], down=down + row, right=right + column)
                        for column in range(area.columns)
                    )
                    for row in range(area.rows)
                )
        except formulas.NotEverydayError:
            self._write_parsed(area, texts, origin)
        else:
            cells.setFormulaArray(native)
        self._show_results(area)

    def _write_parsed(self, area: Area, texts: list[list[str]], origin: Area | None) -> None:
        """Write cell by cell what only LibreOffice's parser understands; its tokens carry relative references."""
        parser = self._sheet.book.parser
        start = self.cells_of((origin or area).part(0, 0)).getCellByPosition(0, 0)
        tokens = parser.parseFormula(texts[0][0][1:], start.CellAddress)
        cells = self.cells_of(area)
        for row in range(area.rows):
            for column in range(area.columns):
                cell = cells.getCellByPosition(column, row)
                if origin is None:
                    tokens = parser.parseFormula(texts[row][column][1:], cell.CellAddress)
                cell.setTokens(tokens)

    def _show_results(self, area: Area) -> None:
        """Format new formulas by what the first one gives, as Excel does when a formula is entered."""
        cell = self.cells_of(area.part(0, 0)).getCellByPosition(0, 0)
        shown = cell.String
        if shown in ("TRUE", "FALSE"):
            self._show_general(area, LOGICAL_CODE)
        elif shown[:1].isdigit() and shown.count("/") == 2:  # noqa: PLR2004 - month/day/year
            self._show_general(area, MOMENT_CODE if ":" in shown else DATE_CODE)

    def _show_general(self, area: Area, code: str) -> None:
        general = key_of(self._sheet.book, GENERAL)
        for key, rectangles in self._formats(area):
            if key in (0, general):
                self._set_format(rectangles, code)

    @property
    def formula_array(self) -> Any:
        return self.formula

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        if self.xl is None:
            return
        try:
            self.xl.setArrayFormula(formulas.to_calc(value))
        except formulas.NotEverydayError:
            parser = self._sheet.book.parser
            self.xl.setArrayTokens(parser.parseFormula(value.lstrip("="), self.first_cell.CellAddress))

    @property
    def has_array(self) -> bool:
        return bool(self.xl.getArrayFormula()) if self.xl is not None else False

    # -- clearing

    def clear_contents(self) -> None:
        if self.xl is not None:
            self.xl.clearContents(_CONTENTS)

    def clear_formats(self) -> None:
        if self.xl is not None:
            self.xl.clearContents(_FORMATS)

    def clear(self) -> None:
        if self.xl is not None:
            self.xl.clearContents(_ALL)


def _slices(area: Area) -> Iterator[Area]:
    for first in range(0, area.rows, ROWS_PER_CALL):
        yield area.part(first, 0, min(ROWS_PER_CALL, area.rows - first), area.columns)


def _logical(value: float) -> bool | float:
    return bool(value) if value in (0.0, 1.0) else value


def _convert(rows: list[list[Any]], area: Area, rectangles: list[Area], change: Any) -> None:
    for part in rectangles:
        left, right = part.column - area.column, part.last_column - area.column + 1
        for row in rows[part.row - area.row : part.last_row - area.row + 1]:
            for column in range(left, right):
                if type(row[column]) is float:
                    row[column] = change(row[column])
