"""The receipts of three years with their lines: an exact number, spread over the customers by their habits."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from kizuna.ops.sample.buying_calendar import BuyingCalendar
from kizuna.ops.sample.catalogue import Product, Shelf
from kizuna.ops.sample.chain import StaffMember
from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.customer_drafts import Customer
from kizuna.ops.sample.deal_rows import Order
from kizuna.ops.sample.row_ids import RowIds

_RETURN_SHARE = 0.012
_CANCELLED_SHARE = 0.008
_LINE_COUNTS = (1, 2, 3, 4)
_LINE_COUNT_WEIGHTS = (42, 79, 93, 100)
_RETURN_NOTES = ("お届け先変更のため返品", "包装の破損", "ご家族と重複購入", "味の好みに合わず")


@dataclass(slots=True)
class Receipt:
    """One purchase before it has a number. A return's amounts are positive; its kind says that they are taken away."""

    customer: Customer
    day: date
    lines: list[tuple[Product, int]]
    kind: str = "sale"
    status: str = "completed"
    notes: str | None = None


def draw_receipts(
    rng: random.Random,
    count: int,
    customers: Sequence[Customer],
    orders: Sequence[Order],
    calendars: Mapping[int, BuyingCalendar],
    shelf: Shelf,
    as_of: date,
) -> list[Receipt]:
    """Return `count` receipts, oldest first: every buyer's first, the won deals', then more to those who buy often."""
    returned = round(count * _RETURN_SHARE)
    buyers = [customer for customer in customers if customer.habit.first is not None]
    if not buyers:
        return []
    days = [(c, c.habit.first) for c in buyers if c.habit.first is not None]
    receipts = [Receipt(c, day, _basket(rng, c, day, shelf, as_of)) for c, day in days][: count - returned]
    receipts += [Receipt(o.customer, o.closed_on, [(o.product, o.quantity)]) for o in orders][
        : count - returned - len(receipts)
    ]
    missing = count - returned - len(receipts)
    # Where nobody buys often, as in a very small shop, everybody buys as often.
    weights = [c.habit.weight for c in buyers]
    often = list(accumulate(weights if any(weights) else [1.0] * len(buyers)))
    taken = {(receipt.customer.id, receipt.day) for receipt in receipts}
    for customer in rng.choices(buyers, cum_weights=often, k=missing):
        first = customer.habit.first or as_of
        for _ in range(4):
            day = calendars[customer.store_id].draw(rng, first, customer.habit.last)
            if (customer.id, day) not in taken:
                break
        taken.add((customer.id, day))
        receipts.append(Receipt(customer, day, _basket(rng, customer, day, shelf, as_of)))
    for receipt in rng.sample(receipts, round(len(receipts) * _CANCELLED_SHARE)):
        receipt.status = "cancelled"
        receipt.notes = "ご注文取消"
    receipts += _returns(rng, returned, receipts, as_of)
    return sorted(receipts, key=lambda receipt: (receipt.day, receipt.customer.number, receipt.kind == "return"))


def make_purchases(
    rng: random.Random, ids: RowIds, receipts: Sequence[Receipt], staff: Sequence[StaffMember]
) -> tuple[Columns, Columns]:
    """Return the rows of the purchases and of their lines; each amount is the sum of its lines."""
    purchases = RowCollector(
        "id", "store_id", "number", "customer_id", "purchased_on", "kind", "status", "amount", "staff_id", "notes"
    )
    table = RowCollector("id", "store_id", "purchase_id", "position", "product_id", "quantity", "unit_price", "amount")
    of_store = {store: [member.id for member in staff if member.store_id == store] for store in (1, 2, 3)}
    for number, receipt in enumerate(receipts, start=1):
        purchase_id, store_id = ids.on(receipt.day), receipt.customer.store_id
        amount = 0
        for position, (product, quantity) in enumerate(receipt.lines, start=1):
            amount += product.price * quantity
            table.add(
                ids.on(receipt.day), store_id, purchase_id, position, product.id, quantity, product.price,
                product.price * quantity,
            )  # fmt: skip
        purchases.add(
            purchase_id, store_id, f"R{number:06d}", receipt.customer.id, receipt.day.isoformat(), receipt.kind,
            receipt.status, amount, rng.choice(of_store[store_id]), receipt.notes,
        )  # fmt: skip
    return purchases.columns(), table.columns()


def last_purchases(receipts: Sequence[Receipt]) -> dict[str, date]:
    """Return the day of the last completed sale of every customer who has one, by the customer's id."""
    return {r.customer.id: r.day for r in receipts if r.kind == "sale" and r.status == "completed"}


def _basket(rng: random.Random, customer: Customer, day: date, shelf: Shelf, as_of: date) -> list[tuple[Product, int]]:
    """Return what somebody takes home on a day: a few things, each once or a few times."""
    if day == customer.habit.first and customer.kind == "person" and customer.source_ad and rng.random() < 0.3:
        return [(shelf.trial, 1)]
    sold_today = (as_of - day).days < 300
    lines: dict[str, tuple[Product, int]] = {}
    for _ in range(rng.choices(_LINE_COUNTS, cum_weights=_LINE_COUNT_WEIGHTS)[0]):
        product = shelf.draw(rng, day.month, sold_today=sold_today)
        quantity = 1 + int(rng.expovariate(1.9)) if product.price < 6000 else 1
        if customer.kind == "company":
            quantity *= rng.choice((2, 3, 5))
        lines[product.id] = (product, quantity)
    return list(lines.values())


def _returns(rng: random.Random, count: int, receipts: Sequence[Receipt], as_of: date) -> list[Receipt]:
    """Return `count` receipts that take back one line of an earlier sale."""
    sales = [r for r in receipts if r.status == "completed" and r.day < as_of]
    returned = []
    for sale in rng.sample(sales, count):
        product, quantity = rng.choice(sale.lines)
        day = min(as_of, sale.day + timedelta(days=rng.randint(1, 14)))
        lines = [(product, rng.randint(1, min(3, quantity)))]
        returned.append(Receipt(sale.customer, day, lines, kind="return", notes=rng.choice(_RETURN_NOTES)))
    return returned
