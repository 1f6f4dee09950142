"""Colours between xlwings' ways to write them and LibreOffice's number."""

from __future__ import annotations

from typing import Any

Rgb = tuple[int, int, int]

# LibreOffice's "no colour of its own": no fill for a cell, black on a light ground for a text.
AUTOMATIC = -1


def color_number(color: Any) -> int:
    """Return LibreOffice's number of a colour given as (red, green, blue), #RRGGBB, Excel's number or None.

    Excel counts blue highest, LibreOffice red.
    """
    if color is None:
        return AUTOMATIC
    if isinstance(color, str):
        return int(color.removeprefix("#"), 16)
    if isinstance(color, int):
        color = (color & 255, color >> 8 & 255, color >> 16 & 255)
    red, green, blue = color
    return int(red) << 16 | int(green) << 8 | int(blue)


def color_parts(number: int | None) -> Rgb | None:
    """Return (red, green, blue) of LibreOffice's number of a colour; None where there is none, or several."""
    if number is None or number == AUTOMATIC:
        return None
    return number >> 16 & 255, number >> 8 & 255, number & 255
