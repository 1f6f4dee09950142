"""Number formats between Excel's codes and LibreOffice's table of formats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .bridge import struct

if TYPE_CHECKING:
    from .books import Book

# com.sun.star.util.NumberFormat
DATE, TIME, NUMBER, TEXT, LOGICAL = 2, 4, 16, 256, 1024

GENERAL = "General"
DATE_CODE = "yyyy-mm-dd"
MOMENT_CODE = "yyyy-mm-dd hh:mm:ss"
TIME_CODE = "hh:mm:ss"
LOGICAL_CODE = "BOOLEAN"

_ERA_LOCALE = "[$-411]"
# What stays as it is: quoted texts, escaped characters, AM/PM, and what stands in brackets.
_FIXED = re.compile(r'"[^"]*"|\\.|AM/PM|A/P|\[(?![HMS]+\])[^\]]*\]|General', re.IGNORECASE)
_COLOUR = re.compile(r"\[([A-Z]+)\]")


def excel_code(code: str, kind: int, *, language: str = "en") -> str:
    """Return a LibreOffice format code as Excel writes it: dates in small letters, colours as words."""
    if kind & LOGICAL or code in (GENERAL, "Standard"):
        return GENERAL
    code = _COLOUR.sub(lambda match: f"[{match[1].title()}]", code)
    if kind & (DATE | TIME):
        code = _small_letters(code)
        if language == "ja" and "g" in code and not code.startswith("["):
            code = _ERA_LOCALE + code
    return code


def _small_letters(code: str) -> str:
    parts, at = [], 0
    for fixed in _FIXED.finditer(code):
        parts += [code[at : fixed.start()].lower(), fixed[0]]
        at = fixed.end()
    return "".join([*parts, code[at:].lower()])


def key_of(book: Book, code: str) -> int:
    """Return the key of an Excel format code in a workbook, added where it is new; raises ValueError."""
    formats = book.xl.NumberFormats
    # An office of our own speaks English (process.py), so its own language gives formats without a language's mark;
    # one that a person runs may have any, and Excel's codes are English.
    known = {} if book.app.office.is_ours else {"Language": "en", "Country": "US"}
    english = struct("com.sun.star.lang.Locale", **known)
    if code == GENERAL:
        return int(formats.getStandardIndex(english))
    key = formats.queryKey(code, english, False)
    if key != -1:
        return int(key)
    try:
        return int(formats.addNew(code, english))
    except Exception as error:
        raise ValueError(f"No number format: {code!r}") from error


def code_of(book: Book, key: int) -> str:
    """Return the Excel code of a format key of a workbook."""
    entry: Any = book.xl.NumberFormats.getByKey(key)
    return excel_code(str(entry.FormatString), int(entry.Type), language=str(entry.Locale.Language))
