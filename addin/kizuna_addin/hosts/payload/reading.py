"""The client's JSON made into a workbook in memory."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.cell import Cell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from kizuna_addin import collector
from kizuna_addin.hosts.errors import PayloadError
from kizuna_addin.hosts.files.areas import Area, parsed, quoted_sheet
from kizuna_addin.hosts.files.cached import Formula
from kizuna_addin.hosts.files.cells import Formats, put
from kizuna_addin.hosts.files.text import stored
from kizuna_addin.hosts.values import CellError

# Both clients write dates so, and no other value; text of exactly this form is taken for a date.
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z?\Z")
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_STATES = {-1: "visible", 0: "hidden", 2: "veryHidden"}


def workbook_from(payload: Mapping[str, Any]) -> Any:
    """Return an openpyxl workbook with the sheets, values, tables and names of a payload; raises `PayloadError`."""
    try:
        with collector.paused():
            return _workbook(payload)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise PayloadError(reason=f"{type(error).__name__}: {error}"[:200]) from error


def _workbook(payload: Mapping[str, Any]) -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    formats = Formats(book)
    for described in payload["sheets"]:
        sheet = book.create_sheet()
        # openpyxl refuses and renames names that Excel allows; the client's word counts.
        sheet._WorkbookChild__title = str(described["name"])  # noqa: SLF001
        extra = described.get("kizuna") or {}
        sheet.sheet_state = _STATES[int(extra.get("visible", -1))]
        _fill(sheet, described.get("values") or [], formats)
        for row, column, formula in extra.get("formulas") or []:
            _set_formula(sheet, int(row) + 1, int(column) + 1, str(formula), formats)
        for table in described.get("tables") or []:
            _add_table(sheet, table)
    if not book.worksheets:
        raise ValueError("no sheets")
    book.active = min(int(payload["book"].get("active_sheet_index") or 0), len(book.worksheets) - 1)
    for name in payload.get("names") or []:
        _add_name(book, name)
    return book


def _fill(sheet: Any, lines: Sequence[Sequence[Any]], formats: Formats) -> None:
    cells = sheet._cells  # noqa: SLF001
    for row, line in enumerate(lines, 1):
        for column, value in enumerate(line, 1):
            if value is None or value == "":
                continue
            cell = cells[row, column] = Cell(sheet, row, column, None, StyleArray())
            kind = type(value)
            if kind is not str:
                cell._value, cell.data_type = value, "b" if kind is bool else "n"  # noqa: SLF001
                if kind not in (bool, int, float):
                    raise TypeError(f"a cell holds {kind.__name__}")
            elif value in _ERRORS:
                cell._value, cell.data_type = value, "e"  # noqa: SLF001
            elif len(value) <= 27 and _DATE.match(value):
                put(cell, dt.datetime.fromisoformat(value).replace(tzinfo=None), formats)
            else:
                cell._value, cell.data_type = value, "s"  # noqa: SLF001


def _set_formula(sheet: Any, row: int, column: int, formula: str, formats: Formats) -> None:
    cell = sheet._cells.get((row, column))  # noqa: SLF001
    if cell is None:
        cell = sheet._cells[row, column] = Cell(sheet, row, column, None, StyleArray())  # noqa: SLF001
    kept = Formula(formula)
    shown = cell._value if cell.data_type != "e" else CellError(cell._value)  # noqa: SLF001
    is_date = cell.data_type == "n" and formats.is_date(cell._style[3])  # noqa: SLF001
    kept.result = float(shown) if is_date or type(shown) is int else shown
    cell._value, cell.data_type = kept, "f"  # noqa: SLF001


def _add_table(sheet: Any, described: Mapping[str, Any]) -> None:
    area = _area(described["range_address"])
    name = str(described["name"])
    table = Table(id=1, displayName=name, name=name, ref=area.address())
    table.headerRowCount = 1 if described.get("show_headers", True) else 0
    table.totalsRowCount = 1 if described.get("show_totals") else None
    if described.get("show_autofilter", True) and table.headerRowCount:
        table.autoFilter = AutoFilter(ref=area.address())
    table.tableStyleInfo = TableStyleInfo(name=described.get("table_style") or None, showRowStripes=True)
    # Two headings alike cannot be in Excel; the numbers only keep the list as long as the table is wide.
    table.tableColumns = [
        TableColumn(id=place + 1, name=stored(str(_text(sheet, area.top, area.left + place) or f"{place + 1}")))
        for place in range(area.columns)
    ]
    sheet.tables[name] = table


def _text(sheet: Any, row: int, column: int) -> Any:
    cell = sheet._cells.get((row, column))  # noqa: SLF001
    return None if cell is None else cell._value  # noqa: SLF001


def _add_name(book: Any, described: Mapping[str, Any]) -> None:
    key = str(described["name"]).rpartition("!")[2]
    home = book.worksheets[int(described["sheet_index"])]
    address = _area(described["address"]).address(fixed_rows=True, fixed_columns=True)
    holder = book if described.get("book_scope", True) else book.worksheets[int(described["scope_sheet_index"])]
    holder.defined_names[key] = DefinedName(key, attr_text=f"{quoted_sheet(home.title)}!{address}")


def _area(address: object) -> Area:
    # A name may stand for several areas; its first is what xlwings shows of it.
    found = parsed(str(address).split(",", 1)[0].rpartition("!")[2])
    if found is None:
        raise ValueError(f"{address!r} is no address")
    return found
