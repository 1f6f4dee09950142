"""Ads and deals of the sample shop, read through the server's own handle, against a plain recomputation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna.functions.data import ScopedData
from kizuna.model.core import CORE_TABLES
from kizuna.model.database import Database, backend_for, core_registry, sqlite_url
from kizuna.model.scope import Actor
from kizuna.ops.migrate import migrate
from kizuna.ops.sample import SAMPLE_DAY, SampleShop, build_sample_shop
from kizuna.plugins import load_plugins

NAMES = ("ad_roi", "lost_deals", "follow_up")
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def sample() -> SampleShop:
    """Return a smaller sample shop: 600 customers, 3,000 purchases."""
    return build_sample_shop(customers=600, purchases=3_000)


@pytest.fixture(scope="module")
def database(sample: SampleShop, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """Return an SQLite database with the sample in it and the three plugins loaded."""
    found = [EntryPoint(name, f"kizuna_{name}", "kizuna.plugins") for name in NAMES]
    file: Path = tmp_path_factory.mktemp("shop") / "kizuna.sqlite"
    database = Database(backend_for(sqlite_url(file)), core_registry(), load_plugins(found, strict=True))
    migrate(database.backend)
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        for model in CORE_TABLES:
            rows = sample.tables[model.__tablename__]
            types = {column.name: column.type for column in model.__table__.columns}
            filled = [
                {"store_id": 0, "revision": count, "deleted": False}
                | {name: _python(types[name], value) for name, value in zip(rows.fields, row, strict=True)}
                for count, row in enumerate(zip(*rows.columns, strict=True), 1)
            ]
            connection.execute(sa.insert(model), filled)
    engine.dispose()
    return database


def _python(kind: Any, value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(kind, sa.Date) and value else value


@pytest.fixture
def call(database: Database) -> Iterator[Call]:
    """Return the function that asks as the owner of three stores: ``call("CPO", ["A0001"])``."""
    with database.backend.read() as connection:
        actor = Actor("account", "店主", "owner", (1, 2, 3), all_stores=True)
        data = ScopedData(database, connection, actor, today=SAMPLE_DAY)
        yield lambda name, *arguments: database.plugins.functions[name].call(data, *arguments)


def rows(sample: SampleShop, table: str) -> list[dict[str, Any]]:
    """Return the sample's rows as the wire has them."""
    found = sample.tables[table]
    return [dict(zip(found.fields, row, strict=True)) for row in zip(*found.columns, strict=True)]


@pytest.mark.parametrize("as_of", ["2024-12-31", "2026-01-15", "2026-11-20"])
def test_every_ad_has_the_figures_of_a_plain_recomputation(sample: SampleShop, call: Call, as_of: str) -> None:
    day = date.fromisoformat(as_of)
    ads = [ad for ad in rows(sample, "ads") if ad["ran_on"] <= as_of]
    numbers = [ad["number"] for ad in ads]
    answered, first_answer = Counter[str](), {}
    for one in sorted(rows(sample, "ad_responses"), key=lambda one: (one["responded_on"], one["ad_id"])):
        if one["responded_on"] <= as_of:
            answered[one["ad_id"]] += 1
            first_answer.setdefault(one["customer_id"], (one["responded_on"], one["ad_id"]))
    closers, sales = defaultdict(set), defaultdict(Decimal)
    last_sale_credited: dict[str, bool] = {}
    for one in sorted(rows(sample, "purchases"), key=lambda one: (one["purchased_on"], one["kind"] == "return")):
        customer = one["customer_id"]
        if one["status"] == "cancelled" or one["purchased_on"] > as_of or customer not in first_answer:
            continue
        answered_on, ad = first_answer[customer]
        if one["kind"] == "sale":
            last_sale_credited[customer] = answered_on <= one["purchased_on"]
        if last_sale_credited.get(customer):
            amount = Decimal(str(one["amount"]))
            sales[ad] += -abs(amount) if one["kind"] == "return" else amount
            if one["kind"] == "sale":
                closers[ad].add(customer)

    assert call("AD_RESPONSES", numbers, day) == [answered[ad["id"]] for ad in ads]
    assert call("AD_CLOSED", numbers, day) == [len(closers[ad["id"]]) for ad in ads]
    for ad, cost_per_order, spend in zip(ads, call("CPO", numbers, day), call("ROAS", numbers, day), strict=True):
        bought = len(closers[ad["id"]])
        if bought:
            assert cost_per_order == pytest.approx(ad["cost"] / bought, rel=1e-12)
        else:
            assert cost_per_order.code == "nothing-to-divide"
        if ad["cost"]:
            assert spend == pytest.approx(float(sales[ad["id"]] / ad["cost"]), rel=1e-12)
    total = [column[-1] for column in call("AD_TABLE", "媒体", None, None, day)]
    known = {ad["id"] for ad in ads}
    assert total[3] == sum(count for ad, count in answered.items() if ad in known)
    assert total[6] == sum(amount for ad, amount in sales.items() if ad in known)


def test_lost_deals_have_the_figures_of_a_plain_recomputation(sample: SampleShop, call: Call) -> None:
    start, end = date(2025, 4, 1), date(2026, 3, 31)
    decided = [
        one for one in rows(sample, "deals") if one["closed_on"] and "2025-04-01" <= one["closed_on"] <= "2026-03-31"
    ]
    gone = [one for one in decided if one["outcome"] == "lost"]
    reasons = Counter(one["lost_reason"] for one in gone)
    found = call("LOST_REASONS", start, end)

    assert dict(zip(found[0], found[1], strict=True)) == reasons
    assert sum(found[4]) == sum(one["amount"] for one in gone)
    assert call("LOST_REASONS", None, None, 2025) == found
    assert sorted(call("LOST_LIST", start, end)[1]) == sorted(one["number"] for one in gone)
    assert call("WIN_RATE", start, end) == pytest.approx(1 - len(gone) / len(decided))
    assert sum(call("LOST_TREND", start, end)[1]) == sum(call("LOST_BY", "担当", start, end)[1]) == len(gone)


def test_a_shop_sees_its_own_figures_only(sample: SampleShop, database: Database) -> None:
    with database.backend.read() as connection:
        data = ScopedData(database, connection, Actor("a", "店員", "staff", (2,)), today=SAMPLE_DAY)
        listed = database.plugins.functions["LOST_LIST"].call(data)[1]
        responses = database.plugins.functions["AD_TABLE"].call(data, "店舗")[3][-1]

    seen = (0, 2)
    assert sorted(listed) == sorted(
        one["number"] for one in rows(sample, "deals") if one["outcome"] == "lost" and one["store_id"] == 2
    )
    own_ads = {one["id"] for one in rows(sample, "ads") if one["store_id"] in seen}
    assert responses == sum(one["ad_id"] in own_ads and one["store_id"] in seen for one in rows(sample, "ad_responses"))


def test_the_shops_reasons_are_in_the_default_lists(sample: SampleShop, database: Database) -> None:
    settings = database.plugins.settings["lost_deals"]()

    assert {one["lost_reason"] for one in rows(sample, "deals")} - {None} <= set(settings.reasons)
    assert {one["left_reason"] for one in rows(sample, "customers")} - {None} <= set(settings.churn_reasons)
