"""Columns as numpy arrays: the database builds one text per column, so no Python object per row is made on the way.

A million rows of ids, days and figures come in about a third of the time of fetching rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

DAYS = "datetime64[D]"
NO_DAY = "0000-01-01"
"""Stands for a missing day on the way: numpy reads it, and no date of Python's is as early."""

DTYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.Boolean, "bool"),
    (sa.Integer, "int64"),
    (sa.Date, DAYS),
    (sa.String, "object"),
)
"""The types that mean the same on the way; SQLAlchemy's BigInteger is an Integer, its Text a String."""


def dtypes_of(select: Any) -> list[str] | None:
    """Return the dtype of each selected column, ``None`` when one has a type that would be changed (such as money)."""
    found = []
    for column in select.selected_columns:
        name = next((dtype for kind, dtype in DTYPES if isinstance(column.type, kind)), None)
        if name is None or isinstance(column.type, TypeDecorator):
            return None
        found.append(name)
    return found


def packed(select: Any, dialect: str) -> Any:
    """Return a select of one row that holds each column of ``select`` as one text: days joined, the others in JSON."""
    return sa.select(*(_joined(one, dialect) for one in select.subquery().c))


def unpacked(texts: Sequence[str | None], dtypes: Sequence[str]) -> list[Any]:
    """Return one array per column; where a figure is missing the array is of objects, a missing day is NaT."""
    return [_array(text, dtype) for text, dtype in zip(texts, dtypes, strict=True)]


def _joined(column: Any, dialect: str) -> Any:
    if isinstance(column.type, sa.Date):
        days = sa.func.coalesce(sa.cast(column, sa.Text), NO_DAY)
        return sa.func.group_concat(days) if dialect == "sqlite" else sa.func.string_agg(days, ",")
    if dialect == "sqlite":
        return sa.func.json_group_array(column, type_=sa.Text)
    return sa.cast(sa.func.json_agg(column), sa.Text)


def _array(text: str | None, dtype: str) -> Any:
    if not text:
        return np.zeros(0, dtype=dtype)
    if dtype == DAYS:
        # Days are ten characters and a comma each, which numpy cuts without an object per day.
        days = np.frombuffer(f"{text},".encode("ascii"), dtype="S11").astype("S10").astype(DAYS)
        days[days == np.datetime64(NO_DAY)] = np.datetime64("NaT")
        return days
    values = orjson.loads(text)
    if dtype in {"bool", "int64"} and None in values:
        return np.array(values, dtype=object)
    return np.array(values, dtype=dtype)
