"""Turn the drawn customers and the persons of the companies into rows."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kizuna.ops.sample.chain import StaffMember
from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.customer_drafts import Customer
from kizuna.ops.sample.people import draw_mail, draw_person
from kizuna.ops.sample.row_ids import RowIds
from kizuna.ops.sample.towns import draw_mobile

LEFT_REASONS = ("転居", "他店へ変更", "価格", "健康上の理由", "その他")
_LEFT_NOTES = {
    "転居": ("ご家族のもとへ", None),
    "他店へ変更": ("ご自宅の近くに茶店ができた", None),
    "その他": ("お身内が茶園を始められた", "コーヒー党になったとのこと", "配達の時間が合わない"),
}
_TAGS = ("定期便", "ギフト利用", "ご近所", "茶道教室", "LINE会員", "紹介", "法事", "健康茶")
_COMPANY_TAGS = ("ギフト利用", "紹介", "請求書払い", "定期便")
_NOTES = (
    "深蒸しがお好み", "熱い番茶を一杯お出しすると喜ばれる", "配達は午前中を希望", "お孫さんへの贈り物が多い",
    "カフェイン控えめを希望", "領収書の宛名は会社名で", "お電話は夕方以降", "急須は左利き用をお探し",
    "新茶の時期に毎年ご来店", "ご紹介でのご来店", "宅配ボックス可", "試飲会にお誘いする",
)  # fmt: skip
_ROLES = (
    ("総務部", "部長", "decides"), ("総務部", "係長", "influences"), ("総務部", None, "informs"),
    ("営業部", "課長", "influences"), (None, "代表", "decides"),
    (None, "事務長", "decides"), ("購買課", "主任", "influences"), ("経理部", None, "none"),
)  # fmt: skip
_INTERESTS = ("社員への中元・歳暮", "来客用のお茶", "創立記念の品", "福利厚生の健康茶", "イベントの景品", None, None)


@dataclass(frozen=True, slots=True)
class Contact:
    """One person of a company, as interactions refer to them."""

    id: str
    customer_id: str


def make_customer_rows(
    rng: random.Random,
    customers: Sequence[Customer],
    last_purchases: Mapping[str, date],
    staff: Sequence[StaffMember],
    as_of: date,
) -> Columns:
    """Return one row per customer; status follows from when the customer last bought (`last_purchases`, by id)."""
    table = RowCollector(
        "id", "store_id", "number", "kind", "name", "kana", "company", "postal_code", "prefecture", "city", "street",
        "building", "phone", "mobile", "fax", "mail", "birthday", "gender", "industry", "size", "status",
        "first_contact_on", "source_ad_id", "staff_id", "no_post", "no_phone", "no_mail", "no_fax", "no_visit", "tags",
        "left_on", "left_reason", "left_note", "notes",
    )  # fmt: skip
    of_store = {store: [member.id for member in staff if member.store_id == store] for store in (1, 2, 3)}
    for c in customers:
        status, left_on = _status(rng, last_purchases.get(c.id), as_of)
        left_reason = rng.choice(LEFT_REASONS) if left_on else None
        left_note = rng.choice(_LEFT_NOTES.get(left_reason, (None,))) if left_reason else None
        table.add(
            c.id, c.store_id, c.number, c.kind, c.name, c.kana, c.workplace, c.postal_code, c.prefecture, c.city,
            c.street, c.building, c.phone, c.mobile, c.fax, c.mail, c.birthday.isoformat() if c.birthday else None,
            c.gender, c.industry, c.size, status,
            c.first_contact_on.isoformat(), c.source_ad.id if c.source_ad else None,
            rng.choice(of_store[c.store_id]) if rng.random() < 0.7 else None,
            status == "left" or rng.random() < 0.03, rng.random() < 0.06, rng.random() < 0.05, rng.random() < 0.01,
            rng.random() < 0.08, _tags(rng, c),
            left_on.isoformat() if left_on else None, left_reason, left_note,
            rng.choice(_NOTES) if c.kind == "person" and rng.random() < 0.12 else None,
        )  # fmt: skip
    return table.columns()


def make_contacts(
    rng: random.Random, ids: RowIds, customers: Sequence[Customer], as_of: date
) -> tuple[Columns, dict[str, list[Contact]]]:
    """Return one to three persons for every company, and who they are by the company's id."""
    table = RowCollector(
        "id", "store_id", "customer_id", "name", "kana", "department", "role", "decision_power", "interests", "phone",
        "mail", "notes",
    )  # fmt: skip
    contacts: dict[str, list[Contact]] = {}
    for customer in customers:
        if customer.kind != "company":
            continue
        for department, role, power in rng.sample(_ROLES, rng.choices((1, 2, 3), (55, 33, 12))[0]):
            person = draw_person(rng, as_of, female_share=0.45, ages=(24, 46, 68))
            contact = Contact(ids.on(customer.first_contact_on), customer.id)
            contacts.setdefault(customer.id, []).append(contact)
            table.add(
                contact.id, customer.store_id, customer.id, person.name, person.kana, department, role, power,
                rng.choice(_INTERESTS), draw_mobile(rng) if rng.random() < 0.35 else customer.phone,
                draw_mail(rng, person) if rng.random() < 0.6 else None, None,
            )  # fmt: skip
    return table.columns(), contacts


def _status(rng: random.Random, last: date | None, as_of: date) -> tuple[str, date | None]:
    """Return a status and, for some of those who stopped buying, the day they said good-bye."""
    if last is None:
        return "prospect", None
    days = (as_of - last).days
    if days > 200 and rng.random() < 0.06:
        return "left", last + timedelta(days=rng.randint(30, days))
    return ("dormant" if days > 365 and rng.random() < 0.9 else "customer"), None


def _tags(rng: random.Random, customer: Customer) -> list[str]:
    tags = _COMPANY_TAGS if customer.kind == "company" else _TAGS
    return sorted(rng.sample(tags, rng.choices((0, 1, 2), (60, 30, 10))[0]))
