"""Lines around and between cells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from .bridge import struct
from .colors import Rgb, color_number, color_parts
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .formats import FormatMixin

_UNSET = base_classes._UNSET  # noqa: SLF001 - xlwings marks "not given" by this object

# com.sun.star.table.BorderLineStyle; "slant_dash_dot" has no counterpart.
_STYLES = {
    "continuous": 0,
    "dot": 1,
    "dash": 2,
    "double": 3,
    "dash_dot": 16,
    "dash_dot_dot": 17,
}
# 1/100 mm of Excel's four weights
_WIDTHS = {"hairline": 5, "thin": 26, "medium": 53, "thick": 79}

# A side of a whole range is a field of LibreOffice's TableBorder2, which also sets the lines between the cells.
_SIDES = {
    "edge_left": "LeftLine",
    "edge_right": "RightLine",
    "edge_top": "TopLine",
    "edge_bottom": "BottomLine",
    "inside_vertical": "VerticalLine",
    "inside_horizontal": "HorizontalLine",
}
_DIAGONALS = {"diagonal_down": "DiagonalTLBR2", "diagonal_up": "DiagonalBLTR2"}


@names_what_is_missing
class Border(base_classes.Border):
    """One side of a range."""

    def __init__(self, owner: FormatMixin, side: str) -> None:
        self.owner = owner
        self.side = side

    @property
    def api(self) -> Any:
        return self._line

    @property
    def _line(self) -> Any:
        if self.side in _DIAGONALS:
            return getattr(self.owner.xl, _DIAGONALS[self.side])
        return getattr(self.owner.xl.TableBorder2, _SIDES[self.side])

    def _draw(self, *, style: int, width: int, color: int) -> None:
        line = struct("com.sun.star.table.BorderLine2", Color=color, LineStyle=style, LineWidth=width)
        line.OuterLineWidth = width
        if style == _STYLES["double"]:
            line.OuterLineWidth = line.InnerLineWidth = line.LineDistance = max(width // 3, 1)
        if self.side in _DIAGONALS:
            setattr(self.owner.xl, _DIAGONALS[self.side], line)
            return
        border = struct("com.sun.star.table.TableBorder2")
        setattr(border, _SIDES[self.side], line)
        setattr(border, f"Is{_SIDES[self.side]}Valid", True)
        self.owner.xl.TableBorder2 = border

    @property
    def _drawn(self) -> bool:
        line = self._line
        return bool(line.LineWidth or line.OuterLineWidth)

    @property
    def line_style(self) -> str | None:
        if not self._drawn:
            return "none"
        return next((name for name, number in _STYLES.items() if number == self._line.LineStyle), None)

    @line_style.setter
    def line_style(self, value: str | None) -> None:
        if value is None:
            self._draw(style=0, width=0, color=0)
        elif value not in _STYLES:
            raise NotImplementedError(f"Border line style {value!r} is not available in LibreOffice")
        else:
            line = self._line
            self._draw(style=_STYLES[value], width=line.LineWidth or _WIDTHS["thin"], color=line.Color)

    @property
    def weight(self) -> str | None:
        if not self._drawn:
            return None
        width = self._line.LineWidth
        return min(_WIDTHS, key=lambda name: abs(_WIDTHS[name] - width))

    @weight.setter
    def weight(self, value: str) -> None:
        line = self._line
        self._draw(style=line.LineStyle, width=_WIDTHS[value], color=line.Color)

    @property
    def color(self) -> Rgb | None:
        return color_parts(self._line.Color) if self._drawn else None

    @color.setter
    def color(self, value: Any) -> None:
        line = self._line
        width = line.LineWidth or _WIDTHS["thin"]
        self._draw(style=line.LineStyle, width=width, color=color_number(value))


@names_what_is_missing
class Borders(base_classes.Borders):
    """The sides of a range."""

    def __init__(self, owner: FormatMixin) -> None:
        self.owner = owner

    @property
    def api(self) -> Any:
        return self.owner.xl.TableBorder2

    def __getitem__(self, side: str) -> Border:
        return Border(self.owner, side)

    def _shared(self, attribute: str) -> Any:
        area = self.owner.area
        sides = [
            side
            for side in base_classes.BORDER_GRID_SIDES
            if (side != "inside_vertical" or area.columns > 1) and (side != "inside_horizontal" or area.rows > 1)
        ]
        values = {getattr(self[side], attribute) for side in sides}
        return values.pop() if len(values) == 1 else None

    @property
    def line_style(self) -> Any:
        return self._shared("line_style")

    @line_style.setter
    def line_style(self, value: str | None) -> None:
        self.set(base_classes.BORDER_GRID_SIDES, line_style=value)

    @property
    def weight(self) -> Any:
        return self._shared("weight")

    @weight.setter
    def weight(self, value: str) -> None:
        self.set(base_classes.BORDER_GRID_SIDES, weight=value)

    @property
    def color(self) -> Any:
        return self._shared("color")

    @color.setter
    def color(self, value: Any) -> None:
        self.set(base_classes.BORDER_GRID_SIDES, color=value)

    def set(
        self,
        which: Iterable[str] = base_classes.BORDER_GRID_SIDES,
        *,
        line_style: Any = _UNSET,
        weight: Any = _UNSET,
        color: Any = _UNSET,
    ) -> None:
        for side in which:
            border = self[side]
            # The line style comes last, so that None ends with no line, as in Excel.
            if color is not _UNSET:
                border.color = color
            if weight is not _UNSET:
                border.weight = weight
            if line_style is not _UNSET:
                border.line_style = line_style

    def clear(self, which: Iterable[str] = base_classes.BORDER_GRID_SIDES) -> None:
        self.set(which, line_style=None)
