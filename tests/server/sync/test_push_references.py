"""References: by id, by key, to rows of the same changeset, and to nothing."""

from __future__ import annotations

from kizuna.ids import new_id
from tests.fixtures.wire import Caller, op


def test_a_reference_may_name_a_row_by_id_or_by_key(first: Caller, manager: Caller) -> None:
    product = manager.insert("products", name="鉛筆", number="123")
    customer = first.insert("customers", name="a")
    deals = [
        first.insert("deals", customer_id=customer["fields"]["number"], product_id=named)["id"]
        for named in ("123", 123, product["id"])
    ]

    rows = first.rows("deals")
    assert {rows[one]["product_id"] for one in deals} == {product["id"]}
    assert {rows[one]["customer_id"] for one in deals} == {customer["id"]}
    assert {row["product_id"] for row in first.rows("deals", refs="key").values()} == {"123"}


def test_a_new_row_may_be_referred_to_by_id_or_typed_key_anywhere_in_its_changeset(first: Caller) -> None:
    customer, by_id, by_key = new_id(), new_id(), new_id()
    response = first.send(
        [
            {"table": "contacts", "ops": [op("insert", by_id, customer_id=customer, name="b")]},
            {"table": "deals", "ops": [op("insert", by_key, customer_id="X7")]},
            {"table": "customers", "ops": [op("insert", customer, name="a", number="X7")]},
        ]
    )

    assert [one["outcome"] for one in response.get_json()["outcomes"]] == ["applied"] * 3
    assert first.rows("contacts")[by_id]["customer_id"] == customer
    assert first.rows("deals")[by_key]["customer_id"] == customer


def test_a_reference_to_a_refused_row_is_refused_too(first: Caller) -> None:
    customer = new_id()
    response = first.send(
        [
            {"table": "customers", "ops": [op("insert", customer, name=None)]},
            {"table": "contacts", "ops": [op("insert", new_id(), customer_id=customer, name="b")]},
        ]
    )

    codes = [one["problems"][0]["code"] for one in response.get_json()["outcomes"]]
    assert codes == ["required", "unknown-reference"]


def test_a_reference_to_a_deleted_row_is_refused(first: Caller) -> None:
    customer = first.insert("customers", name="a")
    first.push("customers", op("delete", customer["id"], 1))
    outcomes = first.push(
        "contacts",
        op("insert", new_id(), customer_id=customer["id"], name="b"),
        op("insert", new_id(), customer_id=customer["fields"]["number"], name="b"),
    )

    assert [one["problems"][0]["code"] for one in outcomes] == ["unknown-reference"] * 2


def test_a_reference_out_of_scope_reads_like_one_to_nothing(first: Caller, second: Caller) -> None:
    customer = second.insert("customers", name="秘密", number="SECRET")
    outcomes = first.push(
        "contacts",
        op("insert", new_id(), customer_id=customer["id"], name="b"),
        op("insert", new_id(), customer_id="SECRET", name="b"),
        op("insert", new_id(), customer_id=new_id(), name="b"),
        op("insert", new_id(), customer_id="NOWHERE", name="b"),
    )

    assert [one["problems"][0]["code"] for one in outcomes] == ["unknown-reference"] * 4


def test_a_number_used_again_does_not_draw_old_references_to_it(first: Caller) -> None:
    old = first.insert("customers", name="a", number="X1")
    deal = first.insert("deals", customer_id=old["id"])
    first.push("customers", op("delete", old["id"], 1))
    first.insert("customers", name="b", number="X1")
    row = first.rows("deals", refs="key")[deal["id"]]
    [outcome] = first.push("deals", op("update", deal["id"], row["revision"], customer_id=row["customer_id"]))

    assert (row["customer_id"], outcome["outcome"]) == (old["id"], "unchanged")
