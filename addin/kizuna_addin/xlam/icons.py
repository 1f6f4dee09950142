"""The ribbon's pictures, drawn here: strokes on a square of 32, rendered as PNG with smooth edges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TypeAlias

Stroke: TypeAlias = Sequence[tuple[float, float]]

SIDE = 32
_OVER = 8
_INK = (31, 78, 121, 255)
_WIDTH = 2.4

STROKES: Mapping[str, tuple[Stroke, ...]] = {
    "connect": (
        ((4, 20), (10, 14), (14, 18), (8, 24), (4, 20)),
        ((18, 14), (24, 8), (28, 12), (22, 18), (18, 14)),
        ((12, 20), (20, 12)),
    ),
    "pull": (((16, 4), (16, 20)), ((9, 14), (16, 21), (23, 14)), ((5, 22), (5, 28), (27, 28), (27, 22))),
    "push": (((16, 21), (16, 5)), ((9, 11), (16, 4), (23, 11)), ((5, 22), (5, 28), (27, 28), (27, 22))),
    "check": (((5, 16), (13, 24), (27, 7)),),
    "conflicts": (((5, 8), (14, 8), (20, 16), (14, 24), (5, 24)), ((27, 8), (24, 8), (20, 16), (24, 24), (27, 24))),
    "history": (
        ((16, 5), (24, 8), (27, 16), (24, 24), (16, 27), (8, 24), (5, 16), (8, 8), (16, 5)),
        ((16, 10), (16, 16), (21, 19)),
    ),
    "undo": (((5, 13), (21, 13), (26, 17), (26, 21), (21, 25), (11, 25)), ((11, 7), (5, 13), (11, 19))),
    "refresh": (((4, 9), (28, 9), (28, 16), (4, 16), (4, 9)), ((16, 19), (16, 28)), ((11, 23), (16, 28), (21, 23))),
    "restore": (
        ((6, 9), (9, 28), (21, 28), (23, 18)),
        ((4, 9), (18, 9)),
        ((15, 14), (28, 14)),
        ((20, 9), (15, 14), (20, 19)),
    ),
    "today": (
        ((5, 8), (27, 8), (27, 27), (5, 27), (5, 8)),
        ((5, 14), (27, 14)),
        ((11, 4), (11, 10)),
        ((21, 4), (21, 10)),
        ((12, 20), (15, 23), (21, 18)),
    ),
    "labels": (
        ((4, 9), (28, 9), (28, 25), (4, 25), (4, 9)),
        ((8, 14), (18, 14)),
        ((8, 18), (22, 18)),
        ((8, 22), (14, 22)),
    ),
    "functions": (
        ((27, 10), (22, 6), (16, 5), (9, 8), (5, 14)),
        ((5, 22), (10, 26), (16, 27), (23, 24), (27, 18)),
        ((27, 4), (27, 10), (21, 10)),
        ((5, 28), (5, 22), (11, 22)),
    ),
    "settings": (
        ((5, 9), (27, 9)),
        ((5, 16), (27, 16)),
        ((5, 23), (27, 23)),
        ((11, 6), (11, 12)),
        ((21, 13), (21, 19)),
        ((14, 20), (14, 26)),
    ),
    "plugin": (((6, 11), (12, 11), (12, 7), (18, 7), (18, 11), (25, 11), (25, 26), (6, 26), (6, 11)),),
}
"""One picture for each verb, and one for all buttons of plugins."""


def draw(strokes: Sequence[Stroke], side: int = SIDE) -> bytes:
    """Return strokes as a transparent PNG of `side` pixels; needs Pillow."""
    from PIL import Image, ImageDraw

    scale = side * _OVER / SIDE
    image = Image.new("RGBA", (side * _OVER, side * _OVER), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    radius = _WIDTH * scale / 2
    for stroke in strokes:
        points = [(x * scale, y * scale) for x, y in stroke]
        pen.line(points, fill=_INK, width=round(_WIDTH * scale), joint="curve")
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_INK)
    out = BytesIO()
    image.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
