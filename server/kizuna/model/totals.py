"""Totals per customer and store, kept right by the write path so that no ranking reads all purchases."""

from __future__ import annotations

from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from kizuna.model.arrays import RowIds
from kizuna.model.columns import Money
from kizuna.model.synced import Base

WORDS = 7
WORD = 8
FIGURES = WORDS * WORD
"""Digits of a packed total: first day, last day, last activity and purchases one word of eight each, the amount three."""

YEAR_ZERO = -719_528
"""The day 0000-01-01, from which packed days are counted, as days since 1970-01-01; a day that lacks is 0."""

ADDED = 5_000_000_000_000_000_000
"""Added to a packed amount, so that none is below zero."""


class PackedTotals(FunctionElement[str]):
    """The figures of a total in one text of fixed width, made by the database itself whenever it writes a row."""

    type = sa.Text()
    name = "packed_totals"
    inherit_cache = True


@compiles(PackedTotals, "sqlite")
def packed_by_sqlite(element: Any = None, compiler: Any = None, **told: Any) -> str:  # noqa: ARG001  # SQLAlchemy's signature
    """Return the SQL of SQLite."""
    days = ", ".join(
        f"coalesce(julianday({one}) - 1721059.5, 0)" for one in ("first_on", "last_on", "last_activity_on")
    )
    return f"customer_id || printf('%08d%08d%08d%08d%024d', {days}, purchases, amount + {ADDED})"


@compiles(PackedTotals, "postgresql")
def packed_by_postgresql(element: Any = None, compiler: Any = None, **told: Any) -> str:  # noqa: ARG001  # SQLAlchemy's
    """Return the SQL of PostgreSQL."""
    days = (f"coalesce({one} - date '0001-01-01' + 366, 0)" for one in ("first_on", "last_on", "last_activity_on"))
    digits = " || ".join(f"lpad(({one})::text, {WORD}, '0')" for one in (*days, "purchases"))
    return f"customer_id || {digits} || lpad((amount::numeric + {ADDED})::text, {3 * WORD}, '0')"


class CustomerTotals(Base):
    """What one customer bought in one store, over all time.

    ``first_on``, ``last_on`` and ``purchases`` rest on completed sales; ``amount`` is sales less returns. A customer whose
    ``last_activity_on`` (sale or return) is on or before an as-of day has the same totals on that day. ``packed`` is all of it
    but the store, for `unpacked_totals`: the way to read everybody's.
    """

    __tablename__ = "customer_totals"
    # In order of its key, SQLite reads all customers in one sweep, and hands them out sorted; so does PostgreSQL's index.
    __table_args__ = (
        sa.PrimaryKeyConstraint("customer_id", "store_id", postgresql_include=["packed"]),
        {"sqlite_with_rowid": False},
    )

    customer_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    store_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    first_on: Mapped[Any] = mapped_column(sa.Date, nullable=True)
    last_on: Mapped[Any] = mapped_column(sa.Date, nullable=True)
    last_activity_on: Mapped[Any] = mapped_column(sa.Date)
    purchases: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    amount: Mapped[Any] = mapped_column(Money, nullable=False)
    packed: Mapped[Any] = mapped_column(
        RowIds, sa.Computed(PackedTotals(), persisted=True), nullable=False, deferred=True
    )


def unpacked_totals(packed: NDArray[np.bytes_]) -> list[Any]:
    """Return id, first day, last day, last activity (days since 1970-01-01), purchases and amount in hundredths.

    The arrays of `Data.arrays` or `Data.pieces` of ``CustomerTotals.packed``. A day that lacks is far before any other.
    """
    ids, digits = _cut(packed)
    words = np.ascontiguousarray(digits).view("<u8").reshape(-1, WORDS)
    # Eight digits at once: the first of them is the lowest byte. Neighbours become tens, hundreds, then all eight.
    words = (words & 0x0F0F0F0F0F0F0F0F) * 2561 >> 8
    words = (words & 0x00FF00FF00FF00FF) * 6553601 >> 16
    words = ((words & 0x0000FFFF0000FFFF) * 42949672960001 >> 32).astype(np.int64)
    first, last, active = (words[:, place] + YEAR_ZERO for place in range(3))
    amount = (words[:, 4] * 10**WORD + words[:, 5]) * 10**WORD + words[:, 6] - ADDED
    return [ids, first, last, active, words[:, 3], amount]


def _cut(packed: NDArray[np.bytes_]) -> tuple[NDArray[np.bytes_], NDArray[np.uint8]]:
    """Return the ids, and the digits as an array of so many lines."""
    width = packed.dtype.itemsize - FIGURES
    if len(packed) == 0:
        return np.zeros(0, dtype="S1"), np.zeros((0, FIGURES), dtype=np.uint8)
    letters = packed.view(np.uint8).reshape(len(packed), -1)
    if letters[:, -1].all():  # as long as the longest: all are
        return np.ascontiguousarray(letters[:, :width]).view(f"S{width}").reshape(-1), letters[:, width:]
    texts = packed.tolist()
    digits = np.frombuffer(b"".join(one[-FIGURES:] for one in texts), dtype=np.uint8)
    return np.array([one[:-FIGURES] for one in texts]), digits.reshape(-1, FIGURES)
