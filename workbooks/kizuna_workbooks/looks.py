"""How template workbooks look: one palette, one font, number formats by what a column holds."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from kizuna import Look

FAMILY = "Yu Gothic"
DARK, LIGHT, PAPER, INK, QUIET, RULE = "1F4E79", "DDEBF7", "FFF8E1", "1D2733", "5B6775", "BFCBD8"

TITLE = Font(name=FAMILY, size=16, bold=True, color=DARK)
SECTION = Font(name=FAMILY, size=12, bold=True, color=DARK)
HEADING = Font(name=FAMILY, size=10, bold=True, color="FFFFFF")
BODY = Font(name=FAMILY, size=10, color=INK)
NOTE = Font(name=FAMILY, size=10, color=QUIET)

HEADING_FILL = PatternFill("solid", fgColor=DARK)
BAND_FILL = PatternFill("solid", fgColor="F3F6FA")
INPUT_FILL = PatternFill("solid", fgColor=PAPER)
LABEL_FILL = PatternFill("solid", fgColor=LIGHT)

REST = Font(name=FAMILY, size=10, bold=True, color="C00000")
UNSEEN = Font(color="FFFFFF")
UNSEEN_FILL = PatternFill("solid", bgColor="FFFFFF")

LINE = Border(bottom=Side("hair", color=RULE))
BOX = Border(*[Side("thin", color=RULE)] * 4)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
INDENTED = Alignment(horizontal="left", indent=1)
WRAPPED = Alignment(vertical="top", wrap_text=True)

FORMATS: Mapping[Look, str] = {
    "text": "General",
    "date": "yyyy-mm-dd",
    "number": "#,##0",
    "money": '"¥"#,##0;[Red]-"¥"#,##0',
    "percent": "0.0%",
    "small-percent": "0.00%",
    "input": "General",
}
