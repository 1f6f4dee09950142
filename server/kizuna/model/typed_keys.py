"""Keys as people type them, read the way they are kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

UUID_LENGTH = 36
DIGITS = 18


def plain_key(key: str) -> str:
    """Return a number as we write numbers: half-width, in capitals; a row id in small letters."""
    plain = unicodedata.normalize("NFKC", key).strip()
    return plain.lower() if len(plain) == UUID_LENGTH else plain.upper()


def whole_numbers(values: Collection[str]) -> list[int]:
    """Return those that are whole numbers a database can hold."""
    return [int(one) for one in values if one.isascii() and one.isdigit() and len(one) <= DIGITS]
