"""The figures of ads equal a recomputation that knows nothing but design page 5, whatever was answered, bought and returned."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

import kizuna_ad_roi
from kizuna.model import Ad, AdResponse, Purchase
from kizuna_ad_roi.settings import AdSettings
from tests.plugins.ad_roi.conftest import COMMON, Shop

CALLS = {one.name: one.call for one in kizuna_ad_roi.worksheet_functions()}
START = date(2026, 4, 1)
LOOKED_FROM = (date(2026, 4, 20), date(2026, 5, 5), date(2026, 6, 30))
MEDIA = ("新聞", "チラシ")

DAY = st.integers(0, 60)
ADS = st.lists(st.tuples(DAY, st.integers(0, 3), st.sampled_from(MEDIA), st.booleans()), min_size=1, max_size=4)
RESPONSES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), DAY, st.booleans()), max_size=12)
RECEIPTS = st.lists(
    st.tuples(
        st.integers(0, 3),
        DAY,
        st.integers(-3, 9),
        st.sampled_from(["sale", "sale", "return", None]),
        st.sampled_from(["completed", "completed", "cancelled", None]),
        st.booleans(),
    ),
    max_size=16,
)


def opened(ads: Any, responses: Any, receipts: Any) -> Shop:
    shop = Shop()
    rows: dict[Any, list[dict[str, Any]]] = {Ad: [], AdResponse: [], Purchase: []}
    for place, (day, cost, medium, gone) in enumerate(ads):
        rows[Ad].append({"id": f"a{place}", "number": f"A{place}", "ran_on": on(day), "cost": cost * 100, "medium": medium,
                         "deleted": gone and place > 0})  # fmt: skip
    for place, (ad, customer, day, gone) in enumerate(responses):
        if ad < len(ads):
            rows[AdResponse].append({"id": f"r{place}", "ad_id": f"a{ad}", "customer_id": f"c{customer}",
                                     "responded_on": on(day), "deleted": gone and place % 3 == 0})  # fmt: skip
    for place, (customer, day, yen, kind, status, gone) in enumerate(receipts):
        rows[Purchase].append({"id": f"p{place:02}", "customer_id": f"c{customer}", "purchased_on": on(day), "amount": yen * 100,
                               "kind": kind, "status": status, "deleted": gone and place % 5 == 0})  # fmt: skip
    with shop.engine.begin() as connection:
        for model, some in rows.items():
            for row in some:
                connection.execute(sa.insert(model).values(**{"store_id": 1, **COMMON, **row}))
    shop.rows = rows  # type: ignore[attr-defined]
    return shop


def on(day: int) -> date:
    return START + timedelta(days=day)


def counted(shop: Any, members: set[str], mode: str, window: int | None, as_of: date) -> tuple[int, int, int]:
    """Return responses, closed and sales of these runs together, each purchase once."""
    runs = {one["id"] for one in shop.rows[Ad] if not one["deleted"]}
    answered: dict[tuple[str, str], date] = {}
    for one in shop.rows[AdResponse]:
        key = (one["ad_id"], one["customer_id"])
        if not one["deleted"] and one["responded_on"] <= as_of and one["ad_id"] in runs:
            answered[key] = min(answered.get(key, date.max), one["responded_on"])
    closed: set[tuple[str, str]] = set()
    sales = 0
    brought: dict[str, list[str]] = {}
    live = [
        one for one in shop.rows[Purchase]
        if not one["deleted"] and one["status"] != "cancelled" and one["purchased_on"] <= as_of
    ]  # fmt: skip
    for one in sorted(live, key=lambda one: (one["purchased_on"], one["kind"] == "return", one["id"])):
        customer, day = one["customer_id"], one["purchased_on"]
        if one["kind"] != "return":
            open_to = sorted(
                (since, run) for (run, who), since in answered.items()
                if who == customer and since <= day and (window is None or (day - since).days <= window)
            )  # fmt: skip
            chosen = {"first": open_to[:1], "last": open_to[-1:], "all": open_to}[mode]
            brought[customer] = [run for _, run in chosen]
        mine = [run for run in brought.get(customer, []) if run in members]
        if mine:
            sales += -abs(one["amount"]) if one["kind"] == "return" else one["amount"]
            if one["kind"] != "return":
                closed.add((mine[0], customer))
    return sum(run in members for run, _ in answered), len(closed), sales


@given(ads=ADS, responses=RESPONSES, receipts=RECEIPTS)
@settings(max_examples=20, deadline=None)
@pytest.mark.parametrize(("mode", "window"), list(product(("first", "last", "all"), (None, 7))))
def test_table_cells_and_funnel_equal_the_recomputation(
    ads: Any, responses: Any, receipts: Any, mode: Any, window: int | None
) -> None:
    shop: Any = opened(ads, responses, receipts)
    shop.chosen = AdSettings(attribution=mode, window_days=window)
    for as_of in LOOKED_FROM:
        live = [one for one in shop.rows[Ad] if not one["deleted"] and one["ran_on"] <= as_of]
        table = CALLS["AD_TABLE"](shop, "medium", None, None, as_of)
        groups = {medium: {one["id"] for one in live if one["medium"] == medium} for medium in MEDIA}
        groups = {medium: members for medium, members in groups.items() if members} | {
            "合計": {one["id"] for one in live}
        }
        shown = {label: figures for label, *figures in zip(*table, strict=True)}
        assert set(shown) == set(groups)
        for label, members in groups.items():
            expected = counted(shop, members, mode, window, as_of)
            cost = sum(one["cost"] for one in live if one["id"] in members)
            assert (shown[label][1], *(shown[label][place] for place in (2, 3, 5))) == (cost, *expected)
            rates(shown[label], cost, *expected)
        numbers = [one["number"] for one in live]
        alone = [counted(shop, {one["id"]}, mode, window, as_of) for one in live]
        assert CALLS["AD_RESPONSES"](shop, numbers, as_of) == [one[0] for one in alone]
        assert CALLS["AD_CLOSED"](shop, numbers, as_of) == [one[1] for one in alone]
        funnel = CALLS["AD_FUNNEL"](shop, "", "month", as_of)
        whole = counted(shop, {one["id"] for one in live}, mode, window, as_of)
        assert tuple(column[-1] for column in funnel[1:]) == whole if funnel[0] else whole == (0, 0, 0)


def rates(line: list[Any], cost: int, responses: int, closed: int, sales: int) -> None:
    """Check close rate, CPI, CPO, ROAS and ROI: a quotient, or a blank where there is nothing to divide by."""
    quotients = ((closed, responses), (cost, responses), (cost, closed), (sales, cost), (sales - cost, cost))
    for place, (part, by) in zip((4, 6, 7, 8, 9), quotients, strict=True):
        if by:
            assert line[place] == pytest.approx(part / by, rel=1e-15)
        else:
            assert line[place].code == "nothing-to-divide"
