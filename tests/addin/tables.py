"""Tables and rows that the add-in's tests share."""

from kizuna_addin.base import Base
from kizuna_addin.schema import read_schema


def field(name, label, type, **more):  # noqa: A002  # the wire's word
    return {"name": name, "label": {"ja": label, "en": name.capitalize()}, "type": type, **more}


SCHEMA = read_schema(
    {
        "schema": "1",
        "tables": [
            {
                "name": "customers",
                "label": {"ja": "顧客", "en": "Customers"},
                "key": "number",
                "writable": True,
                "fields": [
                    field("number", "番号", "text", unique=True),
                    field("name", "氏名", "text", required=True),
                    field("phone", "電話", "text"),
                    field("birthday", "誕生日", "date"),
                    field("amount", "金額", "money"),
                    field("rate", "率", "decimal"),
                    field("visits", "回数", "integer", read_only=True),
                    field("seen_at", "最終来店", "datetime"),
                    field("no_mail", "メール不可", "boolean"),
                    field(
                        "status",
                        "状態区分",
                        "choice",
                        choices=[
                            {"value": "prospect", "label": {"ja": "見込客", "en": "Prospect"}},
                            {"value": "customer", "label": {"ja": "顧客", "en": "Customer"}},
                        ],
                    ),
                    field("tags", "タグ", "tags"),
                    field("staff_id", "担当", "reference", references="staff"),
                ],
            }
        ],
    }
)
CUSTOMERS = SCHEMA.table("customers")
FIELDS = tuple(one.name for one in CUSTOMERS.fields)


def row_id(number):
    return f"0190f000-0000-7000-8000-{number:012d}"


def base_of(*rows):
    """A base of customers; missing fields are empty; row n has id n and revision n."""
    return Base(
        FIELDS,
        [row_id(number) for number in range(1, len(rows) + 1)],
        list(range(1, len(rows) + 1)),
        [[row.get(name) for row in rows] for name in FIELDS],
    )
