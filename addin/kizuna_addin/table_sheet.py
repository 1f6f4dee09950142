"""A table of ours in a sheet: found by its name, its columns by their headings, its rows read in one read.

Which column shows which field is told by the heading (in either language, or the field's name). A heading that a person
has reworded is found by the defined name that was put on it and follows it wherever it is moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlwings as xw

from kizuna_addin.compare import SheetRows
from kizuna_addin.hosts import capabilities
from kizuna_addin.lost_table import made_again
from kizuna_addin.messages import REASON, STATE
from kizuna_addin.schema import Field, Table

ID = "_id"
STATE_COLUMN = "_state"
REASON_COLUMN = "_reason"
OUR_COLUMNS = (ID, STATE_COLUMN, REASON_COLUMN)
CONFLICTS_HANDLE = "_conflicts"
"""Stands in the name of the table of conflicts where others have a handle."""


def table_name(handle: str) -> str:
    """Return the name of the Excel table that shows a sheet's rows."""
    return f"kizuna_{handle}"


def heading_name(handle: str, column: str) -> str:
    """Return the defined name put on the heading of a column."""
    return f"_kz__{handle}__{column.lstrip('_')}" if column in OUR_COLUMNS else f"_kz__{handle}__f_{column}"


def handles_of_names(book: xw.Book) -> list[str]:
    """Return the handles whose heading of ids bears its defined name, with or without a table."""
    start, end = heading_name("|", ID).split("|")
    names = [one.name for one in book.names]
    return [one[len(start) : -len(end)] for one in names if one.startswith(start) and one.endswith(end)]


def view_name(handle: str) -> str:
    """Return the defined name of the cell that holds a sheet's columns and filter a second time; no field is called so."""
    return f"_kz__{handle}__view"


def line_name(handle: str) -> str:
    """Return the defined name of the status line over a table."""
    return f"_kzline__{handle}"


def headings(fields: Sequence[Field], language: str) -> dict[str, str]:
    """Return the heading of each column, ours first; fields that share a label get their name added."""
    found = {ID: ID, STATE_COLUMN: STATE.in_language(language), REASON_COLUMN: REASON.in_language(language)}
    taken = {heading.casefold() for heading in found.values()}
    for one in fields:
        label = one.label.in_language(language) or one.name
        if label.casefold() in taken:
            label = f"{label}（{one.name}）"
        taken.add(label.casefold())
        found[one.name] = label
    return found


@dataclass
class TableSheet:
    """The table of one sheet; `columns` maps our columns and fields to their place in it, from 0."""

    handle: str
    sheet: xw.Sheet
    table: xw.main.Table
    top: int
    left: int
    width: int
    height: int
    columns: Mapping[str, int]
    headings: Sequence[str]
    body: list[list[Any]] = field(default_factory=list)

    @property
    def rows(self) -> SheetRows:
        """The rows as comparing wants them."""
        by_column = list(zip(*self.body, strict=True)) if self.body else [()] * self.width
        ids = by_column[self.columns[ID]] if ID in self.columns else [None] * self.height
        shown = {name: by_column[place] for name, place in self.columns.items() if name not in OUR_COLUMNS}
        return SheetRows(list(ids), shown)

    def cells(self, column: str) -> list[Any]:
        """Return one column as it was read, empty cells where the sheet has no such column."""
        place = self.columns.get(column)
        return [None if place is None else line[place] for line in self.body]

    def address(self, position: int, column: str | None) -> str:
        """Return the address of a cell as people read it, the row's first when the column is not shown."""
        place = self.columns.get(column or ID, 0)
        return str(self.sheet.range((self.top + 1 + position, self.left + place)).get_address(False, False))  # noqa: FBT003  # xlwings' own order

    def range(self, position: int, place: int, height: int = 1, width: int = 1) -> xw.Range:
        """Return cells of the body from a row position and a column place, both from 0."""
        row, column = self.top + 1 + position, self.left + place
        return self.sheet.range((row, column), (row + height - 1, column + width - 1))


def find_table(book: xw.Book, handle: str) -> xw.main.Table | None:
    """Return the Excel table of a sheet's handle, None when it is gone."""
    wanted = table_name(handle)
    others = []
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name == wanted:
                return table
            if not table.name.startswith(table_name("")):
                others.append(table)
    return _renamed(book, handle, others)


def _forgotten(book: xw.Book, handle: str) -> xw.main.Table | None:
    """Return a table made again where the defined name of our ids still stands on a heading; None where it does not."""
    name = heading_name(handle, ID)
    if name not in book.names:
        return None
    try:
        cell = book.names[name].refers_to_range
    except Exception:  # noqa: BLE001  # each host has its own error for a name whose cell was deleted
        return None
    return made_again(cell, table_name(handle)) if str(cell.value or "").strip() == ID else None


def _renamed(book: xw.Book, handle: str, tables: Sequence[xw.main.Table]) -> xw.main.Table | None:
    """Return the table under another name whose heading the defined name of our ids stands on."""
    name = heading_name(handle, ID)
    if not tables or name not in book.names:
        return None
    try:
        cell = book.names[name].refers_to_range
    except Exception:  # noqa: BLE001  # each host has its own error for a name whose cell was deleted
        return None
    for table in tables:
        heading = table.header_row_range
        if (
            heading is not None
            and table.parent.name == cell.sheet.name
            and _place_of(book.names[name], heading) is not None
        ):
            return table
    return None


def read_table(book: xw.Book, handle: str, shape: Table) -> TableSheet | None:
    """Read a sheet's table whole, with the rows that were typed directly below it; None when the table is gone.

    Those rows are taken into the table, as Excel does while typing. Where only the table is gone and its headings still
    bear their names, it is made again around them.
    """
    table = find_table(book, handle) or _forgotten(book, handle)
    heading = table.header_row_range if table is not None else None
    if table is None or heading is None:
        return None
    sheet = table.parent
    texts = ["" if text is None else str(text) for text in heading.options(ndim=1).value]
    found = TableSheet(
        handle=handle,
        sheet=sheet,
        table=table,
        top=heading.row,
        left=heading.column,
        width=len(texts),
        height=0,
        columns=_identify(book, handle, shape, heading, texts),
        headings=texts,
    )
    body = table.data_body_range
    if body is not None:
        found.height = body.shape[0]
        found.body = body.options(ndim=2, err_to_str=True).value
    if not table.show_totals:
        _adopt_typed_rows(found)
    return found


def _identify(book: xw.Book, handle: str, shape: Table, heading: xw.Range, texts: Sequence[str]) -> dict[str, int]:
    known: dict[str, str] = {}
    for language in ("en", "ja"):
        known |= {text.casefold(): name for name, text in headings(shape.fields, language).items()}
    found: dict[str, int] = {}
    for place, text in enumerate(texts):
        column = known.get(text.strip().casefold())
        if column and column not in found:
            found[column] = place
    taken = set(found.values())
    names = book.names
    for column in (*OUR_COLUMNS, *shape.by_name):
        name = heading_name(handle, column)
        if column in found or name not in names:
            continue
        named = _place_of(names[name], heading)
        if named is not None and named not in taken:
            found[column] = named
            taken.add(named)
    return found


def _place_of(name: xw.Name, heading: xw.Range) -> int | None:
    try:
        cell = name.refers_to_range
    except Exception:  # noqa: BLE001  # each host has its own error for a name whose cell was deleted
        return None
    place = int(cell.column - heading.column)
    return place if cell.row == heading.row and 0 <= place < heading.shape[1] else None


def _adopt_typed_rows(found: TableSheet) -> None:
    bottom = found.top + found.height
    used = found.sheet.used_range
    last = used.row + used.shape[0] - 1
    if last <= bottom:
        return
    below = found.sheet.range((bottom + 1, found.left), (last, found.left + found.width - 1))
    typed = []
    for line in below.options(ndim=2, err_to_str=True).value:
        if all(cell is None or cell == "" for cell in line):
            break
        typed.append(line)
    if not typed or not _are_records(found, typed, bottom):
        return
    found.body = [*found.body, *typed]
    found.height += len(typed)
    whole = found.sheet.range((found.top, found.left), (found.top + found.height, found.left + found.width - 1))
    if not capabilities.of(found.sheet).is_read_only(found.sheet.book):
        found.table.resize(whole)


def _are_records(found: TableSheet, typed: Sequence[Sequence[Any]], bottom: int) -> bool:
    """Return whether lines below the table are rows of it: something under a field, and no formula such as a total."""
    fields = [place for column, place in found.columns.items() if column not in OUR_COLUMNS]
    if not all(any(line[place] not in {None, ""} for place in fields) for line in typed):
        return False
    block = found.sheet.range((bottom + 1, found.left), (bottom + len(typed), found.left + found.width - 1))
    lines = formula_lines(block)
    return not any(
        str(cell).startswith("=") and str(cell) != str(value)
        for line, values in zip(lines, typed, strict=False)
        for cell, value in zip(line, values, strict=False)
    )


def formula_lines(cells: xw.Range) -> list[list[Any]]:
    """Return the formulas of a range line by line; hosts give a single cell, a column or a row in their own shape."""
    formulas: Any = cells.formula
    height, width = cells.shape
    if height == width == 1:
        while isinstance(formulas, list | tuple):
            formulas = formulas[0]
        return [[formulas]]
    if all(isinstance(line, list | tuple) for line in formulas):
        return [list(line) for line in formulas]
    return [list(formulas)] if height == 1 else [[formula] for formula in formulas]
