"""Values of tables as people read them on paper and pages."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

from kizuna.errors import Text
from kizuna.offers import Look
from kizuna.worksheet import Blank, Label

RIGHT: frozenset[Look] = frozenset({"number", "money", "percent"})
LARGE = 100
NUMBERS = (int, float, Decimal)


def readable(value: Any, look: Look, language: str) -> str:
    """Return a value as a person reads it: 1,234, ¥1,234, 12.3%, 2026-04-01; nothing for a blank."""
    if isinstance(value, Label | Text):
        return value.in_language(language)
    if value is None or isinstance(value, Blank):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, NUMBERS):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return ""
    if look == "percent":
        return f"{number:.1%}"
    if look == "money":
        return f"¥{number:,.0f}" if number >= 0 else f"-¥{-number:,.0f}"
    if number.is_integer():
        return f"{number:,.0f}"
    return f"{number:,.1f}" if abs(number) >= LARGE else f"{number:.3g}"


def plotted(value: Any) -> float:
    """Return a value as a chart draws it: what is no number is at the bottom."""
    if isinstance(value, bool) or not isinstance(value, NUMBERS) or not math.isfinite(value):
        return 0.0
    return float(value)
