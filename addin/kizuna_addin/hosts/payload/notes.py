"""Notes on cells, and rules for what may be typed into them."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.files.areas import quoted_sheet
from kizuna_addin.hosts.files.validation import listed
from kizuna_addin.hosts.payload.missing import names_what_is_missing


@names_what_is_missing
class Note(base_classes.Note):
    """A note put on a cell in this run."""

    location: Any = None

    def __init__(self, location: Any, inner: Any) -> None:
        self.location = location
        self._inner = inner

    @property
    def text(self) -> str:
        """What it says."""
        return str(self._inner.text)

    @text.setter
    def text(self, value: str) -> None:
        self.location(1, 1).record("kizunaNote", value)
        self._inner.text = value

    def delete(self) -> None:
        """Take it off the cell."""
        self.location(1, 1).record("kizunaNote", None)
        self._inner.delete()


@names_what_is_missing
class DataValidation(base_classes.DataValidation):
    """The rule of a range; only lists can be set, and none is told by the client."""

    def __init__(self, cells: Any) -> None:
        self._cells = cells

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:  # noqa: ARG002, FBT001
        """Offer choices: texts, a range, or a formula that names one; other text is refused."""
        self.offer(source, message="", allow_other=False)

    def offer(self, source: Any, *, message: str, allow_other: bool) -> None:
        """Offer choices; other text is allowed, or refused with the message."""
        if isinstance(source, str):
            formula = source
        elif isinstance(source, list | tuple):
            formula = listed([str(choice) for choice in source])[1:-1].replace('""', '"')
        else:
            formula = f"={quoted_sheet(source.sheet.name)}!{source.address}"
        self._cells.record("kizunaChoices", formula, message, allow_other)

    def delete(self) -> None:
        """Take every rule off these cells."""
        self._cells.record("kizunaChoices", None, "", True)  # noqa: FBT003  # the action's own order
