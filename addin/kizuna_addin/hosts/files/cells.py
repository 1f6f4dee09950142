"""Read and write blocks of openpyxl cells in bulk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from kizuna_addin import collector
from kizuna_addin.hosts import values
from kizuna_addin.hosts.files import columns
from kizuna_addin.hosts.files.areas import Area

# The places of a style array that cells are read and written by.
_FORMAT = 3
_TEXT_FORMAT = 49
# Built-in formats Excel itself gives to dates typed into unformatted cells; they follow the person's region.
_DATE_FORMAT, _MOMENT_FORMAT, _TIME_FORMAT = 14, 22, 21


def format_code(workbook: Any, number: int) -> str:
    """Return the number format's code, the Japanese built-in ones included."""
    if number >= BUILTIN_FORMATS_MAX_SIZE:
        return str(workbook._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])  # noqa: SLF001
    return values.JAPANESE_DATE_FORMATS.get(number) or str(BUILTIN_FORMATS.get(number, "General"))


class Formats:
    """What each number format of one workbook makes of a number: remembered, since cells share few formats."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._is_date: dict[int, bool] = {}
        self._is_text: dict[int, bool] = {}
        self.since_1904 = workbook.epoch == CALENDAR_MAC_1904

    def is_date(self, number: int) -> bool:
        """Say whether the format shows its number as a moment."""
        known = self._is_date.get(number)
        if known is None:
            known = self._is_date[number] = values.is_date_format(format_code(self._workbook, number))
        return known

    def is_text(self, number: int) -> bool:
        """Say whether the format turns what is entered into text."""
        known = self._is_text.get(number)
        if known is None:
            known = self._is_text[number] = format_code(self._workbook, number) == "@"
        return known


def shown(cell: Any, formats: Formats) -> values.Shown:
    """Return a cell's content as `kizuna_addin.hosts.values` defines it; a formula gives the last result known."""
    value, kind = cell._value, cell.data_type  # noqa: SLF001
    if value is None:
        return None
    if kind == "f":
        value = getattr(value, "result", None)
        kind = "n" if type(value) is float else "s" if type(value) is str else "x"
    if kind == "n":
        style = cell._style  # noqa: SLF001
        if style is not None and style[_FORMAT] and formats.is_date(style[_FORMAT]):
            return values.date_of_serial(value, since_1904=formats.since_1904) or float(value)
        return float(value)
    if kind == "s":
        return str(value) or None
    if kind == "e":
        return values.CellError(value)
    return values.shown(value)


def read(sheet: Any, area: Area, formats: Formats) -> list[list[values.Shown]]:
    """Return an area's content, row by row."""
    get = sheet._cells.get  # noqa: SLF001
    across = range(area.left, area.right + 1)
    rows: list[list[values.Shown]] = []
    with collector.paused():
        for row in range(area.top, area.bottom + 1):
            cells = [get((row, column)) for column in across]
            rows.append(
                [
                    None
                    if cell is None
                    # Plain text is most of a customer list, and needs no look at formats.
                    else (cell._value or None)  # noqa: SLF001
                    if cell.data_type == "s" and type(cell._value) is str  # noqa: SLF001
                    else shown(cell, formats)
                    for cell in cells
                ]
            )
    return rows


def formula(cell: Any) -> str:
    """Return what the formula bar shows for a cell, dates and numbers as plain numbers."""
    value = None if cell is None else cell._value  # noqa: SLF001
    if value is None:
        return ""
    if isinstance(value, ArrayFormula):
        return str(value.text)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write(sheet: Any, area: Area, rows: Sequence[Sequence[Any]], formats: Formats, *, formulas: bool = True) -> None:
    """Write 2-D values into an area; the shapes must agree.

    Existing cells keep style, note and link; new cells take the style of their row or column. Text starting with
    ``=`` is a formula unless the cell is formatted as text.
    """
    with collector.paused():
        _write(sheet, area, rows, formats, formulas=formulas)


def _write(sheet: Any, area: Area, rows: Sequence[Sequence[Any]], formats: Formats, *, formulas: bool) -> None:
    cells = sheet._cells  # noqa: SLF001
    templates = [columns.style(sheet, number) for number in range(area.left, area.right + 1)]
    row_styles = {number: dimension._style for number, dimension in sheet.row_dimensions.items() if dimension.has_style}  # noqa: SLF001
    for row, line in enumerate(rows, area.top):
        row_style = row_styles.get(row)
        for offset, value in enumerate(line):
            key = (row, area.left + offset)
            cell = cells.get(key)
            if cell is None:
                if value is None or value == "":
                    continue
                cell = cells[key] = Cell(sheet, row, key[1], None, row_style or templates[offset])
            elif type(cell) is MergedCell:
                # The cells a merged area hides hold nothing, in Excel too.
                continue
            put(cell, value, formats, formulas=formulas)


def put(cell: Any, value: Any, formats: Formats, *, formulas: bool = True) -> None:
    """Put one value into a cell."""
    content = values.prepared(value)
    style = cell._style  # noqa: SLF001
    number = style[_FORMAT]
    if number and content is not None and formats.is_text(number):
        cell._value, cell.data_type = values.text_of(content) or None, "s"  # noqa: SLF001
    elif isinstance(content, str):
        is_formula = formulas and len(content) > 1 and content[0] == "="
        cell._value, cell.data_type = (content, "f") if is_formula else (content, "s")  # noqa: SLF001
    elif isinstance(content, dt.date):
        cell._value, cell.data_type = values.serial_of_date(content, since_1904=formats.since_1904), "n"  # noqa: SLF001
        if not number or not formats.is_date(number):
            style[_FORMAT] = _date_format(content)
    else:
        cell._value, cell.data_type = content, "b" if type(content) is bool else "n"  # noqa: SLF001


def _date_format(moment: dt.date) -> int:
    if isinstance(moment, dt.datetime) and moment.time() != dt.time(0):
        return _MOMENT_FORMAT if moment.year >= 1900 else _TIME_FORMAT
    return _DATE_FORMAT


def own(sheet: Any, row: int, column: int) -> Any:
    """Return the cell at a place, made with the style of its row or column where there was none."""
    cell = sheet._cells.get((row, column))  # noqa: SLF001
    if cell is None:
        dimension = sheet.row_dimensions.get(row)
        style = dimension._style if dimension is not None and dimension.has_style else columns.style(sheet, column)  # noqa: SLF001
        cell = sheet._cells[row, column] = Cell(sheet, row, column, None, style)  # noqa: SLF001
    return cell


def used(sheet: Any) -> Area:
    """Return the smallest area that holds everything with content; cells only formatted do not count.

    A1 for an empty sheet. Real workbooks claim thousands of rows that someone once coloured.
    """
    top = left = bottom = right = 0
    for (row, column), cell in sheet._cells.items():  # noqa: SLF001
        if cell._value is None or cell._value == "":  # noqa: SLF001
            continue
        if not top:
            top, left, bottom, right = row, column, row, column
            continue
        top, bottom = (row, bottom) if row < top else (top, row if row > bottom else bottom)
        left, right = (column, right) if column < left else (left, column if column > right else right)
    return Area(top, left, bottom, right) if top else Area(1, 1, 1, 1)


def existing(sheet: Any, area: Area) -> list[Any]:
    """Return the cells that exist in an area, whichever is cheaper to look through: the area or the sheet."""
    cells = sheet._cells  # noqa: SLF001
    if area.rows * area.columns <= len(cells):
        places = (
            (row, column) for row in range(area.top, area.bottom + 1) for column in range(area.left, area.right + 1)
        )
        return [cells[place] for place in places if place in cells]
    return [
        cell
        for (row, column), cell in cells.items()
        if area.top <= row <= area.bottom and area.left <= column <= area.right
    ]
