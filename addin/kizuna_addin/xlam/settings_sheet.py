"""The add-in's only sheet: settings for xlwings, texts for VBA, and the help of every function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

from kizuna_addin.messages import Text
from kizuna_addin.xlam.catalogue import Function
from kizuna_addin.xlam.wrappers import HELP_COLUMN, PYTHON_MODULE

Cells: TypeAlias = Mapping[tuple[int, int], str | int]

LONGEST_HELP = 255
"""Characters that Excel's function help takes."""

MESSAGES = {
    "MESSAGE_NO_BOOK": Text("ブックを開いてから押してください。", "Open a workbook first."),
    "MESSAGE_NO_PYTHON": Text(
        "Python を呼び出せません。「kizuna-addin doctor」で調べてください。",
        "Python cannot be called; run “kizuna-addin doctor”.",
    ),
    "MESSAGE_NO_FUNCTIONS_ON_MAC": Text(
        "この関数は Windows の Excel で使えます。",
        "This function needs Excel on Windows.",
    ),
}


def settings_cells(functions: Sequence[Function], versions: Mapping[str, str]) -> dict[tuple[int, int], str | int]:
    """Return the sheet's cells by row and column from 1."""
    rows = {
        # The folder of whatever workbook is open must not be searched for Python modules.
        "ADD_WORKBOOK_TO_PYTHONPATH": "false",
        "UDF MODULES": PYTHON_MODULE,
        # One Python for all clicks and cells: the ribbon answers at once after the first time.
        "USE UDF SERVER": "True",
        "SHOW CONSOLE": "False",
        **{key: f"{text.ja} / {text.en}" for key, text in MESSAGES.items()},
        **versions,
    }
    cells: dict[tuple[int, int], str | int] = {}
    for row, (key, value) in enumerate(rows.items(), 1):
        cells[row, 1], cells[row, 2] = key, value
    for place, heading in enumerate(("function", "arguments", "ja", "en")):
        cells[1, HELP_COLUMN + place] = heading
    for row, function in enumerate(functions, 2):
        texts = [_with_example(function), *(one.label for one in function.arguments)]
        helps = [text[:LONGEST_HELP] for both in texts for text in (both.ja, both.en)]
        line: tuple[str | int, ...] = (function.name, len(function.arguments), *helps)
        for place, cell in enumerate(line):
            cells[row, HELP_COLUMN + place] = cell
    return cells


def _with_example(function: Function) -> Text:
    """Return what Excel's dialog says of a function: what it does, and an example where both fit."""
    told = function.description
    if not function.example.ja:
        return told
    both = Text(f"{told.ja} 例: {function.example.ja}", f"{told.en} Example: {function.example.en}")
    return Text(
        *(long if len(long) <= LONGEST_HELP else short for long, short in ((both.ja, told.ja), (both.en, told.en)))
    )


def sheet_xml(cells: Cells) -> bytes:
    """Return a worksheet part that holds the cells."""
    lines: dict[int, list[str]] = {}
    for (row, column), value in sorted(cells.items()):
        name = f"{_letters(column)}{row}"
        lines.setdefault(row, []).append(
            f'<c r="{name}"><v>{value}</v></c>'
            if isinstance(value, int)
            else f'<c r="{name}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        )
    body = "".join(f'<row r="{row}">{"".join(parts)}</row>' for row, parts in lines.items())
    last = f"{_letters(max(column for _, column in cells))}{max(lines)}"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetPr codeName="Sheet1"/>'
        f'<dimension ref="A1:{last}"/><sheetData>{body}</sheetData></worksheet>'
    ).encode()


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
