"""The bigger orders: gifts for companies, weddings and memorial services; won, lost, or still being talked about."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kizuna.ops.sample.catalogue import Product, Shelf
from kizuna.ops.sample.chain import StaffMember
from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.customer_drafts import Customer
from kizuna.ops.sample.row_ids import RowIds

OTHER_REASON = "その他"
LOST_REASONS = (
    "価格が高い",
    "納期が合わない",
    "競合に決まった",
    "予算がつかない",
    "飲みにくい",
    "効果が弱い",
    OTHER_REASON,
)
_LOST_WEIGHTS = (30, 10, 20, 14, 0, 0, 8)
_LOST_WEIGHTS_OF_DRINKS = (18, 4, 12, 8, 24, 8, 6)
_OTHER_NOTES = ("担当者が異動になり立ち消え", "式そのものが延期", "お茶以外の品に変更", "社内で手配することになった")
_COMPETITORS = ("百貨店のカタログギフト", "近隣の茶専門店", "通販大手", "海苔の詰合せ", "コーヒーギフト")
_MIDSUMMER, _YEAR_END = "お中元", "お歳暮"
_FOR_COMPANIES = (
    _MIDSUMMER,
    _YEAR_END,
    "創立記念品",
    "来客用のお茶",
    "株主総会の土産",
    "福利厚生の健康茶",
    "展示会の景品",
)
_MONTHS = {_MIDSUMMER: (4, 5, 6), _YEAR_END: (9, 10, 11)}
_CATEGORIES = {"来客用のお茶": ("緑茶", "ほうじ茶・玄米茶"), "福利厚生の健康茶": ("健康茶",)}
_FOR_PERSONS = ("結婚式の引出物", "香典返し", "快気祝い", "還暦祝いの内祝", "出産内祝")


@dataclass(frozen=True, slots=True)
class Order:
    """A won deal, which becomes a purchase on the day it closed."""

    customer: Customer
    product: Product
    quantity: int
    closed_on: date


def make_deals(
    rng: random.Random,
    ids: RowIds,
    count: int,
    customers: Sequence[Customer],
    shelf: Shelf,
    staff: Sequence[StaffMember],
    first_day: date,
    as_of: date,
) -> tuple[Columns, list[Order]]:
    """Return `count` deals, oldest first, and the orders that came of them."""
    table = RowCollector(
        "id", "store_id", "number", "customer_id", "product_id", "ad_id", "staff_id", "title", "amount", "stage",
        "opened_on", "expected_on", "closed_on", "outcome", "lost_reason", "lost_note", "competitor", "notes",
    )  # fmt: skip
    orders: list[Order] = []
    for number, (opened_on, customer) in enumerate(_openings(rng, count, customers, first_day, as_of), start=1):
        occasion, product = _subject(rng, customer, opened_on, shelf)
        quantity = rng.choice((10, 15, 20, 24, 30, 40, 50, 60, 80, 100)[: 10 if customer.kind == "company" else 6])
        expected_on = opened_on + timedelta(days=rng.randint(14, 75))
        closed_on = opened_on + timedelta(days=rng.randint(5, 80))
        outcome, stage, reason, note, competitor = (
            "open",
            rng.choice(("prospecting", "proposal", "negotiation")),
            None,
            None,
            None,
        )
        if closed_on <= as_of:
            stage = "closed"
            if customer.habit.first is not None and rng.random() < 0.56:
                outcome = "won"
                orders.append(Order(customer, product, quantity, closed_on))
            else:
                outcome, reason = "lost", _lost_reason(rng, product)
                note = rng.choice(_OTHER_NOTES) if reason == OTHER_REASON else None
                competitor = rng.choice(_COMPETITORS) if reason in ("価格が高い", "競合に決まった") else None
        ad = customer.source_ad
        table.add(
            ids.on(opened_on), customer.store_id, f"D{number:05d}", customer.id, product.id,
            ad.id if ad and (opened_on - ad.ran_on).days < 120 else None,
            rng.choice([member.id for member in staff if member.store_id == customer.store_id]),
            f"{occasion} {product.name} {quantity}個", product.price * quantity, stage, opened_on.isoformat(),
            expected_on.isoformat(), closed_on.isoformat() if stage == "closed" else None, outcome, reason, note,
            competitor, None,
        )  # fmt: skip
    return table.columns(), orders


def _openings(
    rng: random.Random, count: int, customers: Sequence[Customer], first_day: date, as_of: date
) -> list[tuple[date, Customer]]:
    """Return on which days whose deals began, in order of time."""
    companies = [c for c in customers if c.kind == "company"] or list(customers)
    persons = [c for c in customers if c.kind == "person"] or companies
    openings = []
    for place in range(count):
        customer = rng.choice(persons if rng.random() < 0.2 else companies)
        first = max(first_day, customer.first_contact_on)
        # One deal in six is recent, so that there is always something open.
        if place % 6 == 0:
            first = max(first, as_of - timedelta(days=50))
        last = max(first, customer.habit.last if place % 6 else as_of)
        openings.append((first + timedelta(days=rng.randint(0, (last - first).days)), customer))
    return sorted(openings, key=lambda opening: (opening[0], opening[1].number))


def _subject(rng: random.Random, customer: Customer, day: date, shelf: Shelf) -> tuple[str, Product]:
    """Return what somebody asks about on a day, and the product offered for it."""
    occasions = _FOR_COMPANIES if customer.kind == "company" else _FOR_PERSONS
    occasion = rng.choice([name for name in occasions if day.month in _MONTHS.get(name, (day.month,))])
    categories = _CATEGORIES.get(occasion, ("ギフト",))
    offered = [p for p in shelf.products if p.category in categories and not p.discontinued and "新茶" not in p.name]
    return occasion, rng.choice(offered)


def _lost_reason(rng: random.Random, product: Product) -> str:
    """Return why a deal was lost; only of what the buyers drink themselves do they say how it tastes or works."""
    return rng.choices(LOST_REASONS, _LOST_WEIGHTS if product.category == "ギフト" else _LOST_WEIGHTS_OF_DRINKS)[0]
