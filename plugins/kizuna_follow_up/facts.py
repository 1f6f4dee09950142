"""What is known of customers and of the events that start and stop plans, read a few thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Ad, AdResponse, Customer, Deal, Interaction, Product, Purchase, PurchaseLine
from kizuna_follow_up.decisions import barred_channels
from kizuna_follow_up.plans import add_months
from kizuna_follow_up.rows import chunks

SourceKind = Literal["purchase", "ad_response", "interaction", "deal"]
NOTHING: frozenset[str] = frozenset()
DEFAULT_MONTHS = 6
"""Until a lost deal is worth another try, where the lost-deals plugin with its setting is not there."""

SALE = (
    sa.func.coalesce(Purchase.kind, "sale") != "return",
    sa.func.coalesce(Purchase.status, "completed") != "cancelled",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as follow-up sees one: the store, the closed channels, and whether they left."""

    store_id: int
    barred: frozenset[str]
    left: bool


@dataclass(frozen=True, slots=True)
class Source:
    """An event tasks go back to; ``stands`` is false for what was cancelled, ``on`` is the day a start counts from."""

    id: str
    kind: SourceKind
    customer_id: str
    on: date | None
    stands: bool
    title: str = ""
    products: frozenset[str] = NOTHING
    categories: frozenset[str] = NOTHING


@dataclass(frozen=True)
class Facts:
    """Everything visible about some customers and events, by id."""

    people: Mapping[str, Person]
    sources: Mapping[str, Source]
    last_sale: Mapping[str, date] = field(default_factory=dict)


def read_people(data: Data, ids: Iterable[str]) -> dict[str, Person]:
    """Return the visible customers by id."""
    select = sa.select(
        Customer.id, Customer.store_id, Customer.status, Customer.no_post, Customer.no_phone, Customer.no_mail,
        Customer.no_fax, Customer.no_visit,
    )  # fmt: skip
    return {
        identity: Person(
            store,
            barred_channels(no_post=post, no_phone=phone, no_mail=mail, no_fax=fax, no_visit=visit),
            status == "left",
        )
        for identity, store, status, post, phone, mail, fax, visit in _each(data, select, Customer.id, ids)
    }


def read_last_sales(data: Data, customers: Iterable[str]) -> dict[str, date]:
    """Return the day of each customer's latest completed sale, in every visible store."""
    # Not from the totals: those are brought up to date only after the plugins were told.
    select = sa.select(Purchase.customer_id, sa.func.max(Purchase.purchased_on)).where(*SALE)
    found: dict[str, date] = {}
    for chunk in chunks(customers):
        narrowed = select.where(Purchase.customer_id.in_(chunk)).group_by(Purchase.customer_id)
        found.update(zip(*data.columns(narrowed), strict=True))
    return found


def read_sources(data: Data, named: Mapping[SourceKind, Iterable[str]]) -> dict[str, Source]:
    """Return the visible events of these ids."""
    readers = {
        "purchase": _purchases,
        "ad_response": _responses,
        "interaction": _interactions,
        "deal": _deals,
    }
    return {one.id: one for kind, ids in named.items() for one in readers[kind](data, list(ids))}


def with_products(data: Data, sources: Mapping[str, Source], ids: Iterable[str]) -> dict[str, Source]:
    """Return the events of ``ids`` with the products and categories they are about."""
    wanted = {one: sources[one] for one in ids if one in sources}
    told: dict[str, tuple[set[str], set[str]]] = {one: (set(), set()) for one in wanted}
    selects: dict[str, tuple[Any, Any]] = {
        "purchase": (
            PurchaseLine.purchase_id,
            sa.select(PurchaseLine.purchase_id, PurchaseLine.product_id, Product.category).join(
                Product, Product.id == PurchaseLine.product_id
            ),
        ),
        "ad_response": (
            AdResponse.id,
            sa.select(AdResponse.id, Ad.product_id, Product.category)
            .join(Ad, Ad.id == AdResponse.ad_id)
            .join(Product, Product.id == Ad.product_id),
        ),
        "deal": (
            Deal.id,
            sa.select(Deal.id, Deal.product_id, Product.category).join(Product, Product.id == Deal.product_id),
        ),
    }
    for kind, (identity, select) in selects.items():
        mine = [one.id for one in wanted.values() if one.kind == kind]
        for source, product_id, category in _each(data, select, identity, mine):
            told[source][0].add(product_id)
            if category:
                told[source][1].add(category.strip())
    return {
        one.id: Source(
            one.id, one.kind, one.customer_id, one.on, one.stands, one.title,
            frozenset(told[one.id][0]), frozenset(told[one.id][1]),
        )
        for one in wanted.values()
    }  # fmt: skip


def nurture_months(data: Data, reason: str | None) -> int | None:
    """Return after how many months a deal lost for this reason is worth another try, ``None`` for never."""
    try:
        # The owner says so once, in the settings of the lost-deals plugin; plugins know each other by name only.
        settings = data.settings("lost_deals")
    except KeyError:
        return DEFAULT_MONTHS
    return settings.nurture_by_reason.get(reason, settings.nurture_after_months)  # type: ignore[no-any-return]


def _purchases(data: Data, ids: Sequence[str]) -> Iterator[Source]:
    select = sa.select(Purchase.id, Purchase.customer_id, Purchase.purchased_on, Purchase.kind, Purchase.status)
    for identity, customer, on, kind, status in _each(data, select, Purchase.id, ids):
        yield Source(identity, "purchase", customer, on, kind != "return" and status != "cancelled")


def _responses(data: Data, ids: Sequence[str]) -> Iterator[Source]:
    select = sa.select(AdResponse.id, AdResponse.customer_id, AdResponse.responded_on)
    for identity, customer, on in _each(data, select, AdResponse.id, ids):
        yield Source(identity, "ad_response", customer, on, stands=True)


def _interactions(data: Data, ids: Sequence[str]) -> Iterator[Source]:
    select = sa.select(Interaction.id, Interaction.customer_id, Interaction.next_action_on, Interaction.next_action)
    for identity, customer, on, title in _each(data, select, Interaction.id, ids):
        first_line = next(iter((title or "").splitlines()), "")
        yield Source(identity, "interaction", customer, on, on is not None, first_line[:200])


def _deals(data: Data, ids: Sequence[str]) -> Iterator[Source]:
    select = sa.select(Deal.id, Deal.customer_id, Deal.closed_on, Deal.outcome, Deal.lost_reason)
    for identity, customer, closed, outcome, reason in _each(data, select, Deal.id, ids):
        months = nurture_months(data, (reason or "").strip())
        stands = outcome == "lost" and closed is not None and months is not None
        on = add_months(closed, months) if stands and months is not None else closed
        yield Source(identity, "deal", customer, on, stands)


def _each(data: Data, select: Any, column: Any, ids: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    for chunk in chunks(ids):
        yield from zip(*data.columns(select.where(column.in_(chunk))), strict=True)
