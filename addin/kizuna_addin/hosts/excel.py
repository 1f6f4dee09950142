"""The capabilities of Excel itself, over xlwings and, where that has no word for it, Excel's own objects (COM).

Not yet run in Excel: this machine has none. The calls are those of Excel's documented object model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlwings as xw

from kizuna_addin.hosts.capabilities import READ_ONLY_FILL, READ_ONLY_LETTERS, Color, hidden_neighbour

_VERY_HIDDEN, _VISIBLE = 2, -1
_VALIDATE_INPUT_ONLY = 0
_CELL_VALUE, _EQUAL = 1, 3
_FORMULAS = -4123
_LONGEST_MESSAGE = 255


class ExcelCapabilities:
    """See `kizuna_addin.hosts.capabilities.Capabilities`."""

    def freeze(self, sheet: xw.Sheet, *, rows: int = 0, columns: int = 0) -> None:
        """Keep this many first rows and columns in view."""
        if not rows and not columns:
            sheet.freeze_panes.unfreeze()
        elif not columns:
            sheet.freeze_panes.freeze_at(f"1:{rows}")
        elif not rows:
            sheet.freeze_panes.freeze_at(sheet.range((1, 1), (1048576, columns)))
        else:
            sheet.freeze_panes.freeze_at(sheet.range((1, 1), (rows, columns)))

    def choices(self, cells: xw.Range, options: Sequence[str] | xw.Range, *, message: str = "") -> None:
        """Offer a drop-down list; no options takes the list off."""
        if not isinstance(options, xw.Range) and not options:
            cells.data_validation.delete()
            return
        cells.data_validation.set_list(options)
        rule = cells.api.Validation
        rule.ShowError = bool(message)
        rule.ErrorMessage = message[:_LONGEST_MESSAGE]

    def very_hidden(self, sheet: xw.Sheet, *, hidden: bool = True) -> None:
        """Hide a sheet so that a person's menu does not list it, or show it."""
        sheet.api.Visible = _VERY_HIDDEN if hidden else _VISIBLE

    def is_very_hidden(self, sheet: xw.Sheet) -> bool:
        """Say whether a sheet is hidden that way."""
        return bool(sheet.api.Visible == _VERY_HIDDEN)

    def mark_read_only(self, cells: xw.Range, *, message: str = "") -> None:
        """Show that what is typed here is not sent."""
        cells.color = READ_ONLY_FILL
        cells.font.color = READ_ONLY_LETTERS
        cells.data_validation.delete()
        if message:
            rule = cells.api.Validation
            rule.Add(_VALIDATE_INPUT_ONLY)
            rule.InputMessage = message[:_LONGEST_MESSAGE]
            rule.ShowInput = True

    def color_by_text(self, cells: xw.Range, colors: Mapping[str, Color]) -> None:
        """Colour cells by the text they hold."""
        rules = cells.api.FormatConditions
        rules.Delete()
        for text, (red, green, blue) in colors.items():
            quoted = '="' + text.replace('"', '""') + '"'
            rules.Add(_CELL_VALUE, _EQUAL, quoted).Interior.Color = red + green * 256 + blue * 65_536

    def literal(self, text: str) -> str:
        """Return the text with a leading apostrophe doubled: Excel takes the first for itself."""
        return f"'{text}" if text.startswith("'") else text

    def status(self, app: xw.App, text: str | None) -> None:
        """Show a text at the foot of the window."""
        app.status_bar = text or False

    def beside(self, book: xw.Book, ending: str) -> Path | None:
        """Return where a small file that belongs to a workbook may stand."""
        try:
            path = Path(book.fullname)
        except xw.XlwingsError:
            # A workbook in the cloud whose folder on this PC is not known.
            return None
        return hidden_neighbour(path, ending)

    def computes(self) -> bool:
        """Say yes."""
        return True

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Say whether the sheet is protected."""
        return bool(sheet.api.ProtectContents)

    def is_read_only(self, book: xw.Book) -> bool:
        """Say whether Excel opened it for reading only."""
        return bool(book.api.ReadOnly)

    def formula_areas(self, sheet: xw.Sheet) -> Sequence[xw.Range]:
        """Return the cells that hold formulas."""
        try:
            found = sheet.api.UsedRange.SpecialCells(_FORMULAS)
        except Exception:  # noqa: BLE001  # Excel's error for a sheet without formulas is none of Python's
            return ()
        return [sheet.range(area.Address) for area in found.Areas]

    def filter_again(self, table: xw.main.Table) -> None:
        """Apply the filter again, as Excel does when asked to."""
        shown = table.impl.api.AutoFilter
        if shown is not None and shown.FilterMode:
            shown.ApplyFilter()

    def close_undo(self, book: xw.Book) -> None:
        """Do nothing: Excel empties its undo list itself whenever a program writes into cells."""
