"""Build the sample shop: every table of a believable Japanese chain, the same for the same seed and day."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from kizuna.ops.sample.ad_response_rows import make_ad_responses
from kizuna.ops.sample.ad_runs import make_ads
from kizuna.ops.sample.buying_calendar import BuyingCalendar
from kizuna.ops.sample.catalogue import make_products
from kizuna.ops.sample.chain import STORES, make_staff, make_stores
from kizuna.ops.sample.columns import Columns
from kizuna.ops.sample.customer_drafts import Customer, draw_customers
from kizuna.ops.sample.customer_rows import make_contacts, make_customer_rows
from kizuna.ops.sample.deal_rows import make_deals
from kizuna.ops.sample.duplicates import register_twice
from kizuna.ops.sample.interaction_rows import make_interactions
from kizuna.ops.sample.purchase_rows import draw_receipts, last_purchases, make_purchases
from kizuna.ops.sample.row_ids import RowIds

SAMPLE_DAY = date(2026, 11, 20)
_DAYS = 1096
_DUPLICATE_SHARE = 0.008


@dataclass(frozen=True, slots=True)
class SampleShop:
    """All tables of the sample, referred rows before those that refer to them.

    `known_duplicates` pairs the numbers of customers who are one person: as first registered, as registered again.
    """

    seed: int
    as_of: date
    tables: Mapping[str, Columns]
    known_duplicates: tuple[tuple[str, str], ...]

    def changeset_tables(self) -> list[dict[str, Any]]:
        """Return the ``tables`` member of one changeset that inserts the whole shop (docs/protocol.md)."""
        return [
            {"table": name, "inserts": {"fields": list(rows.fields), "columns": rows.columns}}
            for name, rows in self.tables.items()
        ]


def build_sample_shop(
    *, seed: int = 20261120, as_of: date = SAMPLE_DAY, customers: int = 2000, purchases: int = 12000
) -> SampleShop:
    """Return a chain of three stores with that many customers and purchases in the three years up to `as_of`.

    The other tables grow with the customers: 2,000 have 1,200 ad responses, 150 deals and 2,500 interactions. A shop of
    so few customers that none of them ever bought has no purchases.
    """

    def dice(subject: str) -> random.Random:
        # Each subject has its own generator, so that a change in one leaves the others as they were.
        return random.Random(f"{seed}:{subject}")  # noqa: S311 (a sample, no secret)

    first_day = as_of - timedelta(days=_DAYS - 1)
    ids = {name: RowIds(dice(f"{name} ids")) for name in _TABLES}
    stores = make_stores(ids["stores"], first_day)
    staff_rows, staff = make_staff(dice("staff"), ids["staff"], first_day)
    product_rows, shelf = make_products(ids["products"], first_day)
    ad_rows, ads = make_ads(dice("ads"), ids["ads"], first_day, as_of, shelf.products)

    twice = round(customers * _DUPLICATE_SHARE)
    drafts = draw_customers(dice("customers"), customers - twice, first_day, as_of, ads)
    pairs = register_twice(dice("duplicates"), drafts, twice, first_day, as_of)
    people, duplicates = _number(ids["customers"], drafts, pairs)

    contact_rows, contacts = make_contacts(dice("contacts"), ids["contacts"], people, as_of)
    responses = make_ad_responses(dice("ad responses"), ids["ad_responses"], round(customers * 0.6), people, ads, as_of)
    deals, orders = make_deals(
        dice("deals"), ids["deals"], round(customers * 0.075), people, shelf, staff, first_day, as_of
    )
    calendars = {store.code: BuyingCalendar(first_day, as_of, store.closed_weekdays) for store in STORES}
    receipts = draw_receipts(dice("purchases"), purchases, people, orders, calendars, shelf, as_of)
    purchase_rows, lines = make_purchases(dice("till"), ids["purchases"], receipts, staff)
    customer_rows = make_customer_rows(dice("cards"), people, last_purchases(receipts), staff, as_of)
    interactions = make_interactions(
        dice("interactions"), ids["interactions"], round(customers * 1.25), people, contacts, staff, first_day, as_of
    )
    rows = (
        stores, staff_rows, product_rows, ad_rows, customer_rows, contact_rows, responses, purchase_rows, lines, deals,
        interactions,
    )  # fmt: skip
    return SampleShop(seed, as_of, dict(zip(_TABLES, rows, strict=True)), duplicates)


_TABLES = (
    "stores", "staff", "products", "ads", "customers", "contacts", "ad_responses", "purchases", "purchase_lines",
    "deals", "interactions",
)  # fmt: skip


def _number(
    ids: RowIds, drafts: list[Customer], pairs: list[tuple[Customer, Customer]]
) -> tuple[list[Customer], tuple[tuple[str, str], ...]]:
    """Return all customers numbered in the order they came, and the pairs by number."""
    in_order = sorted([*drafts, *(again for _, again in pairs)], key=lambda customer: customer.first_contact_on)
    numbers = {id(draft): f"C{place:04d}" for place, draft in enumerate(in_order, start=1)}
    numbered = [replace(c, id=ids.on(c.first_contact_on), number=numbers[id(c)]) for c in in_order]
    return numbered, tuple((numbers[id(first)], numbers[id(again)]) for first, again in pairs)
