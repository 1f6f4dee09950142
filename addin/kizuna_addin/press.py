"""One press of a button, with all that the work behind it may need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import xlwings as xw

from kizuna_addin.client import Client
from kizuna_addin.desk import Desk
from kizuna_addin.hosts import capabilities
from kizuna_addin.messages import UNDER_WAY, Text
from kizuna_addin.person import Person
from kizuna_addin.table_sheet import ID, read_table


@dataclass(frozen=True)
class Press:
    """One press of a button: the workbook in front, what is selected in it, who pressed, and how to reach the server."""

    book: xw.Book
    selection: xw.Range | None
    person: Person
    client: Callable[[], Client]
    language: str = "ja"

    def say(self, text: Text, **values: object) -> str:
        """Return a text in the person's language."""
        return text.format(**values).in_language(self.language)

    def progress(self, label: str, rows: int) -> None:
        """Tell at the foot of the window how far it is; the end of the press takes it away."""
        capabilities.of(self.book).status(self.book.app, self.say(UNDER_WAY, label=label, rows=rows))

    def agrees(self, question: Text) -> bool:
        """Ask the person, in their language."""
        return self.person.agrees(question.in_language(self.language))

    def selected_rows(self) -> list[tuple[str | None, str | None]]:
        """Return id and key of the selected rows of a table of ours; a row never sent has no id. Nothing elsewhere."""
        return self.selected()[1]

    def selected(self) -> tuple[str, list[tuple[str | None, str | None]]]:
        """Return the same behind the sheet's handle, which is empty elsewhere."""
        if self.selection is None:
            return "", []
        desk = Desk.open(self.book)
        first, last = self.selection.row, self.selection.row + self.selection.shape[0]
        for handle in desk.record.handles:
            found = read_table(self.book, handle, desk.shape(handle))
            if found is None or found.sheet.name != self.selection.sheet.name:
                continue
            left, right = self.selection.column, self.selection.column + self.selection.shape[1]
            places = range(max(first - found.top - 1, 0), min(last - found.top - 1, len(found.body)))
            if not places or left >= found.left + found.width or right <= found.left:
                # Another of our tables may stand on the same sheet.
                continue
            ids, keys = found.cells(ID), found.cells(desk.shape(handle).key or ID)
            return handle, [(_word(ids[place]), _word(keys[place])) for place in places]
        return "", []


def _word(value: object) -> str | None:
    return str(value) if value not in {None, ""} else None
