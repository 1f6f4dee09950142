"""Charts on paper: bars, lines, and the Pareto chart that is both."""

from __future__ import annotations

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib import colors

from kizuna.offers import ReportTable, look_of
from kizuna.printing.fonts import LabelFont
from kizuna.printing.numbers import plotted, readable

MOST_PLACES = 24
"""More labels than this cannot be read side by side; the table below has the rest."""

HEIGHT = 190.0
COLOURS = [colors.HexColor(one) for one in ("#2E75B6", "#ED7D31", "#70AD47", "#7F6FB5")]


def chart_of(table: ReportTable, font: LabelFont, width: float, language: str) -> Drawing:
    """Return the chart of a report that has one."""
    chart = table.chart
    assert chart is not None
    count = min(MOST_PLACES, len(table.columns[chart.labels]) - chart.without_last)
    names = [readable(one, "text", language) for one in table.columns[chart.labels][:count]]
    series = [[plotted(one) for one in table.columns[place][:count]] for place in chart.values]
    drawing = Drawing(width, HEIGHT + 22)
    both = chart.kind == "pareto" and len(series) > 1
    bars = HorizontalLineChart() if chart.kind == "line" else VerticalBarChart()
    bars.data = [tuple(one) for one in (series[:1] if both else series)]
    _place(bars, names, font, width, right=both)
    for place in range(len(bars.data)):
        if chart.kind == "line":
            bars.lines[place].strokeColor = COLOURS[place % len(COLOURS)]
            bars.lines[place].strokeWidth = 1.6
        else:
            bars.bars[place].fillColor = COLOURS[place % len(COLOURS)]
            bars.bars[place].strokeColor = None
    lowest = min((one for values in bars.data for one in values), default=0.0)
    bars.valueAxis.valueMin = min(0.0, lowest)
    look = look_of(table.looks, chart.values[0])
    bars.valueAxis.labelTextFormat = lambda value: readable(value, look, language)
    drawing.add(bars)
    if both:
        line = HorizontalLineChart()
        line.data = [tuple(series[1])]
        _place(line, ["" for _ in names], font, width, right=True)
        line.lines[0].strokeColor = COLOURS[1]
        line.lines[0].strokeWidth = 1.8
        line.valueAxis.valueMin, line.valueAxis.valueMax = 0.0, 1.0
        line.valueAxis.labelTextFormat = lambda value: readable(value, "percent", language)
        line.valueAxis.joinAxisMode, line.valueAxis.visibleGrid = "right", False
        line.valueAxis.labels.dx = 32
        line.categoryAxis.visible = False
        drawing.add(line)
    heads = [table.headings[place].in_language(language) for place in chart.values]
    for place, head in enumerate(heads):
        x = 48.0 + place * 150
        drawing.add(Rect(x, HEIGHT + 8, 9, 9, fillColor=COLOURS[place % len(COLOURS)], strokeColor=None))
        drawing.add(String(x + 13, HEIGHT + 9, font.printable(head), fontName=font.name, fontSize=8))
    return drawing


def _place(
    chart: VerticalBarChart | HorizontalLineChart, names: list[str], font: LabelFont, width: float, *, right: bool
) -> None:
    chart.x, chart.y = 56, 52
    chart.width, chart.height = width - (112 if right else 66), HEIGHT - 56
    chart.categoryAxis.categoryNames = [font.printable(one if len(one) < 15 else one[:13] + "…") for one in names]
    labels = chart.categoryAxis.labels
    labels.fontName = chart.valueAxis.labels.fontName = font.name
    labels.fontSize = chart.valueAxis.labels.fontSize = 7
    labels.angle, labels.boxAnchor, labels.dy = (0, "n", -2) if len(names) <= 6 else (30, "ne", -2)
    chart.valueAxis.visibleGrid = True
    chart.valueAxis.gridStrokeColor = colors.HexColor("#E3E8EE")
    chart.valueAxis.visibleAxis = False
