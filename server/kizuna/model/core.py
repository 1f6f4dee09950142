"""The core's synced tables, in the order they are shown."""

from __future__ import annotations

from kizuna.model.people import Contact, Customer, Interaction, Staff, Store
from kizuna.model.sales import Ad, AdResponse, Deal, Product, Purchase, PurchaseLine
from kizuna.model.synced import SyncedRow

CORE_TABLES: tuple[type[SyncedRow], ...] = (
    Store,
    Staff,
    Customer,
    Contact,
    Interaction,
    Product,
    Purchase,
    PurchaseLine,
    Ad,
    AdResponse,
    Deal,
)
