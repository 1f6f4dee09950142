"""A sheet for a table, made from nothing: status line, heading, table, widths, formats, dropdowns, hidden ids."""

from __future__ import annotations

import re
from collections.abc import Sequence

import xlwings as xw

from kizuna_addin.base import Base
from kizuna_addin.cells import rendered_column
from kizuna_addin.choice_lists import fits_in_a_rule, listed
from kizuna_addin.desk import Desk
from kizuna_addin.hosts import capabilities
from kizuna_addin.messages import NO, READ_ONLY, YES
from kizuna_addin.schema import Field, Table
from kizuna_addin.table_sheet import (
    ID,
    REASON_COLUMN,
    STATE_COLUMN,
    TableSheet,
    heading_name,
    headings,
    line_name,
    table_name,
)
from kizuna_addin.widths import REASON_WIDTH, fitting, sampled
from kizuna_addin.writing import append_rows, format_columns

LINE_ROW = 1
HEADING_ROW = 2
HEADING_GROUND, HEADING_LETTERS = (31, 78, 121), (255, 255, 255)

_WIDTHS = {"text": 10, "date": 12, "datetime": 18, "money": 12, "integer": 9, "decimal": 11, "boolean": 9, "choice": 10}
_EMPTY_TEXT = 16
"""The least width of a text column in which nothing stands yet."""
_FORBIDDEN = re.compile(r"[\\/?*\[\]:']")


def build_sheet(desk: Desk, handle: str, fields: Sequence[Field], base: Base) -> TableSheet:
    """Make the sheet of a handle with all rows of a base, and return its table."""
    shape, language, book = desk.shape(handle), desk.language, desk.book
    names = headings(fields, language)
    sheet = _new_sheet(book, shape.label.in_language(language) or handle)
    found = _empty_table(sheet, handle, names)
    format_columns(found, shape, base)
    # Looks go in before the rows: a program that measures text for the height of its rows would measure it all each time.
    add_dropdowns(found, shape, 0, max(len(base.ids), 1), language)
    _name_columns(book, found, names)
    _dress(found, shape, language, base)
    append_rows(found, shape, base, base.ids, language, formatted=True)
    return found


def dress_heading(heading: xw.Range) -> None:
    """Make headings look like headings, also where a program does not draw table styles."""
    heading.color = HEADING_GROUND
    heading.font.color = HEADING_LETTERS
    heading.font.bold = True


def add_dropdowns(found: TableSheet, shape: Table, first: int, count: int, language: str) -> None:
    """Offer the choices of fields in some rows."""
    host = capabilities.of(found.sheet)
    for name, place in found.columns.items():
        words = _words(shape.by_name[name], language) if name in shape.by_name else []
        if words:
            options = words if fits_in_a_rule(words) else listed(found.sheet.book, words)
            host.choices(found.range(first, place, count), options)


def _words(field: Field, language: str) -> list[str]:
    if field.read_only:
        return []
    if field.type == "boolean":
        return [YES.in_language(language), NO.in_language(language)]
    return [choice.label.in_language(language) for choice in field.choices] if field.type == "choice" else []


def _new_sheet(book: xw.Book, label: str) -> xw.Sheet:
    name = _FORBIDDEN.sub(" ", label)[:31]
    taken = {sheet.name.casefold() for sheet in book.sheets}
    number = 2
    while name.casefold() in taken:
        name = f"{_FORBIDDEN.sub(' ', label)[:27]} {number}"
        number += 1
    return book.sheets.add(name, after=book.sheets[len(book.sheets) - 1])


def _empty_table(sheet: xw.Sheet, handle: str, names: dict[str, str]) -> TableSheet:
    width = len(names)
    heading = sheet.range((HEADING_ROW, 1), (HEADING_ROW, width))
    heading.number_format = "@"
    heading.value = [list(names.values())]
    dress_heading(heading)
    source = sheet.range((HEADING_ROW, 1), (HEADING_ROW + 1, width))
    table = sheet.tables.add(source=source, name=table_name(handle), table_style_name="TableStyleMedium2")
    return TableSheet(
        handle=handle,
        sheet=sheet,
        table=table,
        top=HEADING_ROW,
        left=1,
        width=width,
        height=1,
        columns={column: place for place, column in enumerate(names)},
        headings=list(names.values()),
        body=[[None] * width],
    )


def _name_columns(book: xw.Book, found: TableSheet, names: dict[str, str]) -> None:
    for place, column in enumerate(names):
        name_column(book, found, column, place)
    line = found.sheet.range((LINE_ROW, found.left + 1))
    book.names.add(line_name(found.handle), f"={_quoted(found.sheet)}!{line.address}")


def name_column(book: xw.Book, found: TableSheet, column: str, place: int) -> None:
    """Put a defined name on a heading, so that the column is known however its heading is worded."""
    address = found.sheet.range((found.top, found.left + place)).address
    book.names.add(heading_name(found.handle, column), f"={_quoted(found.sheet)}!{address}")


def _quoted(sheet: xw.Sheet) -> str:
    return "'" + sheet.name.replace("'", "''") + "'"


def _dress(found: TableSheet, shape: Table, language: str, base: Base) -> None:
    sheet = found.sheet
    host = capabilities.of(sheet)
    height = max(len(base.ids), 1)
    for column, place in found.columns.items():
        cell = sheet.range((found.top, found.left + place))
        field = shape.by_name.get(column)
        if field is None:
            cell.column_width = {ID: 2, STATE_COLUMN: 13, REASON_COLUMN: REASON_WIDTH}[column]
            continue
        cell.column_width = _wide(field, found.headings[place], base, language)
        note = field.help.in_language(language)
        if field.read_only:
            note = f"{note}{READ_ONLY.in_language(language)}"
            host.mark_read_only(found.range(0, place, height), message=READ_ONLY.in_language(language))
        if note:
            cell.add_note(note)
    sheet.range((1, found.left + found.columns[ID])).columns.hidden = True
    host.freeze(sheet, rows=HEADING_ROW)


def _wide(field: Field, heading: str, base: Base, language: str) -> int:
    """Return the width of a field's column: words as they are shown count, numbers and days have widths of their own."""
    least = _WIDTHS.get(field.type, 14)
    if field.type not in {"text", "choice", "tags"}:
        return fitting(heading, (), least=least)
    values = base.column(field.name) if field.name in base.fields else ()
    shown = rendered_column(field, sampled(values), language)
    return fitting(heading, shown, least=least if any(shown) else max(least, _EMPTY_TEXT))
