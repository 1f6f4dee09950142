"""Many rows written without measuring each of their cells for the height of its row.

After every bulk write LibreOffice lays out each text that mixes scripts ("顧客12") to find the height of its row: five
times the work of the write itself. Where all cells of a block look alike, one text a row tells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .bridge import shared
from .noted import put_values

MANY_ROWS = 200
"""From so many rows on, looking at what the block looks like costs less than measuring it."""

_WIDE = "あ1"
# What decides a row's height besides the number of lines in a cell.
_LOOKS = ("CharHeight", "CharHeightAsian", "CharFontName", "CharFontNameAsian")


def put(document: Any, cells: Any, grid: Sequence[tuple[float | str, ...]], *, fresh: bool) -> None:
    """Write a grid of numbers and texts into cells; `fresh` says that nothing stood in their rows or below them.

    Rows of old keep the height they have, new ones get that of their font.
    """
    if len(grid) < MANY_ROWS or _may_need_room(cells, grid):
        put_values(cells, grid)
        return
    if fresh and not all(type(value) is not str or value.isascii() for row in grid for value in row):
        _make_high(cells, len(grid))
    document.IsAdjustHeightEnabled = False
    try:
        put_values(cells, grid)
    finally:
        document.IsAdjustHeightEnabled = True


def _make_high(cells: Any, rows: int) -> None:
    """Give rows the height of letters of both scripts, which is another than an empty row's where a font lacks one."""
    empty = cells.Rows.getByIndex(0).Height
    cells.getCellRangeByPosition(0, 0, 0, 0).setDataArray(((_WIDE,),))
    if cells.Rows.getByIndex(0).Height != empty:
        cells.getCellRangeByPosition(0, 0, 0, rows - 1).setDataArray(((_WIDE,),) * rows)


def _may_need_room(cells: Any, grid: Sequence[tuple[float | str, ...]]) -> bool:
    """Return whether some row may need another height than the rest: lines of its own, a font of its own."""
    if any(type(value) is str and "\n" in value for row in grid for value in row):
        return True
    wrapped, turned = shared(cells, "IsTextWrapped"), shared(cells, "RotateAngle")
    return wrapped is not False or turned != 0 or any(shared(cells, name) is None for name in _LOOKS)
