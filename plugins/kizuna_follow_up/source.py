"""Reading the customers labels, letters, mails and calls go to, and the values their texts are filled with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Data
from kizuna.model import Contact, Customer, CustomerTotals, Product, Purchase, PurchaseLine, Staff, Store
from kizuna_follow_up.labels.address import Recipient, addressee
from kizuna_follow_up.mails import MailRecipient

NAMELESS = "商品"
"""What a text calls goods that the receipt does not name, so that its sentence stays whole."""
CHUNK = 10_000
"""Ids in one statement; SQLite takes at most 32,766 parameters."""

POWERS = ("decides", "influences", "informs", "none")
"""Whom at a company a letter goes to: who decides comes first."""


@dataclass(frozen=True, slots=True)
class Callee:
    """A customer as the phone list shows one; ``phone`` is the mobile where there is no other."""

    number: str
    name: str
    kana: str
    contact: str
    phone: str
    mobile: str
    no_phone: bool


def read_recipients(data: Data, ids: Sequence[str]) -> list[Recipient]:
    """Return the visible customers of ``ids`` in that order, each once, companies with the person to write to."""
    contacts = read_contacts(data, ids)
    columns = (
        Customer.number, Customer.name, Customer.kind, Customer.company, Customer.postal_code, Customer.prefecture,
        Customer.city, Customer.street, Customer.building, Customer.no_post, Customer.status,
    )  # fmt: skip
    found = {}
    for (
        identity,
        number,
        name,
        kind,
        company,
        postal,
        prefecture,
        city,
        street,
        building,
        no_post,
        status,
    ) in _customers(data, ids, columns):
        department, contact = contacts.get(identity, ("", "")) if kind == "company" else ("", "")
        found[identity] = Recipient(
            number=number or "",
            name=name or "",
            kind="company" if kind == "company" else "person",
            company=company or "",
            department=department,
            contact=contact,
            postal_code=postal or "",
            prefecture=prefecture or "",
            city=city or "",
            street=street or "",
            building=building or "",
            no_post=bool(no_post),
            has_left=status == "left",
        )
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def read_mail_recipients(data: Data, ids: Sequence[str]) -> list[MailRecipient]:
    """Return the visible customers of ``ids`` as mail sees them, in that order, each once."""
    columns = (Customer.number, Customer.name, Customer.mail, Customer.no_mail, Customer.status)
    found = {
        identity: MailRecipient(number or "", name or "", mail or "", bool(no_mail), status == "left")
        for identity, number, name, mail, no_mail, status in _customers(data, ids, columns)
    }
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def read_callees(data: Data, ids: Sequence[str]) -> list[Callee]:
    """Return the visible customers of ``ids`` as the phone list shows them, in that order, each once."""
    contacts = read_contacts(data, ids)
    columns = (Customer.number, Customer.name, Customer.kana, Customer.phone, Customer.mobile, Customer.no_phone)
    found = {
        identity: Callee(
            number or "",
            name or "",
            kana or "",
            contacts.get(identity, ("", ""))[1],
            phone or mobile or "",
            mobile or "",
            bool(no_phone),
        )
        for identity, number, name, kana, phone, mobile, no_phone in _customers(data, ids, columns)
    }
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def read_contacts(data: Data, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return department and name of the person to write to at each company: who decides, or else who came first."""
    best: dict[str, tuple[tuple[int, str], tuple[str, str]]] = {}
    for chunk in _chunks(ids):
        select = sa.select(
            Contact.customer_id, Contact.id, Contact.decision_power, Contact.department, Contact.name
        ).where(Contact.customer_id.in_(chunk), Contact.deleted.is_(False))
        for customer, identity, power, department, name in zip(*data.columns(select), strict=True):
            order = (POWERS.index(power) if power in POWERS else len(POWERS), identity)
            if customer not in best or order < best[customer][0]:
                best[customer] = order, (department or "", name or "")
    return {customer: person for customer, (_, person) in best.items()}


def text_values(data: Data, ids: Sequence[str]) -> dict[str, Mapping[str, object]]:
    """Return, per visible customer, a value for each field of `texts.FIELDS`; ``None`` where nothing is known.

    Product and day are those of the latest sale; a sale that names no product is one of 商品.
    """
    staff = dict(zip(*data.columns(sa.select(Staff.id, Staff.name).where(Staff.deleted.is_(False))), strict=True))
    stores = {
        code: (name, phone)
        for code, name, phone in zip(
            *data.columns(sa.select(Store.code, Store.name, Store.phone).where(Store.deleted.is_(False))), strict=True
        )
    }
    bought = _last_sales(data, ids)
    columns = (Customer.name, Customer.kind, Customer.kana, Customer.company, Customer.staff_id, Customer.store_id)
    contacts = read_contacts(data, ids)
    found: dict[str, Mapping[str, object]] = {}
    for identity, name, kind, kana, company, staff_id, store in _customers(data, ids, columns):
        department, contact = contacts.get(identity, ("", ""))
        product, day = bought.get(identity, (None, None))
        shop, phone = stores.get(store, (None, None))
        both: list[tuple[str, str, object]] = [
            (
                "宛名", "addressee",
                addressee(name or "", kind=kind or "person", department=department, contact=contact),
            ),
            ("氏名", "name", name),
            ("名前", "name", name),
            ("ふりがな", "kana", kana),
            ("会社名", "company", company),
            ("担当者", "staff", staff.get(staff_id)),
            ("商品", "product", product or (NAMELESS if day else None)),
            ("購入日", "purchased_on", day),
            ("店名", "store", shop),
            ("店の電話", "store_phone", phone),
            ("今日", "today", data.today),
        ]  # fmt: skip
        found[identity] = {key: value for ja, en, value in both for key in (ja, en)}
    return found


def _last_sales(data: Data, ids: Sequence[str]) -> dict[str, tuple[str | None, date]]:
    """Return product and day of each customer's latest sale; the first line of the receipt names the product."""
    found: dict[str, tuple[tuple[date, str, int], tuple[str | None, date]]] = {}
    for chunk in _chunks(ids):
        select = (
            sa.select(Purchase.customer_id, Purchase.purchased_on, Purchase.id, PurchaseLine.position, Product.name)
            .join(
                CustomerTotals,
                sa.and_(
                    CustomerTotals.customer_id == Purchase.customer_id,
                    CustomerTotals.store_id == Purchase.store_id,
                    CustomerTotals.last_on == Purchase.purchased_on,
                ),
            )
            .outerjoin(PurchaseLine, sa.and_(PurchaseLine.purchase_id == Purchase.id, PurchaseLine.deleted.is_(False)))
            .outerjoin(Product, Product.id == PurchaseLine.product_id)
            .where(
                Purchase.customer_id.in_(chunk),
                Purchase.deleted.is_(False),
                sa.func.coalesce(Purchase.kind, "sale") != "return",
                sa.func.coalesce(Purchase.status, "completed") != "cancelled",
            )
        )
        for customer, day, identity, position, product in zip(*data.columns(select), strict=True):
            order = (day, identity, -(position or 0))
            if customer not in found or order > found[customer][0]:
                found[customer] = order, (product, day)
    return {customer: sale for customer, (_, sale) in found.items()}


def _customers(data: Data, ids: Sequence[str], columns: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield id and ``columns`` of the visible customers of ``ids``, in no particular order."""
    for chunk in _chunks(ids):
        select = sa.select(Customer.id, *columns).where(Customer.id.in_(chunk), Customer.deleted.is_(False))
        yield from zip(*data.columns(select), strict=True)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    once = list(dict.fromkeys(ids))
    for start in range(0, len(once), CHUNK):
        yield once[start : start + CHUNK]
