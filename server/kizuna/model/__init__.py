"""The data: synced tables and their fields, as plugin authors may import them."""

from kizuna.model.among import among
from kizuna.model.arrays import RowIds
from kizuna.model.fields import choice, field
from kizuna.model.migrating import create_synced_table
from kizuna.model.people import Contact, Customer, Interaction, Staff, Store
from kizuna.model.roles import Role
from kizuna.model.sales import Ad, AdResponse, Deal, Product, Purchase, PurchaseLine
from kizuna.model.synced import Numbering, Sync, SyncedRow
from kizuna.model.totals import CustomerTotals, unpacked_totals

__all__ = [
    "Ad",
    "AdResponse",
    "Contact",
    "Customer",
    "CustomerTotals",
    "Deal",
    "Interaction",
    "Numbering",
    "Product",
    "Purchase",
    "PurchaseLine",
    "Role",
    "RowIds",
    "Staff",
    "Store",
    "Sync",
    "SyncedRow",
    "among",
    "choice",
    "create_synced_table",
    "field",
    "unpacked_totals",
]
