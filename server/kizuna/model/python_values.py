"""Stored values to the Python values plugins see, and those to the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kizuna.model.fields import FieldType

_READERS: Mapping[FieldType, Callable[[Any], Any]] = {
    "money": lambda stored: Decimal(int(stored)).scaleb(-2),
    "decimal": lambda stored: Decimal(int(stored)).scaleb(-6),
    "date": lambda stored: stored if isinstance(stored, date) else date.fromisoformat(stored),
    "boolean": bool,
    "tags": json.loads,
}


def python_values(kind: FieldType, stored: Sequence[Any]) -> list[Any]:
    """Return stored values as Python's: Decimal, date, bool, list."""
    read = _READERS.get(kind)
    if read is None:
        return list(stored)
    return [None if one is None else read(one) for one in stored]


def wire_from_python(value: Any) -> Any:
    """Return a Python value as the wire carries it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value
