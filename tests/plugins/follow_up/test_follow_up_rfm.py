"""The RFM total on today's list is the one a cell with =RFM() shows, on every day and in both modes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kizuna.ops.settings import set_settings
from tests.fixtures.shop import Shop

BOUGHT = (
    ("2004-01-10", 90_000, "sale"),
    ("2005-12-01", 4_999, "sale"),
    ("2005-12-02", 2_000, "return"),
    ("2006-02-01", 12_000, "sale"),
    ("2006-03-20", 60_000, "sale"),
)
"""What customers bought; the first customer all of it, the second all but the first purchase, and so on."""


@pytest.fixture
def bought(shop: Shop) -> list[str]:
    """The numbers of six customers with something to do on 1 February 2006; the last one never bought."""
    staff = shop.insert("staff", name="佐藤")
    for place in range(len(BOUGHT) + 1):
        customer = shop.insert("customers", name="客", store_id=1, number=f"C{place + 1:04}", staff_id=staff)
        shop.insert("follow_up_tasks", customer_id=customer, due_on="2005-12-15", title="連絡", store_id=1)
        for day, yen, kind in BOUGHT[place:]:
            store = 1 + place % 2
            shop.insert("purchases", customer_id=customer, purchased_on=day, amount=yen, kind=kind, store_id=store)
    return [f"C{place + 1:04}" for place in range(len(BOUGHT) + 1)]


@pytest.mark.parametrize("mode", ["thresholds", "quantile"])
@pytest.mark.parametrize(
    "day", [date(2005, 12, 31), date(2006, 1, 31), date(2006, 3, 19), date(2006, 3, 20), date(2008, 3, 1)]
)
def test_the_lists_total_is_the_cells(shop: Any, bought: list[str], day: date, mode: str) -> None:
    set_settings(shop.database, shop.actor, "rfm", {"mode": mode}, now=shop.now)

    listed = shop.ask("TODAY_TASKS", as_of=day.isoformat())["columns"]
    cells = shop.ask("RFM", customer=bought, as_of=day.isoformat())["columns"][3]

    assert dict(zip(listed[5], listed[8], strict=True)) == dict(zip(bought, cells, strict=True))
    customers = [one for one, kind in zip(listed[8], listed[0], strict=True) if kind == "顧客"]
    assert customers == sorted((one for one in cells if one is not None), reverse=True)
