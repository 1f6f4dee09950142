"""What was said between shop and customer, and what is to be done next."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from kizuna.ops.sample.chain import StaffMember
from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.customer_drafts import Customer
from kizuna.ops.sample.customer_rows import Contact
from kizuna.ops.sample.row_ids import RowIds

# Kind, proposal, goal, result, next action, days until then (0: nothing to do), how often: for persons, for companies.
_TALKS: tuple[tuple[str, str | None, str | None, str, str | None, int, int, int], ...] = (
    ("call", "新茶のご予約", "ご予約をいただく", "2本ご予約", "入荷したらお電話", 30, 12, 3),
    ("call", "定期便のご案内", "定期便へ切り替え", "家族と相談するとのこと", "お返事を伺う", 10, 12, 1),
    ("call", None, "お届け後の様子を伺う", "おいしいと喜ばれた", None, 0, 14, 3),
    ("call", "お歳暮のご案内", "昨年と同じ内容で受注", "今年は数を減らすかもしれない", "見積を送る", 7, 4, 10),
    ("call", "健康茶のお試し", "再購入のきっかけ", "留守。折り返しなし", "もう一度お電話", 14, 10, 2),
    ("mail", "水出し緑茶のご案内", "夏の再来店", "返信あり、来店予定", None, 0, 12, 2),
    ("mail", "お中元カタログ", "カタログを見ていただく", "資料希望の返信", "カタログを郵送", 3, 8, 8),
    ("visit", None, None, "試飲のうえ上煎茶をお求め", None, 0, 16, 0),
    ("visit", "来客用のお茶の見直し", "年間契約", "見本を持ち帰り検討", "見本の感想を伺う", 14, 0, 12),
    ("visit", "創立記念品のご提案", "見積の提出", "予算は来期になるとのこと", "半年後に連絡", 182, 0, 8),
    ("enquiry", None, None, "カフェインの少ないお茶のお尋ね。ほうじ茶をご案内", None, 0, 12, 1),
    ("enquiry", "お試しお茶セット", "初回購入", "サンプル請求。郵送した", "届いた頃にお電話", 8, 14, 3),
    ("enquiry", "ギフトの包装・のし", None, "のしの書き方をご案内", None, 0, 8, 6),
    ("post", "季節の便り", "再来店", "はがきを送付", None, 0, 14, 4),
    ("fax", None, None, "注文書を受領", None, 0, 0, 8),
    ("web", "会員ページの登録", None, "登録済み", None, 0, 8, 0),
    ("complaint", None, "お詫びと交換", "茶筒のへこみ。交換品を手配", "交換品の到着を確認", 5, 3, 1),
    ("complaint", None, "お詫び", "配達が遅れたとのご指摘。運送会社へ確認", "原因をご報告", 2, 2, 1),
    ("other", None, None, "茶の淹れ方教室に参加", "次回の教室をご案内", 60, 5, 0),
)

_MONTHS = {
    "新茶のご予約": (3, 4, 5),
    "お歳暮のご案内": (10, 11, 12),
    "水出し緑茶のご案内": (5, 6, 7, 8),
    "お中元カタログ": (5, 6, 7),
}


def make_interactions(
    rng: random.Random,
    ids: RowIds,
    count: int,
    customers: Sequence[Customer],
    contacts: Mapping[str, Sequence[Contact]],
    staff: Sequence[StaffMember],
    first_day: date,
    as_of: date,
) -> Columns:
    """Return `count` interactions, oldest first; what is long due was done, some of what was due lately was not."""
    table = RowCollector(
        "id", "store_id", "customer_id", "contact_id", "staff_id", "held_on", "kind", "status", "proposal", "goal",
        "result", "next_action", "next_action_on",
    )  # fmt: skip
    of_store = {store: [member.id for member in staff if member.store_id == store] for store in (1, 2, 3)}
    by_month = {
        month: [talk for talk in _TALKS if month in _MONTHS.get(talk[1] or "", (month,))] for month in range(1, 13)
    }
    weights = [4.0 if c.kind == "company" else 0.6 + min(c.habit.weight, 12) / 8 for c in customers]
    meetings = []
    for customer in rng.choices(customers, weights, k=count):
        first = max(first_day, customer.first_contact_on)
        last = max(first, min(as_of, customer.habit.last + timedelta(days=60)))
        meetings.append((first + timedelta(days=rng.randint(0, (last - first).days)), customer))
    for held_on, customer in sorted(meetings, key=lambda meeting: (meeting[0], meeting[1].number)):
        talks = by_month[held_on.month]
        shares = [talk[7] if customer.kind == "company" else talk[6] for talk in talks]
        kind, proposal, goal, result, next_action, days, *_ = rng.choices(talks, shares)[0]
        next_on = held_on + timedelta(days=days) if next_action else None
        people = contacts.get(customer.id)
        table.add(
            ids.on(held_on), customer.store_id, customer.id, rng.choice(people).id if people else None,
            rng.choice(of_store[customer.store_id]), held_on.isoformat(), kind, _status(rng, next_on, as_of), proposal,
            goal, result, next_action, next_on.isoformat() if next_on else None,
        )  # fmt: skip
    return table.columns()


def _status(rng: random.Random, next_on: date | None, as_of: date) -> str:
    if next_on is None:
        return "done"
    overdue = (as_of - next_on).days
    if overdue < 0:
        return "open"
    return "open" if rng.random() < (0.5 if overdue <= 14 else 0.01) else "done"
