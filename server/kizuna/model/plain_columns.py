"""Tell the columns that are stored just as they came: almost all of a large push, asked in a few passes that run in C.

What is not plain may still be right (a choice told by its label, an empty text); `kizuna.model.values`
then reads it value by value and says what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import NoneType
from typing import Any

from kizuna.model.fields import FieldSpec, FieldType
from kizuna.model.synced import LARGEST_STORE

LARGEST_INTEGER = 2**53
UUID_LENGTH = 36
ISO_DATES = re.compile(r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2},)*")


def is_plain(field: FieldSpec, values: Sequence[Any]) -> bool:
    """Return whether every value is right for the field and already in stored form."""
    if len(values) == 1:
        return is_plain_value(field, values[0])
    kinds = set(map(type, values))
    if kinds <= {NoneType}:
        return True
    wanted, check = _CHECKS.get(field.type, _NEVER)
    if not kinds <= {wanted, NoneType}:
        return False
    given: Sequence[Any] = values
    if NoneType in kinds:
        given = [one for one in values if one is not None]
    return check(field, given)


def is_plain_value(field: FieldSpec, value: Any) -> bool:
    """Return the same of one value, which most small pushes consist of."""
    if value is None:
        return True
    kind = field.type
    if kind == "text":
        if type(value) is not str or not value or "\0" in value:
            return False
        most = field.max_length
        return most is None or len(value) <= most
    wanted, check = _CHECKS.get(kind, _NEVER)
    return type(value) is wanted and check(field, (value,))


def _texts(field: FieldSpec, texts: Sequence[Any]) -> bool:
    if not all(texts):
        return False
    joined = "".join(texts)
    if "\0" in joined:
        return False
    most = field.max_length
    return most is None or len(joined) <= most or max(map(len, texts)) <= most


def _integers(field: FieldSpec, numbers: Sequence[Any]) -> bool:
    least, most = min(numbers), max(numbers)
    if -least > LARGEST_INTEGER or most > LARGEST_INTEGER:
        return False
    return (field.least is None or least >= field.least) and (field.most is None or most <= field.most)


def _dates(_field: FieldSpec, dates: Sequence[Any]) -> bool:
    different = set(dates)
    if not ISO_DATES.fullmatch(",".join(different) + ","):
        return False
    try:
        list(map(date.fromisoformat, different))
    except ValueError:
        return False
    return True


def _booleans(_field: FieldSpec, _values: Sequence[Any]) -> bool:
    return True


def _choices(field: FieldSpec, chosen: Sequence[Any]) -> bool:
    different = set(chosen)
    return "" not in different and different <= {one.value for one in field.choices}


def _references(_field: FieldSpec, named: Sequence[Any]) -> bool:
    if not all(named):
        return False
    joined = "".join(named)
    # An id may be typed in capitals, a number may have them.
    return "\0" not in joined and (UUID_LENGTH not in set(map(len, named)) or joined == joined.lower())


def _stores(_field: FieldSpec, stores: Sequence[Any]) -> bool:
    return bool(min(stores) >= 0 and max(stores) <= LARGEST_STORE)


def _no(_field: FieldSpec, _values: Sequence[Any]) -> bool:
    return False


_NEVER = (NoneType, _no)
_CHECKS: Mapping[FieldType, tuple[type, Callable[[FieldSpec, Sequence[Any]], bool]]] = {
    "text": (str, _texts),
    "integer": (int, _integers),
    "date": (str, _dates),
    "boolean": (bool, _booleans),
    "choice": (str, _choices),
    "reference": (str, _references),
    "store": (int, _stores),
}
