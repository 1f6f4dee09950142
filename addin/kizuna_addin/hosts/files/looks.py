"""How a rectangle of cells looks: letters, formats, colours, sizes, what is hidden."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.files import columns, formats
from kizuna_addin.hosts.files.areas import Area


class RangeLooks(base_classes.Range):
    """The half of a range that reads and sets looks; `Range` gives it its place."""

    sheet: Any
    area: Area

    @property
    def font(self) -> formats.Font:
        """How the letters look."""
        return formats.Font(self)

    @property
    def number_format(self) -> str | None:
        """The number format; ``None`` when the cells differ."""
        return formats.number_format(self)

    @number_format.setter
    def number_format(self, value: str) -> None:
        formats.set_number_format(self, value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The fill of the first cell."""
        return formats.color(self)

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        formats.set_color(self, color_or_rgb)

    @property
    def wrap_text(self) -> bool:
        """Whether long text goes on in a next line."""
        return bool(formats.first(self).alignment.wrap_text)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        formats.align(self, wrap_text=value)

    @property
    def horizontal_alignment(self) -> str | None:
        """Where the text stands from left to right."""
        return formats.first(self).alignment.horizontal or "general"

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        formats.align(self, horizontal=formats.HORIZONTAL.get(value, value))

    @property
    def vertical_alignment(self) -> str | None:
        """Where the text stands from top to bottom."""
        return formats.first(self).alignment.vertical or "bottom"

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        formats.align(self, vertical=value)

    @property
    def column_width(self) -> float | None:
        """The columns' width in characters; ``None`` when they differ."""
        widths = {columns.width(self.sheet.api, n) for n in range(self.area.left, self.area.right + 1)}
        return widths.pop() if len(widths) == 1 else None

    @column_width.setter
    def column_width(self, value: float) -> None:
        for number in range(self.area.left, self.area.right + 1):
            columns.own(self.sheet.api, number).width = value

    @property
    def row_height(self) -> float | None:
        """The rows' height in points; ``None`` when they differ."""
        return formats.row_height(self)

    @row_height.setter
    def row_height(self, value: float) -> None:
        for row in range(self.area.top, self.area.bottom + 1):
            self.sheet.api.row_dimensions[row].height = value

    @property
    def row_hidden(self) -> bool:
        """Whether every row is hidden."""
        rows = self.sheet.api.row_dimensions
        return all(n in rows and rows[n].hidden for n in range(self.area.top, self.area.bottom + 1))

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        for row in range(self.area.top, self.area.bottom + 1):
            self.sheet.api.row_dimensions[row].hidden = value

    @property
    def column_hidden(self) -> bool:
        """Whether every column is hidden."""
        found = [columns.find(self.sheet.api, n) for n in range(self.area.left, self.area.right + 1)]
        return all(dimension is not None and dimension.hidden for dimension in found)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        for number in range(self.area.left, self.area.right + 1):
            columns.own(self.sheet.api, number).hidden = value

    def autofit(self, axis: str | None = None) -> None:
        """Fit column widths to what the cells show; heights are left to the program that opens the file."""
        formats.autofit(self.sheet.api, self.area, self.sheet.book.formats, axis)
