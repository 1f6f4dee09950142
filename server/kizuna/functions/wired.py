"""Answers of functions as JSON shows them, whatever a plugin gave."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from kizuna.errors import Text
from kizuna.worksheet import Blank, Label

PLAIN = frozenset({str, int, bool, type(None), Blank})
"""What JSON shows as it is, but for what is too large or broken, and blanks, which leave nothing behind."""
LARGEST = 2**63 - 1
"""The largest whole number that every reader of JSON takes."""

Wired = tuple[list[list[Any]], dict[str, Any]]
"""Columns as JSON shows them, and the reasons of blank cells by their place."""


def wired(columns: list[list[Any]], language: str) -> Wired:
    """Return the answer as JSON shows it, and why cells are blank, by line: ``2`` is the first blank of the third line.

    Where a line has several cells, each blank's own reason is there too: ``2:1`` is the second cell of the third line.
    """
    reasons: dict[str, Any] = {}
    said: dict[int, dict[str, str]] = {}
    shown = []
    for place, column in enumerate(columns):
        kinds = set(map(type, column))
        if Blank in kinds:
            blanks = [(cell, value) for cell, value in enumerate(column) if type(value) is Blank]
            for cell, value in blanks:
                if id(value) not in said:
                    said[id(value)] = {"code": value.code, "message": value.text.in_language(language)}
                reasons.setdefault(str(cell), said[id(value)])
                if len(columns) > 1:
                    reasons[f"{cell}:{place}"] = said[id(value)]
        values = [None if type(one) is Blank else one for one in column] if Blank in kinds else column
        shown.append(values if _as_it_is(values, kinds) else [_shown(one, language) for one in values])
    return shown, reasons


def _as_it_is(values: list[Any], kinds: set[type]) -> bool:
    """Whether JSON shows a column as it is: no number beyond 64 bits, no half of a character."""
    if not kinds <= PLAIN:
        return False
    if int in kinds:
        numbers = values if kinds == {int} else [one for one in values if type(one) is int]
        if max(numbers) > LARGEST or min(numbers) < -LARGEST:
            return False
    try:
        "".join([one for one in values if type(one) is str] if str in kinds else []).encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: Any, language: str) -> Any:
    return value.in_language(language) if isinstance(value, Label | Text) else plain(value)


def is_cell(value: Any) -> bool:
    """Whether a cell can hold a value: no list, mapping, bytes, function or the like, and nothing that has no words."""
    kind: Any = type(value)
    if kind.__str__ is object.__str__ and kind.__repr__ is object.__repr__:
        return False
    return isinstance(value, str) or not (isinstance(value, Iterable) or callable(value))


def plain(value: Any) -> Any:
    """Return a value as JSON shows it: dates as ISO text, what is no number as null.

    Raises TypeError for what no cell can hold, such as a list or bytes.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value.isascii() else _writable(value)
    if isinstance(value, int):
        return value if -LARGEST <= value <= LARGEST else _finite(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return plain(int(value)) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not is_cell(value):
        raise TypeError(f"a cell cannot hold {type(value).__name__}")
    return _writable(str(value))


def _finite(value: int) -> float | None:
    """Return a whole number beyond 64 bits as the nearest a cell can hold, None where none is near."""
    try:
        return float(value)
    except OverflowError:
        return None


def _writable(text: str) -> str:
    """Return a text with halves of characters, which no encoding can write, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
