"""Reading runs, responses and the purchases of those who answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Ad, AdResponse, Product, Purchase, Store
from kizuna_ad_roi.attribution import Attribution, attribute
from kizuna_ad_roi.facts import Purchase as Receipt
from kizuna_ad_roi.facts import Response, Run
from kizuna_ad_roi.settings import AdSettings

CHUNK = 500
"""Up to so many ads their responders are looked up; for more, everybody who ever answered."""


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
    products = _names(data, sa.select(Product.id, Product.name))
    stores = _names(data, sa.select(Store.code, Store.name))
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
            store=stores.get(store, "全店共通" if store == 0 else str(store)),
        )
        for identity, number, title, ran_on, cost, circulation, medium, product, store in rows
        if wanted is None or identity in wanted
    }


def read_picture(data: Data, as_of: date, ids: Sequence[str] | None = None) -> Picture:
    """Return the runs (all, or those of ``ids``) with their responses and the purchases these close.

    Purchases are credited with all runs a customer answered in view, so a run asked about alone has the same figures as
    in the table of all.
    """
    settings: AdSettings = data.settings("ad_roi")
    runs = read_runs(data, as_of, ids)
    everybody = ids is None or len(ids) > CHUNK
    responders = sa.select(AdResponse.customer_id).where(AdResponse.deleted.is_(False))
    if not everybody:
        responders = responders.where(AdResponse.ad_id.in_(list(runs)))
    attribution = attribute(
        _responses(data, as_of, None if everybody else responders),
        _receipts(data, as_of, responders),
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


def _receipts(data: Data, as_of: date, responders: Any) -> list[Receipt]:
    select = sa.select(Purchase.id, Purchase.customer_id, Purchase.purchased_on, Purchase.amount, Purchase.kind).where(
        Purchase.deleted.is_(False),
        Purchase.purchased_on <= as_of,
        sa.func.coalesce(Purchase.status, "completed") != "cancelled",
        Purchase.customer_id.in_(responders),
    )
    return [
        Receipt(identity, customer, on, amount or Decimal(0), is_return=kind == "return")
        for identity, customer, on, amount, kind in zip(*data.columns(select), strict=True)
    ]


def _names(data: Data, select: Any) -> dict[Any, str]:
    return {key: name or "" for key, name in zip(*data.columns(select), strict=True)}
