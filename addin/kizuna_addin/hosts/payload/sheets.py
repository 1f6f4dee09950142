"""The worksheets of a client's workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.files.areas import MAX_COLUMNS, MAX_ROWS, Area
from kizuna_addin.hosts.payload.looks import KnownLooks
from kizuna_addin.hosts.payload.missing import names_what_is_missing, unsupported
from kizuna_addin.hosts.payload.names import Names
from kizuna_addin.hosts.payload.ranges import Range
from kizuna_addin.hosts.payload.tables import Tables

_VISIBLE = {"visible": -1, "hidden": 0, "veryHidden": 2}


@names_what_is_missing
class Sheets(base_classes.Sheets):
    """Every worksheet in tab order, hidden ones included."""

    api = None

    def __init__(self, book: Any) -> None:
        self.book = book
        self._inner = book.inner.sheets

    @property
    def active(self) -> Sheet:
        """The sheet that shows."""
        return Sheet(self.book, self._inner.active)

    def __call__(self, name_or_index: str | int) -> Sheet:
        """Return a sheet by name or place; `KeyError` where there is none."""
        return Sheet(self.book, self._inner(name_or_index))

    def __len__(self) -> int:
        return len(self._inner)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, sheet) for sheet in self._inner)

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """Add a sheet behind the last one and make it active.

        Elsewhere the two clients of the protocol would put it at different places, so that is not supported.
        """
        count = len(self)
        if before is not None or (after is not None and after.index != count):
            raise unsupported("Sheets.add before another sheet")
        added = Sheet(self.book, self._inner.add(after=self._inner(count), name=name))
        self.book.recorder.on_book("addSheet", count, added.name)
        return added


@names_what_is_missing
class Sheet(base_classes.Sheet):
    """One worksheet."""

    api: Any = None
    book: Any = None

    def __init__(self, book: Any, inner: Any) -> None:
        self.book = book
        self.inner = inner

    @property
    def looks(self) -> KnownLooks:
        """What was set here in this run."""
        found: KnownLooks = self.book.looks.setdefault(self.inner.api, KnownLooks())
        return found

    def record(self, func: str, *args: Any) -> None:
        """Add an action on this sheet."""
        self.book.recorder.on_sheet(func, self.index, *args)

    @property
    def name(self) -> str:
        """The name on the tab."""
        return str(self.inner.name)

    @name.setter
    def name(self, value: str) -> None:
        self.record("setSheetName", value)
        self.inner.name = value

    @property
    def index(self) -> int:
        """The place among the worksheets, from 1."""
        return int(self.inner.index)

    @property
    def names(self) -> Names:
        """The names that belong to this sheet."""
        return Names(self.book, self)

    @property
    def tables(self) -> Tables:
        """The tables on this sheet."""
        return Tables(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        """What stays in view while scrolling."""
        return FreezePanes(self)

    @property
    def visible(self) -> bool:
        """Whether the tab shows."""
        return bool(self.inner.visible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.set_state("visible" if value else "hidden")

    @property
    def state(self) -> str:
        """``visible``, ``hidden`` or ``veryHidden``; only our clients tell it."""
        self.book.recorder.need("Reading whether a sheet is very hidden")
        return str(self.inner.api.sheet_state)

    def set_state(self, state: str) -> None:
        """Show or hide the sheet."""
        self.record("kizunaSheetVisible", _VISIBLE[state])
        self.inner.visible = state == "visible"
        self.inner.api.sheet_state = state

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """Return the cells named by an address, a name, a table, (row, column), four numbers or two corners."""
        one, two = (arg.inner if isinstance(arg, Range) else arg for arg in (arg1, arg2))
        found = self.inner.range(one, two)
        return Range(Sheet(self.book, found.sheet), found)

    @property
    def cells(self) -> Range:
        """Every cell."""
        return Range(self, self.inner.cells)

    @property
    def used_range(self) -> Range:
        """The smallest range that holds everything with content; A1 when there is none."""
        return Range(self, self.inner.used_range)

    def activate(self) -> None:
        """Make it the sheet that shows."""
        self.book.recorder.on_book("activateSheet", self.index - 1)
        self.inner.activate()

    def select(self) -> None:
        """Make it the sheet that shows."""
        self.activate()

    def clear_contents(self) -> None:
        """Empty every cell; formats stay."""
        self.record("sheetClearContents")
        self.inner.clear_contents()

    def clear_formats(self) -> None:
        """Take every format off."""
        self.record("sheetClearFormats")
        self.inner.clear_formats()
        self.looks.forget()

    def clear(self) -> None:
        """Empty every cell and take its format off."""
        self.record("sheetClear")
        self.inner.clear()
        self.looks.forget()

    def autofit(self, axis: str | None = None) -> None:
        """Fit widths and heights to what the cells show."""
        self.used_range.autofit(axis)

    def delete(self) -> None:
        """Take the sheet out of the workbook."""
        self.record("sheetDelete")
        self.inner.delete()


class FreezePanes(base_classes.FreezePanes):
    """What stays in view while scrolling."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Keep the rows and columns up to this range in view, as xlwings does in Excel."""
        area: Area = self._sheet.inner.range(frozen_range).area
        rows = 0 if area.whole_columns or area.bottom == MAX_ROWS else area.bottom
        columns = 0 if area.whole_rows or area.right == MAX_COLUMNS else area.right
        self._sheet.record("kizunaFreeze", rows, columns)

    def unfreeze(self) -> None:
        """Let everything scroll."""
        self._sheet.record("kizunaFreeze", 0, 0)
