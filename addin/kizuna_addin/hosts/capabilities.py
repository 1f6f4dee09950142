"""What a host can do beyond xlwings' public API; nothing outside `kizuna_addin.hosts` knows which host it is."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import xlwings as xw

Color: TypeAlias = tuple[int, int, int]

# Grey letters on a light ground: what a person cannot change looks like what Excel greys out.
READ_ONLY_FILL: Color = (242, 242, 242)
READ_ONLY_LETTERS: Color = (118, 118, 118)


class Capabilities(Protocol):
    """The things the add-in asks of every host."""

    def freeze(self, sheet: xw.Sheet, *, rows: int = 0, columns: int = 0) -> None:
        """Keep this many first rows and columns in view; 0 and 0 lets everything scroll."""

    def choices(self, cells: xw.Range, options: Sequence[str] | xw.Range, *, message: str = "") -> None:
        """Offer a drop-down list; no options takes the list off.

        Other text is refused with `message` when there is one, else allowed. Options longer than 255 characters
        together, or with a comma, must be cells: pass a range.
        """

    def very_hidden(self, sheet: xw.Sheet, *, hidden: bool = True) -> None:
        """Hide a sheet so that a person's menu does not list it, or show it."""

    def is_very_hidden(self, sheet: xw.Sheet) -> bool:
        """Say whether a sheet is hidden that way."""

    def mark_read_only(self, cells: xw.Range, *, message: str = "") -> None:
        """Show that what is typed here is not sent: grey, and `message` when a cell is selected."""

    def color_by_text(self, cells: xw.Range, colors: Mapping[str, Color]) -> None:
        """Colour cells by the text they hold, following later changes; replaces earlier rules of these cells."""

    def literal(self, text: str) -> str:
        """Return what to write into a cell formatted as text so that it then holds exactly `text`."""

    def status(self, app: xw.App, text: str | None) -> None:
        """Show a text at the foot of the window; ``None`` gives the place back."""

    def beside(self, book: xw.Book, ending: str) -> Path | None:
        """Return where a small file that belongs to a workbook may stand; None where the workbook is no file here."""

    def computes(self) -> bool:
        """Say whether formulas get results here."""

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Say whether the sheet's protection would keep us from writing."""

    def is_read_only(self, book: xw.Book) -> bool:
        """Say whether the workbook is open for reading only, or its file lets nobody write; a new one never is."""

    def formula_areas(self, sheet: xw.Sheet) -> Sequence[xw.Range]:
        """Return the cells that hold formulas, neighbours together; nothing where functions of ours cannot be computed."""

    def filter_again(self, table: xw.main.Table) -> None:
        """Hide and show a table's rows as its filter says, where rows were taken out under one; sorts nothing."""

    def close_undo(self, book: xw.Book) -> None:
        """Keep the program's own undo from stepping behind now, where it could part the sheets from the memory."""


def hidden_neighbour(path: Path, ending: str) -> Path | None:
    """Return the path of a file that hides beside a workbook's; None while the workbook has not been saved."""
    return path.with_name(f".~kizuna-{path.name}{ending}") if path.is_file() else None


def lets_nobody_write(path: Path) -> bool:
    """Say whether a file is marked read-only, or this person may not write to it; one that is not there yet is neither."""
    try:
        # The administrator may write to every file, and a new file can take a marked one's place: the mark is a wish.
        return not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK)
    except OSError:
        return False


def bring_forward(sheet: xw.Sheet) -> None:
    """Show a sheet first; xlwings' own `activate` looks for a running Excel, which not every host has."""
    sheet.impl.activate()


def of(holder: xw.App | xw.Book | xw.Sheet | xw.Range) -> Capabilities:
    """Return the capabilities of the host that something lives in."""
    return _by_engine(_app(holder).engine.name)


def _app(holder: xw.App | xw.Book | xw.Sheet | xw.Range) -> xw.App:
    if isinstance(holder, xw.App):
        return holder
    if isinstance(holder, xw.Book):
        return holder.app
    if isinstance(holder, xw.Sheet):
        return holder.book.app
    return holder.sheet.book.app


def _by_engine(name: str) -> Capabilities:
    if name == "files":
        from kizuna_addin.hosts.files.capabilities import FilesCapabilities

        return FilesCapabilities()
    if name == "excel":
        from kizuna_addin.hosts.excel import ExcelCapabilities

        return ExcelCapabilities()
    from importlib import import_module

    # The host over LibreOffice needs its program's own Python module, which most machines lack.
    capabilities: Capabilities = import_module(f"kizuna_addin.hosts.{name}.capabilities").capabilities()
    return capabilities
