"""Dates as people in Japan type them: 2006/3/31, 平成18年3月31日, H18.3.31, full-width digits, and Excel's day numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_LETTERS = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
_WESTERN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_ERA = re.compile(
    r"(明治|大正|昭和|平成|令和|[MTSHR])\s*(元|\d{1,2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\Z",
    re.IGNORECASE,
)

DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a spreadsheet's day numbers know no time zone
FIRST_SAFE_DAY = date(1900, 3, 1)
"""Spreadsheets believe in a 29 February 1900; earlier dates are kept as text."""


def read_date(text: str) -> date | None:
    """Return the date a text means, None when it means none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if era := _ERA.match(plain):
        name, year, month, day = era.groups()
        begin = _ERAS.get(name) or _LETTERS[name.upper()]
        return _date(begin + (1 if year == "元" else int(year)), int(month), int(day))
    if western := _WESTERN.match(plain) or _COMPACT.match(plain):
        year, month, day = western.groups()
        return _date(int(year), int(month), int(day))
    return None


def date_of_number(number: float) -> datetime | None:
    """Return the moment a spreadsheet's day number stands for, None outside the years 1900 to 9999."""
    if not 60 < number < 2_958_466:
        return None
    moment = DAY_ZERO + timedelta(days=number)
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
