"""Products, purchases with their lines, ads and who answered them, deals."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from kizuna.errors import Text
from kizuna.model import choices
from kizuna.model.fields import NOTE_LENGTH, field
from kizuna.model.roles import LEADERS
from kizuna.model.synced import Numbering, Sync, SyncedRow


class Product(SyncedRow):
    """Something the chain sells."""

    __tablename__ = "products"
    __sync__ = Sync(Text("商品", "Products"), key="number", numbering=Numbering("P", 4), common=True, writers=LEADERS)

    number: Mapped[str | None] = field("text", "商品番号", "Product number", unique=True, max_length=40)
    name: Mapped[str | None] = field("text", "商品名", "Product name", required=True)
    kana: Mapped[str | None] = field("text", "フリガナ", "Kana")
    category: Mapped[str | None] = field("text", "分類", "Category")
    price: Mapped[Any] = field("money", "価格", "Price")
    discontinued: Mapped[bool | None] = field("boolean", "販売終了", "Discontinued")
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)


class Ad(SyncedRow):
    """One run of an advertisement: a day, a medium, a cost."""

    __tablename__ = "ads"
    __sync__ = Sync(Text("広告", "Ads"), key="number", numbering=Numbering("A", 4))

    number: Mapped[str | None] = field("text", "広告番号", "Ad number", unique=True, max_length=40)
    ran_on: Mapped[Any] = field("date", "掲載日", "Ran on", required=True)
    medium: Mapped[str | None] = field("text", "媒体", "Medium", required=True)
    title: Mapped[str | None] = field("text", "タイトル", "Title")
    cost: Mapped[Any] = field("money", "費用", "Cost")
    product_id: Mapped[str | None] = field("reference", "商品", "Product", references="products")
    circulation: Mapped[int | None] = field("integer", "配布数", "Circulation")
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)


class AdResponse(SyncedRow):
    """A customer who answered an ad run."""

    __tablename__ = "ad_responses"
    __sync__ = Sync(Text("広告反応", "Ad responses"), parent="customer_id")

    ad_id: Mapped[str | None] = field("reference", "広告", "Ad", references="ads", required=True)
    customer_id: Mapped[str | None] = field("reference", "顧客", "Customer", references="customers", required=True)
    responded_on: Mapped[Any] = field("date", "反応日", "Responded on", required=True)
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the covering index that counts answers per ad, and the one that finds a customer's answers."""
        return (
            sa.Index("ix_ad_responses_ad", "ad_id", "customer_id", "responded_on"),
            sa.Index("ix_ad_responses_customer", "customer_id"),
        )


class Purchase(SyncedRow):
    """One receipt. A cancelled one doesn't count; a return lowers the amount, not the count."""

    __tablename__ = "purchases"
    __sync__ = Sync(Text("購入", "Purchases"), key="number", numbering=Numbering("R", 6), parent="customer_id")

    number: Mapped[str | None] = field("text", "購入番号", "Purchase number", unique=True, max_length=40)
    customer_id: Mapped[str | None] = field("reference", "顧客", "Customer", references="customers", required=True)
    purchased_on: Mapped[Any] = field("date", "購入日", "Purchased on", required=True)
    kind: Mapped[str | None] = field("choice", "種類", "Kind", choices=choices.PURCHASE_KINDS, default="sale")
    status: Mapped[str | None] = field(
        "choice", "状態", "Status", choices=choices.PURCHASE_STATUSES, default="completed"
    )
    amount: Mapped[Any] = field(
        "money",
        "金額",
        "Amount",
        required=True,
        help_ja="返品の金額は正でも負でも入力でき、負として数えます",
        help_en="A return's amount may be typed with either sign; it counts as negative",
    )
    staff_id: Mapped[str | None] = field("reference", "スタッフ", "Staff", references="staff")
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the covering index that sums a customer's purchases."""
        return (
            sa.Index(
                "ix_purchases_customer",
                "customer_id",
                "store_id",
                "purchased_on",
                "amount",
                "kind",
                "status",
                "deleted",
            ),
        )


class PurchaseLine(SyncedRow):
    """One line of a receipt."""

    __tablename__ = "purchase_lines"
    __sync__ = Sync(Text("購入明細", "Purchase lines"), parent="purchase_id")

    purchase_id: Mapped[str | None] = field("reference", "購入", "Purchase", references="purchases", required=True)
    position: Mapped[int | None] = field("integer", "行", "Line")
    product_id: Mapped[str | None] = field("reference", "商品", "Product", references="products", required=True)
    quantity: Mapped[Any] = field("decimal", "数量", "Quantity", required=True)
    unit_price: Mapped[Any] = field("money", "単価", "Unit price")
    amount: Mapped[Any] = field("money", "金額", "Amount", required=True)

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the indexes that find a receipt's lines and a product's sales."""
        return (
            sa.Index("ix_purchase_lines_purchase", "purchase_id"),
            sa.Index("ix_purchase_lines_product", "product_id"),
        )


class Deal(SyncedRow):
    """A sale being worked on, until it is won or lost."""

    __tablename__ = "deals"
    __sync__ = Sync(Text("商談", "Deals"), key="number", numbering=Numbering("D", 5), parent="customer_id")

    number: Mapped[str | None] = field("text", "商談番号", "Deal number", unique=True, max_length=40)
    customer_id: Mapped[str | None] = field("reference", "顧客", "Customer", references="customers", required=True)
    product_id: Mapped[str | None] = field("reference", "商品", "Product", references="products")
    ad_id: Mapped[str | None] = field("reference", "広告", "Ad", references="ads")
    staff_id: Mapped[str | None] = field("reference", "担当", "Staff", references="staff")
    title: Mapped[str | None] = field("text", "件名", "Title")
    amount: Mapped[Any] = field("money", "金額", "Amount")
    stage: Mapped[str | None] = field("choice", "段階", "Stage", choices=choices.DEAL_STAGES, default="prospecting")
    opened_on: Mapped[Any] = field("date", "開始日", "Opened on")
    expected_on: Mapped[Any] = field("date", "見込日", "Expected on")
    closed_on: Mapped[Any] = field("date", "終了日", "Closed on")
    outcome: Mapped[str | None] = field("choice", "結果", "Outcome", choices=choices.DEAL_OUTCOMES, default="open")
    lost_reason: Mapped[str | None] = field("text", "失注理由", "Lost reason")
    lost_note: Mapped[str | None] = field("text", "失注メモ", "Lost note", max_length=NOTE_LENGTH)
    competitor: Mapped[str | None] = field("text", "競合", "Competitor")
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the indexes that find a customer's deals and those closed in a period."""
        return (sa.Index("ix_deals_customer", "customer_id"), sa.Index("ix_deals_closed_on", "closed_on"))
