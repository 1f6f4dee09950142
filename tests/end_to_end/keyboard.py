"""A person at a running Calc: its own menu commands sent to the window a workbook is open in."""

from __future__ import annotations

from typing import Any

import xlwings as xw

from kizuna_addin.hosts.libreoffice.bridge import enum, struct

HEADING_ROW = 2


class Keyboard:
    """Selects, types and chooses from menus in one sheet, as a person would; the add-in is not asked."""

    def __init__(self, book: xw.Book, sheet: str = "顧客") -> None:
        self.book = book
        self.sheet = book.sheets[sheet]
        self._app = book.app.impl
        book.impl.xl.CurrentController.setActiveSheet(self.sheet.impl.xl)

    def command(self, name: str, **arguments: Any) -> None:
        """Choose a menu command."""
        self._app.dispatch(self.book.impl, f".uno:{name}", **arguments)

    def select(self, address: str) -> None:
        """Select cells."""
        self.command("GoToCell", ToPoint=address)

    def type(self, address: str, text: str) -> None:
        """Go to a cell, type and press Enter."""
        self.select(address)
        self.command("EnterString", StringName=text)

    def copy(self, source: str, target: str) -> None:
        """Copy cells and paste them elsewhere, formulas, formats and all."""
        self.select(source)
        self.command("Copy")
        self.select(target)
        self.command("Paste")

    def choose(self, heading: str, value: str) -> None:
        """Choose a value in the AutoFilter's list of a column: what the button in the heading does, which is no command."""
        area = self.table.impl.xl
        rule = area.FilterDescriptor
        field = struct("com.sun.star.sheet.TableFilterField")
        field.Field = self.place(heading) - 1
        field.Operator = enum("com.sun.star.sheet.FilterOperator", "EQUAL")
        field.StringValue = value
        rule.setFilterFields((field,))
        area.refresh()

    @property
    def table(self) -> Any:
        return next(iter(self.sheet.tables))

    @property
    def headings(self) -> list[Any]:
        return list(self.sheet.range((HEADING_ROW, 1), (HEADING_ROW, 120)).value)

    def place(self, heading: str) -> int:
        """Return the column of a heading, from 1."""
        return self.headings.index(heading) + 1

    def letter(self, heading: str) -> str:
        """Return the column of a heading, as people call it."""
        return str(self.sheet.range((1, self.place(heading))).get_address(False, False)).rstrip(
            "1"
        )  # xlwings' own order

    @property
    def bottom(self) -> int:
        """The last row of the table."""
        whole = self.table.range
        return int(whole.row + whole.shape[0] - 1)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table's rows as they are shown, from the top, by heading."""
        width = self.table.range.shape[1]
        block = self.sheet.range((HEADING_ROW, 1), (self.bottom, width)).value
        return [dict(zip(block[0], line, strict=True)) for line in block[1:]]

    def row(self, number: str) -> int:
        """Return the row of the sheet a customer stands in."""
        place = self.place("顧客番号")
        for row in range(HEADING_ROW + 1, self.bottom + 1):
            if self.sheet.range((row, place)).value == number:
                return row
        raise KeyError(number)

    def get(self, number: str, heading: str) -> Any:
        """Return what a customer's cell shows."""
        return self.sheet.range((self.row(number), self.place(heading))).value

    def set(self, number: str, heading: str, text: str) -> None:
        """Type into a customer's cell."""
        self.type(f"{self.letter(heading)}{self.row(number)}", text)

    def is_hidden(self, row: int) -> bool:
        """Say whether a row of the sheet is out of sight."""
        return not self.sheet.impl.xl.Rows.getByIndex(row - 1).IsVisible
