"""Column widths and styles; openpyxl keeps a run of like columns under its first letter only."""

from __future__ import annotations

from copy import copy
from typing import Any

from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import ColumnDimension

DEFAULT_WIDTH = 8.43


def find(sheet: Any, number: int) -> Any | None:
    """Return the dimension that rules a column, which may rule its neighbours too."""
    dimensions = sheet.column_dimensions
    letter = get_column_letter(number)
    if letter in dimensions:
        dimension = dimensions[letter]
        if dimension.min is None or dimension.min <= number <= (dimension.max or number):
            return dimension
    for dimension in dimensions.values():
        if dimension.min is not None and dimension.min <= number <= dimension.max:
            return dimension
    return None


def own(sheet: Any, number: int) -> Any:
    """Return a dimension ruling this column alone, split off its run where it shared one."""
    found = find(sheet, number)
    letter = get_column_letter(number)
    if found is None:
        dimension = sheet.column_dimensions[letter]
        dimension.min = dimension.max = number
        return dimension
    first, last = found.min or number, found.max or number
    if first == last == number:
        return found
    for start, end in ((first, number - 1), (number, number), (number + 1, last)):
        if start <= end:
            part = _copied(sheet, found, start, end)
            sheet.column_dimensions[part.index] = part
    return sheet.column_dimensions[letter]


def _copied(sheet: Any, dimension: Any, first: int, last: int) -> Any:
    part = ColumnDimension(
        sheet,
        index=get_column_letter(first),
        width=dimension.width,
        bestFit=dimension.bestFit,
        hidden=dimension.hidden,
        outlineLevel=dimension.outlineLevel,
        collapsed=dimension.collapsed,
        min=first,
        max=last,
    )
    part._style = copy(dimension._style)  # noqa: SLF001
    return part


def style(sheet: Any, number: int) -> StyleArray:
    """Return a copy of the style that new cells of a column take."""
    dimension = find(sheet, number)
    if dimension is None or not dimension.has_style:
        return StyleArray()
    return StyleArray(dimension._style)  # noqa: SLF001


def width(sheet: Any, number: int) -> float:
    """Return a column's width in characters."""
    dimension = find(sheet, number)
    if dimension is not None and dimension.width:
        return float(dimension.width)
    return float(sheet.sheet_format.defaultColWidth or DEFAULT_WIDTH)
