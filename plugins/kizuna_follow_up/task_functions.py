"""The worksheet functions about tasks: today's list, the next task of a customer, how many are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from kizuna import Blank, Columns, Data, Keys, Label, Text, worksheet_function
from kizuna.errors import RequestError
from kizuna.model import Customer
from kizuna_follow_up.due import DueList, read_due
from kizuna_follow_up.rows import chunks
from kizuna_follow_up.tables import CHANNELS, FollowUpPlan, FollowUpTask

LABELS = {one.value: Label.of(one.label) for one in CHANNELS}
TODAY_COLUMNS = [
    "区分", "予定日", "繰越日数", "方法", "件名", "顧客番号", "氏名", "電話", "RFM合計", "計画", "担当", "予定ID",
]  # fmt: skip
IN_ENGLISH = [
    "Group", "Due on", "Days carried", "Channel", "Title", "Number", "Name", "Phone", "RFM sum", "Plan", "Staff", "Task id",
]  # fmt: skip
PROSPECT, CUSTOMER = Label("見込客", "Prospect"), Label("顧客", "Customer")
AS_OF = Text("基準日（省略すると今日）", "As-of day; today when left out")
UNKNOWN_CUSTOMER = Blank("unknown-key", Text("この番号の顧客はいません。", "There is no customer with this number."))
UNKNOWN_KEY = Blank(
    "unknown-key",
    Text("この番号の顧客もスタッフもいません。", "There is no customer and no member of staff with this number."),
)
NO_TASK = Blank("no-task", Text("予定はありません。", "There is nothing to do."))


class UnknownChannelError(RequestError):
    """A list is asked for by a channel there is not."""

    code = "follow_up_unknown_channel"
    text = Text(
        "「{channel}」という方法はありません。郵便、電話、メール、FAX、訪問 のどれかを指定してください。",
        'There is no channel "{channel}": use post, phone, mail, fax or visit.',
    )


class UnknownStaffError(RequestError):
    """A list is asked for of somebody who does not work here."""

    code = "follow_up_unknown_staff"
    text = Text(
        "「{staff}」というスタッフはいません。スタッフ番号（例: S001）を指定してください。",
        'There is no member of staff "{staff}": give a number such as S001.',
    )


@worksheet_function(
    "TODAY_TASKS",
    ja="今日の予定",
    en="Today's list",
    help_ja="期日が来ていて済んでいない予定を、見込客と顧客に分け、古い順、RFM合計の高い順に返します。",
    example='=TODAY_TASKS(,"S001","電話")',
    example_en='=TODAY_TASKS(,"S001","phone")',
    returns=TODAY_COLUMNS,
    english=IN_ENGLISH,
    table=True,
    arguments={
        "as_of": AS_OF,
        "staff": Text("担当のスタッフ番号（省略すると全員）", "Number of the assigned staff; all when left out"),
        "channel": Text("方法（郵便、電話、メール、FAX、訪問）", "post, phone, mail, fax or visit; all when left out"),
    },
)  # fmt: skip
def today_tasks(data: Data, as_of: date | None = None, staff: str | None = None, channel: str | None = None) -> Columns:
    """Return everything due and not done: prospects apart from customers, oldest first, then by RFM total."""
    found = read_due(data, as_of or data.today, staff=staff_id(data, staff), channel=channel_of(channel))
    return columns_of_list(found)


@worksheet_function(
    "NEXT_TASK",
    ja="次の予定",
    en="Next task",
    help_ja="顧客の、済んでいない予定のうち最も早いものの予定日、方法、件名、計画を返します。",
    example="=NEXT_TASK(A2)",
    returns=["予定日", "方法", "件名", "計画"],
    english=["Due on", "Channel", "Title", "Plan"],
    arguments={"customer": Text("顧客番号", "Customer number")},
)
def next_task(data: Data, customer: Keys) -> Columns:
    """Return day, channel, title and plan of each customer's earliest open task, overdue ones included."""
    ids = data.resolve("customers", customer)
    first: dict[str, tuple[Any, ...]] = {}
    for chunk in chunks(one for one in ids if one):
        select = (
            sa.select(
                FollowUpTask.customer_id, FollowUpTask.due_on, FollowUpTask.id, FollowUpTask.channel, FollowUpTask.title,
                FollowUpPlan.name,
            )
            .outerjoin(FollowUpPlan, FollowUpPlan.id == FollowUpTask.plan_id)
            .where(FollowUpTask.customer_id.in_(chunk), FollowUpTask.status == "open")
        )  # fmt: skip
        for who, *task in zip(*data.columns(select), strict=True):
            if who not in first or task[:2] < list(first[who][:2]):
                first[who] = tuple(task)
    columns: list[list[Any]] = [[], [], [], []]
    for key, one in zip(customer, ids, strict=True):
        if one is None or one not in first:
            values: tuple[Any, ...] = (UNKNOWN_CUSTOMER if key and one is None else NO_TASK, None, None, None)
        else:
            due, _, way, title, plan = first[one]
            values = due, channel_label(way), title, plan
        for column, value in zip(columns, values, strict=True):
            column.append(value)
    return columns


@worksheet_function(
    "TASKS_DUE",
    ja="期日の来た予定の数",
    en="Tasks due",
    help_ja="顧客またはスタッフの、期日が来ていて済んでいない予定の数を返します。",
    example="=TASKS_DUE(A2)",
    arguments={"key": Text("顧客番号またはスタッフ番号", "Customer or staff number"), "as_of": AS_OF},
)
def tasks_due(data: Data, key: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return how many open tasks of a customer, or of the customers of a member of staff, are due."""
    customers = data.resolve("customers", key)
    staff = data.resolve("staff", [None if one else name for name, one in zip(key, customers, strict=True)])
    select = sa.select(FollowUpTask.customer_id, Customer.staff_id).join(
        Customer, Customer.id == FollowUpTask.customer_id
    )
    due = data.columns(select.where(FollowUpTask.status == "open", FollowUpTask.due_on <= (as_of or data.today)))
    by_customer, by_staff = Counter(due[0]), Counter(due[1])
    return [
        by_customer[one] if one else by_staff[member] if member else UNKNOWN_KEY if name else None
        for name, one, member in zip(key, customers, staff, strict=True)
    ]


def columns_of_list(found: DueList) -> list[list[Any]]:
    """Return today's list as columns, in the order of TODAY_COLUMNS."""
    some = len(found.keys)
    labels = {one: channel_label(one) for one in set(found.channels)}
    return [
        [PROSPECT] * found.prospects + [CUSTOMER] * (some - found.prospects),
        found.due_on,
        [(found.day - one).days for one in found.due_on],
        [labels[one] for one in found.channels],
        [one or None for one in found.titles],
        found.numbers,
        found.names,
        [one or None for one in found.phones],
        found.totals,
        [found.plan_names.get(one or "") for one in found.plans],
        [one or None for one in found.staff],
        found.keys,
    ]


def channel_label(channel: str | None) -> Label | None:
    """Return what people call a channel."""
    return LABELS.get(channel or "")


def channel_of(word: str | None) -> str | None:
    """Return the channel a person means, ``None`` for none named; raises UnknownChannelError."""
    if word is None or not word.strip():
        return None
    for value, label in LABELS.items():
        if word.strip().casefold() in {value, label.casefold(), label.en.casefold()}:
            return value
    raise UnknownChannelError(channel=word[:40])


def staff_id(data: Data, number: str | None) -> str | None:
    """Return the row id of a member of staff, ``None`` for none named; raises UnknownStaffError."""
    if number is None or not number.strip():
        return None
    [found] = data.resolve("staff", [number])
    if found is None:
        raise UnknownStaffError(staff=number[:40])
    return found
