"""What a cell's content is in Python, and back: the one place that decides, for every host.

=====================================  ==========================================
in the cell                            in Python (`shown`)
=====================================  ==========================================
nothing, or empty text                 ``None``
a number                               ``float``, as Excel gives it
a number shown as a date or time       naive ``datetime`` (a bare time lies on 1899-12-30)
a duration such as ``[h]:mm``          ``float``, in days
TRUE, FALSE                            ``bool``
text, also text like "007" or "=1+1"   the same ``str``
an error                               `CellError`
=====================================  ==========================================
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from decimal import Decimal
from typing import Any, TypeAlias

from kizuna_addin.hosts.errors import UnwritableValueError

Shown: TypeAlias = "float | bool | str | dt.datetime | None"
Prepared: TypeAlias = "int | float | bool | str | dt.datetime | dt.date | None"

LONGEST_TEXT = 32_767

# Excel in Japanese gives these numbers to date formats that the standard leaves to the language.
JAPANESE_DATE_FORMATS = {
    27: "[$-411]ge.m.d", 28: '[$-411]ggge"年"m"月"d"日"', 29: '[$-411]ggge"年"m"月"d"日"', 30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"', 34: 'yyyy"年"m"月"', 35: 'm"月"d"日"',
    36: "[$-411]ge.m.d", 50: "[$-411]ge.m.d", 51: '[$-411]ggge"年"m"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: '[$-411]ggge"年"m"月"d"日"', 55: 'yyyy"年"m"月"', 56: 'm"月"d"日"', 57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}  # fmt: skip

# Quoted words, escaped characters, padding, fills and every bracket say nothing about being a date.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DURATION = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_DATE_LETTER = re.compile(r"[ymdhs]|g+e|^e|\be\b|e(?![+-])", re.IGNORECASE)
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - cells know no time zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
# Excel counts 29 February 1900, which never was: serials below 61 are a day short of the true count.
_FIRST_TRUE_SERIAL = 61
_LAST_SERIAL = 2_958_466


class CellError(str):
    """An error in a cell, such as ``#N/A``; xlwings shows it as ``None`` unless asked for the text."""

    __slots__ = ()


def is_date_format(code: str) -> bool:
    """Say whether a number format shows its number as a date or a time, Japanese eras included."""
    first = code.split(";", 1)[0]
    plain = _LITERAL.sub("", first)
    if "general" in plain.lower() or "標準" in plain:
        return False
    return not _DURATION.search(first) and bool(_DATE_LETTER.search(plain))


def is_duration_format(code: str) -> bool:
    """Say whether a number format counts hours, minutes or seconds past a day: ``[h]:mm``."""
    return bool(_DURATION.search(code.split(";", 1)[0]))


# Dates repeat: a year of purchases has 365 of them.
@functools.lru_cache(maxsize=65_536)
def date_of_serial(serial: float, *, since_1904: bool = False) -> dt.datetime | None:
    """Return the moment a date serial stands for, to the millisecond; ``None`` where Excel shows ``####``."""
    if not 0 <= serial < _LAST_SERIAL:
        return None
    if since_1904:
        start = _EPOCH_1904
    elif 1 <= serial < _FIRST_TRUE_SERIAL - 1:
        start = _EPOCH + dt.timedelta(days=1)
    else:
        start = _EPOCH
    whole, part = divmod(serial, 1)
    return start + dt.timedelta(days=int(whole), milliseconds=round(part * 86_400_000))


def serial_of_date(moment: dt.datetime | dt.date, *, since_1904: bool = False) -> float:
    """Return the serial Excel stores for a date; whole for a date or a midnight."""
    naive = moment if isinstance(moment, dt.datetime) else dt.datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001
    gap = naive - (_EPOCH_1904 if since_1904 else _EPOCH)
    days = gap.days
    if not since_1904 and 1 < days < _FIRST_TRUE_SERIAL:
        days -= 1
    seconds = gap.seconds + gap.microseconds / 1_000_000
    return days + seconds / 86_400 if seconds else days


def shown(value: Any) -> Shown:
    """Return what a person's cell holds as Python sees it on every host (the table above)."""
    kind = type(value)
    if kind is str:
        return value or None
    if value is None or kind is float or kind is bool or kind is CellError:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return float(value)
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001
    if isinstance(value, dt.time):
        return dt.datetime.combine(_EPOCH.date(), value)
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    return str(value) or None


def prepared(value: Any) -> Prepared:
    """Return what may be stored for a Python value; ``None`` empties the cell.

    Empty text, NaN and missing values of pandas empty the cell; decimals become numbers; moments with a time zone
    become local time; dates Excel cannot count (before 1900) become ISO text.
    """
    kind = type(value)
    if kind is str:
        if len(value) > LONGEST_TEXT:
            raise UnwritableValueError(value=value[:20] + "…", reason=f"> {LONGEST_TEXT} characters")
        return value or None
    if value is None or kind is bool or kind is int:
        return value  # type: ignore[no-any-return]
    if kind is float:
        if math.isfinite(value):
            return value  # type: ignore[no-any-return]
        if math.isnan(value):
            return None
        raise UnwritableValueError(value=value, reason="infinite")
    return _prepared_other(value)


def _prepared_other(value: Any) -> Prepared:
    if isinstance(value, str):
        return prepared(str(value))
    if value != value or type(value).__name__ == "NAType":
        return None
    if isinstance(value, dt.datetime):
        local = value.astimezone().replace(tzinfo=None) if value.tzinfo else value
        return local if local.year >= 1900 or local.date() == _EPOCH.date() else local.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value if value.year >= 1900 else value.isoformat()
    if isinstance(value, dt.time):
        return dt.datetime.combine(_EPOCH.date(), value.replace(tzinfo=None))
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "item"):  # a scalar of numpy
        return prepared(value.item())
    raise UnwritableValueError(value=repr(value), reason=type(value).__name__)


def text_of(value: Prepared) -> str | None:
    """Return what Excel puts into a cell formatted as text (``@``) when it is given this value."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return value.strftime("%Y/%m/%d") if midnight else value.strftime("%Y/%m/%d %H:%M:%S")
    if isinstance(value, dt.date):
        return value.strftime("%Y/%m/%d")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def cleaned(rows: Any, date_builder: Any, empty: Any, number_builder: Any, *, errors_as_text: bool) -> list[list[Any]]:
    """Apply the reader's wishes of xlwings' options to 2-D values: what dates, numbers, blanks and errors become."""
    plain = date_builder is dt.datetime and number_builder is None
    if plain and empty is None and not errors_as_text:
        return [[None if value == "" or type(value) is CellError else value for value in row] for row in rows]

    def clean(value: Any) -> Any:
        if value is None or value == "":
            return empty
        if type(value) is CellError:
            return str(value) if errors_as_text else None
        if plain:
            return value
        if isinstance(value, dt.datetime):
            return date_builder(
                year=value.year, month=value.month, day=value.day, hour=value.hour, minute=value.minute,
                second=value.second, microsecond=value.microsecond, tzinfo=None,
            )  # fmt: skip
        return number_builder(value) if number_builder is not None and type(value) is float else value

    return [[clean(value) for value in row] for row in rows]
