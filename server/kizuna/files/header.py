"""Find the row that holds the headings: people put titles, dates and blank rows above their tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

import jaconv

_SEARCHED_ROWS = 30
_SAMPLE_ROWS = 80
_VALUE_LIKE = re.compile(r"[\s¥$△▲+-]*\d[\d,./:\-\s年月日円%T]*$")


def find_header_row(rows: Sequence[Sequence[Any]], *, known: Collection[str] = ()) -> int | None:
    """Return the index of the headings in `rows`, or None where every cell is empty.

    `known` are normalised names (`normal_name`) that headings may have; the early row holding the most of them wins.
    Otherwise it is the first row that is about as wide as the table, unless it holds numbers or dates and a wholly
    textual row follows.
    """
    counts = [sum(not is_blank(cell) for cell in row) for row in rows[:_SAMPLE_ROWS]]
    filled = [index for index, count in enumerate(counts) if count]
    if not filled:
        return next((index for index, row in enumerate(rows) if not all(map(is_blank, row))), None)
    if known:
        hits = [sum(normal_name(str(cell)) in known for cell in set(row)) for row in rows[:_SEARCHED_ROWS]]
        best = max(range(len(hits)), key=lambda index: (hits[index], -index), default=0)
        # Values can look like headings too (電話 as a kind of contact), so a good part of the row must be known.
        if hits and hits[best] >= min(2, max(counts)) and hits[best] * 3 >= counts[best]:
            return best
    widths = sorted(counts[index] for index in filled)
    # The widest tenth may be rows with stray cells, so the width is taken a little below the widest.
    width = widths[min(len(widths) - 1, int(len(widths) * 0.9))]
    candidates = [index for index in filled if counts[index] * 2 >= width and index < _SEARCHED_ROWS] or filled[:1]
    first = candidates[0]
    # In the very first row a heading or two may be missing; further down the row is a guess already.
    looks_like_title = counts[first] < (0.8 * width if first == 0 else width)
    if looks_like_title and not _is_heading_like(rows[first]):
        for index in candidates[1:6]:
            if counts[index] > counts[first] and _is_heading_like(rows[index]):
                return index
    return first


def _is_heading_like(row: Sequence[Any]) -> bool:
    """Say whether all filled cells are different texts that do not look like values."""
    cells = [cell for cell in row if not is_blank(cell)]
    if not all(isinstance(cell, str) and not _VALUE_LIKE.match(unicodedata.normalize("NFKC", cell)) for cell in cells):
        return False
    return len(set(cells)) == len(cells)


def is_blank(cell: Any) -> bool:
    """Say whether a cell shows nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def normal_name(name: str) -> str:
    """Return `name` without width, case, kind of kana, spaces and punctuation, so that headings compare as read."""
    text = jaconv.hira2kata(unicodedata.normalize("NFKC", name.replace("〒", "郵便番号")).casefold())
    # Long vowel marks belong to words (メール); everything else that is no letter or digit only decorates.
    return "".join(character for character in text if character.isalnum() or character == "ー")
