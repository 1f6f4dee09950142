"""Message boxes of a Calc that somebody sits at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bridge import enum

if TYPE_CHECKING:
    from .books import Book

# com.sun.star.awt.MessageBoxButtons and MessageBoxResults
_BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
_PRESSED = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}


def ask(book: Book | None, prompt: str, title: str, buttons: str, *, critical: bool) -> str:
    """Return the button a person pressed: ok, cancel, yes or no; without an open workbook there is no window to ask in."""
    if book is None:
        raise NotImplementedError("App.alert without an open workbook is not available in LibreOffice")
    window = book.xl.CurrentController.Frame.ContainerWindow
    # A box that asks has the question mark; LibreOffice puts buttons of its own choice on an information box.
    kind = "ERRORBOX" if critical else "INFOBOX" if buttons == "ok" else "QUERYBOX"
    box = window.Toolkit.createMessageBox(
        window, enum("com.sun.star.awt.MessageBoxType", kind), _BUTTONS[buttons], title, prompt
    )
    return _PRESSED[box.execute()]
