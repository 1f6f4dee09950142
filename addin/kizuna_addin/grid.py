"""Sheets as grids of formulas and values, each read once; answers go in block by block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlwings as xw

from kizuna_addin.conflict_sheet import TABLE as CONFLICT_TABLE
from kizuna_addin.desk import Desk
from kizuna_addin.formulas import Cells, TableCells, UnreadableArgumentError, flat
from kizuna_addin.memory import SHEET
from kizuna_addin.runs import runs
from kizuna_addin.table_sheet import formula_lines, read_table


@dataclass(frozen=True, slots=True)
class TableArea:
    """Where an Excel table stands: heading row, first column, last row, and its headings."""

    name: str
    top: int
    left: int
    bottom: int
    headings: tuple[str, ...]


@dataclass
class Grid:
    """The used cells of one sheet; rows and columns count from 1."""

    sheet: xw.Sheet
    top: int
    left: int
    texts: list[list[Any]]
    values: list[list[Any]]
    tables: tuple[TableArea, ...]

    def formulas(self) -> Iterator[tuple[int, int, str]]:
        """Yield row, column and text of each cell that begins with an equals sign."""
        for row, line in enumerate(self.texts, self.top):
            for column, text in enumerate(line, self.left):
                if isinstance(text, str) and text.startswith("="):
                    yield row, column, text

    def address(self, row: int, column: int) -> str:
        """Return a cell's address with its sheet."""
        return f"{self.sheet.name}!{self.sheet.range((row, column)).get_address(False, False)}"  # noqa: FBT003  # xlwings' own order

    def value(self, row: int, column: int) -> Any:
        """Return a cell's value, None outside the used cells."""
        line, place = row - self.top, column - self.left
        if 0 <= line < len(self.values) and 0 <= place < len(self.values[line]):
            return self.values[line][place]
        return None

    def look_up(self, meant: Cells | TableCells, grids: Mapping[str, Grid], row: int) -> list[Any]:
        """Return the values an argument in some row of this sheet refers to."""
        if isinstance(meant, Cells):
            grid = self if meant.sheet is None else grids.get(meant.sheet)
            if grid is None:
                raise UnreadableArgumentError(meant.sheet)
            rows, columns = range(meant.top, meant.bottom + 1), range(meant.left, meant.right + 1)
            return flat([[grid.value(one, column) for column in columns] for one in rows])
        for grid in (self, *grids.values()):
            for area in grid.tables:
                here = area.top < row <= area.bottom and grid is self
                if (area.name == meant.table or (not meant.table and here)) and meant.column in area.headings:
                    column = area.left + area.headings.index(meant.column)
                    rows = range(row, row + 1) if meant.this_row else range(area.top + 1, area.bottom + 1)
                    return [grid.value(one, column) for one in rows]
        raise UnreadableArgumentError(meant.column)

    def is_free(self, row: int, column: int, height: int, width: int, old: tuple[int, int] | None) -> bool:
        """Return whether a block is empty, apart from an old answer (its height and width) in the same corner."""
        old_height, old_width = old or (0, 0)
        return all(
            (line < old_height and place < old_width) or self.value(row + line, column + place) in {None, ""}
            for line in range(height)
            for place in range(width)
        )

    def clear(self, row: int, column: int, height: int, width: int) -> None:
        """Empty a block."""
        if height and width:
            self.sheet.range((row, column), (row + height - 1, column + width - 1)).clear_contents()
            self._note(row, column, [[None] * width] * height)

    def write(self, row: int, column: int, lines: Sequence[Sequence[Any]]) -> None:
        """Write a block; text that looks like a formula stays text, whoever wrote it on the server."""
        last = (row + len(lines) - 1, column + len(lines[0]) - 1)
        for place, some in enumerate(zip(*lines, strict=True)):
            for first, count in runs(step for step, value in enumerate(some) if _looks_like_a_formula(value)):
                top = (row + first, column + place)
                self.sheet.range(top, (top[0] + count - 1, top[1])).number_format = "@"
        self.sheet.range((row, column), last).value = [list(line) for line in lines]
        self._note(row, column, lines)

    def block(self, row: int, column: int, height: int, width: int) -> list[list[Any]]:
        """Return the values of a block."""
        return [[self.value(row + line, column + place) for place in range(width)] for line in range(height)]

    def _note(self, row: int, column: int, lines: Sequence[Sequence[Any]]) -> None:
        for line, values in enumerate(lines, row - self.top):
            while len(self.values) <= line:
                self.values.append([])
            for place, value in enumerate(values, column - self.left):
                self.values[line] += [None] * (place + 1 - len(self.values[line]))
                self.values[line][place] = value


def _looks_like_a_formula(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=")


def read_grids(book: xw.Book) -> dict[str, Grid]:
    """Read every sheet a person works on."""
    grids = {}
    for sheet in book.sheets:
        if sheet.name == SHEET or any(table.name == CONFLICT_TABLE for table in sheet.tables):
            continue
        grids[sheet.name] = read_grid(sheet)
    return grids


def read_grid(sheet: xw.Sheet) -> Grid:
    """Read one sheet: its formulas in one read, its values in another."""
    areas = tuple(_area(table) for table in sheet.tables)
    used = sheet.used_range
    return Grid(sheet, used.row, used.column, formula_lines(used), used.options(ndim=2).value, areas)


def protected_cells(desk: Desk) -> dict[str, frozenset[int]]:
    """Return, by sheet, the columns that belong to the server's fields: answers there would be sent as typed work."""
    found: dict[str, frozenset[int]] = {}
    for handle in desk.record.handles:
        table = read_table(desk.book, handle, desk.shape(handle))
        if table is None:
            continue
        columns = {table.left + place for place in table.columns.values()}
        found[table.sheet.name] = found.get(table.sheet.name, frozenset()) | columns
    return found


def _area(table: xw.main.Table) -> TableArea:
    heading, body = table.header_row_range, table.data_body_range
    if heading is None:
        return TableArea(table.name, 0, 0, 0, ())
    texts = tuple("" if text is None else str(text) for text in heading.options(ndim=1).value)
    bottom = heading.row + (body.shape[0] if body is not None else 0)
    return TableArea(table.name, heading.row, heading.column, bottom, texts)
