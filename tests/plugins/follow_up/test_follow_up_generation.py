"""Tasks made, ended and moved by what is written: the fixed points of design page 5, through the real write path."""

from __future__ import annotations

from datetime import date
from typing import Any

from kizuna.ids import new_id
from kizuna.sync.changeset import Op, TableChanges

FOUR_TO_PROSPECTS = ((0, "days", "post"), (8, "days", "phone"), (7, "days", "mail"), (6, "days", "mail"))
FIVE_AFTER_PURCHASE = (
    (1, "days", "post"), (8, "days", "phone"), (11, "days", "mail"), (1, "months", "post"), (1, "months", "mail"),
)  # fmt: skip


def customer(shop: Any, **fields: Any) -> str:
    return str(shop.insert("customers", **{"name": "田中", "store_id": 1, **fields}))


def response(shop: Any, who: str, on: str = "2006-03-03") -> str:
    ad = shop.insert("ads", ran_on="2006-03-01", medium="新聞", store_id=1)
    return str(shop.insert("ad_responses", ad_id=ad, customer_id=who, responded_on=on, store_id=1))


def purchase(shop: Any, who: str, on: str = "2006-03-20", **fields: Any) -> str:
    return str(shop.insert("purchases", customer_id=who, purchased_on=on, amount=5_000, store_id=1, **fields))


def test_a_sample_request_brings_the_four_contacts_of_the_plan(shop: Any) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    who = customer(shop)

    response(shop, who)

    assert shop.tasks(who) == [
        ("2006-03-03", "post", "open"), ("2006-03-11", "phone", "open"),
        ("2006-03-18", "mail", "open"), ("2006-03-24", "mail", "open"),
    ]  # fmt: skip


def test_a_purchase_ends_the_plan_before_and_starts_the_plan_after(shop: Any) -> None:
    shop.plan("before", *FOUR_TO_PROSPECTS)
    shop.plan("after", *FIVE_AFTER_PURCHASE)
    who = customer(shop)
    response(shop, who)

    purchase(shop, who)

    assert shop.tasks(who, status="open") == [
        ("2006-03-21", "post", "open"), ("2006-03-29", "phone", "open"), ("2006-04-09", "mail", "open"),
        ("2006-05-09", "post", "open"), ("2006-06-09", "mail", "open"),
    ]  # fmt: skip
    assert len(shop.tasks(who, status="ended")) == 4
