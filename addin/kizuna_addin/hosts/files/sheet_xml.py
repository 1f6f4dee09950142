"""The rows of a sheet as XML, written in bulk; openpyxl's own way makes an element object for each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl.comments.comment_sheet import CommentRecord
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from kizuna_addin.hosts.files.strings import StringTable
from kizuna_addin.hosts.files.text import stored
from kizuna_addin.hosts.values import CellError

_ROWS_AT_ONCE = 2_000


def write_rows(sheet: Any, strings: StringTable, write: Callable[[bytes], object]) -> None:
    """Write every row that has a cell, a height or a style, in order.

    Leaves the sheet's notes and links where openpyxl's writer of the sheet's tail looks for them.
    """
    sheet._comments, sheet._hyperlinks = [], []  # noqa: SLF001
    by_row: dict[int, list[Any]] = defaultdict(list)
    for (row, _), cell in sorted(sheet._cells.items()):  # noqa: SLF001
        by_row[row].append(cell)
    dimensions = sheet.row_dimensions
    for row in dimensions.keys() - by_row.keys():
        by_row[row] = []
    letters = [
        get_column_letter(number)
        for number in range(1, 1 + max((c.column for r in by_row.values() for c in r), default=0))
    ]
    styles = _Styles(sheet.parent._cell_styles)  # noqa: SLF001
    numbers = sorted(by_row)
    for start in range(0, len(numbers), _ROWS_AT_ONCE):
        pieces: list[str] = []
        for row in numbers[start : start + _ROWS_AT_ONCE]:
            pieces.append(_row_start(row, dimensions))
            for cell in by_row[row]:
                _add_cell(cell, row, letters[cell.column - 1], styles, strings, pieces)
            pieces.append("</row>")
        write("".join(pieces).encode())


def _row_start(row: int, dimensions: Any) -> str:
    if row not in dimensions:
        return f'<row r="{row}">'
    attributes = {"r": str(row)} | dict(dimensions[row])
    return "<row " + " ".join(f"{name}={quoteattr(str(value))}" for name, value in attributes.items()) + ">"


class _Styles:
    """The numbers of cell styles, found by their bytes rather than by openpyxl's slower hash."""

    def __init__(self, known: Any) -> None:
        self._known = known
        self._number: dict[bytes, str] = {}

    def attribute(self, style: Any) -> str:
        key = style.tobytes()
        found = self._number.get(key)
        if found is None:
            found = self._number[key] = f' s="{self._known.add(style)}"' if any(style) else ""
        return found


def _add_cell(cell: Any, row: int, letter: str, styles: _Styles, strings: StringTable, pieces: list[str]) -> None:
    note, value = cell._comment, cell._value  # noqa: SLF001
    if note is not None:
        cell.parent._comments.append(CommentRecord.from_cell(cell))  # noqa: SLF001
    if cell.hyperlink is not None:
        cell.parent._hyperlinks.append(cell.hyperlink)  # noqa: SLF001
    style = styles.attribute(cell._style) if cell._style is not None else ""  # noqa: SLF001
    if value is None and not style and note is None:
        return
    start = f'<c r="{letter}{row}"{style}'
    kind = cell.data_type
    if value is None or value == "":
        pieces.append(f"{start}/>")
    elif kind == "n":
        pieces.append(f"{start}><v>{value!r}</v></c>" if type(value) in (int, float) else f"{start}><v>{value}</v></c>")
    elif kind == "s":
        pieces.append(f'{start} t="s"><v>{strings.index(value)}</v></c>')
    elif kind == "b":
        pieces.append(f'{start} t="b"><v>{int(value)}</v></c>')
    elif kind == "f":
        pieces.append(_formula(start, value))
    elif kind == "d":
        pieces.append(f"{start}><v>{to_excel(value, cell.parent.parent.epoch)}</v></c>")
    else:
        pieces.append(f'{start} t="{kind}"><v>{escape(str(value))}</v></c>')


def _formula(start: str, value: Any) -> str:
    """Return the cell of a formula with the last result known, so that programs that do not compute show it."""
    attributes = ""
    if isinstance(value, ArrayFormula | DataTableFormula):
        attributes = "".join(f" {name}={quoteattr(str(what))}" for name, what in dict(value).items())
    text = value.text if isinstance(value, ArrayFormula) else "" if isinstance(value, DataTableFormula) else value
    formula = f"<f{attributes}>{escape((text or '')[1:])}</f>"
    result = getattr(value, "result", None)
    if result is None:
        return f"{start}>{formula}</c>"
    if isinstance(result, bool):
        return f'{start} t="b">{formula}<v>{int(result)}</v></c>'
    if isinstance(result, CellError):
        return f'{start} t="e">{formula}<v>{escape(result)}</v></c>'
    if isinstance(result, str):
        return f'{start} t="str">{formula}<v>{escape(stored(result))}</v></c>'
    return f"{start}>{formula}<v>{result!r}</v></c>"
