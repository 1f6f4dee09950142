"""Text inside a workbook's XML: characters XML cannot hold are written ``_xHHHH_``, as Excel does."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Also an underscore that only looks like the start of an escape, so that such text comes back unchanged.
_NEEDS_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b\x0c\r\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def stored(text: str) -> str:
    """Return text as a workbook stores it."""
    return _NEEDS_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text) if _NEEDS_ESCAPE.search(text) else text


def read(text: str) -> str:
    """Return text as a person sees it."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    # Two escapes may make one character outside the basic plane.
    return (
        plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        if "_xD" in text.upper()
        else plain
    )
