"""The person in front of a spreadsheet program: told things, asked yes or no."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import xlwings as xw

RECORD_VARIABLE = "KIZUNA_TELL_FILE"
"""Names a file that takes what a person would be told, for a program that nobody sits at; questions are agreed to."""

_MOST_LINES = 25
_MOST_LETTERS = 900
"""Of a message box in Excel, which cuts off at 1,024."""


class Person(Protocol):
    """Whoever pressed the button."""

    def tell(self, lines: Sequence[str], *, trouble: bool = False) -> None:
        """Show lines of text."""

    def agrees(self, question: str) -> bool:
        """Return whether the answer to a question is yes."""


class AtTheWindow:
    """Message boxes of the program that a workbook is open in."""

    def __init__(self, app: xw.App) -> None:
        self._app = app

    def tell(self, lines: Sequence[str], *, trouble: bool = False) -> None:
        """Show a message box with one button."""
        self._app.alert(shortened(lines), title="Kizuna", buttons="ok", mode="critical" if trouble else "info")

    def agrees(self, question: str) -> bool:
        """Show a message box with Yes and No."""
        return bool(self._app.alert(shortened([question]), title="Kizuna", buttons="yes_no") == "yes")


class OnRecord:
    """A file instead of a person, for a program that nobody sits at: lines are added to it, questions are agreed to."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tell(self, lines: Sequence[str], *, trouble: bool = False) -> None:
        """Add lines to the file, an exclamation mark before those that tell of a trouble."""
        with self._path.open("a", encoding="utf-8") as record:
            record.writelines(f"{'! ' if trouble else ''}{line}\n" for line in lines)

    def agrees(self, question: str) -> bool:
        """Note the question and agree."""
        self.tell([question])
        return True


def person_at(app: xw.App) -> Person:
    """Return whoever is to be told things: the person at the window, or the file that KIZUNA_TELL_FILE names."""
    record = os.environ.get(RECORD_VARIABLE)
    return OnRecord(Path(record)) if record else AtTheWindow(app)


def shortened(lines: Sequence[str]) -> str:
    """Return lines as one text that a message box can hold, with an ellipsis where it was cut."""
    text = "\n".join(lines[:_MOST_LINES])
    cut = len(lines) > _MOST_LINES or len(text) > _MOST_LETTERS
    return text[:_MOST_LETTERS] + ("\n…" if cut else "")
