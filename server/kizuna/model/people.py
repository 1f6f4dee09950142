"""Stores, staff, customers, the persons of a company, and what was said to whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from kizuna.errors import Text
from kizuna.model import choices
from kizuna.model.fields import NOTE_LENGTH, field
from kizuna.model.roles import LEADERS
from kizuna.model.synced import LARGEST_STORE, Numbering, Sync, SyncedRow


class Store(SyncedRow):
    """A shop of the chain; its code is the ``store_id`` of its rows."""

    __tablename__ = "stores"
    __sync__ = Sync(Text("店舗", "Stores"), key="code", common=True, writers=frozenset({"owner"}))

    code: Mapped[int | None] = field(
        "integer", "店舗番号", "Store number", unique=True, required=True, fixed=True, least=1, most=LARGEST_STORE
    )
    name: Mapped[str | None] = field("text", "店舗名", "Store name", required=True)
    postal_code: Mapped[str | None] = field("text", "郵便番号", "Postal code", max_length=20)
    prefecture: Mapped[str | None] = field("text", "都道府県", "Prefecture", max_length=40)
    city: Mapped[str | None] = field("text", "市区町村", "City")
    street: Mapped[str | None] = field("text", "番地", "Street")
    building: Mapped[str | None] = field("text", "建物", "Building")
    phone: Mapped[str | None] = field("text", "電話", "Phone", max_length=40)
    closed_weekdays: Mapped[list[str] | None] = field(
        "tags", "定休日", "Closed on", help_ja="mon〜sun を「、」で区切る", help_en="mon to sun, separated by commas"
    )
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)


class Staff(SyncedRow):
    """A person who works for the chain."""

    __tablename__ = "staff"
    __sync__ = Sync(Text("スタッフ", "Staff"), key="number", numbering=Numbering("S", 3), common=True, writers=LEADERS)

    number: Mapped[str | None] = field("text", "スタッフ番号", "Staff number", unique=True, max_length=40)
    name: Mapped[str | None] = field("text", "氏名", "Name", required=True)
    kana: Mapped[str | None] = field("text", "フリガナ", "Kana")
    mail: Mapped[str | None] = field("text", "メール", "Mail", personal=True)
    phone: Mapped[str | None] = field("text", "電話", "Phone", personal=True, max_length=40)
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)


class Customer(SyncedRow):
    """A person or company that buys, or might."""

    __tablename__ = "customers"
    __sync__ = Sync(Text("顧客", "Customers"), key="number", numbering=Numbering("C", 4))

    number: Mapped[str | None] = field("text", "顧客番号", "Customer number", unique=True, max_length=40)
    kind: Mapped[str | None] = field("choice", "区分", "Kind", choices=choices.CUSTOMER_KINDS, default="person")
    name: Mapped[str | None] = field("text", "氏名", "Name", required=True, personal=True)
    kana: Mapped[str | None] = field("text", "フリガナ", "Kana", personal=True)
    company: Mapped[str | None] = field("text", "会社名", "Company")
    postal_code: Mapped[str | None] = field("text", "郵便番号", "Postal code", personal=True, max_length=20)
    prefecture: Mapped[str | None] = field("text", "都道府県", "Prefecture", max_length=40)
    city: Mapped[str | None] = field("text", "市区町村", "City")
    street: Mapped[str | None] = field("text", "番地", "Street", personal=True)
    building: Mapped[str | None] = field("text", "建物", "Building", personal=True)
    phone: Mapped[str | None] = field("text", "電話", "Phone", personal=True, max_length=40)
    mobile: Mapped[str | None] = field("text", "携帯", "Mobile", personal=True, max_length=40)
    fax: Mapped[str | None] = field("text", "FAX", "Fax", personal=True, max_length=40)
    mail: Mapped[str | None] = field("text", "メール", "Mail", personal=True)
    birthday: Mapped[Any] = field("date", "生年月日", "Birthday", personal=True)
    gender: Mapped[str | None] = field("choice", "性別", "Gender", choices=choices.GENDERS)
    industry: Mapped[str | None] = field("text", "業種", "Industry")
    size: Mapped[str | None] = field("choice", "規模", "Size", choices=choices.COMPANY_SIZES)
    status: Mapped[str | None] = field(
        "choice", "状態", "Status", choices=choices.CUSTOMER_STATUSES, default="prospect"
    )
    first_contact_on: Mapped[Any] = field("date", "初回接触日", "First contact on")
    source_ad_id: Mapped[str | None] = field("reference", "きっかけの広告", "Source ad", references="ads")
    staff_id: Mapped[str | None] = field("reference", "担当", "Assigned staff", references="staff")
    no_post: Mapped[bool | None] = field("boolean", "郵便不可", "No post")
    no_phone: Mapped[bool | None] = field("boolean", "電話不可", "No phone")
    no_mail: Mapped[bool | None] = field("boolean", "メール不可", "No mail")
    no_fax: Mapped[bool | None] = field("boolean", "FAX不可", "No fax")
    no_visit: Mapped[bool | None] = field("boolean", "訪問不可", "No visit")
    tags: Mapped[list[str] | None] = field("tags", "タグ", "Tags")
    left_on: Mapped[Any] = field("date", "離脱日", "Left on")
    left_reason: Mapped[str | None] = field("text", "離脱理由", "Reason for leaving")
    left_note: Mapped[str | None] = field("text", "離脱メモ", "Note on leaving", max_length=NOTE_LENGTH)
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)


class Contact(SyncedRow):
    """A person of a company that is a customer."""

    __tablename__ = "contacts"
    __sync__ = Sync(Text("担当者", "Contacts"), parent="customer_id")

    customer_id: Mapped[str | None] = field("reference", "顧客", "Customer", references="customers", required=True)
    name: Mapped[str | None] = field("text", "氏名", "Name", required=True, personal=True)
    kana: Mapped[str | None] = field("text", "フリガナ", "Kana", personal=True)
    department: Mapped[str | None] = field("text", "部署", "Department")
    role: Mapped[str | None] = field("text", "役職", "Role")
    decision_power: Mapped[str | None] = field("choice", "決裁権", "Decision power", choices=choices.DECISION_POWERS)
    interests: Mapped[str | None] = field("text", "関心事", "Interests", max_length=NOTE_LENGTH)
    phone: Mapped[str | None] = field("text", "電話", "Phone", personal=True, max_length=40)
    mail: Mapped[str | None] = field("text", "メール", "Mail", personal=True)
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the index that finds a customer's persons."""
        return (sa.Index("ix_contacts_customer", "customer_id"),)


class Interaction(SyncedRow):
    """One visit, call, mail or enquiry, and what comes next."""

    __tablename__ = "interactions"
    __sync__ = Sync(Text("対応履歴", "Interactions"), parent="customer_id")

    customer_id: Mapped[str | None] = field("reference", "顧客", "Customer", references="customers", required=True)
    contact_id: Mapped[str | None] = field("reference", "担当者", "Contact", references="contacts")
    staff_id: Mapped[str | None] = field("reference", "スタッフ", "Staff", references="staff")
    held_on: Mapped[Any] = field("date", "対応日", "Held on", required=True)
    kind: Mapped[str | None] = field("choice", "種別", "Kind", choices=choices.INTERACTION_KINDS, required=True)
    status: Mapped[str | None] = field("choice", "状況", "Status", choices=choices.INTERACTION_STATUSES, default="done")
    proposal: Mapped[str | None] = field("text", "提案内容", "Proposal", max_length=NOTE_LENGTH)
    goal: Mapped[str | None] = field("text", "目的", "Goal", max_length=NOTE_LENGTH)
    result: Mapped[str | None] = field("text", "結果", "Result", max_length=NOTE_LENGTH)
    next_action: Mapped[str | None] = field("text", "次の対応", "Next action", max_length=NOTE_LENGTH)
    next_action_on: Mapped[Any] = field("date", "次の対応日", "Next action on")

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the indexes that find a customer's interactions and the next actions due."""
        return (
            sa.Index("ix_interactions_customer", "customer_id"),
            sa.Index("ix_interactions_next_action", "next_action_on"),
        )
