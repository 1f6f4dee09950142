"""Read the arguments of a call: one value for all cells, or one per cell."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kizuna.errors import RequestError, Text
from kizuna.files.dates import parse_date
from kizuna.files.faults import ValueFault
from kizuna.worksheet import Argument, WorksheetFunction

MOST_CELLS = 1_000_000
EXACT = 2**53
"""Up to this a cell holds every whole number exactly."""

TEXTS = frozenset({str, type(None)})

TYPED_AS_TEXT = frozenset({"integer", "number", "boolean"})
"""What a cell formatted as text may hold as words; a whole column of numbers is read as it is."""


class ArgumentError(RequestError):
    """An argument of a worksheet function cannot be used."""

    code = "bad-argument"
    text = Text(
        "{function} の引数「{argument}」に {value} は使えません。{wanted.ja}を指定してください。",
        "{function}: {argument} cannot be {value}. Give {wanted.en}.",
    )


class UnknownArgumentError(RequestError):
    """A function has no argument of that name."""

    code = "unknown-argument"
    text = Text(
        "{function} に「{argument}」という引数はありません。引数: {known}",
        "{function} takes no {argument!r}. It takes: {known}",
    )


class ArgumentMissingError(RequestError):
    """A required argument is not given."""

    code = "argument-missing"
    text = Text("{function} の引数「{argument}」を指定してください。", "{function} needs {argument!r}.")


class UnequalLengthsError(RequestError):
    """Two arguments of one call have a different number of cells."""

    code = "unequal-lengths"
    text = Text(
        "{function} の引数の長さが揃っていません({lengths})。同じ行数の範囲を指定してください。",
        "{function}: the arguments have different lengths ({lengths}). Give ranges of the same number of rows.",
    )


class TooManyCellsError(RequestError):
    """One call asks about more cells than a function answers at once."""

    code = "too-many-cells"
    text = Text(
        "{function} に一度に渡せるのは {limit} セルまでです({cells} セルありました)。範囲を分けて指定してください。",
        "{function} takes {limit} cells at a time; {cells} were given. Split the range.",
    )


WANTED: Mapping[str, Text] = {
    "text": Text("文字列", "a text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数値", "a number"),
    "date": Text("日付(2006-03-31)", "a date (2006-03-31)"),
    "boolean": Text("TRUE か FALSE", "TRUE or FALSE"),
    "keys": Text("番号または id", "numbers or ids"),
    "texts": Text("文字列", "texts"),
    "numbers": Text("数値", "numbers"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """A call's arguments, each with one value per cell; ``cells`` is None when the call is about no cells."""

    function: WorksheetFunction
    values: Mapping[str, Sequence[Any]]
    cells: int | None


def read_call(function: WorksheetFunction, given: Mapping[str, Any]) -> Call:
    """Return the call's arguments in Python values.

    Raises ArgumentError, UnknownArgumentError, ArgumentMissingError, TooManyCellsError and UnequalLengthsError.
    """
    known = {one.name: one for one in function.arguments}
    for name in given:
        if name not in known:
            raise UnknownArgumentError(function=function.name, argument=name[:40], known=", ".join(known))
    given = {name: _for_all(function, known[name], value) for name, value in given.items()}
    lengths = {name: len(value) for name, value in given.items() if isinstance(value, list)}
    sizes = {size for size in lengths.values() if size != 1} or set(lengths.values())
    if max(sizes, default=0) > MOST_CELLS:
        raise TooManyCellsError(function=function.name, cells=f"{max(sizes):,}", limit=f"{MOST_CELLS:,}")
    if len(sizes) > 1:
        shown = ", ".join(f"{name}: {size}" for name, size in lengths.items())
        raise UnequalLengthsError(function=function.name, lengths=shown)
    cells = sizes.pop() if sizes else None
    values = {}
    for name, argument in known.items():
        value = given.get(name)
        if value is None or value == "":
            if argument.required:
                raise ArgumentMissingError(function=function.name, argument=name)
            value = argument.default
        listed = value if isinstance(value, list) else [value]
        read = _read_cells(function.name, argument, listed)
        values[name] = read * (cells or 1) if len(read) == 1 else read
    return Call(function, values, cells)


def _for_all(function: WorksheetFunction, argument: Argument, value: Any) -> Any:
    """Return what one argument is given: a range where one value is meant is its first cell, one of no cells is nothing."""
    if not isinstance(value, list) or argument.per_cell or (value and function.kind != "table"):
        return value
    return value[:1] if value and isinstance(value[0], list) else next(iter(value), None)


def read_named(owner: str, arguments: Sequence[Argument], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an action or report in Python values; those that take one value per cell are lists.

    Raises ArgumentError, UnknownArgumentError and ArgumentMissingError.
    """
    known = {one.name: one for one in arguments}
    for name in given:
        if name not in known:
            raise UnknownArgumentError(function=owner, argument=name[:40], known=", ".join(known))
    values: dict[str, Any] = {}
    for name, argument in known.items():
        value = given.get(name)
        if value is None or value in ("", []):
            if argument.required:
                raise ArgumentMissingError(function=owner, argument=name)
            values[name] = argument.default
        elif argument.per_cell:
            values[name] = _read_cells(owner, argument, value if isinstance(value, list) else [value])
        else:
            values[name] = _read(owner, argument, value)
    return values


def typed(arguments: Sequence[Argument], words: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return arguments that came as words of a URL or command line as the JSON values they stand for."""
    types = {one.name: one for one in arguments}
    found: dict[str, Any] = {}
    for name, given in words.items():
        if name not in types:
            found[name] = given[0]
        elif types[name].per_cell:
            found[name] = [typed_word(types[name].type, one) for one in given]
        else:
            found[name] = typed_word(types[name].type, given[-1])
    return found


def typed_word(kind: str, word: str) -> Any:
    """Return one word as the JSON value it stands for, or as it is where it stands for none."""
    if kind in {"integer", "number", "numbers"}:
        try:
            return float(word) if "." in word else int(word)
        except ValueError:
            return word
    if kind == "boolean":
        return {"true": True, "false": False}.get(word.lower(), word)
    return word


def _read_cells(owner: str, argument: Argument, values: Sequence[Any]) -> list[Any]:
    """Return the values of many cells."""
    if argument.type in {"keys", "texts"} and TEXTS.issuperset(map(type, values)):
        return [one or None for one in values]
    return [_read(owner, argument, one) for one in values]


def _read(owner: str, argument: Argument, value: Any) -> Any:
    if value is None or value == "":
        return None if argument.per_cell or argument.required else argument.default
    kind = argument.type
    if isinstance(value, str) and kind in TYPED_AS_TEXT:
        value = typed_word(kind, unicodedata.normalize("NFKC", value).strip())
    if isinstance(value, int | float) and not abs(value) <= sys.float_info.max:  # no number is neither more nor less
        raise _bad(owner, argument, value)
    # A cell holds no whole numbers, only floats that are whole.
    whole = int(value) if isinstance(value, int | float) and value == int(value) and abs(value) <= EXACT else None
    if kind in {"keys", "text", "texts"} and isinstance(value, str | int | float):
        return str(value if whole is None or isinstance(value, bool) else whole)
    if kind == "integer" and whole is not None:
        return whole
    if kind in {"number", "numbers"} and isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if kind == "boolean" and (isinstance(value, bool) or whole in {0, 1}):
        return bool(value)
    if kind == "date" and isinstance(value, str | int | float | date):
        return _date(owner, argument, value)
    raise _bad(owner, argument, value)


def _date(owner: str, argument: Argument, value: Any) -> date:
    """Return the day a cell names, however it is written there: text, Japanese era or Excel's day number."""
    try:
        return parse_date(value)
    except ValueFault:
        raise _bad(owner, argument, value) from None


def _bad(owner: str, argument: Argument, value: Any) -> ArgumentError:
    return ArgumentError(function=owner, argument=argument.name, value=repr(value)[:60], wanted=WANTED[argument.type])
