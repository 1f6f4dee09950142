"""Charts on a sheet."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from .bridge import struct
from .drawings import _Drawn, points
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .sheets import Sheet

# Each of Excel's chart types as LibreOffice's diagram and the diagram's switches.
_TYPES: dict[str, tuple[str, dict[str, bool]]] = {
    "column_clustered": ("BarDiagram", {"Vertical": False, "Stacked": False, "Percent": False}),
    "column_stacked": ("BarDiagram", {"Vertical": False, "Stacked": True, "Percent": False}),
    "column_stacked_100": ("BarDiagram", {"Vertical": False, "Stacked": False, "Percent": True}),
    "bar_clustered": ("BarDiagram", {"Vertical": True, "Stacked": False, "Percent": False}),
    "bar_stacked": ("BarDiagram", {"Vertical": True, "Stacked": True, "Percent": False}),
    "bar_stacked_100": ("BarDiagram", {"Vertical": True, "Stacked": False, "Percent": True}),
    "line": ("LineDiagram", {"Stacked": False, "Percent": False}),
    "line_stacked": ("LineDiagram", {"Stacked": True, "Percent": False}),
    "area": ("AreaDiagram", {"Stacked": False, "Percent": False}),
    "area_stacked": ("AreaDiagram", {"Stacked": True, "Percent": False}),
    "pie": ("PieDiagram", {}),
    "doughnut": ("DonutDiagram", {}),
    "radar": ("NetDiagram", {}),
    "xy_scatter": ("XYDiagram", {}),
}


@names_what_is_missing
class Chart(base_classes.Chart):
    """One chart: an embedded document and the shape that shows it."""

    def __init__(self, sheet: Sheet, shape: Any) -> None:
        self.sheet = sheet
        self.shape = shape

    @property
    def xl(self) -> Any:
        """LibreOffice's table chart; its name never changes, what people call the chart is the shape's name."""
        return self.sheet.xl.Charts.getByName(self.shape.PersistName)

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def parent(self) -> Sheet:
        return self.sheet

    @property
    def name(self) -> str:
        return str(self.shape.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.shape.Name = value

    def set_source_data(self, rng: Any, plot_by: str | None = None) -> None:
        if plot_by == "rows":
            raise NotImplementedError("Chart.set_source_data by rows is not available in LibreOffice")
        cells = getattr(rng, "impl", rng)
        chart = self.xl
        chart.HasColumnHeaders = True
        body = cells.cells_of(cells.area).getDataArray()
        chart.HasRowHeaders = len(body) > 1 and any(isinstance(row[0], str) and row[0] for row in body[1:])
        chart.setRanges((cells.address_of_cells,))

    @property
    def chart_type(self) -> str:
        diagram = self.xl.EmbeddedObject.Diagram
        kind = str(diagram.DiagramType).rpartition(".")[2]
        for name, (known, switches) in _TYPES.items():
            if known == kind and all(bool(getattr(diagram, switch)) is on for switch, on in switches.items()):
                return name
        raise NotImplementedError(f"Chart type {kind} of LibreOffice has no name in xlwings")

    @chart_type.setter
    def chart_type(self, value: str) -> None:
        if value not in _TYPES:
            raise NotImplementedError(f"Chart type {value!r} is not available in LibreOffice")
        kind, switches = _TYPES[value]
        document = self.xl.EmbeddedObject
        diagram = document.createInstance(f"com.sun.star.chart.{kind}")
        document.setDiagram(diagram)
        for switch, on in switches.items():
            setattr(document.Diagram, switch, on)

    @property
    def title(self) -> str | None:
        document = self.xl.EmbeddedObject
        return str(document.Title.String) if document.HasMainTitle else None

    @title.setter
    def title(self, value: str | None) -> None:
        document = self.xl.EmbeddedObject
        document.HasMainTitle = value is not None
        if value is not None:
            document.Title.String = value

    @property
    def left(self) -> float:
        return points(self.shape.Position.X)

    @left.setter
    def left(self, value: float) -> None:
        self._place(left=value)

    @property
    def top(self) -> float:
        return points(self.shape.Position.Y)

    @top.setter
    def top(self, value: float) -> None:
        self._place(top=value)

    @property
    def width(self) -> float:
        return points(self.shape.Size.Width)

    @width.setter
    def width(self, value: float) -> None:
        self._place(width=value)

    @property
    def height(self) -> float:
        return points(self.shape.Size.Height)

    @height.setter
    def height(self, value: float) -> None:
        self._place(height=value)

    def _place(self, **sides: float) -> None:
        now = {"left": self.left, "top": self.top, "width": self.width, "height": self.height, **sides}
        now = {side: round(value * 2540 / 72) for side, value in now.items()}
        self.shape.setSize(struct("com.sun.star.awt.Size", Width=now["width"], Height=now["height"]))
        self.shape.setPosition(struct("com.sun.star.awt.Point", X=now["left"], Y=now["top"]))

    def delete(self) -> None:
        self.sheet.xl.Charts.removeByName(self.shape.PersistName)


@names_what_is_missing
class Charts(_Drawn, base_classes.Charts):
    """The charts on a sheet."""

    def _all(self) -> list[Any]:
        known = self.sheet.xl.Charts
        return [
            Chart(self.sheet, shape)
            for shape in self._shapes()
            if shape.ShapeType == "com.sun.star.drawing.OLE2Shape" and known.hasByName(shape.PersistName)
        ]

    def add(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        chart_type: str | None = None,
        source: Any = None,
        plot_by: str | None = None,
        name: str | None = None,
        anchor: Any = None,
        style: int = 227,  # noqa: ARG002 - Excel's gallery of chart styles has no counterpart
    ) -> Chart:
        """Put a chart on the sheet; place and size in points."""
        if anchor is not None:
            cells = getattr(anchor, "impl", anchor)
            left, top = cells.left, cells.top
        taken = self.sheet.xl.Charts
        inner = next(free for n in itertools.count(1) if not taken.hasByName(free := f"Chart {n}"))
        x, y, wide, high = (round((value or 0) * 2540 / 72) for value in (left, top, width, height))
        place = struct("com.sun.star.awt.Rectangle", X=x, Y=y, Width=wide, Height=high)
        before = len(self._shapes())
        taken.addNewByName(inner, place, (), True, False)
        chart = Chart(self.sheet, self._shapes()[before])
        chart.name = name or inner
        if source is not None:
            chart.set_source_data(source, plot_by)
        if chart_type is not None:
            chart.chart_type = chart_type
        return chart
