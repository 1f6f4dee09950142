"""Turn rows of cells into a table: headings found, blank edges cut, short rows filled, all decisions noted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from kizuna.errors import Text
from kizuna.files.errors import (
    EmptyFileError,
    NoSuchHeaderRowError,
    TooManyCellsInRowError,
    TooManyColumnsError,
    TooManyRowsError,
)
from kizuna.files.header import find_header_row, is_blank
from kizuna.files.limits import Limits
from kizuna.files.table import Cell, FileTable, column_letters

Row = Sequence[Any]

_HEADER_FOUND = Text("{row} 行目を見出しとして読みました。", "Row {row} was read as the headings.")
_SKIPPED = Text("見出しの上の行は読み飛ばしました: {titles}", "Rows above the headings were skipped: {titles}")
_UNNAMED = Text("見出しのない列に仮の名前を付けました: {columns}", "Columns without a heading got a name: {columns}")
_SHORT = Text(
    "{count} 行は値が見出しより少なく、足りない分を空欄にしました(最初は {row} 行目)。",
    "{count} rows had fewer values than headings; the rest was left empty (first: row {row}).",
)
_BLANK_ROWS = Text("途中の空行 {count} 行を読み飛ばしました。", "{count} blank rows in between were skipped.")
_DUPLICATES = Text("同じ見出しが二度以上あります: {headers}", "Headings that appear more than once: {headers}")


def shape_table(
    rows: Sequence[Row],
    *,
    name: str,
    limits: Limits,
    header_row: int | None = None,
    known: Collection[str] = (),
    top: int = 1,
    left: int = 1,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    notes: Sequence[Text] = (),
) -> FileTable:
    """Return the table in `rows`, whose first cell stands in row `top` and column `left` (both from 1).

    `header_row` counts as `top` does. Cells beyond the headings are refused in delimited text, where they mean a
    delimiter inside a value; in a sheet they become unnamed columns.
    """
    found = find_header_row(rows, known=known) if header_row is None else _asked_row(rows, header_row, top, name=name)
    if found is None:
        raise EmptyFileError(name=name)
    told = list(notes)
    if found:
        told.extend(_header_notes(rows[:found], found + top))
    head, body = rows[found], list(rows[found + 1 :])
    while body and not any(not is_blank(cell) for cell in body[-1]):
        body.pop()
    row_numbers: Sequence[int] = range(found + top + 1, found + top + 1 + len(body))
    blank = [index for index, row in enumerate(body) if not any(row) and all(map(is_blank, row))]
    if blank:
        told.append(_BLANK_ROWS.format(count=len(blank)))
        gone = set(blank)
        row_numbers = [number for index, number in enumerate(row_numbers) if index not in gone]
        body = [row for index, row in enumerate(body) if index not in gone]
    if len(body) >= limits.rows:
        raise TooManyRowsError(name=name, limit=limits.rows)

    named = 1 + max(index for index, cell in enumerate(head) if not is_blank(cell))
    width = _even_out(body, named, row_numbers, name=name, delimiter=delimiter, told=told)
    columns = _columns(body, width)
    headers = [_header_text(cell) for cell in head[:width]] + [""] * (width - len(head))
    kept = [index for index in range(width) if headers[index] or any(cell is not None for cell in columns[index])]
    if len(kept) > limits.columns:
        raise TooManyColumnsError(name=name, columns=len(kept), limit=limits.columns)
    unnamed = [index for index in kept if not headers[index]]
    for index in unnamed:
        headers[index] = f"列{column_letters(index + left)}"
    if unnamed:
        told.append(_UNNAMED.format(columns=", ".join(headers[index] for index in unnamed)))
    names = tuple(headers[index] for index in kept)
    twice = sorted({header for header in names if names.count(header) > 1})
    if twice:
        told.append(_DUPLICATES.format(headers=", ".join(twice)))
    return FileTable(
        name=name,
        headers=names,
        columns=[columns[index] for index in kept],
        row_numbers=row_numbers,
        header_row=found + top,
        first_column=kept[0] + left,
        sheet=sheet,
        encoding=encoding,
        delimiter=delimiter,
        notes=tuple(told),
    )


def _asked_row(rows: Sequence[Row], header_row: int, top: int, *, name: str) -> int:
    index = header_row - top
    if not 0 <= index < len(rows) or all(map(is_blank, rows[index])):
        raise NoSuchHeaderRowError(name=name, row=header_row)
    return index


def _header_notes(above: Sequence[Row], row: int) -> list[Text]:
    titles = [" ".join(filter(None, map(_header_text, line))) for line in above]
    shown = " / ".join(title[:80] for title in titles if title)
    return [_HEADER_FOUND.format(row=row), *([_SKIPPED.format(titles=shown[:300])] if shown else [])]


def _header_text(cell: Any) -> str:
    """Return a heading as one line; a number that heads a column is its text."""
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def _even_out(
    body: list[Row], named: int, row_numbers: Sequence[int], *, name: str, delimiter: str | None, told: list[Text]
) -> int:
    """Give every row of `body` the same width, in place, and return it."""
    widths = set(map(len, body))
    if widths <= {named}:
        return named
    used = {index: _used_width(row) for index, row in enumerate(body) if len(row) > named}
    wide = {index: width for index, width in used.items() if width > named}
    width = max(wide.values(), default=named)
    if wide and delimiter is not None and len(wide) * 2 < len(body):
        index = min(wide)
        raise TooManyCellsInRowError(
            name=name, row=row_numbers[index], found=wide[index], expected=named, delimiter=delimiter
        )
    short = [index for index, row in enumerate(body) if len(row) < named]
    if short and delimiter is not None:
        told.append(_SHORT.format(count=len(short), row=row_numbers[short[0]]))
    if widths != {width}:
        body[:] = [(*row[:width], *(None,) * (width - len(row))) for row in body]
    return width


def _used_width(row: Row) -> int:
    width = len(row)
    while width and is_blank(row[width - 1]):
        width -= 1
    return width


def _columns(body: list[Row], width: int) -> list[list[Cell]]:
    if not body:
        return [[] for _ in range(width)]
    # Cells come as text or already as values; an empty text is an empty cell, 0 and False are not.
    return [[None if cell == "" else cell for cell in column] for column in zip(*body, strict=True)]
