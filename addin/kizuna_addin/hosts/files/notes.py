"""Notes on cells (in Excel's older word: comments)."""

from __future__ import annotations

from typing import Any

from openpyxl.comments import Comment
from xlwings import base_classes

from kizuna_addin.hosts.files import cells, text


class Note(base_classes.Note):
    """The note on one cell."""

    api = None
    location: Any = None

    def __init__(self, location: Any) -> None:
        self.location = location

    @classmethod
    def added(cls, location: Any, content: str) -> Note:
        """Put a new note on a cell."""
        cell = cells.own(location.sheet.api, location.row, location.column)
        cell.comment = Comment(text.stored(content), "")
        return cls(location)

    @property
    def _comment(self) -> Any:
        return self.location.sheet.api._cells[self.location.row, self.location.column]._comment  # noqa: SLF001

    @property
    def text(self) -> str:
        """What it says."""
        return text.read(str(self._comment.text))

    @text.setter
    def text(self, value: str) -> None:
        self._comment.text = text.stored(value)

    @property
    def author(self) -> str:
        """Who wrote it."""
        return str(self._comment.author)

    def delete(self) -> None:
        """Take it off the cell."""
        self.location.sheet.api._cells[self.location.row, self.location.column].comment = None  # noqa: SLF001
