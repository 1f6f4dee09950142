"""A workbook's sheets as the add-in's own Python is told of them, and formulas in Excel's notation."""

from __future__ import annotations

import math
import re
from typing import Any

# What stands before a function's name in a formula that was entered with the wizard's help.
WIZARDS_PREFIX = "ORG.KIZUNA.FUNCTIONS."
MEMORY = "_kizuna"
# Of a sheet that is looked at for neighbours; larger ones are asked cell by cell.
MOST_CELLS = 1_500_000
# As Calc writes a number into a formula; Python reads "nan", "1_000" and "１２" as numbers too.
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:E[-+]?\d+)?", re.ASCII | re.IGNORECASE)
_WIZARDS = re.compile(re.escape(WIZARDS_PREFIX), re.IGNORECASE)
_SHEET_NAME = re.compile(r"\$?('(?:[^']|'')+'|[^\s'\"()+\-*/;,&=<>^.$]+)\.(?=\$?[A-Z]{1,3}\$?\d)")


def looked_at(document: Any) -> list[Any]:
    """Return the sheets of a workbook, its memory left out."""
    sheets = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
    return [sheet for sheet in sheets if sheet.Name != MEMORY]


def _used(sheet: Any) -> Any:
    cursor = sheet.createCursor()
    cursor.gotoStartOfUsedArea(False)  # UNO takes no keywords
    cursor.gotoEndOfUsedArea(True)
    return cursor


def read(sheet: Any, names: list[str]) -> dict[str, Any]:
    """Return a sheet's formulas in Excel's notation and its values; no formula of ours is computed for that."""
    used = _used(sheet)
    area = used.RangeAddress
    found = {"name": sheet.Name, "top": area.StartRow + 1, "left": area.StartColumn + 1, "texts": [], "values": []}
    if (area.EndRow - area.StartRow + 1) * (area.EndColumn - area.StartColumn + 1) > MOST_CELLS:
        return found
    ours = re.compile(r"(?<![A-Z0-9_.])(?:" + "|".join(map(re.escape, names)) + r")\(", re.IGNORECASE)
    for row, line in enumerate(used.getFormulaArray()):
        line = [_WIZARDS.sub("", text) for text in line]
        texts: list[str | None] = []
        values: list[Any] = []
        for column, text in enumerate(line):
            if text.startswith(("=", "{=")):
                texts.append(as_excel(text))
                values.append(None if ours.search(text) else _value(used.getCellByPosition(column, row)))
            else:
                texts.append(None)
                values.append(_constant(text))
        found["texts"].append(texts)
        found["values"].append(values)
    return found


def as_excel(formula: str) -> str:
    """Return a formula of Calc in Excel's notation of other sheets, without the braces of an array."""
    return _SHEET_NAME.sub(lambda sheet: f"{sheet[1]}!", _WIZARDS.sub("", formula.strip("{}")))


def _constant(text: str) -> Any:
    if text == "":
        return None
    if text.startswith("'"):
        return text[1:]
    # JSON has no word for what lies beyond the largest number.
    return float(text) if _NUMBER.fullmatch(text) and math.isfinite(float(text)) else text


def _value(cell: Any) -> Any:
    if cell.getError():
        return None
    return cell.Value if cell.FormulaResultType2 == 1 else cell.String


def memory(document: Any) -> list[list[str]]:
    """Return the lines of the workbook's memory that name its server and the last answers."""
    if not document.Sheets.hasByName(MEMORY):
        return []
    lines = _used(document.Sheets.getByName(MEMORY)).getDataArray()
    return [
        [cell for cell in line if isinstance(cell, str) and cell]
        for line in lines
        if line and line[0] in ("book", "cells")
    ]
