"""A workbook as a person at the keyboard sees it: headings and cells, through openpyxl, not through the add-in."""

from __future__ import annotations

from contextlib import contextmanager

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import TableColumn

from tests.end_to_end.programs import Chosen

HEADING_ROW = 2


@contextmanager
def opened(path):
    """The book as the add-in opens it; the caller's flow saves it."""
    with Chosen.host.opened(path) as book:
        yield book


def do(shop, path, action, who="S001", **more):
    """Do something to a workbook as somebody who is signed in."""
    with opened(path) as book, shop.client(who) as client:
        return action(book, client, **more)


def type_unsaved(book):
    """Type a new row and a change, and delete a row, in an open workbook that nobody saves."""
    sheet = book.sheets["顧客"]
    headings = sheet.range((HEADING_ROW, 1), (HEADING_ROW, 60)).value
    numbers = sheet.range((HEADING_ROW + 1, 1), (HEADING_ROW + 9, 60)).value
    place = headings.index("顧客番号")
    rows = {line[place]: row for row, line in enumerate(numbers, HEADING_ROW + 1) if line[place]}
    free = next(row for row, line in enumerate(numbers, HEADING_ROW + 1) if all(cell is None for cell in line))
    sheet.range((rows["C0002"], headings.index("電話") + 1)).value = "03-typed"
    sheet.range((free, headings.index("氏名") + 1)).value = "保存前の新規"
    width = headings.index(None) if None in headings else len(headings)
    sheet.range((rows["C0003"], 1), (rows["C0003"], width)).delete("up")


def assert_all_is_there_once(hand, *, unsaved):
    """Assert that what was typed and saved is there once; with `unsaved` also what `type_unsaved` typed."""
    names = [row["氏名"] for row in hand.rows]
    assert names.count("保存した新規") == 1
    assert hand.get("C0001", "電話") == "03-saved"
    if unsaved:
        assert names.count("保存前の新規") == 1
        assert hand.get("C0002", "電話") == "03-typed"
        assert "佐藤次郎" not in names
    assert len(names) == len(set(names))


class Hand:
    """Edits a sheet cell by cell and saves it."""

    def __init__(self, path, sheet="顧客"):
        self.path = path
        self.book = openpyxl.load_workbook(path)
        self.sheet = self.book[sheet]

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.book.save(self.path)

    def column(self, heading):
        for cell in self.sheet[HEADING_ROW]:
            if cell.value == heading:
                return cell.column
        raise KeyError(heading)

    def row(self, number):
        column = self.column("顧客番号")
        for row in range(HEADING_ROW + 1, self.sheet.max_row + 1):
            if self.sheet.cell(row, column).value == number:
                return row
        raise KeyError(number)

    def get(self, number, heading):
        return self.sheet.cell(self.row(number), self.column(heading)).value

    def set(self, number, heading, value):
        self.sheet.cell(self.row(number), self.column(heading)).value = value

    def type_row(self, **cells):
        """Type a row directly below the last one of the table."""
        row = self.last + 1
        for heading, value in cells.items():
            self.sheet.cell(row, self.column(heading)).value = value
        return row

    @property
    def table(self):
        return next(iter(self.sheet.tables.values()))

    @property
    def last(self):
        return int("".join(letter for letter in self.table.ref.split(":")[1] if letter.isdigit()))

    @property
    def rows(self):
        first, last = HEADING_ROW + 1, self.last
        headings = [cell.value for cell in self.sheet[HEADING_ROW]]
        return [
            dict(zip(headings, [cell.value for cell in self.sheet[row]], strict=False))
            for row in range(first, last + 1)
        ]


def delete_row(hand, number):
    """Delete a row of the table as a person does: those below move up."""
    row, last = hand.row(number), hand.last
    lines = [[cell.value for cell in line] for line in hand.sheet.iter_rows(row + 1, last)]
    for place, line in enumerate([*lines, [None] * hand.sheet.max_column], row):
        for column, value in enumerate(line, 1):
            hand.sheet.cell(place, column).value = value
    hand.table.ref = hand.table.ref[: -len(str(last))] + str(last - 1)
    hand.table.autoFilter.ref = hand.table.ref


def insert_column(hand, at, heading, values):
    """Insert a column as a person does: the cells of the table move right and the heading is new."""
    for line in hand.sheet.iter_rows(2, hand.last):
        cells = [cell.value for cell in line]
        formats = [cell.number_format for cell in line]
        row = line[0].row
        for column in range(len(cells), at - 1, -1):
            moved = hand.sheet.cell(row, column + 1)
            moved.value, moved.number_format = cells[column - 1], formats[column - 1]
        hand.sheet.cell(row, at).number_format = "General"
        hand.sheet.cell(row, at).value = heading if row == 2 else values[row - 3]
    table = hand.table
    width = len(table.tableColumns)
    table.ref = f"A2:{get_column_letter(width + 1)}{hand.last}"
    table.autoFilter.ref = table.ref
    table.tableColumns.insert(at - 1, TableColumn(id=width + 1, name=heading))
    for number, one in enumerate(table.tableColumns, 1):
        one.id = number
