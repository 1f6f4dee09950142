"""New rows: what is filled in, what is refused, and with which words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.sync.inserted_rows import HISTORY_BY_SQL
from tests.fixtures.people import People
from tests.fixtures.wire import Caller, caller, op


def problem(outcome: dict[str, Any]) -> tuple[str, str | None, str]:
    assert len(outcome["problems"]) == 1, outcome
    found = outcome["problems"][0]
    assert found["message"]
    return outcome["outcome"], found["field"], found["code"]


def test_a_new_row_is_applied_and_the_answer_tells_what_the_server_filled_in(first: Caller) -> None:
    [outcome] = first.push("customers", op("insert", row_id := new_id(), name="山田花子"))

    assert outcome == {
        "table": "customers", "id": row_id, "outcome": "applied", "revision": 1,
        "fields": {"number": "C0001", "kind": "person", "status": "prospect", "store_id": 1},
    }  # fmt: skip
    assert first.rows("customers")[row_id]["name"] == "山田花子"


def test_a_new_row_without_a_store_goes_to_the_callers_only_store(second: Caller) -> None:
    assert second.insert("customers", name="a")["fields"]["store_id"] == 2


def test_a_new_row_without_a_store_is_refused_where_the_caller_has_several(both: Caller) -> None:
    [outcome] = both.push("customers", op("insert", new_id(), name="a"))

    assert problem(outcome) == ("rejected", "store_id", "store-missing")


def test_a_new_row_that_belongs_to_another_takes_its_store(both: Caller) -> None:
    customer = both.insert("customers", name="a", store_id=2)["id"]

    contact = both.insert("contacts", customer_id=customer, name="b")

    assert contact["fields"]["store_id"] == 2


def test_a_new_row_in_a_store_out_of_scope_is_forbidden(first: Caller) -> None:
    [outcome] = first.push("customers", op("insert", new_id(), name="a", store_id=2))

    assert problem(outcome) == ("forbidden", "store_id", "out-of-scope")


def test_only_leaders_put_rows_into_all_stores(first: Caller, manager: Caller) -> None:
    [outcome] = first.push("ads", op("insert", new_id(), store_id=0, ran_on="2026-01-01", medium="チラシ"))

    assert problem(outcome) == ("forbidden", "store_id", "out-of-scope")
    ad = manager.insert("ads", store_id=0, ran_on="2026-01-01", medium="チラシ")
    assert ad["id"] in first.rows("ads")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", 5, "wrong-type"),
        ("name", ["a"], "wrong-type"),
        ("name", {"a": 1}, "wrong-type"),
        ("name", "x" * 201, "too-long"),
        ("name", "a\0b", "bad-character"),
        ("birthday", "2006-02-31", "bad-date"),
        ("birthday", "31.2.2006", "bad-date"),
        ("birthday", 38807, "wrong-type"),
        ("birthday", "20060301", "bad-date"),
        ("status", "unknown", "unknown-choice"),
        ("status", True, "wrong-type"),
        ("no_mail", "yes", "wrong-type"),
        ("no_mail", 1, "wrong-type"),
        ("tags", "赤", "wrong-type"),
        ("tags", [1], "wrong-type"),
        ("tags", ["a\0"], "bad-character"),
        ("staff_id", "S999", "unknown-reference"),
        ("staff_id", "a\0", "bad-character"),
        ("staff_id", 1.5, "wrong-type"),
        ("store_id", "本店", "wrong-type"),
        ("store_id", -1, "wrong-type"),
        ("store_id", True, "wrong-type"),
        ("store_id", 10**30, "wrong-type"),
    ],
)
def test_a_value_that_breaks_a_rule_refuses_its_row_with_field_and_code(
    first: Caller, field: str, value: Any, code: str
) -> None:
    bad = {"name": "a"} | {field: value}
    outcome, good = first.push("customers", op("insert", new_id(), **bad), op("insert", new_id(), name="b"))

    assert problem(outcome) == ("rejected", field, code)
    assert good["outcome"] == "applied"
    assert [row["name"] for row in first.rows("customers").values()] == ["b"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1000", "wrong-type"), (True, "wrong-type"), (0.001, "out-of-range"), (10**13, "out-of-range"),
        (10**400, "out-of-range"), (1e300, "out-of-range"), (-(10**13), "out-of-range"), (None, "required"),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_kept_exactly_is_refused(first: Caller, value: Any, code: str) -> None:
    customer = first.insert("customers", name="a")["id"]
    row = {"customer_id": customer, "purchased_on": "2026-01-01", "amount": value}
    response = first.post("/changesets", _body("purchases", row))

    [outcome] = response.get_json()["outcomes"]
    assert problem(outcome) == ("rejected", "amount", code)


def _body(table: str, row: dict[str, Any]) -> bytes:
    import json

    ops = [{"op": "insert", "id": new_id(), "fields": row}]
    return json.dumps({"id": new_id(), "tables": [{"table": table, "ops": ops}]}).encode()


@pytest.mark.parametrize("value", [9_999_999_999_999.99, -0.01, 0, 1, 1.0, 1234.5, 9_999_999_999_999])
def test_an_amount_comes_back_as_it_was_sent(first: Caller, value: float) -> None:
    customer = first.insert("customers", name="a")["id"]
    purchase = first.insert("purchases", customer_id=customer, purchased_on="2026-01-01", amount=value)["id"]

    assert first.rows("purchases")[purchase]["amount"] == value
    assert first.row("purchases", purchase)["fields"]["amount"] == value


@pytest.mark.parametrize("value", [999_999_999.999999, -0.000001, 3, 2.5])
def test_a_quantity_comes_back_as_it_was_sent(first: Caller, manager: Caller, value: float) -> None:
    product = manager.insert("products", name="鉛筆")["id"]
    customer = first.insert("customers", name="a")["id"]
    purchase = first.insert("purchases", customer_id=customer, purchased_on="2026-01-01", amount=1)["id"]
    line = first.insert("purchase_lines", purchase_id=purchase, product_id=product, quantity=value, amount=1)["id"]

    assert first.rows("purchase_lines")[line]["quantity"] == value
    assert first.row("purchase_lines", line)["fields"]["quantity"] == value


def test_a_choice_may_be_named_by_its_label_in_either_language(first: Caller) -> None:
    one = first.insert("customers", name="a", status="休眠")["id"]
    two = first.insert("customers", name="a", status="Dormant")["id"]

    assert {first.rows("customers")[each]["status"] for each in (one, two)} == {"dormant"}


def test_an_empty_text_means_nothing_whatever_the_type(first: Caller) -> None:
    row = first.insert("customers", name="a", birthday="", no_mail="", tags="", staff_id="", phone="")["id"]

    found = first.rows("customers")[row]
    assert [found[name] for name in ("birthday", "no_mail", "tags", "staff_id", "phone")] == [None] * 5


def test_a_required_field_left_empty_refuses_the_row_once(first: Caller) -> None:
    [outcome] = first.push("interactions", op("insert", new_id(), kind="visit", held_on="x"))

    assert outcome["outcome"] == "rejected"
    assert sorted((one["field"], one["code"]) for one in outcome["problems"]) == [
        ("customer_id", "required"), ("held_on", "bad-date"),
    ]  # fmt: skip


@pytest.mark.parametrize("row_id", ["", "7", "x" * 36, "0190\0", "0190c0de-0000-7000-8000-00000000000g"])
def test_an_id_that_is_no_uuid_is_refused(first: Caller, row_id: str) -> None:
    outcomes = first.push("customers", op("insert", row_id, name="a"))
    outcomes += first.push("customers", op("update", row_id, 1, name="a"), op("insert", new_id(), name="b"))

    assert [problem(one)[2] for one in outcomes[:2]] == ["bad-id"] * 2


def test_an_id_in_capitals_is_the_same_id(first: Caller) -> None:
    row_id = new_id()
    [made] = first.push("customers", op("insert", row_id.upper(), name="a"))
    [changed] = first.push("customers", op("update", row_id.upper(), made["revision"], name="b"))
    contact = first.insert("contacts", customer_id=row_id.upper(), name="c")["id"]

    assert made["id"] == row_id
    assert changed["outcome"] == "applied"
    assert first.rows("contacts")[contact]["customer_id"] == row_id


def test_the_same_row_twice_in_a_changeset_is_refused_the_second_time(first: Caller) -> None:
    row_id = new_id()
    one, two, three = first.push(
        "customers", op("insert", row_id, name="a"), op("insert", row_id, name="b"), op("update", row_id, 1, name="c")
    )

    assert one["outcome"] == "applied"
    assert problem(two) == problem(three) == ("rejected", None, "repeated-id")


def test_a_row_that_is_there_with_the_same_values_is_unchanged(first: Caller) -> None:
    row_id = new_id()
    [made] = first.push("customers", op("insert", row_id, name="a", phone="1"))
    [again] = first.push("customers", op("insert", row_id, name="a", phone="1"))

    assert again == {"table": "customers", "id": row_id, "outcome": "unchanged", "revision": made["revision"]}


def test_a_row_that_is_there_with_other_values_is_a_conflict_per_field(first: Caller) -> None:
    row_id = new_id()
    first.push("customers", op("insert", row_id, name="a", phone="1"))
    [again] = first.push("customers", op("insert", row_id, name="a", phone="2"))

    assert again["outcome"] == "conflict"
    assert [(one["field"], one["mine"], one["theirs"]) for one in again["conflicts"]] == [("phone", "2", "1")]


def test_a_row_that_was_deleted_is_not_inserted_again(first: Caller) -> None:
    made = first.insert("customers", name="a")
    first.push("customers", op("delete", made["id"], made["revision"]))
    [again] = first.push("customers", op("insert", made["id"], name="a"))

    assert again["outcome"] == "conflict"
    assert [(one["field"], one["theirs"]) for one in again["conflicts"]] == [(None, "deleted")]


def test_an_id_of_another_stores_row_is_refused_without_telling_about_the_row(first: Caller, second: Caller) -> None:
    made = second.insert("customers", name="秘密", phone="090")
    [outcome] = first.push("customers", op("insert", made["id"], name="x"))

    assert problem(outcome) == ("rejected", None, "id-taken")
    assert "秘密" not in str(outcome)


def test_a_table_that_the_role_may_not_change_forbids_every_row(first: Caller, reader: Caller) -> None:
    outcomes = first.push("products", op("insert", new_id(), name="a"), op("update", new_id(), 1, name="b"))
    [other] = reader.push("customers", op("insert", new_id(), name="a"))

    assert [problem(one) for one in (*outcomes, other)] == [("forbidden", None, "read-only")] * 3


def test_a_store_number_is_positive_and_stays(owner: Caller) -> None:
    [zero] = owner.push("stores", op("insert", new_id(), code=0, name="a"))
    [huge] = owner.push("stores", op("insert", new_id(), code=2**31, name="a"))
    made = owner.insert("stores", code=4, name="新店")
    [moved] = owner.push("stores", op("update", made["id"], made["revision"], code=5))
    [same] = owner.push("stores", op("update", made["id"], made["revision"], code=4, name="別名"))

    assert [problem(one)[2] for one in (zero, huge, moved)] == ["out-of-bounds", "out-of-bounds", "read-only-field"]
    assert same["outcome"] == "applied"


def test_who_may_not_see_a_field_cannot_write_it(discreet: Caller, first: Caller) -> None:
    made = first.insert("customers", name="a", phone="1")
    response = discreet.send([{"table": "customers", "ops": [op("update", made["id"], made["revision"], phone="2")]}])

    assert response.status_code == 400
    error = response.get_json()["error"]
    assert error["code"] == "unknown-field"
    assert "phone" not in error["details"]["known"].split(", ")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_problems_are_told_in_the_callers_language(app: Flask, people: People, language: str) -> None:
    person = caller(app, people.tokens["first"])
    person.language = language
    [outcome] = person.push("customers", op("insert", new_id(), name=None))

    said = {"ja": "「氏名」は必須です。入力してください。", "en": "Name is required. Fill it in."}
    assert outcome["problems"][0]["message"] == said[language]


@pytest.mark.parametrize("count", [HISTORY_BY_SQL - 1, HISTORY_BY_SQL, HISTORY_BY_SQL + 31])
def test_few_and_many_new_rows_leave_the_same_history(both: Caller, database: Database, count: int) -> None:
    both.insert("customers", name="before", store_id=1)
    ids = [new_id() for _ in range(count)]
    stores = [1 + place % 2 for place in range(count)]
    inserts = {"fields": ["id", "store_id", "name"], "columns": [ids, stores, ["a"] * count]}

    told = both.send([{"table": "customers", "inserts": inserts}]).get_json()

    with database.backend.read() as connection:
        select = "select store_id, revision, table_name, row_id, kind, fields from changes where changeset_id = "
        history = fetch_all(connection, select + database.backend.holes(1), (told["changeset"],))
        rows = {row[0]: row[1:] for row in fetch_all(connection, "select id, store_id, revision from customers")}
    assert sorted(history) == sorted((*rows[one], "customers", one, "insert", None) for one in ids)
    assert told["inserted"][0]["revisions"] == [[1, 2, 1 + stores.count(1)], [2, 1, stores.count(2)]]
