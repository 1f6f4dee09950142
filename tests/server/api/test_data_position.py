"""The name of the state of the data changes with everything an answer can depend on."""

from __future__ import annotations

from tests.fixtures.wire import Caller, op


def position(who: Caller) -> str:
    answer = who.post("/functions", b'{"calls": []}').get_json()
    return str(answer["position"])


def test_it_changes_when_a_customer_of_another_store_does(first: Caller, both: Caller) -> None:
    customer = both.insert("customers", name="山田", store_id=2)
    before = position(first)

    both.push("customers", op("delete", customer["id"], customer["revision"]))

    assert position(first) != before


def test_it_stays_while_nothing_changes(first: Caller) -> None:
    assert position(first) == position(first)
