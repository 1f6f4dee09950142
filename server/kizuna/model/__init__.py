"""The data: synced tables and their fields, as plugin authors may import them."""

from kizuna.model.people import Contact, Customer, Interaction, Staff, Store
from kizuna.model.sales import Ad, AdResponse, Deal, Product, Purchase, PurchaseLine
from kizuna.model.totals import CustomerTotals

__all__ = [
    "Ad",
    "AdResponse",
    "Contact",
    "Customer",
    "CustomerTotals",
    "Deal",
    "Interaction",
    "Product",
    "Purchase",
    "PurchaseLine",
    "Staff",
    "Store",
]
