"""Dropdown lists that are too long for a cell's rule: their words stand in a very hidden sheet of the workbook."""

from __future__ import annotations

from collections.abc import Sequence

import xlwings as xw

from kizuna_addin.hosts import capabilities

SHEET = "_kizuna_lists"
LONGEST_LIST = 255
"""Characters a dropdown may list in itself: Excel's limit."""


def fits_in_a_rule(words: Sequence[str]) -> bool:
    """Say whether a dropdown can list its words itself; a comma would part one word into two."""
    return len(",".join(words)) <= LONGEST_LIST and not any("," in word for word in words)


def listed(book: xw.Book, words: Sequence[str]) -> xw.Range:
    """Return the cells that hold exactly these words, written now where there are none yet."""
    sheet = _sheet(book)
    used = sheet.used_range
    lines = used.options(ndim=2).value if used.shape != (1, 1) or sheet.range("A1").value is not None else []
    columns = [[cell for cell in column if cell is not None] for column in zip(*lines, strict=True)]
    place = columns.index(list(words)) if list(words) in columns else len(columns)
    cells = sheet.range((1, place + 1), (len(words), place + 1))
    if place == len(columns):
        cells.number_format = "@"
        literal = capabilities.of(book).literal
        cells.value = [[literal(word)] for word in words]
    return cells


def _sheet(book: xw.Book) -> xw.Sheet:
    if SHEET in [sheet.name for sheet in book.sheets]:
        return book.sheets[SHEET]
    front = book.sheets.active
    sheet = book.sheets.add(SHEET, after=book.sheets[len(book.sheets) - 1])
    capabilities.of(book).very_hidden(sheet)
    capabilities.bring_forward(front)
    return sheet
