"""Values of tables as people read them on paper and pages."""

from __future__ import annotations

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from kizuna.errors import Text
from kizuna.offers import Look
from kizuna.worksheet import Blank, Label

RIGHT: frozenset[Look] = frozenset({"number", "money", "percent", "small-percent"})
LARGE = 100
SMALL_SHARE = Decimal("0.1")
"""A share below this many percent is shown with more digits: two in ten thousand who answer a leaflet are not 0.0%."""
EXACT = 10**15
"""From here on nobody reads single units, and decimals run out of digits."""
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
        share = Decimal(repr(number)) * 100
        return f"{_half_up(share, 1 if share == 0 or abs(share) >= SMALL_SHARE else 3):f}%"
    if look == "small-percent":
        return f"{_half_up(Decimal(repr(number)) * 100, 2):f}%"
    if look == "money":
        whole = _half_up(number, 0)
        return f"-¥{-whole:,f}" if whole < 0 else f"¥{whole:,f}"
    if number.is_integer():
        return f"{number:,.0f}"
    return f"{_half_up(number, 1):,f}" if abs(number) >= LARGE else f"{number:.3g}"


def _half_up(number: float | Decimal, places: int) -> Decimal:
    """Return a number rounded as people round: a half goes up, and nothing is left of the sign of a zero."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if abs(exact) >= EXACT:
        return exact.to_integral_value()
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0


def plotted(value: Any) -> float:
    """Return a value as a chart draws it: what is no number is at the bottom."""
    if isinstance(value, bool) or not isinstance(value, NUMBERS) or not math.isfinite(value):
        return 0.0
    return float(value)
