"""How wide a column is made: as its heading and what stands in it need, within bounds."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

_SAMPLE = 400
"""Cells looked at; a column of a hundred thousand is not measured whole."""
_ARROW = 4
"""What the filter's arrow in a heading takes, in widths of a digit."""
_ROOM = 3
REASON_WIDTH = 26
"""Of the reason column while there is nothing long to say."""
NARROWED = 20
"""Less than this a person made it, who would rather not read there."""
_MOST_REASON = 72


def fitting(heading: str, cells: Sequence[Any], *, least: int = 8, most: int = 36) -> int:
    """Return a column's width in digits, for cells as they are shown; Chinese letters are two digits wide."""
    widest = max((_width(str(cell)) for cell in sampled(cells) if cell is not None), default=0)
    return min(max(_width(heading) + _ARROW, widest + _ROOM, least), most)


def for_reasons(heading: str, reasons: Sequence[Any]) -> int | None:
    """Return the width that reasons need, None where the usual one is enough for them."""
    needed = fitting(heading, reasons, least=REASON_WIDTH, most=_MOST_REASON)
    # As wide as it ever gets, since the next reason may be longer.
    return _MOST_REASON if needed > REASON_WIDTH else None


def sampled(cells: Sequence[Any]) -> Sequence[Any]:
    """Return some cells from all over a column."""
    return cells[:: max(1, len(cells) // _SAMPLE)]


def _width(text: str) -> int:
    lines = text.split("\n", 1)
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in lines[0])
