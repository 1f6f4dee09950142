"""Adding purchases up in the database tells the same as reading them one by one."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna_ad_roi.attribution import Mode
from kizuna_ad_roi.settings import AdSettings
from kizuna_ad_roi.source import read_picture

DAY = date(2026, 1, 1)
DAYS = st.integers(0, 12).map(lambda number: DAY + timedelta(days=number))
CUSTOMERS = st.sampled_from("xyz")
ANSWERS = st.lists(
    st.tuples(st.sampled_from(["A1", "A2", "A3"]), CUSTOMERS, DAYS), max_size=7, unique_by=lambda one: one[:2]
)
BOUGHT = st.lists(
    st.tuples(CUSTOMERS, DAYS, st.integers(0, 900), st.sampled_from(["sale", "sale", "sale", "return"]),
              st.sampled_from(["completed", "completed", "cancelled"])),
    max_size=10,
)  # fmt: skip


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANSWERS, BOUGHT, st.sampled_from(["first", "last", "all"]), DAYS)
def test_bundled_and_single_purchases_give_the_same_figures(
    shop: Any, answers: list[Any], bought: list[Any], mode: Mode, as_of: date
) -> None:
    fresh = type(shop)(chosen=AdSettings(attribution=mode))
    for number in ("A1", "A2", "A3"):
        fresh.ad(number, DAY, 100)
    for ad, customer, day in answers:
        fresh.answer(ad, customer, day)
    for count, (customer, day, amount, kind, status) in enumerate(bought):
        fresh.buy(f"p{count}", customer, day, amount, kind=kind, status=status)

    bundled, single = read_picture(fresh, as_of), read_picture(fresh, as_of, dated=True)

    assert bundled.attribution.by_run() == single.attribution.by_run()
    everything = ["id-A1", "id-A2", "id-A3"]
    assert bundled.attribution.of(everything) == single.attribution.of(everything)
    alone = read_picture(fresh, as_of, ["id-A2"])
    assert alone.attribution.by_run().get("id-A2") == single.attribution.by_run().get("id-A2")


@pytest.mark.parametrize("mode", ["first", "last", "all"])
def test_two_ads_answered_on_one_day_share_no_purchase_twice(shop: Any, mode: Mode) -> None:
    fresh = type(shop)(chosen=AdSettings(attribution=mode))
    for number in ("A1", "A2"):
        fresh.ad(number, DAY, 100)
        fresh.answer(number, "x", DAY)
    fresh.buy("p", "x", DAY, 500)

    assert read_picture(fresh, DAY).attribution.of(["id-A1", "id-A2"]).sales == 500
