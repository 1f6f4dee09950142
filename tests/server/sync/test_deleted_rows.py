from __future__ import annotations

from tests.fixtures.wire import Caller, op
from tests.server.cli.test_history import kizuna


def test_leaders_see_what_was_deleted_in_their_stores_by_whom(owner: Caller, manager: Caller, first: Caller) -> None:
    mine = first.insert("customers", name="山田", number="C0001")
    far = owner.insert("customers", name="遠い", number="C0003", store_id=3)
    first.insert("customers", name="残る")
    first.push("customers", op("delete", mine["id"], mine["revision"]), note="重複")
    owner.push("customers", op("delete", far["id"], far["revision"]))

    found = manager.get("/tables/customers/rows", deleted=1).get_json()
    refused = first.get("/tables/customers/rows", deleted=1)

    [row] = found["rows"]
    assert (row["id"], row["who"], row["note"], row["fields"]["name"]) == (mine["id"], "first", "重複", "山田")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (403, "leaders-only")
    assert len(owner.get("/tables/customers/rows", deleted=1).get_json()["rows"]) == 2


def test_a_deleted_row_comes_back_by_its_number(first: Caller, database_url: str) -> None:
    made = first.insert("customers", name="山田", number="C0001")
    first.push("customers", op("delete", made["id"], made["revision"]))

    listed = kizuna("restore", "customers", "--database", database_url)
    done = kizuna("restore", "customers", "C0001", "--database", database_url)

    assert "C0001" in listed
    assert done == "C0001 of customers is back.\n"
    assert first.rows("customers").keys() == {made["id"]}
    assert "no-deleted-row" in kizuna("restore", "customers", "C0001", "--database", database_url, fails=True)
    assert kizuna("restore", "customers", "--database", database_url) == "No row of customers is deleted.\n"


def test_a_number_given_to_another_meanwhile_is_not_given_twice(first: Caller, database_url: str) -> None:
    made = first.insert("customers", name="山田", number="C0001")
    first.push("customers", op("delete", made["id"], made["revision"]))
    first.insert("customers", name="鈴木", number="C0001")

    assert "already in use" in kizuna("restore", "customers", "C0001", "--database", database_url, fails=True)
