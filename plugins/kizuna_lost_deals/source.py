"""Reading deals and leaving customers, with the names people know."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Ad, Customer, Product, Staff
from kizuna.model import Deal as DealRow
from kizuna_lost_deals.facts import Churn, Deal
from kizuna_lost_deals.periods import Period

READ_FROM = ("deals", "products", "staff", "ads")
"""The tables whose changes change what `read_deals` gives."""


def read_deals(data: Data, period: Period, *, open_too: bool = False) -> list[Deal]:
    """Return the deals decided in the period, and all open ones where asked for; customers by their ids."""
    decided = sa.and_(DealRow.outcome.in_(("won", "lost")), *_within(DealRow.closed_on, period))
    # A deal whose outcome was emptied in a sheet has none yet: it goes on.
    going_on = sa.func.coalesce(DealRow.outcome, "open") == "open"
    select = (
        sa.select(
            DealRow.id,
            DealRow.outcome,
            DealRow.closed_on,
            DealRow.amount,
            DealRow.number,
            DealRow.title,
            DealRow.customer_id,
            DealRow.product_id,
            DealRow.staff_id,
            DealRow.ad_id,
            DealRow.competitor,
            DealRow.lost_reason,
            DealRow.lost_note,
            DealRow.opened_on,
        )
        .where(DealRow.deleted.is_(False), sa.or_(decided, going_on) if open_too else decided)
        .order_by(DealRow.closed_on, DealRow.id)
    )
    products = _labels(data, sa.select(Product.id, Product.name, Product.number))
    staff = _labels(data, sa.select(Staff.id, Staff.name, Staff.number))
    ads = _labels(data, sa.select(Ad.id, Ad.title, Ad.number))
    return [
        Deal(
            id=identity,
            outcome=outcome or "open",
            closed_on=closed_on,
            amount=amount or Decimal(0),
            number=number or "",
            title=title or "",
            customer=customer or "",
            product=products.get(product, ""),
            staff=staff.get(person, ""),
            ad=ads.get(ad, ""),
            competitor=(competitor or "").strip(),
            reason=(reason or "").strip(),
            note=note or "",
            opened_on=opened_on,
        )
        for (
            identity,
            outcome,
            closed_on,
            amount,
            number,
            title,
            customer,
            product,
            person,
            ad,
            competitor,
            reason,
            note,
            opened_on,
        ) in zip(*data.columns(select), strict=True)
    ]


def read_churn(data: Data, period: Period) -> list[Churn]:
    """Return the customers who left in the period."""
    select = sa.select(Customer.id, Customer.left_on, Customer.left_reason, Customer.left_note).where(
        Customer.deleted.is_(False), Customer.left_on.is_not(None), *_within(Customer.left_on, period)
    )
    return [
        Churn(identity, left_on, (reason or "").strip(), note or "")
        for identity, left_on, reason, note in zip(*data.columns(select), strict=True)
    ]


def read_customers(data: Data) -> dict[str, tuple[str, str]]:
    """Return number and name of every customer a deal was lost with, by id."""
    select = (
        sa.select(Customer.id, Customer.number, Customer.name)
        .join(DealRow, DealRow.customer_id == Customer.id)
        .where(DealRow.outcome == "lost", DealRow.deleted.is_(False))
        .distinct()
    )
    return {key: (number or "", name or "") for key, number, name in zip(*data.columns(select), strict=True)}


def _within(day: Any, period: Period) -> list[Any]:
    found = [] if period.start is None else [day >= period.start]
    return found if period.end is None else [*found, day <= period.end]


def _labels(data: Data, select: Any) -> dict[Any, str]:
    """Return what people call each row: its name, its number where it has none, both where a name is used twice."""
    rows = list(zip(*data.columns(select), strict=True))
    times = Counter(name for _, name, _ in rows)
    return {
        key: f"{number} {name}" if name and number and times[name] > 1 else name or number or ""
        for key, name, number in rows
    }
