"""Columns as numpy arrays: the database builds one JSON array per column, so no Python object per row is made on the way.

A million rows of ids, days and figures come in about a third of the time of fetching rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

DTYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.Boolean, "bool"),
    (sa.Integer, "int64"),
    (sa.Date, "datetime64[D]"),
    (sa.Text, "object"),
    (sa.String, "object"),
)
"""The types that mean the same in JSON; SQLAlchemy's BigInteger is an Integer."""


def dtypes_of(select: Any) -> list[str] | None:
    """Return the dtype of each selected column, ``None`` when one has a type that JSON would change (such as money)."""
    found = []
    for column in select.selected_columns:
        name = next((dtype for kind, dtype in DTYPES if isinstance(column.type, kind)), None)
        if name is None or isinstance(column.type, TypeDecorator):
            return None
        found.append(name)
    return found


def packed(select: Any, dialect: str) -> Any:
    """Return a select of one row that holds the columns of ``select`` as the texts of JSON arrays."""
    columns = select.subquery().c
    if dialect == "sqlite":
        return sa.select(*(sa.func.json_group_array(one, type_=sa.Text) for one in columns))
    return sa.select(*(sa.cast(sa.func.json_agg(one), sa.Text) for one in columns))


def unpacked(texts: Sequence[str | None], dtypes: Sequence[str]) -> list[Any]:
    """Return one array per column; where a figure is missing the array is of objects, a missing day is NaT."""
    return [
        _array([] if text is None else orjson.loads(text), dtype) for text, dtype in zip(texts, dtypes, strict=True)
    ]


def _array(values: list[Any], dtype: str) -> Any:
    if dtype in {"bool", "int64"} and None in values:
        return np.array(values, dtype=object)
    return np.array(values, dtype=dtype)
