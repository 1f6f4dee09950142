"""Read the ways people write dates: ISO, slashes, eight digits, Japanese eras, Excel's day numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from kizuna.files.faults import AmbiguousDate, NoSuchDate, NotADate
from kizuna.files.table import Cell

Order = Literal["dmy", "mdy"]

# Era → the year before its first, and its last year; the era of today has no last year.
_ERAS: dict[str, tuple[int, int]] = {
    "明治": (1867, 45),
    "大正": (1911, 15),
    "昭和": (1925, 64),
    "平成": (1988, 31),
    "令和": (2018, 999),
}
_ERA_LETTERS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_ERA_SIGNS = {era[0]: era for era in _ERAS}

_WEEKDAY = re.compile(r"\s*(?:\(?[月火水木金土日](?:曜日?)?\)|[月火水木金土日]曜日?)\s*$")
_TIME = re.compile(
    r"(?:t|\s+|(?<=日))(\d{1,2})[:時](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d{1,6})\d*)?秒?|分)?\s*(z|[+-]\d{2}:?\d{2})?$"
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_ERA = re.compile(
    r"(明治|大正|昭和|平成|令和|[明大昭平令]|[mtshr])\.?\s*(元|\d{1,3})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*日?"
)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_PARTIAL = re.compile(r"\d{2,4}[-/.年]\d{1,2}月?|\d{1,2}[-/.月]\d{1,2}(?:[-/.]\d{2}|日)?|\d{1,4}年|\d{6}")

_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_LAST_DAY = 2_958_465  # 9999-12-31


def parse_date(cell: Cell, *, order: Order | None = None) -> date:
    """Return the day a filled cell names; a time of day beside it is dropped.

    A text needs its year with four digits or an era, unless `order` says what a trailing year's first parts are. A
    number is Excel's day number (1900 system) or eight digits YYYYMMDD. Raises `NotADate`, `NoSuchDate`,
    `AmbiguousDate`.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool) or cell is None:
        raise NotADate
    if not isinstance(cell, str):
        return _from_number(float(cell))
    text = cell.strip()
    if len(text) == 10 and text.isascii() and text[4] == "-" == text[7]:
        # The shape nearly every program writes needs no further look.
        return _day(text[:4], text[5:7], text[8:])
    text = unicodedata.normalize("NFKC", text).casefold()
    return _from_text(_WEEKDAY.sub("", _TIME.sub("", _WEEKDAY.sub("", text))).strip(), order)


def parse_datetime(cell: Cell, *, zone: tzinfo, order: Order | None = None) -> datetime:
    """Return the moment a filled cell names; without an offset it is taken in `zone`, without a time at midnight."""
    try:
        moment = _moment(cell, order)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        moment.astimezone(UTC)
    except OverflowError:
        # At either end of the calendar there is no such moment in UTC.
        raise NoSuchDate from None
    return moment


def _moment(cell: Cell, order: Order | None) -> datetime:
    if isinstance(cell, datetime):
        moment = cell
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1 <= cell <= _EXCEL_LAST_DAY:
        moment = datetime.combine(_from_number(float(cell)), time()) + timedelta(seconds=round(cell % 1 * 86_400))
    else:
        moment = datetime.combine(parse_date(cell, order=order), time())
        if isinstance(cell, str) and (found := _TIME.search(unicodedata.normalize("NFKC", cell.strip()).casefold())):
            hour, minute, second, fraction, offset = found.groups()
            try:
                clock = time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))
                moment = datetime.combine(moment.date(), clock)
                moment = datetime.fromisoformat(moment.isoformat() + offset.upper()) if offset else moment
            except ValueError:
                raise NotADate from None
    return moment


def order_of(cells: Iterable[Cell]) -> Order | None:
    """Return how a column writes dates that end in the year, where some day above 12 tells; None where nothing does."""
    first = second = False
    for cell in cells:
        if isinstance(cell, str) and (found := _YEAR_LAST.match(cell.strip())):
            first = first or int(found.group(1)) > 12
            second = second or int(found.group(3)) > 12
    if first == second:
        return None
    return "dmy" if first else "mdy"


def _from_number(number: float) -> date:
    if 19_000_101 <= number <= 99_991_231 and number.is_integer():
        digits = str(int(number))
        return _day(digits[:4], digits[4:6], digits[6:])
    if not 1 <= number <= _EXCEL_LAST_DAY:
        raise NotADate
    days = int(number)
    if days == 60:
        # Excel believes in 29 February 1900, which never was.
        raise NoSuchDate
    return _EXCEL_DAY_ZERO + timedelta(days=days if days > 60 else days + 1)


def _from_text(text: str, order: Order | None) -> date:
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(found.group(1), found.group(3), found.group(4))
    if len(text) == 8 and text.isdecimal():
        return _day(text[:4], text[4:6], text[6:])
    if found := _ERA.fullmatch(text):
        sign, year, month, day = found.groups()
        era = _ERA_LETTERS.get(sign) or _ERA_SIGNS.get(sign) or sign
        before, last = _ERAS[era]
        number = 1 if year == "元" else int(year)
        # An era's last year is written to its end (平成31年5月1日 stands in many forms), but no further.
        if not 1 <= number <= last:
            raise NoSuchDate
        return _day(str(before + number), month, day)
    if found := _YEAR_LAST.fullmatch(text):
        one, _, two, year = found.groups()
        if order is None:
            raise AmbiguousDate
        return _day(year, one, two) if order == "mdy" else _day(year, two, one)
    raise AmbiguousDate if _PARTIAL.fullmatch(text) else NotADate


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise (NoSuchDate if (year + month + day).isdecimal() else NotADate) from None
