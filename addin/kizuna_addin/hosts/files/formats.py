"""How cells look: number formats, fills, letters, widths."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, PatternFill
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.colors import COLOR_INDEX
from xlwings import base_classes

from kizuna_addin.hosts.files import cells, columns
from kizuna_addin.hosts.files.areas import MAX_ROWS, Area

# A range this tall that reaches the last row is meant as whole columns: they get the style, and no cells are made.
_TALL = 100_000
HORIZONTAL = {"center_across_selection": "centerContinuous"}
_FORMAT, _FILL = 3, 1


def restyle(target: Any, change: Callable[[Any], None]) -> None:
    """Apply a change of style to every cell of a range; `change` gets an openpyxl object that can be styled.

    Whole columns keep the style in the column, so that cells made later have it too.
    """
    sheet, area = target.sheet.api, target.area
    made: dict[bytes, StyleArray] = {}

    def apply(cell: Any) -> None:
        if cell._style is None:  # noqa: SLF001
            cell._style = StyleArray()  # noqa: SLF001
        before = cell._style.tobytes()  # noqa: SLF001
        after = made.get(before)
        if after is None:
            change(cell)
            made[before] = copy(cell._style)  # noqa: SLF001
        else:
            cell._style = copy(after)  # noqa: SLF001

    for styled in _styled(sheet, area):
        apply(styled)


def _styled(sheet: Any, area: Area) -> Iterator[Any]:
    """Yield what holds the styles of an area: its columns or rows where they are whole, and its cells."""
    if area.bottom == MAX_ROWS and area.rows >= _TALL:
        yield from (columns.own(sheet, number) for number in range(area.left, area.right + 1))
        yield from cells.existing(sheet, area)
    elif area.whole_rows:
        yield from (sheet.row_dimensions[row] for row in range(area.top, area.bottom + 1))
        yield from cells.existing(sheet, area)
    else:
        for row in range(area.top, area.bottom + 1):
            yield from (cells.own(sheet, row, column) for column in range(area.left, area.right + 1))


def first(target: Any) -> Any:
    """Return the first cell of a range to read its style from, the column's style where there is no cell."""
    sheet = target.sheet.api
    cell = sheet._cells.get((target.row, target.column))  # noqa: SLF001
    if cell is not None:
        return cell
    return Cell(sheet, target.row, target.column, None, columns.style(sheet, target.column))


def clear(sheet: Any, area: Area) -> None:
    """Take the formats off cells, and off columns wholly inside."""
    for cell in cells.existing(sheet, area):
        cell._style = StyleArray()  # noqa: SLF001
    if area.whole_columns:
        for number in range(area.left, min(area.right, 200) + 1):
            if any(columns.style(sheet, number)):
                columns.own(sheet, number)._style = StyleArray()  # noqa: SLF001


def number_format(target: Any) -> str | None:
    """Return the number format all cells share; ``None`` when they differ."""
    sheet, area = target.sheet.api, target.area
    found = {cell._style[_FORMAT] for cell in cells.existing(sheet, area)}  # noqa: SLF001
    if not found or len(cells.existing(sheet, area)) < min(len(target), 1):
        found.add(first(target)._style[_FORMAT])  # noqa: SLF001
    return cells.format_code(target.sheet.book.api, found.pop()) if len(found) == 1 else None


def set_number_format(target: Any, code: str) -> None:
    """Give cells a number format."""

    def change(styled: Any) -> None:
        styled.number_format = code

    restyle(target, change)


def rgb(color: Any) -> tuple[int, int, int]:
    """Return a colour given as a tuple, ``#RRGGBB`` or Excel's integer as red, green, blue."""
    if isinstance(color, str):
        text = color.removeprefix("#")
        return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)
    if isinstance(color, int):
        return color % 256, color // 256 % 256, color // 65_536 % 256
    red, green, blue = color
    return int(red), int(green), int(blue)


def shown_color(color: Any) -> tuple[int, int, int] | None:
    """Return an openpyxl colour as red, green, blue; ``None`` for a theme's, which a file alone cannot tell."""
    if color is None:
        return None
    if color.type == "rgb" and isinstance(color.rgb, str):
        return rgb(color.rgb[-6:])
    if color.type == "indexed" and color.indexed < len(COLOR_INDEX):
        return rgb(COLOR_INDEX[color.indexed][-6:])
    return None


def color(target: Any) -> tuple[int, int, int] | None:
    """Return the fill of the first cell."""
    fill = first(target).fill
    return None if fill is None or fill.fill_type is None else shown_color(fill.fgColor)


def set_color(target: Any, value: Any) -> None:
    """Fill cells with a colour; ``None`` takes the fill off."""
    fill = PatternFill() if value is None else PatternFill("solid", fgColor="FF{:02X}{:02X}{:02X}".format(*rgb(value)))

    def change(styled: Any) -> None:
        styled.fill = fill

    restyle(target, change)


def align(target: Any, **wanted: Any) -> None:
    """Change parts of the alignment, keeping its others."""

    def change(styled: Any) -> None:
        parts = {name: getattr(styled.alignment, name) for name in Alignment.__attrs__}
        styled.alignment = Alignment(**{**parts, **wanted})

    restyle(target, change)


def row_height(target: Any) -> float | None:
    """Return the height the rows share in points."""
    sheet, area = target.sheet.api, target.area
    rows = sheet.row_dimensions
    default = float(sheet.sheet_format.defaultRowHeight or 15)
    last = min(area.bottom, area.top + len(rows) + 1)
    heights = {float(rows[n].height) if n in rows and rows[n].height else default for n in range(area.top, last + 1)}
    return heights.pop() if len(heights) == 1 else None


def text_width(text: str) -> int:
    """Return how many narrow characters a text is as wide as: full-width characters count two."""
    lines = text.splitlines() or [""]
    return max(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in lines)


def autofit(sheet: Any, area: Area, formats: cells.Formats, axis: str | None) -> None:
    """Estimate column widths from what the cells show; row heights are the opening program's to fit."""
    if axis in ("rows", "r"):
        return
    widest: dict[int, int] = {}
    for cell in cells.existing(sheet, area):
        if type(cell) is MergedCell:
            continue
        value = cells.shown(cell, formats)
        if value is None:
            continue
        width = (
            10
            if not isinstance(value, str | float | bool)
            else text_width(f"{value:g}" if isinstance(value, float) else str(value))
        )
        widest[cell.column] = max(widest.get(cell.column, 0), width)
    for number, width in widest.items():
        columns.own(sheet, number).width = min(max(width * 1.1 + 2, 4), 80)


class Font(base_classes.Font):
    """The letters of a range; reading shows the first cell's, writing changes all."""

    api = None

    def __init__(self, target: Any) -> None:
        self._target = target

    def _get(self, name: str) -> Any:
        return getattr(first(self._target).font, name)

    def _set(self, name: str, value: Any) -> None:
        def change(styled: Any) -> None:
            font = copy(styled.font)
            setattr(font, name, value)
            styled.font = font

        restyle(self._target, change)

    bold = property(lambda self: bool(self._get("b")), lambda self, value: self._set("b", value))
    italic = property(lambda self: bool(self._get("i")), lambda self, value: self._set("i", value))
    size = property(lambda self: self._get("sz"), lambda self, value: self._set("sz", value))
    name = property(lambda self: self._get("name"), lambda self, value: self._set("name", value))

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The letters' colour."""
        return shown_color(self._get("color"))

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        from openpyxl.styles.colors import Color

        value = None if color_or_rgb is None else Color(rgb="FF{:02X}{:02X}{:02X}".format(*rgb(color_or_rgb)))
        self._set("color", value)
