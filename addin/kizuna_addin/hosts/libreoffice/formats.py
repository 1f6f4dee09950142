"""What cells look like: colours, number formats, alignment, and the sizes of rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .addresses import Area
from .borders import Borders
from .bridge import enum, shared
from .colors import Rgb, color_number, color_parts
from .fonts import Characters, Font
from .numberformats import code_of, key_of
from .validation import DataValidation

if TYPE_CHECKING:
    from .sheets import Sheet

# A column of Excel's default font: 7 pixels for each character and 5 around; a pixel is 1/96 inch.
_CHARACTER, _PADDING, _PIXEL = 7, 5, 2540 / 96

_HORIZONTAL = {
    "general": "STANDARD",
    "left": "LEFT",
    "center": "CENTER",
    "right": "RIGHT",
    "fill": "REPEAT",
    "justify": "BLOCK",
}
# com.sun.star.table.CellVertJustify2
_VERTICAL = {"bottom": 3, "top": 1, "center": 2, "justify": 4}

# Beyond so many rows or columns, sizes are compared by their sum instead of one by one.
_COMPARED_SINGLY = 64


def points(hundredths: float) -> float:
    """Return points from LibreOffice's 1/100 mm, to the quarter of a point that Excel shows."""
    return round(hundredths * 288 / 2540) / 4


def hundredths(value: float) -> int:
    """Return 1/100 mm from points."""
    return round(value * 2540 / 72)


def column_size(characters: float) -> int:
    """Return the width in 1/100 mm of a column of so many characters of Excel's default font."""
    pixels = characters * (_CHARACTER + _PADDING) if characters < 1 else characters * _CHARACTER + _PADDING
    return round(round(pixels) * _PIXEL)


def column_characters(size: float) -> float:
    """Return how many characters of Excel's default font fit into a column's width in 1/100 mm."""
    pixels = round(size / _PIXEL)
    if pixels < _CHARACTER + _PADDING:
        return round(pixels / (_CHARACTER + _PADDING), 2)
    return round((pixels - _PADDING) / _CHARACTER, 2)


class FormatMixin:
    """The part of a range that says what its cells look like."""

    area: Area
    xl: Any
    first_cell: Any
    _sheet: Sheet

    @property
    def color(self) -> Rgb | None:
        return color_parts(shared(self.xl, "CellBackColor")) if self.xl is not None else None

    @color.setter
    def color(self, value: Any) -> None:
        if self.xl is not None:
            self.xl.CellBackColor = color_number(value)

    def set_colors(self, colors: list[list[Any]]) -> None:
        """Colour each cell; runs of one colour in a row go in one call. `...` leaves a cell alone."""
        for row_number, row in enumerate(colors):
            start = 0
            for column in range(1, len(row) + 1):
                if column == len(row) or row[column] != row[start]:
                    if row[start] is not ...:
                        part = self.area.part(row_number, start, 1, column - start)
                        self.cells_of(part).CellBackColor = color_number(row[start])
                    start = column

    def cells_of(self, area: Area) -> Any:
        raise NotImplementedError

    @property
    def number_format(self) -> str | None:
        if self.xl is None:
            return ""
        key = shared(self.xl, "NumberFormat")
        return None if key is None else code_of(self._sheet.book, key)

    @number_format.setter
    def number_format(self, value: str) -> None:
        if self.xl is not None:
            self.xl.NumberFormat = key_of(self._sheet.book, value)

    @property
    def font(self) -> Font:
        return Font(self.xl)

    @property
    def characters(self) -> Characters:
        return Characters(self.first_cell)

    @property
    def borders(self) -> Borders:
        return Borders(self)

    @property
    def data_validation(self) -> DataValidation:
        return DataValidation(self)

    @property
    def wrap_text(self) -> bool | None:
        value = shared(self.xl, "IsTextWrapped")
        return None if value is None else bool(value)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.xl.IsTextWrapped = bool(value)

    @property
    def horizontal_alignment(self) -> str | None:
        value = shared(self.xl, "HoriJustify")
        return next((name for name, known in _HORIZONTAL.items() if value is not None and known == value.value), None)

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        if value not in _HORIZONTAL:
            raise NotImplementedError(f"Horizontal alignment {value!r} is not available in LibreOffice")
        self.xl.HoriJustify = enum("com.sun.star.table.CellHoriJustify", _HORIZONTAL[value])

    @property
    def vertical_alignment(self) -> str | None:
        value = shared(self.xl, "VertJustify")
        if value is None:
            return None
        # LibreOffice's standard (0) puts text at the bottom, as Excel's does.
        return next((name for name, known in _VERTICAL.items() if known == (value or 3)), None)

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        if value not in _VERTICAL:
            raise NotImplementedError(f"Vertical alignment {value!r} is not available in LibreOffice")
        self.xl.VertJustify = _VERTICAL[value]

    @property
    def column_width(self) -> float | None:
        """The columns' width in characters; None where they differ."""
        size = _common([self.xl.Columns.getByIndex(n).Width for n in self._looked_at(self.area.columns)])
        if size is None or (self.area.columns > _COMPARED_SINGLY and self._differ("Width", size, self.area.columns)):
            return None
        return column_characters(size)

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.xl.Columns.Width = column_size(value)

    @property
    def row_height(self) -> float | None:
        """The rows' height in points; None where they differ."""
        size = _common([self.xl.Rows.getByIndex(n).Height for n in self._looked_at(self.area.rows)])
        if size is None or (self.area.rows > _COMPARED_SINGLY and self._differ("Height", size, self.area.rows)):
            return None
        return points(size)

    @row_height.setter
    def row_height(self, value: float) -> None:
        self.xl.Rows.Height = hundredths(value)

    def _looked_at(self, count: int) -> range:
        return range(min(count, _COMPARED_SINGLY))

    def _differ(self, side: str, size: int, count: int) -> bool:
        # Each row or column is rounded on its own, so the sum may stray by one for each.
        return bool(abs(getattr(self.xl.Size, side) - size * count) > count)

    @property
    def width(self) -> float:
        return points(self.xl.Size.Width)

    @property
    def height(self) -> float:
        return points(self.xl.Size.Height)

    @property
    def left(self) -> float:
        return points(self.xl.Position.X)

    @property
    def top(self) -> float:
        return points(self.xl.Position.Y)

    @property
    def row_hidden(self) -> bool | None:
        return self._hidden(self.xl.Rows, self.area.rows)

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self.xl.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        return self._hidden(self.xl.Columns, self.area.columns)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self.xl.Columns.IsVisible = not value

    def _hidden(self, lines: Any, count: int) -> bool | None:
        seen = self.xl.queryVisibleCells().RangeAddresses
        if not seen:
            return True
        shown = _common([bool(lines.getByIndex(number).IsVisible) for number in self._looked_at(count)])
        whole = len(seen) == 1 or count <= _COMPARED_SINGLY
        return None if shown is None or not whole else not shown


def _common(sizes: list[Any]) -> Any:
    return sizes[0] if all(size == sizes[0] for size in sizes) else None
