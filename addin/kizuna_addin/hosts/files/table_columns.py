"""A table's list of columns, which must say what its header cells say or Excel repairs the file."""

from __future__ import annotations

from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.worksheet.table import TableColumn

from kizuna_addin.hosts.files import text


def name_columns(sheet: Any) -> None:
    """Make the columns of every table of a sheet agree with its header cells; keep each column's own formula."""
    for table in sheet.tables.values():
        left, top, right, _ = range_boundaries(table.ref)
        headers = _headers(sheet, top, left, right) if table.headerRowCount != 0 else None
        known = {column.name: column for column in table.tableColumns}
        wanted = headers or [column.name for column in table.tableColumns[: right - left + 1]]
        while len(wanted) < right - left + 1:
            wanted.append(_free(f"列{len(wanted) + 1}", set(wanted)))
        if [column.name for column in table.tableColumns] == wanted:
            continue
        number = max((column.id for column in table.tableColumns), default=0)
        columns = []
        for name in wanted:
            column = known.get(name)
            if column is None:
                number += 1
                column = TableColumn(id=number, name=name)
            columns.append(column)
        table.tableColumns = columns


def _headers(sheet: Any, row: int, left: int, right: int) -> list[str]:
    """Return the names in the header row, writing those that were missing, numbers or double as Excel does."""
    names: list[str] = []
    taken: set[str] = set()
    for number in range(left, right + 1):
        cell = sheet.cell(row, number)
        shown = "" if cell.value is None else str(cell.value)
        name = _free(shown or f"列{number - left + 1}", taken)
        taken.add(name.lower())
        if cell.data_type != "s" or name != shown:
            cell._value, cell.data_type = name, "s"  # noqa: SLF001 - the setter would guess a type
        names.append(name)
    return [text.stored(name).replace("\n", "_x000a_") for name in names]


def _free(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free.lower() in taken:
        free, number = f"{name}{number}", number + 1
    return free
