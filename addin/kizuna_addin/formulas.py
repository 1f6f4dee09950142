"""A cell's request for a worksheet function read as a person wrote it: ``=RFM(A2, "2026-03-31")``. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

_REQUEST = re.compile(r"=\s*(?:_xlfn\.|_xludf\.)?([A-Za-z][A-Za-z0-9_]*)\s*\((.*)\)\s*\Z", re.DOTALL)
_CALL = re.compile(r"(?<![A-Za-z0-9_\\?])(?:_xlfn\.|_xludf\.)?([A-Za-z][A-Za-z0-9_]*)\s*\(")
_QUOTED = re.compile(r'"[^"]*"')
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")
_SHEET = re.compile(r"(?:'((?:[^']|'')+)'|([^'!\[\]]+))!(.+)\Z", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\Z")
_DATE = re.compile(r"DATE\(\s*(\d{4})\s*[,;]\s*(\d{1,2})\s*[,;]\s*(\d{1,2})\s*\)\Z", re.IGNORECASE)
_THIS_ROW = re.compile(r"([^\[\]]*)\[(?:@\[?([^\[\]]+)\]?|\[#This Row\]\s*[,;]\s*\[([^\[\]]+)\])\]\Z", re.IGNORECASE)
_COLUMN = re.compile(r"([^\[\]]+)\[\[?([^\[\]#@]+)\]?\]\Z")

_DAY_ZERO, _NO_DAY = date(1899, 12, 30), 2_958_466


class UnreadableArgumentError(ValueError):
    """An argument is neither a constant nor a reference; only those can be asked for without a spreadsheet program."""


@dataclass(frozen=True, slots=True)
class Request:
    """A function's name in capitals and its arguments as written; an empty argument is an empty text."""

    function: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the formula."""

    value: Any


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells by row and column from 1, the last included; `sheet` is None for the request's own."""

    sheet: str | None
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class TableCells:
    """A column of an Excel table, or its cell in the request's row; `table` is empty for the table around the request."""

    table: str
    column: str
    this_row: bool


Argument: TypeAlias = Constant | Cells | TableCells


def find_requests(text: object, names: Collection[str]) -> list[Request]:
    """Return every call of a named function anywhere in a formula, such as both in ``=IFERROR(RFM(A2),RFM(A3))``."""
    if not isinstance(text, str) or not text.startswith("="):
        return []
    found = []
    # Words between quotes are no calls; blanks of the same length keep the places.
    plain = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    for call in _CALL.finditer(plain):
        if call[1].upper() not in names and call[1].upper() != "KIZUNA":
            continue
        end = _closing(plain, call.end())
        request = read_request(f"={text[call.start(1) : end]}") if end else None
        if request and request.function in names:
            found.append(request)
    return found


def _closing(text: str, start: int) -> int | None:
    """Return the place behind the bracket that closes a call whose arguments begin at `start`."""
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if not depth:
            return place + 1
    return None


def read_request(text: object) -> Request | None:
    """Return the request a cell's text holds when it is one call and nothing more; ``KIZUNA("RFM", …)`` means RFM."""
    if not isinstance(text, str) or not text.startswith("="):
        return None
    found = _REQUEST.match(text)
    if found is None:
        return None
    arguments = split_arguments(found[2])
    if arguments is None:
        return None
    name = found[1].upper()
    if name == "KIZUNA" and arguments and len(arguments[0]) > 2 and arguments[0][0] == '"':
        return Request(arguments[0].strip('"').upper(), tuple(arguments[1:]))
    return Request(name, tuple(arguments))


def split_arguments(text: str) -> list[str] | None:
    """Return the arguments between a call's brackets, None when the brackets do not pair up."""
    parts, depth, start, quote = [], 0, 0, ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth < 0:
                return None
        elif letter in ",;" and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    if depth or quote:
        return None
    parts.append(text[start:].strip())
    return [] if parts == [""] else parts


def read_argument(text: str, *, today: date) -> Argument:
    """Return what an argument means; raise UnreadableArgumentError for an expression that would have to be computed."""
    if constant := _constant(text, today):
        return constant
    if found := _THIS_ROW.match(text):
        return TableCells(found[1].strip(), (found[2] or found[3]).strip(), this_row=True)
    if found := _COLUMN.match(text):
        return TableCells(found[1].strip(), found[2].strip(), this_row=False)
    sheet = None
    if found := _SHEET.match(text):
        sheet = found[1].replace("''", "'") if found[1] else found[2].strip()
        text = found[3]
    corners = [_CELL.match(part.strip()) for part in text.split(":")]
    if len(corners) > 2 or not corners[0] or not corners[-1]:
        raise UnreadableArgumentError(text)
    rows = sorted(int(corner[2]) for corner in (corners[0], corners[-1]))
    columns = sorted(column_number(corner[1]) for corner in (corners[0], corners[-1]))
    return Cells(sheet, rows[0], columns[0], rows[1], columns[1])


def _constant(text: str, today: date) -> Constant | None:
    if not text:
        return Constant(None)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return Constant(text[1:-1].replace('""', '"'))
    if _NUMBER.match(text):
        return Constant(float(text))
    if text.upper() in {"TRUE", "TRUE()", "FALSE", "FALSE()"}:
        return Constant(text.upper().startswith("TRUE"))
    if text.upper() == "TODAY()":
        return Constant(today)
    if found := _DATE.match(text):
        try:
            return Constant(date(int(found[1]), int(found[2]), int(found[3])))
        except ValueError as error:
            raise UnreadableArgumentError(text) from error
    return None


def column_number(letters: str) -> int:
    """Return a column's number from 1 for its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def wire_value(value: Any, kind: str) -> Any:
    """Return a cell's value as an argument of that type travels."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        value = value.date()
    if kind == "date" and isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < _NO_DAY:
        # A computed argument, such as TODAY(), arrives as Excel counts days.
        value = _DAY_ZERO + timedelta(days=int(value))
    if kind in {"keys", "texts", "text"}:
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return value.isoformat() if isinstance(value, date) else str(value)
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def flat(lines: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the values of a range cell by cell."""
    return [value for line in lines for value in line]
