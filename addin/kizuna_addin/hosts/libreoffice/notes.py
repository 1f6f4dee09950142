"""Notes and hyperlinks of a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from .addresses import Area
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .sheets import Sheet


@names_what_is_missing
class Note(base_classes.Note):
    """The note of a cell."""

    def __init__(self, sheet: Sheet, cell: Any) -> None:
        self.sheet = sheet
        self.cell = cell

    @property
    def api(self) -> Any:
        return self.cell.Annotation

    @property
    def text(self) -> str:
        return str(self.cell.Annotation.String)

    @text.setter
    def text(self, value: str) -> None:
        self.cell.Annotation.String = value

    @property
    def author(self) -> str:
        return str(self.cell.Annotation.Author)

    @property
    def location(self) -> Any:
        from .range import Range

        address = self.cell.CellAddress
        return Range(self.sheet, Area(address.Row + 1, address.Column + 1, 1, 1))

    def delete(self) -> None:
        at = self.cell.CellAddress
        notes = self.sheet.xl.Annotations
        for number in range(notes.Count):
            position = notes.getByIndex(number).Position
            if (position.Row, position.Column) == (at.Row, at.Column):
                notes.removeByIndex(number)
                return


class NotesMixin:
    """The part of a range that has its first cell's note and hyperlink."""

    first_cell: Any
    xl: Any
    _sheet: Sheet

    @property
    def note(self) -> Note | None:
        cell = self.first_cell
        return Note(self._sheet, cell) if cell.Annotation.String else None

    def add_note(self, text: str) -> Note:
        """Put a note on the first cell; raises ValueError where it has one, as Excel does."""
        cell = self.first_cell
        if cell.Annotation.String:
            raise ValueError("The cell has a note already")
        self._sheet.xl.Annotations.insertNew(cell.CellAddress, text)
        return Note(self._sheet, cell)

    @property
    def hyperlink(self) -> str:
        """The address of the first cell's link. Raises ValueError where it has none."""
        fields = self.first_cell.TextFields
        for number in range(fields.Count):
            url = str(fields.getByIndex(number).URL)
            if url:
                return url
        raise ValueError("The cell doesn't seem to contain a hyperlink!")

    def add_hyperlink(self, address: str, text_to_display: str | None = None, screen_tip: str | None = None) -> None:  # noqa: ARG002 - LibreOffice shows the address as tip
        cell = self.first_cell
        field = self._sheet.book.xl.createInstance("com.sun.star.text.TextField.URL")
        field.URL = address
        field.Representation = text_to_display or address
        cell.String = ""
        cell.insertTextContent(cell.createTextCursor(), field, False)
