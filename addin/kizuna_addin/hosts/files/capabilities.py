"""The capabilities of plain files, done on openpyxl's objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlwings as xw
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation as ValidationRule

from kizuna_addin.hosts.capabilities import (
    READ_ONLY_FILL,
    READ_ONLY_LETTERS,
    Color,
    hidden_neighbour,
    lets_nobody_write,
)
from kizuna_addin.hosts.files.areas import Area

# Excel cuts or refuses longer messages of a rule.
_LONGEST_MESSAGE = 255


class FilesCapabilities:
    """See `kizuna_addin.hosts.capabilities.Capabilities`."""

    def freeze(self, sheet: xw.Sheet, *, rows: int = 0, columns: int = 0) -> None:
        """Keep this many first rows and columns in view."""
        sheet.api.freeze_panes = f"{get_column_letter(columns + 1)}{rows + 1}" if rows or columns else None

    def choices(self, cells: xw.Range, options: Sequence[str] | xw.Range, *, message: str = "") -> None:
        """Offer a drop-down list; no options takes the list off."""
        if not isinstance(options, xw.Range) and not options:
            cells.data_validation.delete()
            return
        cells.data_validation.set_list(options)
        rule = cells.data_validation.api
        rule.showErrorMessage = bool(message)
        rule.error = message[:_LONGEST_MESSAGE] or None

    def very_hidden(self, sheet: xw.Sheet, *, hidden: bool = True) -> None:
        """Hide a sheet so that a person's menu does not list it, or show it."""
        sheet.visible = not hidden
        if hidden:
            sheet.api.sheet_state = "veryHidden"

    def is_very_hidden(self, sheet: xw.Sheet) -> bool:
        """Say whether a sheet is hidden that way."""
        return bool(sheet.api.sheet_state == "veryHidden")

    def mark_read_only(self, cells: xw.Range, *, message: str = "") -> None:
        """Show that what is typed here is not sent."""
        cells.color = READ_ONLY_FILL
        cells.font.color = READ_ONLY_LETTERS
        cells.data_validation.delete()
        if message:
            rule = ValidationRule(prompt=message[:_LONGEST_MESSAGE], showInputMessage=True, allow_blank=True)
            rule.sqref = MultiCellRange(cells.impl.area.address())
            cells.sheet.api.data_validations.dataValidation.append(rule)

    def color_by_text(self, cells: xw.Range, colors: Mapping[str, Color]) -> None:
        """Colour cells by the text they hold."""
        sheet, area = cells.sheet.api, cells.impl.area
        kept = ConditionalFormattingList()
        for old in sheet.conditional_formatting:
            # Rules of our cells alone are ours; a person's rule usually spans more or other cells.
            ours = all(area.holds(Area(r.min_row, r.min_col, r.max_row, r.max_col)) for r in old.sqref.ranges)
            for rule in old.rules:
                if not (ours and rule.type == "cellIs" and rule.operator == "equal"):
                    kept.add(str(old.sqref), rule)
        for text, (red, green, blue) in colors.items():
            fill = PatternFill(bgColor=f"FF{red:02X}{green:02X}{blue:02X}", fill_type="solid")
            quoted = '"' + text.replace('"', '""') + '"'
            rule = Rule(type="cellIs", operator="equal", formula=[quoted], dxf=DifferentialStyle(fill=fill))
            kept.add(area.address(), rule)
        # Excel wants each rule of a sheet to have its own priority.
        number = 0
        for ranges in kept:
            for rule in ranges.rules:
                number += 1
                rule.priority = number
        sheet.conditional_formatting = kept

    def literal(self, text: str) -> str:
        """Return the text itself: nothing is read into it here."""
        return text

    def status(self, app: xw.App, text: str | None) -> None:
        """Remember the text; a file has no window."""
        app.status_bar = text or False

    def beside(self, book: xw.Book, ending: str) -> Path | None:
        """Return where a small file that belongs to a workbook may stand."""
        return hidden_neighbour(Path(book.fullname), ending)

    def computes(self) -> bool:
        """Say no: the program that next opens the file computes."""
        return False

    def is_protected(self, sheet: xw.Sheet) -> bool:  # noqa: ARG002  # every host is asked in the same words
        """Say no: protection is for people, and stays as it is."""
        return False

    def is_read_only(self, book: xw.Book) -> bool:
        """Say whether the file lets nobody write."""
        return lets_nobody_write(Path(book.fullname))

    def formula_areas(self, sheet: xw.Sheet) -> Sequence[xw.Range]:  # noqa: ARG002  # every host is asked in the same words
        """Return nothing: functions of ours are not computed here."""
        return ()

    def filter_again(self, table: xw.main.Table) -> None:
        """Leave that to the program that opens the file: only it knows every kind of filter."""

    def close_undo(self, book: xw.Book) -> None:
        """Do nothing: a file takes nothing back."""
