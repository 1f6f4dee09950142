"""A shop with ads in a database of its own, as worksheet functions read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from kizuna.model import Ad, AdResponse, Product, Purchase, Store
from kizuna_ad_roi.settings import AdSettings

COMMON = {"revision": 1, "deleted": False}


@dataclass
class Shop:
    """A data handle on an SQLite database in memory, which the tests fill row by row."""

    today: date = date(2026, 6, 30)
    chosen: AdSettings = field(default_factory=AdSettings)
    engine: sa.Engine = field(default_factory=lambda: sa.create_engine("sqlite://", poolclass=sa.StaticPool))

    def __post_init__(self) -> None:
        for model in (Ad, AdResponse, Product, Purchase, Store):
            model.__table__.create(self.engine)

    def columns(self, select: Any) -> list[list[Any]]:
        with self.engine.connect() as connection:
            answer = connection.execute(select)
            width = len(answer.keys())
            return [list(column) for column in zip(*answer.all(), strict=True)] or [[] for _ in range(width)]

    def arrays(self, select: Any) -> list[Any]:
        return [np.array(column) for column in self.columns(select)]

    def resolve(self, table: str, keys: Sequence[str | None]) -> list[str | None]:
        assert table == "ads"
        numbers = dict(zip(*self.columns(sa.select(Ad.number, Ad.id)), strict=True))
        return [key if key in numbers.values() else numbers.get(key) for key in keys]

    def settings(self, name: str) -> Any:
        assert name == "ad_roi"
        return self.chosen

    def put(self, model: Any, ident: str, **fields: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.insert(model).values(**{"id": ident, "store_id": 1, **COMMON, **fields}))

    def ad(self, number: str, on: date, cost: int, **fields: Any) -> None:
        self.put(Ad, f"id-{number}", number=number, ran_on=on, cost=Decimal(cost), **{"medium": "新聞", **fields})

    def answer(self, ad: str, customer: str, on: date, **fields: Any) -> None:
        self.put(AdResponse, f"{ad}{customer}{on}", ad_id=f"id-{ad}", customer_id=customer, responded_on=on, **fields)

    def buy(self, ident: str, customer: str, on: date, amount: int, **fields: Any) -> None:
        told = {"kind": "sale", "status": "completed", **fields}
        self.put(Purchase, ident, customer_id=customer, purchased_on=on, amount=Decimal(amount), **told)


@pytest.fixture
def shop() -> Shop:
    """Return a shop with the two ads of the worked example."""
    shop = Shop()
    first, second = date(2026, 4, 1), date(2026, 5, 1)
    shop.ad("A0001", first, 50_000, title="春", circulation=10_000)
    shop.ad("A0002", second, 20_000, title="夏", medium="チラシ")
    for number in range(47):
        shop.answer("A0001", f"x{number}", first)
    for number in range(78):
        shop.answer("A0002", f"y{number}", second)
    for number in range(4):
        shop.buy(f"px{number}", f"x{number}", date(2026, 4, 10), 30_000)
    for number in range(11):
        shop.buy(f"py{number}", f"y{number}", date(2026, 5, 10), 5_000)
    return shop
