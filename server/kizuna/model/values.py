"""Wire values to stored values, a column at a time, and back.

Stored: money in hundredths, decimals in millionths, dates as ISO text, tags as JSON text, everything else as on the wire.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

import orjson

from kizuna.errors import RowProblem, Text
from kizuna.model import problems
from kizuna.model.fields import FieldSpec, FieldType
from kizuna.model.plain_columns import LARGEST_INTEGER, is_plain
from kizuna.model.synced import LARGEST_STORE

Problems = dict[int, RowProblem]
HASHABLE: frozenset[type] = frozenset({str, int, float, bool})
MOST_DIGITS = 10**15
"""A double holds any number of 15 digits exactly; money has two of them behind the point, decimals six."""
ANY_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\Z")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
WANTED: Mapping[FieldType, Text] = {
    "text": Text("文字列", "text"),
    "integer": Text("整数", "a whole number"),
    "money": Text("金額(数値)", "an amount (a number)"),
    "decimal": Text("数値", "a number"),
    "date": Text("日付(2006-03-31)", "a date (2006-03-31)"),
    "datetime": Text("日時(2006-03-31T09:00:00Z)", "a date and time (2006-03-31T09:00:00Z)"),
    "boolean": Text("true か false", "true or false"),
    "choice": Text("選択肢の値", "one of its choices"),
    "tags": Text("文字列の配列", "a list of texts"),
    "reference": Text("番号または id", "a number or an id"),
    "store": Text("店舗番号", "a store number"),
}


def stored_column(field: FieldSpec, values: Sequence[Any]) -> tuple[list[Any], Problems]:
    """Return ``values`` in stored form, with what is wrong by index; a wrong value becomes None.

    References stay as they are; `kizuna.sync.references` looks them up.
    """
    found: Problems = {}
    if is_plain(field, values):
        return list(values), found
    stored = _READERS[field.type](field, values, found)
    return stored, found


SHOWN_AS_STORED: frozenset[FieldType] = frozenset(
    {"text", "integer", "date", "datetime", "choice", "reference", "store"}
)
"""The types whose stored values the wire shows as they are."""


def wire_value(kind: FieldType, stored: Any) -> Any:
    """Return a stored value as the wire shows it."""
    if stored is None:
        return None
    if kind == "money":
        return _scaled(stored, 100)
    if kind == "decimal":
        return _scaled(stored, 1_000_000)
    if kind == "boolean":
        return bool(stored)
    if kind == "tags":
        return json.loads(stored)
    return stored


def _scaled(stored: int, unit: int) -> int | float:
    return stored // unit if stored % unit == 0 else stored / unit


def _short(value: Any) -> str:
    shown = value if isinstance(value, str) else repr(value)
    return f"「{shown[:40]}…」" if len(shown) > 40 else f"「{shown}」"  # what fits into a message


def _wrong_type(field: FieldSpec, value: Any) -> RowProblem:
    return problems.WrongTypeError(field=field.name, label=field.label, wanted=WANTED[field.type], value=_short(value))


def _texts(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    if set(map(type, values)) <= {str, NoneType}:
        stored: list[Any] = [one or None for one in values]
    else:
        stored = [_text(field, one, index, found) for index, one in enumerate(values)]
    if field.max_length is not None and max(map(len, filter(None, stored)), default=0) > field.max_length:
        for index, one in enumerate(stored):
            if one is not None and len(one) > field.max_length:
                found[index] = problems.TooLongError(
                    field=field.name, label=field.label, limit=field.max_length, length=len(one)
                )
                stored[index] = None
    if "\0" in "".join(filter(None, stored)):
        for index, one in enumerate(stored):
            if one is not None and "\0" in one:
                found[index] = problems.BadCharacterError(field=field.name, label=field.label)
                stored[index] = None
    return stored


def _text(field: FieldSpec, value: Any, index: int, found: Problems) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    found[index] = _wrong_type(field, value)
    return None


def _integers(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    def read(value: Any) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise _wrong_type(field, value)
        least, most = field.least, field.most
        if (least is not None and value < least) or (most is not None and value > most):
            raise problems.OutOfBoundsError(
                field=field.name, label=field.label, value=_short(value), least=least, most=most
            )
        if abs(value) > LARGEST_INTEGER:
            raise problems.OutOfRangeError(
                field=field.name, label=field.label, value=_short(value), decimals=0, limit=LARGEST_INTEGER
            )
        return value

    return _each(field, values, found, read)


def _scaled_numbers(unit: int) -> Callable[[FieldSpec, Sequence[Any], Problems], list[Any]]:
    decimals, largest = len(str(unit)) - 1, MOST_DIGITS // unit

    def read_all(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
        def read(value: Any) -> int:
            if type(value) not in {int, float} or (type(value) is float and not math.isfinite(value)):
                raise _wrong_type(field, value)
            exact = value * unit if type(value) is int else Decimal(repr(value)) * unit
            if abs(value) >= largest or exact != int(exact):
                raise problems.OutOfRangeError(
                    field=field.name, label=field.label, value=_short(value), decimals=decimals, limit=largest
                )
            return int(exact)

        return _each(field, values, found, read)

    return read_all


def _dates(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong_type(field, value)
        try:
            if ISO_DATE.match(value):
                date.fromisoformat(value)
                return value
        except ValueError:
            pass  # 2006-02-31 has the form of a date but is none; the error below says so.
        raise problems.BadDateError(field=field.name, label=field.label, value=_short(value))

    return _each(field, values, found, read)


def _datetimes(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong_type(field, value)
        try:
            at = datetime.fromisoformat(value)
            # At either end of the calendar there is no such moment in UTC.
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            raise problems.BadDateError(field=field.name, label=field.label, value=_short(value)) from None
        return at.replace(microsecond=0, tzinfo=None).isoformat() + "Z"

    return _each(field, values, found, read)


def _booleans(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    def read(value: Any) -> bool:
        if type(value) is not bool:
            raise _wrong_type(field, value)
        return value

    return _each(field, values, found, read)


def _choices(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    by_label = {one.label.ja: one.value for one in field.choices} | {one.label.en: one.value for one in field.choices}
    by_value = {one.value: one.value for one in field.choices}
    known = Text("、".join(one.label.ja for one in field.choices), ", ".join(one.label.en for one in field.choices))

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong_type(field, value)
        chosen = by_value.get(value) or by_label.get(value)
        if chosen is None:
            raise problems.UnknownChoiceError(field=field.name, label=field.label, value=_short(value), known=known)
        return chosen

    return _each(field, values, found, read)


def _tags(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    def read(value: Any) -> str | None:
        if not isinstance(value, list) or any(not isinstance(one, str) for one in value):
            raise _wrong_type(field, value)
        if any("\0" in one for one in value):
            raise problems.BadCharacterError(field=field.name, label=field.label)
        kept = list(dict.fromkeys(one for one in value if one))
        return orjson.dumps(kept).decode() if kept else None

    stored: list[Any] = []
    for index, value in enumerate(values):
        try:
            stored.append(None if value is None or value == "" else read(value))
        except RowProblem as problem:
            found[index] = problem
            stored.append(None)
    return stored


def _references(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    def read(value: Any) -> str:
        if type(value) is int:
            return str(value)
        if not isinstance(value, str):
            raise _wrong_type(field, value)
        if "\0" in value:
            raise problems.BadCharacterError(field=field.name, label=field.label)
        return value.lower() if ANY_UUID.match(value) else value

    return _each(field, values, found, read)


def _stores(field: FieldSpec, values: Sequence[Any], found: Problems) -> list[Any]:
    def read(value: Any) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9:
            return int(value)
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int or not 0 <= value <= LARGEST_STORE:
            raise _wrong_type(field, value)
        return value

    return _each(field, values, found, read)


def _each(field: FieldSpec, values: Sequence[Any], found: Problems, read: Callable[[Any], Any]) -> list[Any]:
    """Read every different value once: a column of 100,000 has few of them."""
    kinds = set(map(type, values)) - {NoneType}
    if len(kinds) == 1 and kinds <= HASHABLE:
        known = {one: None if one is None or one == "" else _read_or_problem(read, one) for one in set(values)}
        if not any(isinstance(one, RowProblem) for one in known.values()):
            return [known[one] for one in values]
    read_once: dict[tuple[type, Any], Any] = {}
    stored: list[Any] = []
    for index, value in enumerate(values):
        if value is None or value == "":
            stored.append(None)
            continue
        try:
            seen = read_once.get((type(value), value))
        except TypeError:
            found[index] = _wrong_type(field, value)
            stored.append(None)
            continue
        if seen is None:
            seen = _read_or_problem(read, value)
            read_once[type(value), value] = seen
        if isinstance(seen, RowProblem):
            found[index] = seen
            seen = None
        stored.append(seen)
    return stored


def _read_or_problem(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except RowProblem as problem:
        return problem


_READERS: Mapping[FieldType, Callable[[FieldSpec, Sequence[Any], Problems], list[Any]]] = {
    "text": _texts,
    "integer": _integers,
    "money": _scaled_numbers(100),
    "decimal": _scaled_numbers(1_000_000),
    "date": _dates,
    "datetime": _datetimes,
    "boolean": _booleans,
    "choice": _choices,
    "tags": _tags,
    "reference": _references,
    "store": _stores,
}
