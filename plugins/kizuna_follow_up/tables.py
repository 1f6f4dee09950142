"""The plugin's synced tables: plans, their steps, and what is to be done for whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from kizuna import Text
from kizuna.model import Numbering, Role, Sync, SyncedRow, choice, field

LEADERS: frozenset[Role] = frozenset({"owner", "manager"})
NOTE_LENGTH = 10_000

KINDS = (
    choice("before", "購入前", "Before purchase"),
    choice("after", "購入後", "After purchase"),
    choice("manual", "手動", "By hand"),
)
DAY_RULES = (
    choice("as_is", "そのまま", "As is"),
    choice("next", "次の営業日", "Next working day"),
    choice("previous", "前の営業日", "Previous working day"),
)
REPEATS = (
    choice("restart", "最初からやり直す", "Start over"),
    choice("keep", "進行中の予定を続ける", "Go on with what runs"),
    choice("each", "購入ごとに始める", "Start for each purchase"),
)
UNITS = (choice("days", "日", "Days"), choice("weeks", "週", "Weeks"), choice("months", "か月", "Months"))
CHANNELS = (
    choice("post", "郵便", "Post"),
    choice("phone", "電話", "Phone"),
    choice("mail", "メール", "Mail"),
    choice("fax", "FAX", "Fax"),
    choice("visit", "訪問", "Visit"),
)
STATUSES = (
    choice("open", "未対応", "Open"),
    choice("done", "済", "Done"),
    choice("skipped", "見送り", "Skipped"),
    choice("postponed", "延期", "Postponed"),
    choice("ended", "終了", "Ended"),
)
ENDINGS = (
    choice("purchase", "購入", "Purchase"),
    choice("opt_out", "連絡不可", "Opted out"),
    choice("left", "離脱", "Customer left"),
    choice("deleted", "顧客の削除", "Customer deleted"),
    choice("cancelled", "元の取消", "Origin cancelled"),
    choice("merged", "統合で重複", "Double after a merge"),
    choice("step_removed", "手順の削除", "Step removed"),
    choice("repeated", "次の購入", "Bought again"),
)
SOURCES = (
    choice("ad_response", "広告反応", "Ad response"),
    choice("purchase", "購入", "Purchase"),
    choice("interaction", "対応履歴", "Interaction"),
    choice("deal", "失注", "Lost deal"),
    choice("manual", "手動", "By hand"),
)


class FollowUpPlan(SyncedRow):
    """A list of steps, and what starts them; the same for every store."""

    __tablename__ = "follow_up_plans"
    __sync__ = Sync(
        Text("フォロー計画", "Follow-up plans"), key="number", numbering=Numbering("F", 3), common=True, writers=LEADERS
    )

    number: Mapped[str | None] = field("text", "計画番号", "Plan number", unique=True, max_length=40)
    name: Mapped[str | None] = field("text", "計画名", "Plan name", required=True)
    kind: Mapped[str | None] = field(
        "choice",
        "種類",
        "Kind",
        choices=KINDS,
        required=True,
        help_ja="購入前は広告への反応で、購入後は購入で、手動は予定の行を足すことで始まります",
        help_en="Before starts with an ad response, after with a purchase, by hand with a task you add",
    )
    product_id: Mapped[str | None] = field(
        "reference",
        "対象の商品",
        "Product",
        references="products",
        help_ja="空欄ならすべての商品",
        help_en="Empty: any",
    )
    category: Mapped[str | None] = field(
        "text", "対象の分類", "Category", help_ja="空欄ならすべての分類", help_en="Empty: any"
    )
    from_on: Mapped[Any] = field(
        "date",
        "この日以降の出来事から",
        "For events from",
        help_ja="これより前の反応や購入では始めません。空欄なら日付を問いません",
        help_en="Earlier responses and purchases start nothing; empty: any day",
    )
    day_rule: Mapped[str | None] = field(
        "choice", "休業日に当たるとき", "On closed days", choices=DAY_RULES, help_ja="空欄なら設定のとおり",
        help_en="Empty: as the settings say",
    )  # fmt: skip
    repeat: Mapped[str | None] = field(
        "choice", "進行中にまた購入したとき", "When bought again meanwhile", choices=REPEATS,
        help_ja="購入後の計画で使います。空欄なら、残りの予定を終えて新しい購入から最初からやり直します",
        help_en="For after-purchase plans. Empty: what is left ends, and the plan starts over from the new purchase",
    )  # fmt: skip
    after_lost: Mapped[bool | None] = field(
        "boolean",
        "失注後に再開",
        "Again after a lost deal",
        help_ja="購入前の計画を、失注から設定の月数がたった日に始めます",
        help_en="Starts a before-purchase plan some months after a deal was lost",
    )
    active: Mapped[bool | None] = field(
        "boolean", "使用中", "Active", default=True, help_ja="外すと新しく始まりません。進行中の予定は続きます",
        help_en="Unticked: nothing new starts; what runs goes on",
    )  # fmt: skip
    made_on: Mapped[Any] = field("date", "作成日", "Made on", read_only=True)
    last_edit_on: Mapped[Any] = field("date", "予定に及んだ変更の日", "Last edit of tasks on", read_only=True)
    last_edit_tasks: Mapped[int | None] = field(
        "integer", "その変更で変わった予定の数", "Tasks that edit changed", read_only=True
    )
    replan_left: Mapped[int | None] = field(
        "integer", "組み直しの残り", "Tasks left to replan", read_only=True,
        help_ja="数があるあいだは、残りの予定を続きの書き込みと夜の処理で組み直します。空欄なら済んでいます",
        help_en="While there is a number, further writes and the nightly run replan the rest; empty: through",
    )  # fmt: skip
    notes: Mapped[str | None] = field("text", "メモ", "Notes", max_length=NOTE_LENGTH)


class FollowUpStep(SyncedRow):
    """One contact of a plan, so long after the one before it."""

    __tablename__ = "follow_up_steps"
    __sync__ = Sync(Text("フォロー手順", "Follow-up steps"), common=True, writers=LEADERS, parent="plan_id")

    plan_id: Mapped[str | None] = field("reference", "計画", "Plan", references="follow_up_plans", required=True)
    position: Mapped[int | None] = field("integer", "順番", "Order", required=True)
    wait: Mapped[int | None] = field(
        "integer", "前の手順から", "After the step before", required=True, least=0, most=1_000,
        help_ja="最初の手順は、始まった日から数えます", help_en="The first step counts from the day of the start",
    )  # fmt: skip
    unit: Mapped[str | None] = field("choice", "単位", "Unit", choices=UNITS, default="days")
    channel: Mapped[str | None] = field("choice", "方法", "Channel", choices=CHANNELS, required=True)
    title: Mapped[str | None] = field("text", "件名", "Title")
    template: Mapped[str | None] = field(
        "text", "文面", "Text", max_length=NOTE_LENGTH, help_ja="{氏名} や {購入日} は顧客ごとに入ります",
        help_en="{name}, {purchased_on} and so on are filled in for each customer",
    )  # fmt: skip

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the index that finds a plan's steps."""
        return (sa.Index("ix_follow_up_steps_plan", "plan_id"),)


class FollowUpTask(SyncedRow):
    """One thing to do for a customer on a day."""

    __tablename__ = "follow_up_tasks"
    __sync__ = Sync(Text("フォロー予定", "Follow-up tasks"), parent="customer_id")

    customer_id: Mapped[str | None] = field("reference", "顧客", "Customer", references="customers", required=True)
    due_on: Mapped[Any] = field("date", "予定日", "Due on", required=True)
    channel: Mapped[str | None] = field("choice", "方法", "Channel", choices=CHANNELS)
    title: Mapped[str | None] = field("text", "件名", "Title")
    status: Mapped[str | None] = field("choice", "状況", "Status", choices=STATUSES, default="open")
    done_on: Mapped[Any] = field("date", "対応日", "Done on")
    reason: Mapped[str | None] = field("text", "理由・メモ", "Reason or note", max_length=NOTE_LENGTH)
    postponed_to: Mapped[Any] = field("date", "延期先", "Postponed to")
    plan_id: Mapped[str | None] = field("reference", "計画", "Plan", references="follow_up_plans")
    step_id: Mapped[str | None] = field("reference", "手順", "Step", references="follow_up_steps")
    planned_on: Mapped[Any] = field("date", "計画上の日", "Planned on", read_only=True)
    started_on: Mapped[Any] = field("date", "計画の開始日", "Plan started on", read_only=True)
    ended_by: Mapped[str | None] = field("choice", "終了の理由", "Ended by", choices=ENDINGS, read_only=True)
    source: Mapped[str | None] = field("choice", "きっかけ", "Origin", choices=SOURCES, read_only=True)
    source_id: Mapped[str | None] = field("text", "きっかけのID", "Origin id", read_only=True, max_length=40)
    task_key: Mapped[str | None] = field("text", "予定キー", "Task key", unique=True, read_only=True, max_length=100)

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the indexes that find what is due, a customer's tasks, and what an event started."""
        return (
            sa.Index("ix_follow_up_tasks_due", "status", "due_on"),
            sa.Index("ix_follow_up_tasks_customer", "customer_id", "status"),
            sa.Index("ix_follow_up_tasks_source", "source_id"),
            sa.Index("ix_follow_up_tasks_plan", "plan_id", "status"),
        )
