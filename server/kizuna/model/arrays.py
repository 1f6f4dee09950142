"""Columns as numpy arrays: the database builds one text per column, so no Python object per row is made on the way.

A million rows of ids, days and figures come in about a third of the time of fetching rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np
import orjson
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeDecorator

DAYS = "datetime64[D]"
IDS = "S"
NO_DAY = "0000-01-01"
"""Stands for a missing day on the way: numpy reads it, and no date of Python's is as early."""

NO_FIGURE = -(2**63)
"""Stands for a missing figure on the way; no field takes one as small."""

EPOCH = date(1970, 1, 1)
MONTHS_BEFORE_1970 = 1970 * 12
ZERO = ord("0")
BETWEEN = b"\x1f"
"""Stands between two ids; no id holds it."""


class RowIds(TypeDecorator[bytes]):
    """Row ids as bytes: ``sa.type_coerce(Purchase.customer_id, RowIds)`` comes as one flat array, no id as ``b""``.

    It takes a third of the memory of texts and makes no object per row. For ids only, never for what people type.
    """

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Return the id's bytes."""
        return None if value is None else str(value).encode()


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
        if isinstance(column.type, RowIds):
            found.append(IDS)
            continue
        name = next((dtype for kind, dtype in DTYPES if isinstance(column.type, kind)), None)
        if name is None or isinstance(column.type, TypeDecorator):
            return None
        found.append(name)
    return found


def packed(select: Any, dialect: str) -> Any:
    """Return a select of one row that holds each column of ``select`` as one text, which `unpacked` reads."""
    rows = select.subquery()
    joined = _joined_by_sqlite if dialect == "sqlite" else _joined_by_postgresql
    several = _of_several(select)
    return sa.select(
        *(
            joined(one, may_lack=several or _may_lack(asked))
            for one, asked in zip(rows.c, select.selected_columns, strict=True)
        )
    )


def unpacked(texts: Sequence[Any], dtypes: Sequence[str], dialect: str) -> list[Any]:
    """Return one array per column; where a figure is missing the array is of objects, a missing day is NaT."""
    read_days = _written_days if dialect == "sqlite" else _counted_days
    return [_array(text, dtype, read_days) for text, dtype in zip(texts, dtypes, strict=True)]


def _of_several(select: Any) -> bool:
    """Whether rows of several tables are put together: where one has no partner any column may lack its value."""
    return len({one.name for one in visitors.iterate(select) if isinstance(one, sa.Table | sa.Alias)}) > 1


def _may_lack(asked: Any) -> bool:
    # A coerced column no longer says whether it may be empty; the one inside does.
    return bool(getattr(getattr(asked, "clause", asked), "nullable", True))


def _joined_by_sqlite(column: Any, *, may_lack: bool) -> Any:
    if isinstance(column.type, RowIds):
        text = sa.func.group_concat(_filled(sa.type_coerce(column, sa.Text), "", may_lack=may_lack), BETWEEN.decode())
    elif isinstance(column.type, sa.Date):
        # SQLite keeps days as text.
        text = sa.func.group_concat(_filled(sa.type_coerce(column, sa.Text), NO_DAY, may_lack=may_lack))
    elif isinstance(column.type, sa.Integer):
        text = sa.func.group_concat(_filled(column, NO_FIGURE, may_lack=may_lack))
    else:
        text = sa.func.json_group_array(column)
    # As a blob it comes without being decoded: SQLite holds it in UTF-8 anyway.
    return sa.cast(text, sa.LargeBinary)


def _joined_by_postgresql(column: Any, *, may_lack: bool) -> Any:
    if isinstance(column.type, RowIds):
        text = _filled(sa.type_coerce(column, sa.Text), "", may_lack=may_lack)
        return sa.func.string_agg(text, BETWEEN.decode())
    figure = column
    if isinstance(column.type, sa.Date):
        figure = sa.type_coerce(column - EPOCH, sa.Integer)
    if isinstance(figure.type, sa.Integer):
        return sa.func.string_agg(sa.cast(_filled(figure, NO_FIGURE, may_lack=may_lack), sa.Text), ",")
    return sa.cast(sa.func.json_agg(column), sa.Text)


def _filled(column: Any, instead: Any, *, may_lack: bool) -> Any:
    """Return ``column`` with something in place of nothing: joined, nothing would leave no place and move all after it."""
    return sa.func.coalesce(column, instead) if may_lack else column


def _array(text: bytes | str | None, dtype: str, read_days: Callable[[bytes], NDArray[Any]]) -> Any:
    # One row without an id is an empty text, no rows at all are none.
    if text is None or not (text or dtype == IDS):
        return np.zeros(0, dtype="S1" if dtype == IDS else dtype)
    plain = text if isinstance(text, bytes) else text.encode()
    if dtype == IDS:
        return _ids(plain)
    if dtype == DAYS:
        return read_days(plain)
    if dtype == "int64":
        figures = np.fromstring(plain, dtype=np.int64, sep=",")
        return _with_gaps(figures) if (figures == NO_FIGURE).any() else figures
    values = orjson.loads(plain)
    if dtype == "bool" and None in values:
        return np.array(values, dtype=object)
    return np.array(values, dtype=dtype)


def _ids(text: bytes) -> NDArray[np.bytes_]:
    """Return the ids between the separators: cut without an object per id where all are of one length."""
    ended = text + BETWEEN
    width = ended.index(BETWEEN) + 1
    if width > 1 and len(ended) % width == 0:
        cut = np.frombuffer(ended, dtype=np.uint8).reshape(-1, width)
        between = cut == BETWEEN[0]
        if between[:, -1].all() and np.count_nonzero(between) == len(cut):
            return np.ascontiguousarray(cut[:, :-1]).view(f"S{width - 1}").reshape(-1)
    return np.array(text.split(BETWEEN))


def _written_days(text: bytes) -> NDArray[Any]:
    """Return days written as SQLite keeps them: ten characters and a comma each, read digit by digit of all at once."""
    signs = np.frombuffer(text + b",", dtype=np.uint8).reshape(-1, 11)

    def number(*places: int) -> NDArray[np.int32]:
        found = np.zeros(len(signs), dtype=np.int32)
        for place in places:
            found *= 10
            found += signs[:, place]
            found -= ZERO
        return found

    months = number(0, 1, 2, 3) * 12 + number(5, 6) - 1
    days = (months - MONTHS_BEFORE_1970).astype("datetime64[M]").astype(DAYS) + (number(8, 9) - 1)
    days[months < 12] = np.datetime64("NaT")  # the year 0 of `NO_DAY`
    return days


def _counted_days(text: bytes) -> NDArray[Any]:
    """Return days counted from 1970-01-01; numpy's mark for no day is the number that stands for a missing figure."""
    return np.fromstring(text, dtype=np.int64, sep=",").astype(DAYS)


def _with_gaps(figures: NDArray[np.int64]) -> NDArray[np.object_]:
    found = figures.astype(object)
    found[figures == NO_FIGURE] = None
    return found
