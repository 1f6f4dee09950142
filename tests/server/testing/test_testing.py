"""What authors test with does what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from kizuna.model import Customer, Purchase
from kizuna.testing import (
    CallFailedError,
    LiveServer,
    RowRefusedError,
    Shop,
    data_from,
    live_server,
    sample_shop,
    shop_from,
)
from tests.fixtures.plugins import plugin

pytest_plugins = ["kizuna.testing.fixtures"]
SATO = {"number": "C0001", "name": "佐藤"}


def test_the_handle_answers_from_plain_lists() -> None:
    data = data_from(
        customers=[SATO, {"name": "鈴木", "store_id": 1}],
        purchases=[{"customer_id": "C0001", "purchased_on": date(2026, 1, 2), "amount": 1_500}],
        today=date(2026, 2, 3),
    )

    assert data.today == date(2026, 2, 3)
    assert sorted(data.columns(sa.select(Customer.name))[0]) == ["佐藤", "鈴木"]
    assert data.columns(sa.select(Purchase.amount))[0] == [1500]
    assert data.resolve("customers", ["C0001", "C9999"])[1] is None


def test_a_function_answers_as_a_cell_would() -> None:
    with shop_from(customers=[SATO]) as shop:
        assert shop.call("RFM_RANK", customer=["C0001"]) == [[None]]
        with pytest.raises(CallFailedError, match="unknown-function"):
            shop.call("NOTHING")


def test_a_row_that_breaks_a_rule_says_what_a_person_would_read() -> None:
    with shop_from() as shop, pytest.raises(RowRefusedError, match="name"):
        shop.add("customers", [{"number": "C0001"}])


def test_a_shop_can_be_changed_and_seen_by_one_stores_staff_only() -> None:
    with shop_from(stores=[{"code": 1, "name": "a"}, {"code": 2, "name": "b"}]) as shop:
        first, second = shop.add("customers", [SATO, {"name": "鈴木", "store_id": 2}])
        shop.change("customers", first, name="佐藤 花子")
        names = sa.select(Customer.name)
        seen = [shop.data([1]).columns(names)[0], shop.data([2]).columns(names)[0]]
        shop.delete("customers", second)

        assert seen == [["佐藤 花子"], ["鈴木"]]
        assert shop.data().columns(names)[0] == ["佐藤 花子"]


def test_a_test_may_ask_a_hundred_times_and_hold_a_handle_meanwhile() -> None:
    with shop_from(customers=[SATO]) as shop:
        held = shop.data()
        asked = [shop.call("RFM_RANK", customer=["C0001"]) for _ in range(100)]
        read = [shop.data().columns(sa.select(Customer.name)) for _ in range(100)]

        assert asked == [[[None]]] * 100
        assert read == [[["佐藤"]]] * 100
        assert held.columns(sa.select(Customer.name)) == [["佐藤"]]


def test_days_go_by() -> None:
    days: list[date] = []
    made = plugin("daily", every_day=lambda write, today: days.append(today))
    with shop_from(plugins=[made.module]) as shop:
        shop.every_day()
        shop.every_day(shop.today + timedelta(days=2))

    assert [(one - days[0]).days for one in days] == [0, 1, 2]


def test_the_sample_shop_is_full_of_everything() -> None:
    with sample_shop(customers=60, purchases=200) as shop:
        [count] = shop.data().columns(sa.select(sa.func.count(Purchase.id)))[0]
        top = shop.call("RFM_TOP", count=5)

    assert count == 200
    assert len(top[0]) == 5


def test_a_shop_leaves_nothing_behind() -> None:
    with shop_from() as shop:
        folder = shop.folder

    assert not folder.exists()


def test_settings_can_be_set() -> None:
    with shop_from() as shop:
        shop.set("rfm", mode="quantile")

        assert shop.data().settings("rfm").mode == "quantile"


def test_a_live_server_answers_and_the_add_in_makes_a_workbook(
    shop: Shop, serve: Callable[[Shop], LiveServer], make_workbook: Callable[..., Path]
) -> None:
    shop.add("customers", [SATO])
    server = serve(shop)
    with urlopen(Request(f"{server.url}/api/v1/me", headers=server.headers)) as answer:
        status: Any = answer.status
    book = load_workbook(make_workbook(server, "customers"))

    assert status == 200
    assert any("佐藤" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_live_server_ends_without_a_word_whoever_is_still_connected() -> None:
    failures: list[object] = []
    before, threading.excepthook = threading.excepthook, failures.append
    try:
        for _ in range(5):
            with shop_from() as shop, live_server(shop) as server:
                connected = HTTPConnection(server.url.removeprefix("http://"))
                connected.request("GET", "/api/v1/functions", headers=server.headers)
                assert connected.getresponse().read()
            connected.close()
    finally:
        threading.excepthook = before

    assert failures == []
    assert not [one for one in threading.enumerate() if one.name == "kizuna-live-server"]
