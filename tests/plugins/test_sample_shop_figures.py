"""Ads and deals of the sample shop, read through the server's own handle, against a plain recomputation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.model.core import CORE_TABLES
from kizuna.model.data import ScopedData
from kizuna.model.database import Database, backend_for, core_registry, sqlite_url
from kizuna.model.scope import Actor
from kizuna.model.totals import CustomerTotals
from kizuna.ops.migrate import migrate
from kizuna.ops.sample import SAMPLE_DAY, SampleShop, build_sample_shop
from kizuna.plugins import load_plugins
from kizuna_follow_up.labels.address import HAS_LEFT, NO_ADDRESS, OPTED_OUT
from kizuna_follow_up.labels.layout import lay_out
from kizuna_follow_up.labels.sheets import SHEETS
from kizuna_follow_up.source import read_contacts, read_recipients, text_values
from kizuna_follow_up.texts import FIELDS, fill

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
    migrate(database.backend, database.plugins.migrations)
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
        connection.execute(sa.insert(CustomerTotals), _totals(sample))
    engine.dispose()
    return database


def _totals(sample: SampleShop) -> list[dict[str, Any]]:
    """Return what the write path would keep per customer and store."""
    bought: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for one in rows(sample, "purchases"):
        if one["status"] == "completed":
            bought[one["customer_id"], one["store_id"]].append(one)
    found = []
    for (customer, store), receipts in bought.items():
        sales = [date.fromisoformat(one["purchased_on"]) for one in receipts if one["kind"] == "sale"]
        activity = max(date.fromisoformat(one["purchased_on"]) for one in receipts)
        amount = sum(-abs(one["amount"]) if one["kind"] == "return" else one["amount"] for one in receipts)
        ends = {"first_on": min(sales, default=None), "last_on": max(sales, default=None), "last_activity_on": activity}
        found.append({"customer_id": customer, "store_id": store, "purchases": len(sales), "amount": amount, **ends})
    return found


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


def test_labels_go_to_every_customer_of_the_sample_who_can_get_one(sample: SampleShop, database: Database) -> None:
    people = rows(sample, "customers")
    with database.backend.read() as connection:
        data = ScopedData(database, connection, Actor("a", "店主", "owner", (1, 2, 3)), today=SAMPLE_DAY)
        recipients = read_recipients(data, [one["id"] for one in people])
    labels = lay_out(recipients, SHEETS["A4-24"], lambda text, size: size * len(text))
    barred = {one["number"] for one in people if one["no_post"] or one["status"] == "left"}

    assert [one.number for one in recipients] == [one["number"] for one in people]
    assert barred <= {one.recipient.number for one in labels.left_off}
    assert labels.printed + len(labels.left_off) == len(people)
    assert {one.reason for one in labels.left_off} <= {OPTED_OUT, HAS_LEFT, NO_ADDRESS}


def test_a_company_is_written_to_at_the_person_who_decides(sample: SampleShop, database: Database) -> None:
    deciders = {
        one["customer_id"]: one["name"] for one in rows(sample, "contacts") if one["decision_power"] == "decides"
    }
    with database.backend.read() as connection:
        data = ScopedData(database, connection, Actor("a", "店主", "owner", (1, 2, 3)), today=SAMPLE_DAY)
        found = read_contacts(data, list(deciders))

    powers = Counter(one["customer_id"] for one in rows(sample, "contacts") if one["decision_power"] == "decides")
    assert deciders
    assert all(found[one][1] == name for one, name in deciders.items() if powers[one] == 1)


def test_texts_have_a_value_for_every_known_field(sample: SampleShop, database: Database) -> None:
    people = [one for one in rows(sample, "customers") if one["store_id"] == 1][:25]
    with database.backend.read() as connection:
        data = ScopedData(database, connection, Actor("a", "店主", "owner", (1,)), today=SAMPLE_DAY)
        found = text_values(data, [one["id"] for one in people])

    assert set(found) == {one["id"] for one in people}
    for one in people:
        assert set(found[one["id"]]) == set(FIELDS)
        days = [
            sale["purchased_on"]
            for sale in rows(sample, "purchases")
            if (sale["customer_id"], sale["kind"], sale["status"]) == (one["id"], "sale", "completed")
        ]
        assert found[one["id"]]["購入日"] == (date.fromisoformat(max(days)) if days else None)
        assert bool(found[one["id"]]["product"]) == bool(days)
        assert fill("{氏名}様 {store}", found[one["id"]]).startswith(f"{one['name']}様 結葉茶舗")


def test_every_function_answers_on_the_wire_in_its_declared_shape(database: Database) -> None:
    arguments: dict[str, dict[str, Any]] = {
        **{name: {"ad": ["A0001", "", "A9999"]} for name in ("AD_RESPONSES", "AD_CLOSED", "CPI", "CPO", "ROAS", "ROI")},
        "AD_COMPARE": {"first": "A0001", "second": "A0002", "language": "en"},
        "LOST_BY": {"by": "担当", "fiscal_year": 2025},
        "NEXT_TASK": {"customer": ["C0001", "C9999"]},
        "TASKS_DUE": {"key": ["C0001", "S001"]},
    }
    calls = [FunctionCall(name, arguments.get(name, {})) for name in database.plugins.functions]
    with database.backend.read() as connection:
        data = ScopedData(database, connection, Actor("a", "店主", "owner", (1, 2, 3)), today=SAMPLE_DAY)
        answers = evaluate(database.plugins, data, calls)

    assert [one.get("error") for one in answers] == [None] * len(calls)
    assert all(len(one["columns"]) == max(1, len(one["returns"])) for one in answers)
    msgspec.json.encode(answers)
    (cpo,) = (one for one in answers if one["function"] == "CPO")
    assert {cell: reason["code"] for cell, reason in cpo["reasons"].items() if cell != "0"} == {
        "1": "empty-key", "2": "unknown-key"}  # fmt: skip
