"""What the people of the demo do in their sheets: look at a cell, type into it. Through openpyxl, as Excel would save it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kizuna.errors import Text
from kizuna.model.core import CORE_TABLES
from kizuna.model.registry import table_spec

CUSTOMERS = next(table_spec(one) for one in CORE_TABLES if one.__tablename__ == "customers")


def label(field: str) -> Text:
    """Return the heading of a field of the customers."""
    return CUSTOMERS.field(field).label


def customer_with(book: Path, *fields: str) -> str:
    """Return the number of the first customer in a book who has all these fields filled."""
    sheet, heads = _customers(load_workbook(book))
    for row in sheet.iter_rows(min_row=_head_row(sheet) + 1, values_only=True):
        if all(row[heads[one] - 1] for one in ("number", *fields)):
            return str(row[heads["number"] - 1])
    raise LookupError(fields)


def read_customer(book: Path, number: str, *fields: str) -> dict[str, object]:
    """Return fields of one customer as the sheet shows them."""
    sheet, heads = _customers(load_workbook(book))
    row = _row_of(sheet, heads, number)
    return {one: sheet.cell(row, heads[one]).value for one in fields}


def type_into(book: Path, number: str, fields: Mapping[str, str]) -> None:
    """Type values into a customer's cells and save the book."""
    opened = load_workbook(book)
    sheet, heads = _customers(opened)
    row = _row_of(sheet, heads, number)
    for name, value in fields.items():
        sheet.cell(row, heads[name]).value = value
    opened.save(book)


def write_questions(book: Path, sheet_name: str, cells: Mapping[str, str]) -> None:
    """Make a book with one sheet of formulas."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = sheet_name
    for address, formula in cells.items():
        sheet[address] = formula
    made.save(book)


def read_row(book: Path, sheet_name: str, row: int) -> list[object]:
    """Return the values of one row of a sheet, from its first column on."""
    sheet = load_workbook(book, data_only=True)[sheet_name]
    return [cell.value for cell in sheet[row]]


def _customers(opened: Workbook) -> tuple[Worksheet, dict[str, int]]:
    """Return the customers' sheet and the column (from 1) of each field it shows."""
    sheet = next(one for one in opened.worksheets if one.title in {CUSTOMERS.sync.label.ja, CUSTOMERS.sync.label.en})
    named = {text: field.name for field in CUSTOMERS.fields for text in (field.label.ja, field.label.en)}
    heads = {named[cell.value]: cell.column for cell in sheet[_head_row(sheet)] if cell.value in named}
    return sheet, heads


def _head_row(sheet: Worksheet) -> int:
    number = label("number")
    for place, row in enumerate(sheet.iter_rows(max_row=10, values_only=True), start=1):
        if number.ja in row or number.en in row:
            return place
    raise LookupError(number.en)


def _row_of(sheet: Worksheet, heads: Mapping[str, int], number: str) -> int:
    return next(
        row
        for row in range(_head_row(sheet) + 1, sheet.max_row + 1)
        if sheet.cell(row, heads["number"]).value == number
    )
