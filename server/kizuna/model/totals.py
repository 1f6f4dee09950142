"""Totals per customer and store, kept right by the write path so that no ranking reads all purchases."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kizuna.model.columns import Money
from kizuna.model.synced import Base


class CustomerTotals(Base):
    """What one customer bought in one store, over all time.

    ``first_on``, ``last_on`` and ``purchases`` rest on completed sales; ``amount`` is sales less returns. A customer whose
    ``last_activity_on`` (sale or return) is on or before an as-of day has the same totals on that day.
    """

    __tablename__ = "customer_totals"
    # In order of its key, SQLite reads all customers in one sweep, and hands them out sorted.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # SQLAlchemy's way

    customer_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    store_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    first_on: Mapped[Any] = mapped_column(sa.Date, nullable=True)
    last_on: Mapped[Any] = mapped_column(sa.Date, nullable=True)
    last_activity_on: Mapped[Any] = mapped_column(sa.Date)
    purchases: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    amount: Mapped[Any] = mapped_column(Money, nullable=False)
