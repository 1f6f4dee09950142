"""Break a line where Japanese lines may be broken."""

from __future__ import annotations

import re
from collections.abc import Callable

Measure = Callable[[str, float], float]
"""Returns how wide a text is at a size in points, in points."""

_LATIN = "0-9０-９A-Za-zＡ-Ｚａ-ｚ"
_NOT_FIRST = "、。，．・：；？！ー〜ゝゞ々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ）］｝」』】)\\]}丁番号階様"

# A house number (１−２−３) or a Latin word stays together, and nothing that may not begin a line is cut off.
_PIECE = re.compile(f"(?:[{_LATIN}]+(?:[-‐‑–−－ー.,&'][{_LATIN}]+)*|.)[{_NOT_FIRST}]*", re.DOTALL)


def wrap(text: str, width: float, size: float, measure: Measure) -> list[str]:
    """Return the text in lines no wider than ``width`` points; only a single letter wider than that sticks out."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width, size, measure):
        if line and measure((line + piece).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, width: float, size: float, measure: Measure) -> list[str]:
    """Return what must stay together; a piece that is wider than a line falls into letters."""
    found: list[str] = []
    for piece in _PIECE.findall(text):
        found += [piece] if measure(piece, size) <= width else list(piece)
    return found
