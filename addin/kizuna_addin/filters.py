"""A filter as people type it: ``prefecture=東京都``, ``birthday<1980-01-01``, ``tags contains VIP``, ``phone empty``."""

from __future__ import annotations

import re

from kizuna_addin.client import Condition

_SYMBOLS = re.compile(r"\s*(\w+)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*\Z", re.DOTALL)
_WORDS = re.compile(r"\s*(\w+)\s+(in|contains|empty|not-empty)(?:\s+(.*?))?\s*\Z", re.DOTALL)


def read_condition(text: str) -> Condition:
    """Return a condition; raise ValueError when the text is none.

    ``true``, ``false`` and plain numbers are taken as such, anything in double quotes as text.
    """
    if found := _SYMBOLS.match(text):
        name, operator, value = found.groups()
        return name, operator, _value(value)
    if found := _WORDS.match(text):
        name, operator, value = found.groups()
        if operator == "in":
            return name, operator, [_value(one.strip()) for one in (value or "").split(",")]
        if operator == "contains":
            return name, operator, value or ""
        return name, operator, None
    raise ValueError(text)


def _value(text: str) -> str | float | bool | None:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text in {"true", "false"}:
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9]\d*)", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    return text or None
