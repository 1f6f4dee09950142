"""A report on paper: title, chart, table, page numbers; A4, with its font embedded."""

from __future__ import annotations

from datetime import date
from functools import partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from kizuna.offers import ReportTable, look_of
from kizuna.printing.charts import chart_of
from kizuna.printing.fonts import LabelFont
from kizuna.printing.numbers import RIGHT, readable

WIDE = 7
"""A table of more columns lies across the page."""

MARGIN = 15 * mm
HEAD = colors.HexColor("#1F4E79")
BAND = colors.HexColor("#F3F6FA")
RULE = colors.HexColor("#C9D3DF")
QUIET = colors.HexColor("#5B6775")
SMALLEST, LARGEST = 0.04, 0.34
PADDING = 12.5
"""Points beside a cell's words: six on either side, and a little so that words that just fit are not broken."""
SHORT = 22 * mm
"""A column no wider than this is never broken into lines while there is room for the others."""
LEAST_LEFT = 0.3


def report_pdf(table: ReportTable, font: LabelFont, *, today: date, language: str = "ja") -> bytes:
    """Return a report as PDF."""
    pdfmetrics.registerFont(font.face)
    page = landscape(A4) if len(table.columns) > WIDE else A4
    width = page[0] - 2 * MARGIN
    title = font.printable(table.title.in_language(language))
    story: list[Flowable] = [Paragraph(escape(title), _style(font, 16, HEAD, leading=22)), Spacer(1, 2 * mm)]
    if note := table.note.in_language(language):
        story += [Paragraph(escape(font.printable(note)), _style(font, 9, QUIET)), Spacer(1, 3 * mm)]
    if table.chart is not None and table.columns and len(table.columns[0]):
        story += [chart_of(table, font, width, language), Spacer(1, 4 * mm)]
    story.append(_table(table, font, width, language))
    out = BytesIO()
    foot = partial(_foot, font=font, said=f"{title}  {today.isoformat()}")
    document = SimpleDocTemplate(
        out, pagesize=page, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN, title=title,
        author="Kizuna", invariant=True,
    )  # fmt: skip
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _table(table: ReportTable, font: LabelFont, width: float, language: str) -> Table:
    looks = [look_of(table.looks, place) for place in range(len(table.columns))]
    shown = [
        [readable(one, look, language) for one in column] for column, look in zip(table.columns, looks, strict=True)
    ]
    heads = [one.in_language(language) for one in table.headings]
    left, right = _style(font, 8, colors.black), _style(font, 8, colors.black, right=True)
    head, head_right = _style(font, 8, colors.white), _style(font, 8, colors.white, right=True)

    def cell(text: str, style: ParagraphStyle) -> Paragraph:
        return Paragraph(escape(font.printable(text)), style)

    lines = [[cell(one, head_right if look in RIGHT else head) for one, look in zip(heads, looks, strict=True)]]
    styles = [right if look in RIGHT else left for look in looks]
    lines += [[cell(one, style) for one, style in zip(row, styles, strict=True)] for row in zip(*shown, strict=True)]
    made = Table(lines, colWidths=widths(heads, shown, font, width), repeatRows=1)
    made.setStyle(
        [
            ("BACKGROUND", (0, 0), (-1, 0), HEAD),
            ("ROWBACKGROUNDS", (0, 1), (-1, -1), [colors.white, BAND]),
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, RULE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]
    )
    return made


def widths(heads: list[str], shown: list[list[str]], font: LabelFont, width: float) -> list[float]:
    """Share the page's width by what the columns need: what is short (numbers, dates, names) whole, what is long in lines."""
    wanted = [
        max(font.measure(one, 8) for one in [head, *column[:200]]) + PADDING
        for head, column in zip(heads, shown, strict=True)
    ]
    if sum(wanted) <= width:
        return [one * width / sum(wanted) for one in wanted]
    short = [one <= SHORT for one in wanted]
    left = width - sum(one for one, fits in zip(wanted, short, strict=True) if fits)
    bounded = [min(max(one, SMALLEST * width), LARGEST * width) for one in wanted]
    long = sum(one for one, fits in zip(bounded, short, strict=True) if not fits)
    if not long or left < LEAST_LEFT * width:
        return [one * width / sum(bounded) for one in bounded]
    return [need if fits else one * left / long for need, one, fits in zip(wanted, bounded, short, strict=True)]


def _style(
    font: LabelFont, size: float, colour: Any, *, right: bool = False, leading: float | None = None
) -> ParagraphStyle:
    return ParagraphStyle(
        "kizuna",
        fontName=font.name,
        fontSize=size,
        leading=leading or size * 1.35,
        textColor=colour,
        alignment=2 if right else 0,
        wordWrap="CJK",
    )


def _foot(canvas: Canvas, document: SimpleDocTemplate, *, font: LabelFont, said: str) -> None:
    canvas.saveState()
    canvas.setFont(font.name, 7.5)
    canvas.setFillColor(QUIET)
    canvas.drawString(MARGIN, 8 * mm, said)
    canvas.drawRightString(document.pagesize[0] - MARGIN, 8 * mm, str(canvas.getPageNumber()))
    canvas.restoreState()
