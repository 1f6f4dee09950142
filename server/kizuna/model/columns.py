"""Column types whose stored form is exact and the same on every database."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class _Scaled(TypeDecorator[Decimal]):
    """A decimal kept as a whole number of its smallest unit, so that sums are exact on SQLite too."""

    impl = sa.BigInteger
    cache_ok = True
    scale: int

    def process_bind_param(self, value: Any, dialect: Any) -> int | None:  # noqa: ARG002  # SQLAlchemy's signature
        return None if value is None else int(Decimal(str(value)).scaleb(self.scale).to_integral_exact())

    def process_result_value(self, value: Any, dialect: Any) -> Decimal | None:  # noqa: ARG002  # SQLAlchemy's signature
        return None if value is None else Decimal(int(value)).scaleb(-self.scale)


class Money(_Scaled):
    """An amount of money: stored in hundredths, a Decimal in Python."""

    cache_ok = True
    scale = 2


class Decimal6(_Scaled):
    """A number with at most six decimals: stored in millionths, a Decimal in Python."""

    cache_ok = True
    scale = 6


class Tags(TypeDecorator[list[str]]):
    """A list of words, stored as the text of a JSON array."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Return the words as JSON text."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Any) -> list[str] | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Return the words of a JSON text."""
        return None if value is None else list(json.loads(value))
