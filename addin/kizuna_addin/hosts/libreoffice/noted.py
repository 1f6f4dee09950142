"""Blocks of cells written with the notes in them kept: Calc's own block writes delete the notes of their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

# com.sun.star.sheet.CellFlags
_NOTES = 8

Cell = tuple[int, int]
"""Row and column in a block, from 0."""


def put_values(cells: Any, grid: Sequence[Sequence[Any]]) -> None:
    """Write numbers and texts into a block of the grid's size; an empty text empties its cell."""
    noted = _noted(cells)
    if not noted:
        cells.setDataArray(tuple(map(tuple, grid)))
        return
    for top, left, bottom, right in around(noted, len(grid), len(grid[0])):
        part = tuple(tuple(line[left : right + 1]) for line in grid[top : bottom + 1])
        cells.getCellRangeByPosition(left, top, right, bottom).setDataArray(part)
    for row, column in noted:
        value, cell = grid[row][column], cells.getCellByPosition(column, row)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)


def put_formulas(cells: Any, grid: Sequence[Sequence[str]]) -> None:
    """Write formulas, in Calc's own notation, into a block of the grid's size."""
    noted = _noted(cells)
    if not noted:
        cells.setFormulaArray(tuple(map(tuple, grid)))
        return
    for row, line in enumerate(grid):
        for column, formula in enumerate(line):
            cells.getCellByPosition(column, row).setFormula(formula)


def around(noted: Sequence[Cell], rows: int, columns: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the rectangles (top, left, bottom, right) of a block that hold all its cells but the noted ones."""
    by_row: dict[int, list[int]] = {}
    for row, column in noted:
        by_row.setdefault(row, []).append(column)
    top = 0
    for row in [*sorted(by_row), rows]:
        if row > top:
            yield top, 0, row - 1, columns - 1
        left = 0
        for column in [*sorted(by_row.get(row, ())), columns] if row < rows else ():
            if column > left:
                yield row, left, row, column - 1
            left = column + 1
        top = row + 1


def _noted(cells: Any) -> list[Cell]:
    first = cells.RangeAddress
    return [
        (row - first.StartRow, column - first.StartColumn)
        for area in cells.queryContentCells(_NOTES).RangeAddresses
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
    ]
