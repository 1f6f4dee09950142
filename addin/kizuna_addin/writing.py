"""Cells of a table written in bulk: only our columns, never a person's own, never what lies under the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kizuna_addin.base import Base
from kizuna_addin.cells import Cell, number_format, rendered_column
from kizuna_addin.compare import Changes
from kizuna_addin.hosts import capabilities
from kizuna_addin.runs import runs
from kizuna_addin.schema import Table
from kizuna_addin.table_sheet import ID, OUR_COLUMNS, TableSheet, formula_lines

LAST_ROW = 1_048_576


def write_values(found: TableSheet, shape: Table, values: Mapping[int, Mapping[str, Any]], language: str) -> None:
    """Write values of the wire into rows by position; fields the sheet does not show are skipped."""
    by_field: dict[str, dict[int, Any]] = {}
    for position, row in values.items():
        for name, value in row.items():
            if name in found.columns and name in shape.by_name:
                by_field.setdefault(name, {})[position] = value
    for name, some in by_field.items():
        positions = sorted(some)
        cells = rendered_column(shape.by_name[name], [some[position] for position in positions], language)
        write_column(found, name, dict(zip(positions, cells, strict=True)))


def write_column(found: TableSheet, column: str, cells: Mapping[int, Cell]) -> None:
    """Write cells of one column by position, neighbours together."""
    place = found.columns.get(column)
    if place is None:
        return
    exactly = _literal(found)
    # Where a person chose another format than text, somebody else's words must not become a formula.
    for first, count in runs(position for position, cell in cells.items() if _like_a_formula(cell)):
        found.range(first, place, count).number_format = "@"
    for first, count in runs(cells):
        found.range(first, place, count).value = [[exactly(cells[first + step])] for step in range(count)]
    for position, cell in cells.items():
        found.body[position][place] = cell


def settle_ids(found: TableSheet, changes: Changes, given: Mapping[int, str] | None = None) -> None:
    """Write the id each row is known by, and those `given` to new rows; a copied row loses its original's.

    What is unique goes from a copied row as well.
    """
    write_column(found, ID, {**changes.ids, **(given or {})})
    for position, names in changes.cleared.items():
        for name in names:
            write_column(found, name, {position: None})


def append_rows(
    found: TableSheet, shape: Table, base: Base, ids: Sequence[str], language: str, *, formatted: bool = False
) -> None:
    """Add rows of the base below the last row of the table; what lies under the table moves down.

    With `formatted` the columns have their number formats already.
    """
    if not ids:
        return
    # The row that a table keeps when all are gone may still hold a formula of the person's own.
    is_bare = found.height == 1 and _is_blank([found.body[0][place] for place in found.columns.values()])
    first = 0 if is_bare else found.height
    if first == 0:
        found.body = []
    count = len(ids)
    places = [base.places[row] for row in ids]
    columns: dict[str, list[Cell]] = {ID: list(ids)}
    for name in found.columns:
        if name in shape.by_name and name in base.fields:
            values = base.column(name)
            picked = values if places == list(range(len(values))) else [values[place] for place in places]
            columns[name] = rendered_column(shape.by_name[name], picked, language)
    _make_room(found, first + count)
    if not formatted:
        for code, some in _formats(found, shape, base).items():
            for start, width in runs(some):
                found.range(first, start, count, width).number_format = code
    empty: list[Cell] = [None] * count
    exactly = _literal(found)
    managed = sorted((place, name) for name, place in found.columns.items())
    for start, width in runs(place for place, _ in managed):
        names = [name for place, name in managed if start <= place < start + width]
        ours = [[exactly(cell) for cell in columns[name]] if name in columns else empty for name in names]
        lines = [list(line) for line in zip(*ours, strict=True)]
        found.range(first, start, count, width).value = lines
    own = {place: columns.get(name, empty) for name, place in found.columns.items()}
    found.body += [list(line) for line in zip(*(own.get(place, empty) for place in range(found.width)), strict=True)]
    found.height = first + count


def format_columns(found: TableSheet, shape: Table, base: Base) -> None:
    """Set the number formats of whole columns of a new sheet, so that codes typed anywhere in them keep their zeros."""
    for code, some in _formats(found, shape, base).items():
        for start, width in runs(some):
            first = found.left + start
            found.sheet.range((1, first), (LAST_ROW, first + width - 1)).number_format = code


def _formats(found: TableSheet, shape: Table, base: Base) -> dict[str, list[int]]:
    formats: dict[str, list[int]] = {}
    for name, place in found.columns.items():
        if name in OUR_COLUMNS:
            formats.setdefault("@", []).append(place)
        elif name in shape.by_name:
            values = base.column(name) if name in base.fields else ()
            formats.setdefault(number_format(shape.by_name[name], values), []).append(place)
    return formats


def remove_rows(found: TableSheet, positions: Iterable[int]) -> None:
    """Take whole rows out of the table, own columns and all; the rows below close up, those of columns beside it too."""
    gone = set(positions)
    if not gone:
        return
    if len(gone) == found.height:
        # A table keeps one row, so the last one is emptied instead.
        gone.discard(0)
        for place in found.columns.values():
            found.range(0, place).value = None
            found.body[0][place] = None
    beside = _columns_beside(found, found.height)
    for first, count in reversed(list(runs(gone))):
        found.range(first, 0, count, found.width).delete("up")
        if beside:
            # Apart from the table's: Excel deletes no block that lies half in a table.
            found.range(first, found.width, count, beside).delete("up")
    found.body = [line for position, line in enumerate(found.body) if position not in gone]
    found.height = len(found.body)
    _fit(found, found.height)
    capabilities.of(found.sheet).filter_again(found.table)


def _literal(found: TableSheet) -> Callable[[Cell], Cell]:
    """Return what makes a host take text as it is."""
    literal = capabilities.of(found.sheet).literal
    return lambda cell: literal(cell) if type(cell) is str else cell


def _like_a_formula(cell: Cell) -> bool:
    """Say whether a host would compute a text in a cell of the general format."""
    return type(cell) is str and cell.startswith(("=", "+", "-", "@"))


def _make_room(found: TableSheet, height: int) -> None:
    bottom = found.top + found.height
    new_bottom = found.top + height
    if new_bottom <= bottom:
        return
    used = found.sheet.used_range
    if used.row + used.shape[0] - 1 > bottom:
        beside = _columns_beside(found, found.height)
        if _anything_below(found, used.row + used.shape[0] - 1, beside):
            for first, width in ((found.left, found.width), (found.left + found.width, beside)):
                if width:
                    found.sheet.range((bottom + 1, first), (new_bottom, first + width - 1)).insert(
                        "down", "format_from_left_or_above"
                    )
    _fit(found, height)


def _columns_beside(found: TableSheet, height: int) -> int:
    """Return how many columns directly at the right of the table hold something of a person's: they belong to its rows.

    Excel takes such a column into the table while one types; Calc does not.
    """
    used = found.sheet.used_range
    first, last = found.left + found.width, used.column + used.shape[1] - 1
    last = min([last, *(table.range.column - 1 for table in found.sheet.tables if table.range.column >= first)])
    if last < first:
        return 0
    # What is asked for is the formulas: in a file they have no values yet.
    lines = formula_lines(found.sheet.range((found.top, first), (found.top + height, last)))
    held = [any(cell not in {None, ""} for cell in column) for column in zip(*lines, strict=True)]
    return (*held, False).index(False)


def _anything_below(found: TableSheet, last: int, beside: int) -> bool:
    bottom = found.top + found.height
    below = found.sheet.range((bottom + 1, found.left), (last, found.left + found.width + beside - 1))
    return not all(_is_blank(line) for line in below.options(ndim=2).value)


def _fit(found: TableSheet, height: int) -> None:
    height = max(height, 1)
    whole = found.sheet.range((found.top, found.left), (found.top + height, found.left + found.width - 1))
    if found.table.range.shape != whole.shape and not found.table.show_totals:
        found.table.resize(whole)


def _is_blank(line: Sequence[Any]) -> bool:
    return all(cell is None or cell == "" for cell in line)
