"""For the tests of kizuna_rfm: real purchases (the CDNOW sample beside the checkout), and shops to ask."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from kizuna.model import Customer, CustomerTotals, Purchase
from kizuna_rfm.settings import CpmSettings, RfmSettings


@dataclass(frozen=True)
class Receipt:
    """One purchase as the file has it."""

    customer: str
    on: date
    amount: Decimal


def shared_data(folder: str) -> Path:
    """Return a folder of ../shared/data, looked for beside every parent of this file."""
    for parent in Path(__file__).resolve().parents:
        found = parent.parent / "shared" / "data" / folder
        if found.is_dir():
            return found
    message = f"../shared/data/{folder} is not beside the checkout"
    if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def cdnow() -> list[Receipt]:
    """Return the 6,919 purchases of the CDNOW sample, customers named 1 to 2357."""
    with (shared_data("cdnow_sample") / "btyd_cdnowElog.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Receipt(line["sampleid"], date.fromisoformat(line["date"]), Decimal(line["sales"]))
            for line in csv.DictReader(lines)
        ]


@pytest.fixture(scope="session")
def published_summary() -> dict[str, tuple[int, Decimal, Decimal]]:
    """Return frequency, recency and T in weeks per customer, as published with lifetimes."""
    path = shared_data("cdnow_sample") / "lifetimes_cdnow_customers_summary.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            line["ID"]: (int(line["frequency"]), Decimal(line["recency"]), Decimal(line["T"]))
            for line in csv.DictReader(lines)
        }


@dataclass
class Shop:
    """A shop in an SQLite database of its own, as the functions read it: the data handle of the tests."""

    today: date
    engine: sa.Engine
    numbers: dict[str, str]
    chosen: dict[str, Any]

    def columns(self, select: Any) -> list[list[Any]]:
        """Return one list per selected column."""
        with self.engine.connect() as connection:
            answer = connection.execute(select)
            width = len(answer.keys())
            return [list(column) for column in zip(*answer.all(), strict=True)] or [[] for _ in range(width)]

    def arrays(self, select: Any) -> list[Any]:
        """Return one numpy array per selected column."""
        return [np.array(column) for column in self.columns(select)]

    def resolve(self, table: str, keys: Sequence[str | None]) -> list[str | None]:
        """Return the row id of each customer number or id."""
        assert table == "customers"
        ids = set(self.numbers.values())
        return [one if one in ids else self.numbers.get(one or "") for one in keys]

    def settings(self, name: str) -> Any:
        """Return the settings chosen for the test, the defaults otherwise."""
        return self.chosen.get(name) or {"rfm": RfmSettings, "cpm": CpmSettings}[name]()

    def pieces(self, select: Any, by: Any) -> Iterator[list[Any]]:
        """Yield the answer in two pieces, cut at a value of ``by``."""
        cut = "id-C0002"
        yield self.arrays(select.where(by < cut))
        yield self.arrays(select.where(by >= cut))

    def keep(self, name: Hashable, tables: Sequence[str], make: Callable[[], Any], mend: Any = None) -> Any:
        """Return what ``make`` gives; nothing is kept."""
        assert set(tables) <= {"customers", "purchases"}, name
        return make()


@dataclass(frozen=True)
class Bought:
    """One receipt to put into a shop; positional in the order people say it."""

    customer: str
    on: date
    yen: Decimal | int
    kind: str = "sale"
    status: str = "completed"
    store: int = 1


OpenShop = Callable[..., Shop]


@pytest.fixture(scope="session")
def receipt() -> type[Bought]:
    """Return the class of receipts: ``receipt("C0001", day, yen, "return", status=…, store=…)``."""
    return Bought


@pytest.fixture(scope="session")
def open_shop() -> OpenShop:
    """Return the function that opens a shop: ``open_shop(receipts, also=[…no purchase…], today=…, rfm=…)``."""
    return build_shop


def build_shop(
    receipts: Iterable[Bought],
    *,
    also: Sequence[str] = (),
    today: date = date(2006, 3, 31),
    rfm: RfmSettings | None = None,
    cpm: CpmSettings | None = None,
) -> Shop:
    """Open a shop with these receipts and the totals the server would keep for them."""
    receipts = list(receipts)
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    for model in (Customer, Purchase, CustomerTotals):
        model.__table__.create(engine)
    numbers = {number: f"id-{number}" for number in dict.fromkeys([*(one.customer for one in receipts), *also])}
    common = {"revision": 1, "deleted": False}
    with engine.begin() as connection:
        customers = [
            {"id": key, "number": number, "name": f"名前{number}", "store_id": 1, **common}
            for number, key in numbers.items()
        ]
        purchases = [
            {
                "id": f"p-{count}",
                "store_id": one.store,
                "customer_id": numbers[one.customer],
                "purchased_on": one.on,
                "kind": one.kind,
                "status": one.status,
                "amount": Decimal(one.yen),
                **common,
            }
            for count, one in enumerate(receipts)
        ]
        for model, rows in ((Customer, customers), (Purchase, purchases), (CustomerTotals, kept_totals(purchases))):
            if rows:
                connection.execute(sa.insert(model), rows)
    return Shop(today, engine, numbers, {"rfm": rfm, "cpm": cpm})


def kept_totals(purchases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of customer_totals as its docstring defines them, in plain Python."""
    totals = []
    grouped: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for one in purchases:
        if one["status"] == "completed":
            grouped.setdefault((one["customer_id"], one["store_id"]), []).append(one)
    for (customer, store), active in grouped.items():
        sales = [one for one in active if one["kind"] == "sale"]
        back = [one for one in active if one["kind"] == "return"]
        totals.append(
            {
                "customer_id": customer,
                "store_id": store,
                "first_on": min((one["purchased_on"] for one in sales), default=None),
                "last_on": max((one["purchased_on"] for one in sales), default=None),
                "last_activity_on": max(one["purchased_on"] for one in active),
                "purchases": len(sales),
                "amount": sum(one["amount"] for one in sales) - sum(abs(one["amount"]) for one in back),
            }
        )
    return totals
