"""Cut text into rows of cells: CSV, and its relatives with tabs, semicolons or bars."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice

from kizuna.errors import Text
from kizuna.files.errors import BadDelimiterError, CellTooLongError, TooManyRowsError, UnclosedQuoteError
from kizuna.files.limits import Limits

DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 60
_LOOSE_QUOTES = Text(
    '{line} 行目の引用符 " が正しく閉じていないため、その前後の値は推測して読みました。',
    'Line {line}: a quotation mark " is out of place; the values around it were read as best as could be.',
)


@dataclass(frozen=True, slots=True)
class Rows:
    """The cells of a delimited text, row by row, all of them text."""

    rows: list[tuple[str, ...]]
    delimiter: str
    notes: tuple[Text, ...] = ()


def cut_rows(text: str, *, name: str, limits: Limits, delimiter: str | None = None) -> Rows:
    """Return every row of `text`; an unclosed quotation mark or an endless cell is refused by line."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise BadDelimiterError(delimiter=delimiter)
    if delimiter is None and text[:4].lower() == "sep=" and text[5:6] in ("\r", "\n"):
        # Excel's own hint, which is no row of the table.
        delimiter, text = text[4], text[5:].lstrip("\r\n")
    delimiter = delimiter or find_delimiter(text)
    notes: tuple[Text, ...] = ()
    try:
        rows = _read(text, delimiter, strict=True, name=name, limits=limits)
    except _LooseQuoteError as loose:
        rows = _read(text, delimiter, strict=False, name=name, limits=limits)
        notes = (_LOOSE_QUOTES.format(line=loose.line),)
    return Rows(rows, delimiter, notes)


def find_delimiter(text: str) -> str:
    """Return the character that cuts the first rows of `text` into the most even columns; a comma if none does."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        if delimiter not in text[:1_000_000]:
            continue
        # The sample is cut by characters too: one endless row must not make a guess slow.
        reader = csv.reader(io.StringIO(text[:1_000_000], newline=""), delimiter=delimiter)
        widths: list[int] = []
        try:
            widths.extend(len(row) for row in islice(reader, _SAMPLE_ROWS) if any(row))
        except csv.Error:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        if usual > 1:
            evenness = widths.count(usual) / len(widths)
            score = evenness * evenness * (1 + min(usual, 20) / 20)
            # Under a few even rows the character is only part of the text.
            if evenness >= 0.4 and score > best_score:
                best, best_score = delimiter, score
    return best


class _LooseQuoteError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _read(text: str, delimiter: str, *, strict: bool, name: str, limits: Limits) -> list[tuple[str, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    rows: list[tuple[str, ...]] = []
    try:
        # `extend` keeps the rows read so far when the reader stops in the middle. Tuples of text are let go by the
        # garbage collector, which would otherwise walk a hundred thousand lists again and again: twice as fast.
        rows.extend(map(tuple, islice(reader, limits.rows + 1)))
    except csv.Error as error:
        start = _line_after(rows)
        if "field larger" in str(error):
            raise CellTooLongError(name=name, line=start) from None
        if "unexpected end" in str(error):
            raise UnclosedQuoteError(name=name, line=start) from None
        raise _LooseQuoteError(reader.line_num) from None
    if len(rows) > limits.rows:
        raise TooManyRowsError(name=name, limit=limits.rows)
    return rows


def _line_after(rows: list[tuple[str, ...]]) -> int:
    """Return the physical line on which the row after `rows` begins."""
    return 1 + len(rows) + sum(cell.count("\n") for row in rows for cell in row)
