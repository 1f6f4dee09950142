"""A shop of any size for `benchmarks.rfm`: drawn once as arrays, so that every database and every peer counts the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TODAY = date(2006, 3, 31)
STORES = (1, 2, 3)
DAYS_BACK = 2_400
PER_CUSTOMER = 10
RETURNED, CANCELLED, ELSEWHERE, NEVER_BOUGHT = 0.02, 0.01, 0.02, 0.05
CHUNK = 200_000
RECEIPT_FIELDS = (
    "id", "store_id", "revision", "deleted", "number", "customer_id", "purchased_on", "kind", "status", "amount",
)  # fmt: skip
CUSTOMER_FIELDS = ("id", "store_id", "revision", "deleted", "number", "kind", "name", "status")


@dataclass(frozen=True, slots=True)
class Shop:
    """Receipts in order of time, ten times as many as customers: one entry of each array per receipt.

    ``day`` counts from 1970-01-01, ``amount`` is hundredths of a yen.
    """

    customers: int
    customer: NDArray[np.int32]
    day: NDArray[np.int32]
    amount: NDArray[np.int64]
    returned: NDArray[np.bool_]
    cancelled: NDArray[np.bool_]
    store: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.customer)

    def save(self, file: Path) -> None:
        """Keep the arrays for the peers, who each read them in their own way."""
        np.savez(file, **{one.name: getattr(self, one.name) for one in fields(self)})


def draw(customers: int) -> Shop:
    """Draw a shop, the same one for the same size."""
    random = np.random.default_rng(1)
    times = random.geometric(1 / PER_CUSTOMER, customers)
    times[random.random(customers) < NEVER_BOUGHT] = 0
    buyer = np.repeat(np.arange(customers, dtype=np.int32), times)
    wanted = customers * PER_CUSTOMER
    buyer = buyer[random.permutation(len(buyer))[:wanted]]
    buyer = np.concatenate([buyer, random.choice(buyer, wanted - len(buyer))])
    begin = random.integers(0, DAYS_BACK, customers, dtype=np.int32)
    stays = random.integers(1, DAYS_BACK, customers, dtype=np.int32)
    went_on = (random.random(wanted) * np.minimum(begin, stays)[buyer]).astype(np.int32)
    today = (TODAY - date(1970, 1, 1)).days
    day = today - begin[buyer] + went_on
    order = np.argsort(day, kind="stable")
    store = (buyer % len(STORES) + 1).astype(np.int8)
    elsewhere = random.random(wanted) < ELSEWHERE
    store[elsewhere] = random.integers(1, len(STORES) + 1, int(elsewhere.sum()))
    return Shop(
        customers,
        buyer[order],
        day[order].astype(np.int32),
        random.integers(1, 90, wanted).astype(np.int64) * 10_000,
        random.random(wanted) < RETURNED,
        random.random(wanted) < CANCELLED,
        store[order],
    )


def customer_number(place: int) -> str:
    """Return the number of the customer at a place."""
    return f"C{place + 1:04}"


def customer_id(place: int) -> str:
    """Return the row id of the customer at a place."""
    return f"01900000-{place >> 16:04x}-7{place & 0xFFF:03x}-8{place >> 12 & 0xF:03x}-{place * 2654435761 % 2**48:012x}"


def customer_rows(shop: Shop) -> Iterator[tuple[Any, ...]]:
    """Return the customers in order of their ids, as `CUSTOMER_FIELDS` says."""
    for place in sorted(range(shop.customers), key=customer_id):
        store = STORES[place % len(STORES)]
        yield customer_id(place), store, place + 1, False, customer_number(place), "person", f"顧客{place}", "customer"


def receipt_rows(shop: Shop) -> Iterator[tuple[Any, ...]]:
    """Return the receipts in order of their ids, as `RECEIPT_FIELDS` says."""
    ids = [customer_id(place) for place in range(shop.customers)]
    for start in range(0, len(shop), CHUNK):
        part = slice(start, start + CHUNK)
        columns = (
            shop.customer[part], shop.day[part].astype("datetime64[D]").astype("U10"), shop.amount[part],
            shop.returned[part], shop.cancelled[part], shop.store[part],
        )  # fmt: skip
        rows = zip(*(one.tolist() for one in columns), strict=True)
        for place, (customer, day, amount, returned, cancelled, store) in enumerate(rows, start):
            yield (
                f"01910000-{place >> 12 & 0xFFFF:04x}-7{place & 0xFFF:03x}-8{place >> 28:03x}-{place:012x}",
                store, shop.customers + place + 1, False, f"R{place + 1:06}", ids[customer], day,
                "return" if returned else "sale", "cancelled" if cancelled else "completed", amount,
            )  # fmt: skip
