"""Reading runs, responses and the purchases of those who answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa

from kizuna import Data, Label
from kizuna.model import Ad, AdResponse, Product, Purchase, Store
from kizuna_ad_roi.attribution import Attribution, attribute
from kizuna_ad_roi.facts import Purchase as Receipt
from kizuna_ad_roi.facts import Response, Run
from kizuna_ad_roi.settings import AdSettings

CHUNK = 500
EVERY_STORE = Label("全店共通", "All stores")
"""Up to so many ads their responders are looked up; for more, everybody who ever answered."""


CUSTOMERS = 10_000
"""Customers in one statement; SQLite takes at most 32,766 parameters."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The runs asked about and what purchases they are credited with."""

    runs: dict[str, Run]
    attribution: Attribution


def read_runs(data: Data, as_of: date, ids: Sequence[str] | None = None) -> dict[str, Run]:
    """Return the runs up to ``as_of`` by id, all or those of ``ids``, with the names of product and store."""
    select = (
        sa.select(Ad.id, Ad.number, Ad.title, Ad.ran_on, Ad.cost, Ad.circulation, Ad.medium, Ad.product_id, Ad.store_id)
        .where(Ad.deleted.is_(False), Ad.ran_on <= as_of)
        .order_by(Ad.ran_on, Ad.id)
    )
    if ids is not None and len(ids) <= CHUNK:
        select = select.where(Ad.id.in_(ids))
    rows = list(zip(*data.columns(select), strict=True))
    products = _names(data, sa.select(Product.id, Product.name, Product.number))
    stores = _names(data, sa.select(Store.code, Store.name, Store.code))
    wanted = None if ids is None else frozenset(ids)
    return {
        identity: Run(
            id=identity,
            ran_on=ran_on,
            cost=cost or Decimal(0),
            circulation=circulation,
            number=number or "",
            title=title or "",
            medium=medium or "",
            product=products.get(product, ""),
            store=stores.get(store, EVERY_STORE if store == 0 else str(store)),
        )
        for identity, number, title, ran_on, cost, circulation, medium, product, store in rows
        if wanted is None or identity in wanted
    }


def read_picture(data: Data, as_of: date, ids: Sequence[str] | None = None, *, dated: bool = False) -> Picture:
    """Return the runs (all, or those of ``ids``) with their responses and the purchases these close.

    Purchases are credited with all runs a customer answered in view, so a run asked about alone has the same figures as
    in the table of all. Counts and sums are exact either way; only ``dated`` reads every purchase with its own day.
    """
    settings: AdSettings = data.settings("ad_roi")
    runs = read_runs(data, as_of, ids)
    everybody = ids is None or len(ids) > CHUNK
    responders = (
        None
        if everybody
        else sa.select(AdResponse.customer_id).where(AdResponse.deleted.is_(False), AdResponse.ad_id.in_(list(runs)))
    )
    attribution = attribute(
        _responses(data, as_of, responders),
        _receipts(data, as_of, responders, singly=dated or settings.window_days is not None),
        mode=settings.attribution,
        window_days=settings.window_days,
        as_of=as_of,
    )
    return Picture(runs, attribution)


def _responses(data: Data, as_of: date, responders: Any) -> list[Response]:
    select = (
        sa.select(AdResponse.ad_id, AdResponse.customer_id, AdResponse.responded_on)
        .join(Ad, Ad.id == AdResponse.ad_id)
        .where(AdResponse.deleted.is_(False), Ad.deleted.is_(False), AdResponse.responded_on <= as_of)
    )
    if responders is not None:
        select = select.where(AdResponse.customer_id.in_(responders))
    return [Response(*row) for row in zip(*data.columns(select), strict=True)]


def _receipts(data: Data, as_of: date, responders: Any, *, singly: bool) -> list[Receipt]:
    """Return the responders' purchases: one by one, or added up by the database where that tells the same.

    Without a window all that matters of a sale is which responses lie before it, so the sales between two responses of a
    customer can be one. Customers who returned something since are read singly: a return follows a certain sale.
    """
    if singly:
        everybody = sa.select(AdResponse.customer_id).where(AdResponse.deleted.is_(False))
        return _single_receipts(data, as_of, Purchase.customer_id.in_(everybody if responders is None else responders))
    since = _bought_since(data, as_of, responders)
    returners = [customer for customer, days in since.items() if any(one.returns for one in days.values())]
    found: list[Receipt] = []
    for start in range(0, len(returners), CUSTOMERS):
        chunk = returners[start : start + CUSTOMERS]
        found += _single_receipts(data, as_of, Purchase.customer_id.in_(chunk))
    for customer in returners:
        del since[customer]
    return found + _bundled(since)


def _single_receipts(data: Data, as_of: date, whose: Any) -> list[Receipt]:
    select = sa.select(Purchase.id, Purchase.customer_id, Purchase.purchased_on, Purchase.amount, Purchase.kind).where(
        *_counting(as_of), whose
    )
    return [
        Receipt(identity, customer, on, amount or Decimal(0), is_return=kind == "return")
        for identity, customer, on, amount, kind in zip(*data.columns(select), strict=True)
    ]


class _Since(NamedTuple):
    """What a customer bought from the day of a response on."""

    receipts: int
    returns: int
    amount: Decimal


def _bought_since(data: Data, as_of: date, responders: Any) -> dict[str, dict[date, _Since]]:
    """Return what each responder bought from each day of response on; days without anything after them are left out."""
    select = (
        sa.select(
            AdResponse.customer_id,
            AdResponse.responded_on,
            sa.func.count(Purchase.id),
            sa.func.sum(sa.case((Purchase.kind == "return", 1), else_=0)),
            sa.func.sum(Purchase.amount),
        )
        .join(
            Purchase,
            sa.and_(Purchase.customer_id == AdResponse.customer_id, Purchase.purchased_on >= AdResponse.responded_on),
        )
        .where(AdResponse.deleted.is_(False), AdResponse.responded_on <= as_of, *_counting(as_of))
        .group_by(AdResponse.id, AdResponse.customer_id, AdResponse.responded_on)
    )
    if responders is not None:
        select = select.where(AdResponse.customer_id.in_(responders))
    found: dict[str, dict[date, _Since]] = {}
    for customer, day, receipts, returns, amount in zip(*data.columns(select), strict=True):
        found.setdefault(customer, {})[day] = _Since(receipts, returns, amount or Decimal(0))
    return found


def _bundled(since: Mapping[str, Mapping[date, _Since]]) -> list[Receipt]:
    """Return one receipt per customer and day of response: all sales from that response to the customer's next one."""
    found = []
    for customer, days in since.items():
        receipts, amount = 0, Decimal(0)
        for day in sorted(days, reverse=True):
            one = days[day]
            if one.receipts > receipts:
                found.append(Receipt(f"{customer}:{day}", customer, day, one.amount - amount))
            receipts, amount = one.receipts, one.amount
    return found


def _counting(as_of: date) -> tuple[Any, ...]:
    return (
        Purchase.deleted.is_(False),
        Purchase.purchased_on <= as_of,
        sa.func.coalesce(Purchase.status, "completed") != "cancelled",
    )


def _names(data: Data, select: Any) -> dict[Any, str]:
    """Return what people call each row: its name, its number where it has none, both where a name is used twice."""
    rows = list(zip(*data.columns(select), strict=True))
    times = Counter(name for _, name, _ in rows)
    return {
        key: f"{number} {name}" if name and number and times[name] > 1 else name or str(number or "")
        for key, name, number in rows
    }
