"""A rectangle of cells in a client's workbook."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts import values
from kizuna_addin.hosts.files import cells, shift
from kizuna_addin.hosts.files.areas import Area
from kizuna_addin.hosts.payload.looks import Font, KnownLooks, color_text
from kizuna_addin.hosts.payload.missing import names_what_is_missing, unsupported
from kizuna_addin.hosts.payload.notes import DataValidation, Note

# What the client's ParseIso takes for a date: numbers between two hyphens, whatever follows.
_TAKEN_FOR_A_DATE = re.compile(r"[^-T]*\d[^-T]*-[^-T]*\d[^-T]*-[^-T]*\d")


@names_what_is_missing
class Range(base_classes.Range):
    """Cells of one sheet: `inner` is the copy they are read from."""

    max_cells_per_read = None
    max_cells_per_write = None
    has_array = False

    def __init__(self, sheet: Any, inner: Any) -> None:
        self.sheet = sheet
        self.inner = inner
        self.options: dict[str, Any] = {}

    @property
    def area(self) -> Area:
        """The rectangle."""
        found: Area = self.inner.area
        return found

    @property
    def first_area(self) -> Area:
        """The first cell."""
        return Area(self.area.top, self.area.left, self.area.top, self.area.left)

    @property
    def looks(self) -> KnownLooks:
        """What was set on this sheet in this run."""
        found: KnownLooks = self.sheet.looks
        return found

    def record(self, func: str, *args: Any, **more: Any) -> None:
        """Add an action on these cells."""
        self.sheet.book.recorder.on_cells(func, self.sheet.index, self.area, *args, **more)

    def _like(self, inner: Any) -> Range:
        return Range(self.sheet, inner)

    api = property(lambda self: self.inner.api)
    coords = property(lambda self: self.inner.coords)
    row = property(lambda self: self.inner.row)
    column = property(lambda self: self.inner.column)
    shape = property(lambda self: self.inner.shape)
    address = property(lambda self: self.inner.address)
    current_region = property(lambda self: self._like(self.inner.current_region))

    def __len__(self) -> int:
        return len(self.inner)

    def __call__(self, arg1: int, arg2: int | None = None) -> Range:
        """Return one cell by its row and column inside the range, or by its number along the rows."""
        return self._like(self.inner(arg1, arg2))

    def end(self, direction: str) -> Range:
        """Return the cell that Ctrl+arrow reaches from the first cell."""
        return self._like(self.inner.end(direction))

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:  # noqa: FBT001
        """Return the address as asked; external means with workbook and sheet."""
        return str(self.inner.get_address(row_absolute, col_absolute, external))

    @property
    def raw_value(self) -> Any:
        """A scalar for one cell, else rows of values."""
        return self.inner.raw_value

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        rows = [[values.prepared(one) for one in line] for line in self._rows(value)]
        dates = [
            [down, across]
            for down, line in enumerate(rows)
            for across, one in enumerate(line)
            if isinstance(one, dt.date)
        ]
        sent = [[_iso(one) if isinstance(one, dt.date) else one for one in line] for line in rows]
        if self.sheet.book.recorder.extended:
            self.record("kizunaSetValues", values=sent, dates=dates)
        else:
            self._mind_hyphens(rows)
            self.record("setValues", values=sent)
        self.inner.raw_value = [[_entered(one) for one in line] for line in rows]
        for down, line in enumerate(rows):
            for across, one in enumerate(line):
                if isinstance(one, str) and one.startswith("'="):
                    cell = cells.own(self.inner.api, self.row + down, self.column + across)
                    cells.put(cell, one[1:], self.inner.sheet.book.formats, formulas=False)

    def _rows(self, value: Any) -> list[list[Any]]:
        height, width = self.shape
        if not isinstance(value, list | tuple):
            return [[value] * width for _ in range(height)]
        if not value or not isinstance(value[0], list | tuple):
            return [list(value) for _ in range(height)]
        return [list(line) for line in value]

    @staticmethod
    def _mind_hyphens(rows: list[list[Any]]) -> None:
        for line in rows:
            for one in line:
                if isinstance(one, str) and _TAKEN_FOR_A_DATE.match(one):
                    raise unsupported(f"Writing the text {one[:30]!r}, which this client would turn into a date,")

    @property
    def formula(self) -> Any:
        """What the formula bar shows; only our clients send formulas."""
        self.sheet.book.recorder.need("Range.formula")
        return self.inner.formula

    @formula.setter
    def formula(self, value: Any) -> None:
        if isinstance(value, str) and value.startswith("="):
            self.record("kizunaSetFormula", value)
            self.inner.formula = value
        else:
            self.raw_value = value

    formula2 = formula

    def clear_contents(self) -> None:
        """Empty the cells; formats, notes and rules stay."""
        self.record("rangeClearContents")
        self.inner.clear_contents()

    def clear_formats(self) -> None:
        """Take the formats off."""
        self.record("rangeClearFormats")
        self.inner.clear_formats()
        self.looks.keep("color", self.area, None)

    def clear(self) -> None:
        """Empty the cells and take formats, notes and rules off."""
        self.record("rangeClear")
        self.inner.clear()
        self.looks.keep("color", self.area, None)

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        """Move what is here down or right, with all that hangs on the cells."""
        if copy_origin not in (None, "format_from_left_or_above"):
            raise unsupported(f"Range.insert with {copy_origin}")
        way = self._way(shift, "down", "right")
        self.inner.insert(way, copy_origin)
        self.record("rangeInsert", way)
        self.looks.forget()

    def delete(self, shift: str | None = None) -> None:
        """Take the cells out and move up or left what lies behind them."""
        way = self._way(shift, "up", "left")
        self.inner.delete(way)
        self.record("rangeDelete", way)
        self.looks.forget()

    def _way(self, shift: str | None, vertical: str, horizontal: str) -> str:
        if self.area.whole_rows or self.area.whole_columns:
            return vertical if self.area.whole_rows else horizontal
        return shift or (vertical if self.area.columns >= self.area.rows else horizontal)

    def copy(self, destination: Any = None) -> None:
        """Copy values, formulas and formats to another place."""
        if destination is None:
            raise unsupported("Range.copy to the clipboard")
        target = destination.impl
        self.record("copyRange", target.sheet.index - 1, target.address)
        shift.copy_cells(self.inner, target.inner)
        target.looks.forget()

    def select(self) -> None:
        """Select the cells."""
        self.record("rangeSelect")

    def autofit(self, axis: str | None = None) -> None:
        """Fit column widths or row heights to what the cells show."""
        if axis not in ("rows", "r"):
            self.record("setAutofit", "columns")
        if axis not in ("columns", "c"):
            self.record("setAutofit", "rows")

    def add_hyperlink(self, address: str, text_to_display: str | None = None, screen_tip: str | None = None) -> None:
        """Make the first cell a link."""
        self.record("addHyperlink", address, text_to_display or address, screen_tip or address)
        self.inner.add_hyperlink(address, text_to_display, screen_tip)

    @property
    def font(self) -> Font:
        """How the letters look."""
        return Font(self)

    @property
    def number_format(self) -> str | None:
        """The number format that this run set."""
        found: str | None = self.looks.find("number_format", self.area)
        return found

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.record("setNumberFormat", value)
        self.looks.keep("number_format", self.area, value)
        self.inner.number_format = value

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The fill that this run gave the first cell."""
        found: tuple[int, int, int] | None = self.looks.find("color", self.first_area)
        return found

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        if color_or_rgb is None:
            self.record("kizunaNoColor")
        else:
            self.record("setRangeColor", color_text(color_or_rgb))
        self.inner.color = color_or_rgb
        self.looks.keep("color", self.area, self.inner.color)

    def _sized(name: str, func: str) -> Any:  # type: ignore[misc]  # noqa: N805  # makes a property of this class
        def get(self: Range) -> Any:
            return self.looks.find(name, self.area)

        def put(self: Range, value: Any) -> None:
            self.record(func, value)
            self.looks.keep(name, self.area, value)

        return property(get, put)

    column_width = _sized("column_width", "kizunaColumnWidth")
    row_height = _sized("row_height", "kizunaRowHeight")
    column_hidden = _sized("column_hidden", "kizunaHideColumns")
    row_hidden = _sized("row_hidden", "kizunaHideRows")

    @property
    def data_validation(self) -> DataValidation:
        """The rule for what may be typed here."""
        return DataValidation(self)

    @property
    def note(self) -> Note | None:
        """The note that this run put on the first cell; notes of before are not told."""
        return None if self.inner.note is None else Note(self, self.inner.note)

    def add_note(self, text: str) -> Note:
        """Put a note on the first cell."""
        self._like(self.inner(1, 1)).record("kizunaNote", text)
        return Note(self, self.inner.add_note(text))

    @property
    def name(self) -> Any:
        """The name given to exactly these cells; ``None`` for none."""
        return next((n for n in self.sheet.book.names.all() if n.inner.is_for(self.inner)), None)

    @name.setter
    def name(self, value: str) -> None:
        self.record("setRangeName", value)
        self.inner.name = value

    @property
    def table(self) -> Any:
        """The table the first cell lies in."""
        return next((one for one in self.sheet.tables if one.inner.area.holds(self.first_area)), None)


def _iso(moment: dt.date) -> str:
    full = moment if isinstance(moment, dt.datetime) else dt.datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    return full.isoformat(timespec="seconds")


def _entered(value: values.Prepared) -> values.Prepared:
    """Return what a program makes of a value it is given: it takes a first apostrophe for itself."""
    return value[1:] if isinstance(value, str) and value.startswith("'") else value
