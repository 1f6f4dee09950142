"""Read the ways people write numbers and money: ￥1,234  1,234円  △1,234  (1,234)  １２３４  3万円."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from kizuna.files.faults import NotANumber, NumberTooLarge, TooManyDecimals
from kizuna.files.table import Cell

_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[-+△▲])?\s*(?P<yen>[¥\\$])?\s*(?P<sign2>[-+△▲])?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d*)?\s*"
    r"(?P<scale>百|千|万|億)?\s*(?P<unit>円|yen|jpy)?\s*(?P<tail>-|也)?\s*(?P<close>\))?"
)
_SCALES = {"百": 100, "千": 1_000, "万": 10_000, "億": 100_000_000}
# Dashes that keyboards and programs put for a minus; NFKC leaves them alone. Word marks among them stand in front only.
_DASHES = str.maketrans(dict.fromkeys("−‐‑‒–—―ー─", "-"))
_LARGEST_MONEY = Decimal(10) ** 15
_LARGEST_INTEGER = 2**53
_EXACT_DIGITS = 15
"""What lies behind so many digits is the error of binary arithmetic (0.1 + 0.2); Excel shows no more."""


def parse_money(cell: Cell) -> Decimal:
    """Return an amount with at most two decimals, exact; a filled cell that is none raises a fault."""
    return _limited(_number(cell, money=True), places=2)


def parse_decimal(cell: Cell) -> Decimal:
    """Return a number with at most six decimals, exact."""
    return _limited(_number(cell, money=False), places=6)


def parse_integer(cell: Cell) -> int:
    """Return a whole number; 3.0 is one, 3.5 is not."""
    number = _limited(_number(cell, money=False), places=0)
    if abs(number) > _LARGEST_INTEGER:
        raise NumberTooLarge
    return int(number)


def _number(cell: Cell, *, money: bool) -> Decimal:
    if isinstance(cell, bool) or cell is None:
        raise NotANumber
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        number = Decimal(format(cell, f".{_EXACT_DIGITS}g"))
    elif isinstance(cell, Decimal):
        number = cell
    elif isinstance(cell, str):
        return _from_text(cell, money=money)
    else:
        raise NotANumber
    if not number.is_finite():
        raise NotANumber
    return number


def _from_text(cell: str, *, money: bool) -> Decimal:
    text = cell.strip()
    if text.isascii() and text.isdecimal() and len(text) < 40:
        return Decimal(text)
    text = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    found = _NUMBER.fullmatch(text) if len(text) < 60 else None
    if found is None:
        raise NotANumber
    part = found.groupdict()
    if (part["open"] is None) != (part["close"] is None) or (part["sign"] and part["sign2"]):
        raise NotANumber
    if not money and (part["yen"] or part["unit"] or part["tail"]):
        raise NotANumber
    if part["tail"] == "-" and not part["yen"]:
        # ¥1,234- ends a sum; 1,234- alone may be a minus.
        raise NotANumber
    sign = part["sign"] or part["sign2"]
    if part["open"] and sign:
        raise NotANumber
    number = Decimal(part["digits"].replace(",", "") + (part["fraction"] or "").rstrip("."))
    number *= _SCALES.get(part["scale"] or "", 1)
    return -number if part["open"] or (sign and sign != "+") else number


def _limited(number: Decimal, *, places: int) -> Decimal:
    if abs(number) >= _LARGEST_MONEY * 100:
        raise NumberTooLarge
    rounded = round(number, places)
    if rounded != number and len(number.as_tuple().digits) > _EXACT_DIGITS:
        # 15.299999999999999 in a CSV is a program's 15.3.
        number = Decimal(format(float(number), f".{_EXACT_DIGITS}g"))
        rounded = round(number, places)
    if rounded != number:
        raise TooManyDecimals(places=str(places))
    if places and abs(number) >= _LARGEST_MONEY:
        raise NumberTooLarge
    # -0 is no amount anybody means.
    return rounded + 0
