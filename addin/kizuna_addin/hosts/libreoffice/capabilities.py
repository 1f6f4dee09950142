"""What Calc can do beyond xlwings' public API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

from kizuna_addin.hosts.capabilities import (
    READ_ONLY_FILL,
    READ_ONLY_LETTERS,
    Color,
    hidden_neighbour,
    lets_nobody_write,
)
from kizuna_addin.hosts.libreoffice.bridge import enum, properties
from kizuna_addin.hosts.libreoffice.colors import color_number
from kizuna_addin.hosts.libreoffice.sheets import VERY_HIDDEN

# com.sun.star.sheet.CellFlags
_FORMULAS = 16


class LibreOfficeCapabilities:
    """See `kizuna_addin.hosts.capabilities.Capabilities`."""

    def freeze(self, sheet: xw.Sheet, *, rows: int = 0, columns: int = 0) -> None:
        """Keep this many first rows and columns in view."""
        sheet.impl.freeze_panes.freeze(rows=rows, columns=columns)

    def choices(self, cells: xw.Range, options: Sequence[str] | xw.Range, *, message: str = "") -> None:
        """Offer a drop-down list; no options takes the list off."""
        if not isinstance(options, xw.Range) and not options:
            cells.impl.data_validation.delete()
            return
        source = options.impl if isinstance(options, xw.Range) else options
        cells.impl.data_validation.offer(source, refusal=message)

    def very_hidden(self, sheet: xw.Sheet, *, hidden: bool = True) -> None:
        """Hide a sheet so that Excel's menu does not list it, or show it; Calc's menu lists every hidden sheet."""
        sheet.impl.visible = VERY_HIDDEN if hidden else True

    def is_very_hidden(self, sheet: xw.Sheet) -> bool:
        """Say whether a sheet is hidden that way."""
        return bool(sheet.impl.visible is not True and sheet.impl.visible == VERY_HIDDEN)

    def mark_read_only(self, cells: xw.Range, *, message: str = "") -> None:
        """Show that what is typed here is not sent."""
        cells.color = READ_ONLY_FILL
        cells.font.color = READ_ONLY_LETTERS
        cells.impl.data_validation.delete()
        if message:
            cells.impl.data_validation.tell(prompt=message)

    def color_by_text(self, cells: xw.Range, colors: Mapping[str, Color]) -> None:
        """Colour cells by the text they hold."""
        xl = cells.impl.xl
        rules = xl.ConditionalFormat
        rules.clear()
        for text, color in colors.items():
            rules.addNew(
                properties(
                    Operator=enum("com.sun.star.sheet.ConditionOperator", "EQUAL"),
                    Formula1='"' + text.replace('"', '""') + '"',
                    StyleName=_style_of(cells.sheet.book.impl.xl, color),
                )
            )
        # The rules read from the cells are a copy; giving them back makes them theirs.
        xl.ConditionalFormat = rules

    def literal(self, text: str) -> str:
        """Return the text with a leading apostrophe doubled: this host takes the first for itself, as Excel does."""
        return f"'{text}" if text.startswith("'") else text

    def status(self, app: xw.App, text: str | None) -> None:
        """Show a text at the foot of the window."""
        app.status_bar = text or False

    def beside(self, book: xw.Book, ending: str) -> Path | None:
        """Return where a small file that belongs to a workbook may stand."""
        path = book.impl.path
        return None if path is None else hidden_neighbour(path, ending)

    def computes(self) -> bool:
        """Say yes."""
        return True

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Say whether the sheet is protected."""
        return bool(sheet.impl.xl.isProtected())

    def is_read_only(self, book: xw.Book) -> bool:
        """Say whether Calc opened it for reading only, as it does beside another person's lock, or its file lets nobody write."""
        path = book.impl.path
        return bool(book.impl.xl.isReadonly()) or (path is not None and lets_nobody_write(path))

    def formula_areas(self, sheet: xw.Sheet) -> Sequence[xw.Range]:
        """Return the cells that hold formulas."""
        found = sheet.impl.xl.queryContentCells(_FORMULAS).RangeAddresses
        return [
            sheet.range((one.StartRow + 1, one.StartColumn + 1), (one.EndRow + 1, one.EndColumn + 1)) for one in found
        ]

    def filter_again(self, table: xw.main.Table) -> None:
        """Apply the filter again: Calc moves cells up, and leaves the hiding of rows where it was."""
        # The range's own refresh would sort anew as well.
        filter_ = table.impl.xl.getFilterDescriptor()
        if filter_.getFilterFields3():
            table.impl.range.xl.filter(filter_)

    def close_undo(self, book: xw.Book) -> None:
        """Empty Calc's undo list, as Excel does by itself."""
        book.impl.xl.UndoManager.clear()


def _style_of(document: Any, color: Color) -> str:
    """Return the name of a cell style of this colour, made where the workbook has none."""
    number = color_number(color)
    name = f"kizuna {number:06X}"
    styles = document.StyleFamilies.getByName("CellStyles")
    if not styles.hasByName(name):
        styles.insertByName(name, document.createInstance("com.sun.star.style.CellStyle"))
        styles.getByName(name).CellBackColor = number
    return name


def capabilities() -> LibreOfficeCapabilities:
    """Return this host's capabilities."""
    return LibreOfficeCapabilities()
