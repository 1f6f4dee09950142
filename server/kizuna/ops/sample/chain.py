"""The chain itself: three stores of 結葉茶舗, a tea and health-food shop with mail order, and its staff."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.people import draw_person
from kizuna.ops.sample.row_ids import RowIds


@dataclass(frozen=True, slots=True)
class Store:
    """One store; the town and postal code are true, the house number and telephone are invented."""

    code: int
    name: str
    postal_code: str
    prefecture: str
    city: str
    street: str
    building: str | None
    phone: str
    closed_weekdays: tuple[str, ...]
    notes: str | None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One member of staff and the store where she or he mostly works."""

    id: str
    store_id: int
    family: str


STORES = (
    Store(
        1, "結葉茶舗 横浜元町店", "231-0861", "神奈川県", "横浜市中区", "元町3-141-2", None, "045-012-0631", ("mon",),
        "喫茶スペース併設",
    ),
    Store(
        2, "結葉茶舗 吉祥寺店", "180-0004", "東京都", "武蔵野市", "吉祥寺本町2-41-8", "中道ビル1F", "0422-02-0418",
        ("wed",), None,
    ),
    Store(
        3, "結葉茶舗 静岡本店", "420-0031", "静岡県", "静岡市葵区", "呉服町2-18-5", None, "054-025-0318", ("thu",),
        "通信販売の窓口",
    ),
)  # fmt: skip
_STORES_OF_STAFF = (3, 3, 3, 3, 1, 1, 1, 2, 2, 2)
_NOTES_OF_STAFF = ("店主", "日本茶インストラクター", "通販受注", None, "店長", None, None, "店長", None, "土日のみ")


def make_stores(ids: RowIds, opened_on: date) -> Columns:
    """Return the rows of the three stores."""
    table = RowCollector(
        "id", "code", "name", "postal_code", "prefecture", "city", "street", "building", "phone",
        "closed_weekdays", "notes",
    )  # fmt: skip
    for s in STORES:
        table.add(
            ids.on(opened_on), s.code, s.name, s.postal_code, s.prefecture, s.city, s.street, s.building, s.phone,
            list(s.closed_weekdays), s.notes,
        )  # fmt: skip
    return table.columns()


def make_staff(rng: random.Random, ids: RowIds, opened_on: date) -> tuple[Columns, list[StaffMember]]:
    """Return the rows of ten members of staff, and who works where; no two share a family name."""
    table = RowCollector("id", "number", "name", "kana", "mail", "phone", "notes")
    members: list[StaffMember] = []
    while len(members) < len(_STORES_OF_STAFF):
        person = draw_person(rng, opened_on, female_share=0.6, ages=(22, 34, 60))
        if any(member.family == person.family for member in members):
            continue
        place = len(members)
        store_id = _STORES_OF_STAFF[place]
        member = StaffMember(ids.on(opened_on), store_id, person.family)
        members.append(member)
        table.add(
            member.id, f"S{place + 1:03d}", person.name, person.kana, f"staff{place + 1:02d}@example.jp",
            STORES[store_id - 1].phone, _NOTES_OF_STAFF[place],
        )  # fmt: skip
    return table.columns(), members
