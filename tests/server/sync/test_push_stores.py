"""Rows that move from store to store: gone for one, new for the other, and no way round the scope."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.wire import Caller, op


def kinds(person: Caller, row_id: str) -> list[str]:
    return [one["kind"] for one in person.get(f"/tables/customers/rows/{row_id}/history").get_json()["changes"]]


def test_a_row_that_moves_is_gone_for_one_store_and_new_for_the_other(
    first: Caller, second: Caller, both: Caller
) -> None:
    made = first.insert("customers", name="a")
    before = [person.pull("customers")["cursor"] for person in (first, second, both)]
    [outcome] = both.push("customers", op("update", made["id"], made["revision"], store_id=2))
    one, two, three = (
        person.pull("customers", cursor=cursor)
        for person, cursor in zip((first, second, both), before, strict=True)
    )  # fmt: skip

    assert outcome["outcome"] == "applied"
    assert (one["rows"], one["gone"]) == ([], [made["id"]])
    assert ([row[0] for row in two["rows"]], two["gone"]) == ([made["id"]], [])
    assert ([row[0] for row in three["rows"]], three["gone"]) == ([made["id"]], [])


def test_a_moved_rows_history_is_told_to_each_store_as_far_as_it_was_there(
    first: Caller, second: Caller, both: Caller
) -> None:
    made = first.insert("customers", name="a", phone="秘密")
    first.push("customers", op("update", made["id"], 1, phone="1"))
    both.push("customers", op("update", made["id"], 2, store_id=2))

    assert kinds(second, made["id"]) == ["entered"]
    assert kinds(both, made["id"]) == ["entered", "left", "update", "insert"]
    assert first.get(f"/tables/customers/rows/{made['id']}/history").status_code == 404


def test_a_conflict_tells_nothing_of_what_happened_in_a_store_out_of_scope(
    first: Caller, second: Caller, both: Caller
) -> None:
    made = second.insert("customers", name="a", phone="秘密")
    second.push("customers", op("update", made["id"], 1, phone="1"))
    [moved] = both.push("customers", op("update", made["id"], 2, store_id=1))
    [outcome] = first.push("customers", op("update", made["id"], 0, phone="mine"))

    assert moved["outcome"] == "applied"
    assert outcome["outcome"] == "conflict"
    assert "秘密" not in str(outcome)


def test_a_rows_revision_only_grows_when_it_moves(both: Caller) -> None:
    for name in "abc":
        both.insert("customers", name=name, store_id=1)
    made = both.insert("customers", name="d", store_id=1)
    [there] = both.push("customers", op("update", made["id"], made["revision"], store_id=2))
    [back] = both.push("customers", op("update", made["id"], there["revision"], store_id=1))
    [stale] = both.push("customers", op("update", made["id"], made["revision"], store_id=2))

    assert made["revision"] < there["revision"] < back["revision"]
    assert stale["outcome"] == "conflict"
    assert [one["field"] for one in stale["conflicts"]] == ["store_id"]


def test_a_row_that_left_and_came_back_between_two_pulls_is_not_gone(first: Caller, both: Caller) -> None:
    made = first.insert("customers", name="a")
    cursor = first.pull("customers")["cursor"]
    [there] = both.push("customers", op("update", made["id"], 1, store_id=2))
    both.push("customers", op("update", made["id"], there["revision"], store_id=1, phone="1"))
    delta = first.pull("customers", cursor=cursor)

    assert delta["gone"] == []
    assert [row[0] for row in delta["rows"]] == [made["id"]]


@pytest.mark.parametrize("store", [2, "2", 2.0, 3, 0, "0", 99])
def test_a_row_cannot_be_moved_to_a_store_out_of_scope(first: Caller, store: Any) -> None:
    made = first.insert("customers", name="a")
    [outcome] = first.push("customers", op("update", made["id"], 1, store_id=store))

    assert (outcome["outcome"], outcome["problems"][0]["code"]) == ("forbidden", "out-of-scope")
    assert first.rows("customers")[made["id"]]["store_id"] == 1


@pytest.mark.parametrize("store", [None, "", "本店", True, [], -1])
def test_a_row_cannot_be_moved_to_what_is_no_store(first: Caller, store: Any) -> None:
    made = first.insert("customers", name="a")
    [outcome] = first.push("customers", op("update", made["id"], 1, store_id=store))

    assert outcome["outcome"] == "rejected"
    assert outcome["problems"][0]["field"] == "store_id"


def test_a_row_moved_and_deleted_is_gone_for_everybody(first: Caller, second: Caller, both: Caller) -> None:
    made = first.insert("customers", name="a")
    cursors = [person.pull("customers")["cursor"] for person in (first, second, both)]
    [moved] = both.push("customers", op("update", made["id"], 1, store_id=2))
    both.push("customers", op("delete", made["id"], moved["revision"]))
    for person, cursor in zip((first, second, both), cursors, strict=True):
        delta = person.pull("customers", cursor=cursor)

        assert (delta["rows"], set(delta["gone"])) == ([], {made["id"]})


def test_a_reference_to_a_row_that_moved_out_of_scope_shows_no_key(first: Caller, both: Caller) -> None:
    made = first.insert("customers", name="a", number="SECRET-1")
    contact = first.insert("contacts", customer_id=made["id"], name="b")
    both.push("customers", op("update", made["id"], 1, store_id=2))
    row = first.rows("contacts", refs="key")[contact["id"]]
    [same] = first.push("contacts", op("update", contact["id"], row["revision"], customer_id=row["customer_id"]))

    assert row["customer_id"] == made["id"]
    assert same["outcome"] == "unchanged"
