"""The customer table everybody is measured on: 20 columns, the same rows each time."""

from __future__ import annotations

import random
import uuid
from typing import Any

Row = dict[str, Any]

COLUMNS = (
    "id", "store_id", "number", "name", "kana", "company", "postal_code", "prefecture", "city", "street",
    "phone", "mobile", "mail", "birthday", "gender", "status", "first_contact_on", "no_mail", "industry", "notes",
)  # fmt: skip
FAMILY = (("佐藤", "サトウ"), ("鈴木", "スズキ"), ("高橋", "タカハシ"), ("田中", "タナカ"), ("伊藤", "イトウ"))
GIVEN = (("翔太", "ショウタ"), ("美咲", "ミサキ"), ("健一", "ケンイチ"), ("陽子", "ヨウコ"), ("恵", "メグミ"))
PLACES = (("東京都", "新宿区"), ("大阪府", "大阪市北区"), ("愛知県", "名古屋市中区"), ("福岡県", "福岡市博多区"))
NOTES = (
    None,
    "折り返し電話希望",
    "平日夜のみ連絡可。家族構成:4人",
    "前回の見積もり金額について再度説明が必要。次回来店時に店長対応",
)
INDUSTRIES = (None, "飲食", "小売", "建設", "医療")


def customers(count: int, *, seed: int = 1) -> list[Row]:
    """Return ``count`` customers ready for JSON; ids grow, as those of UUIDv7 do."""
    chance = random.Random(seed)
    rows = []
    for place in range(count):
        family, given = chance.choice(FAMILY), chance.choice(GIVEN)
        prefecture, city = chance.choice(PLACES)
        row_id = uuid.UUID(int=(0x0190_0000_0000 + place << 80) + (7 << 76) + (2 << 62) + chance.getrandbits(60))
        values = (
            str(row_id), 1, f"C{place + 1:04}", f"{family[0]} {given[0]}", f"{family[1]} {given[1]}",
            None if place % 5 else f"株式会社{family[0]}{place}",
            f"{chance.randint(100, 999)}-{chance.randint(0, 9999):04}", prefecture, city,
            f"{chance.randint(1, 9)}-{chance.randint(1, 40)}-{chance.randint(1, 30)}",
            f"03-{chance.randint(0, 9999):04}-{chance.randint(0, 9999):04}",
            f"0{chance.choice((90, 80, 70))}-{chance.randint(0, 9999):04}-{chance.randint(0, 9999):04}",
            f"user{place}@example{chance.randint(1, 50)}.co.jp",
            f"{chance.randint(1945, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            chance.choice(("female", "male", "other")), chance.choice(("prospect", "customer", "dormant")),
            f"202{chance.randint(3, 5)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            chance.random() < 0.2, chance.choice(INDUSTRIES), chance.choice(NOTES),
        )  # fmt: skip
        rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def edited(rows: list[Row], count: int, tag: str) -> list[Row]:
    """Return ``count`` rows from all over the table with two cells changed."""
    step = max(1, len(rows) // count)
    return [
        row | {"notes": f"edited {tag} {place}", "street": f"{place}-{tag}"}
        for place, row in enumerate(rows[::step][:count])
    ]
