"""The capabilities of a client's workbook: actions of our own clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlwings as xw

from kizuna_addin.hosts.capabilities import READ_ONLY_FILL, READ_ONLY_LETTERS, Color
from kizuna_addin.hosts.payload.looks import color_text

_LONGEST_MESSAGE = 255


class PayloadCapabilities:
    """See `kizuna_addin.hosts.capabilities.Capabilities`."""

    def freeze(self, sheet: xw.Sheet, *, rows: int = 0, columns: int = 0) -> None:
        """Keep this many first rows and columns in view."""
        sheet.impl.record("kizunaFreeze", rows, columns)

    def choices(self, cells: xw.Range, options: Sequence[str] | xw.Range, *, message: str = "") -> None:
        """Offer a drop-down list; no options takes the list off."""
        rule = cells.impl.data_validation
        if not isinstance(options, xw.Range) and not options:
            rule.delete()
            return
        source = options.impl if isinstance(options, xw.Range) else list(options)
        rule.offer(source, message=message[:_LONGEST_MESSAGE], allow_other=not message)

    def very_hidden(self, sheet: xw.Sheet, *, hidden: bool = True) -> None:
        """Hide a sheet so that a person's menu does not list it, or show it."""
        sheet.impl.set_state("veryHidden" if hidden else "visible")

    def is_very_hidden(self, sheet: xw.Sheet) -> bool:
        """Say whether a sheet is hidden that way."""
        return bool(sheet.impl.state == "veryHidden")

    def mark_read_only(self, cells: xw.Range, *, message: str = "") -> None:
        """Show that what is typed here is not sent."""
        cells.color = READ_ONLY_FILL
        cells.font.color = READ_ONLY_LETTERS
        cells.impl.record("kizunaMessage", message[:_LONGEST_MESSAGE] or None)

    def color_by_text(self, cells: xw.Range, colors: Mapping[str, Color]) -> None:
        """Colour cells by the text they hold."""
        cells.impl.record("kizunaColorByText", [[text, color_text(color)] for text, color in colors.items()])

    def literal(self, text: str) -> str:
        """Return the text with a leading apostrophe doubled: the client's program takes the first for itself."""
        return f"'{text}" if text.startswith("'") else text

    def status(self, app: xw.App, text: str | None) -> None:
        """Show a text at the foot of the client's window."""
        app.impl.books.active.recorder.on_book("kizunaStatus", text)

    def beside(self, book: xw.Book, ending: str) -> Path | None:  # noqa: ARG002  # the order of every host
        """Return None: the workbook is on the client's disk."""
        return None

    def computes(self) -> bool:
        """Say yes: what a client sends has been computed there."""
        return True

    def is_protected(self, sheet: xw.Sheet) -> bool:  # noqa: ARG002  # every host is asked in the same words
        """Say no: clients do not tell."""
        return False

    def is_read_only(self, book: xw.Book) -> bool:  # noqa: ARG002  # every host is asked in the same words
        """Say no: clients do not tell."""
        return False

    def formula_areas(self, sheet: xw.Sheet) -> Sequence[xw.Range]:  # noqa: ARG002  # every host is asked in the same words
        """Return nothing: functions of ours are not computed here."""
        return ()

    def filter_again(self, table: xw.main.Table) -> None:
        """Let the client apply the filter again; one from before that was an action shows rows it should hide."""
        if table.impl.parent.book.recorder.knows("kizunaFilterAgain"):
            table.impl.record("kizunaFilterAgain")

    def close_undo(self, book: xw.Book) -> None:
        """Do nothing: Excel empties its undo list itself when VBA writes into cells."""


def capabilities() -> PayloadCapabilities:
    """Return them, as `kizuna_addin.hosts.capabilities` asks."""
    return PayloadCapabilities()
