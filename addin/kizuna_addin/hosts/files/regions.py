"""Where a block of filled cells ends."""

from __future__ import annotations

from typing import Any

from kizuna_addin.hosts.files.areas import MAX_COLUMNS, MAX_ROWS, Area

_STEPS = {
    "down": (1, 0),
    "up": (-1, 0),
    "right": (0, 1),
    "left": (0, -1),
    "d": (1, 0),
    "u": (-1, 0),
    "r": (0, 1),
    "l": (0, -1),
}


def end_of(sheet: Any, row: int, column: int, direction: str) -> tuple[int, int]:
    """Return where Ctrl+arrow leads: the end of a filled run, else the next filled cell, else the sheet's edge."""
    down, across = _STEPS[direction]
    cells = sheet._cells  # noqa: SLF001

    def filled(place: tuple[int, int]) -> bool:
        cell = cells.get(place)
        return cell is not None and cell._value is not None and cell._value != ""  # noqa: SLF001

    here, following = (row, column), (row + down, column + across)
    if filled(here) and filled(following):
        while filled(following):
            here, following = following, (following[0] + down, following[1] + across)
        return here
    if down:
        rows = sorted((r for r, c in cells if c == column and (r - row) * down > 0), reverse=down < 0)
        edge = (MAX_ROWS if down > 0 else 1, column)
        return next(((r, column) for r in rows if filled((r, column))), edge)
    numbers = sorted((c for r, c in cells if r == row and (c - column) * across > 0), reverse=across < 0)
    edge = (row, MAX_COLUMNS if across > 0 else 1)
    return next(((row, c) for c in numbers if filled((row, c))), edge)


def current_region(sheet: Any, start: Area) -> Area:
    """Return the area around a cell that empty rows and columns, or the sheet's edges, bound."""
    cells = sheet._cells  # noqa: SLF001

    def filled(row: int, column: int) -> bool:
        cell = cells.get((row, column))
        return cell is not None and cell._value is not None and cell._value != ""  # noqa: SLF001

    top, left, bottom, right = start.top, start.left, start.top, start.left
    grown = True
    while grown:
        grown = False
        while top > 1 and any(filled(top - 1, c) for c in range(max(left - 1, 1), right + 2)):
            top, grown = top - 1, True
        while bottom < MAX_ROWS and any(filled(bottom + 1, c) for c in range(max(left - 1, 1), right + 2)):
            bottom, grown = bottom + 1, True
        while left > 1 and any(filled(r, left - 1) for r in range(max(top - 1, 1), bottom + 2)):
            left, grown = left - 1, True
        while right < MAX_COLUMNS and any(filled(r, right + 1) for r in range(max(top - 1, 1), bottom + 2)):
            right, grown = right + 1, True
    return Area(top, left, bottom, right)
