"""What was pulled, pushed back unchanged, changes nothing: every table of the sample shop, in every form."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.ids import new_id
from kizuna.model.core import CORE_TABLES
from kizuna.model.database import Database
from kizuna.ops.sample import build_sample_shop
from tests.fixtures.people import contents
from tests.fixtures.wire import Caller

SHOP = build_sample_shop(customers=60, purchases=150)
EXACTLY_ONCE = (
    "changesets",
    "feeds",
)  # a changeset that changed nothing is still remembered; feeds are made on the way


@pytest.fixture
def shop(owner: Caller) -> Caller:
    """The owner of a chain that has the sample's rows beside the stores of the test."""
    tables = SHOP.changeset_tables()
    for one in tables:
        inserts = one["inserts"]
        if one["table"] == "stores":
            codes = inserts["fields"].index("code")
            inserts = inserts | {"columns": [list(column) for column in inserts["columns"]]}
            inserts["columns"][codes] = [code + 10 for code in inserts["columns"][codes]]
            one["inserts"] = inserts
        elif "number" in inserts["fields"] and one["table"] == "staff":
            place = inserts["fields"].index("number")
            inserts = inserts | {"columns": [list(column) for column in inserts["columns"]]}
            inserts["columns"][place] = [f"T{number}" for number in inserts["columns"][place]]
            one["inserts"] = inserts
    answer = owner.send(tables).get_json()
    assert answer["outcomes"] == []
    return owner


@pytest.mark.parametrize("refs", ["id", "key"])
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_the_whole_sample_shop_pushed_back_unchanged_changes_nothing(
    database: Database, shop: Caller, refs: str, layout: str
) -> None:
    tables: list[dict[str, Any]] = []
    for model in CORE_TABLES:
        page = shop.pull(model.__tablename__, refs=refs, layout=layout)
        rows = page["rows"] if layout == "rows" else list(zip(*page["columns"], strict=True))
        ops = []
        for row in rows:
            fields = dict(zip(page["fields"], row, strict=True))
            ops.append({"op": "update", "id": fields.pop("id"), "base": fields.pop("revision"), "fields": fields})
        assert ops, model.__tablename__
        tables.append({"table": model.__tablename__, "ops": ops})
    before = contents(database, but=EXACTLY_ONCE)
    answer = shop.send(tables).get_json()

    assert {one["outcome"] for one in answer["outcomes"]} == {"unchanged"}, [
        one for one in answer["outcomes"] if one["outcome"] != "unchanged"
    ][:3]
    assert contents(database, but=EXACTLY_ONCE) == before


def test_rows_as_they_were_sent_are_rows_as_they_are_pulled(shop: Caller) -> None:
    for name, sent in SHOP.tables.items():
        if name in {"stores", "staff"}:
            continue  # renumbered above
        pulled = shop.rows(name)
        for row in zip(*sent.columns, strict=True):
            fields = dict(zip(sent.fields, row, strict=True))
            row_id = fields.pop("id")
            found = pulled[row_id]
            typed = {key: value for key, value in fields.items() if value not in (None, [])}
            assert {key: found[key] for key in typed} == typed


def test_sending_the_whole_shop_again_under_another_changeset_changes_nothing(database: Database, shop: Caller) -> None:
    customers = next(one for one in SHOP.changeset_tables() if one["table"] == "customers")
    before = contents(database, but=(*EXACTLY_ONCE, "number_counters"))
    answer = shop.send([customers], changeset=new_id()).get_json()

    assert {one["outcome"] for one in answer["outcomes"]} == {"unchanged"}
    assert contents(database, but=(*EXACTLY_ONCE, "number_counters")) == before
