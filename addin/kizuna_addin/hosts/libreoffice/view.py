"""How a sheet is shown and printed: frozen panes, grid lines, the print area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from . import addresses
from .addresses import MAX_COLUMNS, MAX_ROWS
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .sheets import Sheet


class view_setting:  # noqa: N801 - used like a function, in a with statement
    """Give the workbook's view while this sheet is the active one: such settings belong to the shown sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.controller = sheet.book.controller
        self.sheet = sheet.xl

    def __enter__(self) -> Any:
        self.shown = self.controller.ActiveSheet
        self.controller.setActiveSheet(self.sheet)
        return self.controller

    def __exit__(self, *_error: object) -> None:
        self.controller.setActiveSheet(self.shown)


@names_what_is_missing
class FreezePanes(base_classes.FreezePanes):
    """The rows and columns that stay when the sheet is scrolled."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        area = self.sheet.range(frozen_range).area
        rows = 0 if area.rows == MAX_ROWS else area.last_row
        columns = 0 if area.columns == MAX_COLUMNS else area.last_column
        self.freeze(rows=rows, columns=columns)

    def freeze(self, *, rows: int = 0, columns: int = 0) -> None:
        """Keep so many first rows and columns in view; none of either lets everything scroll."""
        with view_setting(self.sheet) as controller:
            controller.freezeAtPosition(columns, rows)

    def unfreeze(self) -> None:
        self.freeze()


@names_what_is_missing
class PageSetup(base_classes.PageSetup):
    """How a sheet is printed."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        return self.sheet.xl

    @property
    def print_area(self) -> str | None:
        from .range import Range

        areas = self.sheet.xl.PrintAreas
        if not areas:
            return None
        return ",".join(addresses.text(Range.of_address(self.sheet.book, area).area) for area in areas)

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        parts = value.split(",") if value else []
        self.sheet.xl.PrintAreas = tuple(self.sheet.range(part).address_of_cells for part in parts)
