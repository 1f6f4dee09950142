"""A shop with deals in a database of its own, as worksheet functions read it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from kizuna.model import Ad, Customer, Deal, Product, Staff
from kizuna_lost_deals.settings import LostDealSettings

COMMON = {"revision": 1, "deleted": False}
DAY = date(2026, 4, 1)


@dataclass
class Shop:
    """A data handle on an SQLite database in memory, which the tests fill row by row."""

    today: date = date(2026, 6, 30)
    chosen: LostDealSettings = field(default_factory=LostDealSettings)
    engine: sa.Engine = field(default_factory=lambda: sa.create_engine("sqlite://", poolclass=sa.StaticPool))

    def __post_init__(self) -> None:
        for model in (Ad, Customer, Deal, Product, Staff):
            model.__table__.create(self.engine)

    def columns(self, select: Any) -> list[list[Any]]:
        with self.engine.connect() as connection:
            answer = connection.execute(select)
            width = len(answer.keys())
            return [list(column) for column in zip(*answer.all(), strict=True)] or [[] for _ in range(width)]

    def arrays(self, select: Any) -> list[Any]:
        return [np.array(column) for column in self.columns(select)]

    def keep(self, name: Hashable, tables: Sequence[str], make: Callable[[], Any]) -> Any:
        """Return what ``make`` gives; nothing is kept."""
        hash(name)
        return make()

    def resolve(self, table: str, keys: Sequence[str | None]) -> list[str | None]:
        raise AssertionError(f"no function here asks for keys of {table}: {keys}")

    def settings(self, name: str) -> Any:
        assert name == "lost_deals"
        return self.chosen

    def put(self, model: Any, ident: str, **fields: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.insert(model).values(**{"id": ident, "store_id": 1, **COMMON, **fields}))

    def deal(self, number: str, outcome: str, on: date | None = DAY, amount: int = 1_000, **fields: Any) -> None:
        told = {"customer_id": "c", "lost_reason": None, **fields}
        self.put(Deal, f"id-{number}", number=number, outcome=outcome, closed_on=on, amount=Decimal(amount), **told)


@pytest.fixture
def shop() -> Shop:
    """Return a shop with the worked example, three won deals and one open."""
    shop = Shop()
    shop.put(Customer, "c", number="C0001", name="田中")
    shop.put(Product, "tea", number="P0001", name="お茶")
    shop.put(Staff, "sato", number="S001", name="佐藤")
    reasons = ["飲みにくい"] * 15 + ["価格が高い"] * 5 + ["効果が弱い"] * 2
    for number, reason in enumerate(reasons):
        shop.deal(
            f"L{number:02d}", "lost", lost_reason=reason, product_id="tea", staff_id="sato" if number < 4 else None
        )
    for number in range(3):
        shop.deal(f"W{number}", "won", date(2026, 6, 1), staff_id="sato")
    shop.deal("O1", "open", None, customer_id="d")
    return shop
