from __future__ import annotations

from typing import Any

import orjson
import pytest

from kizuna.ids import new_id
from kizuna.model.backend import run
from kizuna.model.database import Database
from tests.fixtures.people import People
from tests.fixtures.wire import Caller, op


def listed(asking: Caller, /, **query: Any) -> list[dict[str, Any]]:
    response = asking.get("/changesets", **query)
    assert response.status_code == 200, response.get_data(as_text=True)
    return list(response.get_json()["changesets"])


def pushed(who: Caller, table: str, **fields: Any) -> str:
    changeset = new_id()
    [outcome] = who.push(table, op("insert", new_id(), **fields), changeset=changeset, origin="sheet", note="朝の入力")
    assert outcome["outcome"] == "applied"
    return changeset


def test_changesets_come_newest_first_with_who_did_what(first: Caller) -> None:
    one, two = pushed(first, "customers", name="山田"), pushed(first, "customers", name="鈴木")

    found = listed(first, table="customers")

    assert {found[0]["id"], found[1]["id"]} == {one, two}
    assert found[0] | {"id": None, "when": None} == {
        "id": None, "when": None, "who": "first", "own": True, "device": "first-pc", "origin": "sheet",
        "note": "朝の入力", "undoes": None, "undone_by": None, "stores": [1], "pruned": False,
        "tables": {"customers": {"applied": 1}},
    }  # fmt: skip


def test_pages_follow_one_another_without_gap_or_overlap(first: Caller) -> None:
    made = {pushed(first, "customers", name=f"客{n}") for n in range(5)}
    seen: list[str] = []
    query: dict[str, Any] = {"table": "customers", "limit": 2}
    while page := listed(first, **query):
        seen += [one["id"] for one in page]
        query["before"] = seen[-1]

    assert len(seen) == 5
    assert set(seen) == made


def test_changesets_of_another_store_are_not_listed(first: Caller, second: Caller, owner: Caller) -> None:
    changeset = pushed(second, "customers", name="山田")

    assert changeset not in {one["id"] for one in listed(first)}
    assert changeset in {one["id"] for one in listed(owner)}
    assert first.get(f"/changesets/{changeset}").status_code == 404


def test_how_many_rows_other_stores_got_is_not_told(owner: Caller, first: Caller) -> None:
    changeset = new_id()
    rows = [op("insert", new_id(), name="山田", store_id=1), op("insert", new_id(), name="鈴木", store_id=3)]
    owner.push("customers", *rows, changeset=changeset)

    shown = first.get(f"/changesets/{changeset}").get_json()

    assert (shown["stores"], shown["tables"]) == ([1], {"customers": None})


def test_the_answer_is_shown_to_whoever_pushed_and_to_owners_only(first: Caller, both: Caller, owner: Caller) -> None:
    changeset = pushed(first, "customers", name="山田")

    shown = {who: one.get(f"/changesets/{changeset}").get_json() for who, one in (("own", first), ("owner", owner))}
    other = both.get(f"/changesets/{changeset}").get_json()

    assert shown["own"]["answer"] == shown["owner"]["answer"]
    assert shown["own"]["answer"]["outcomes"][0]["outcome"] == "applied"
    assert "answer" not in other


def test_changesets_are_found_by_person_and_by_day(first: Caller, both: Caller, owner: Caller) -> None:
    mine, theirs = pushed(first, "customers", name="山田"), pushed(both, "customers", name="鈴木", store_id=1)

    by_name = {one["id"] for one in listed(owner, who="first")}
    number = both.get("/me").get_json()["staff"]["number"]
    by_number = {one["id"] for one in listed(owner, who=number)}

    assert mine in by_name and theirs not in by_name  # noqa: PT018  # one claim
    assert theirs in by_number and mine not in by_number  # noqa: PT018
    assert listed(owner, since="2999-01-01") == []
    assert {mine, theirs} <= {one["id"] for one in listed(owner, since="2020-01-01")}
    assert owner.get("/changesets", since="morning").get_json()["error"]["code"] == "bad-moment"


def test_who_did_it_is_told_after_the_person_left(
    first: Caller, owner: Caller, database: Database, people: People
) -> None:
    changeset = pushed(first, "customers", name="山田")
    staff = people.staff["first"]
    owner.push("staff", op("delete", staff, owner.row("staff", staff)["revision"]))
    hole = database.backend.holes(1)
    database.backend.write(lambda c: run(c, f"delete from accounts where staff_id = {hole}", (staff,)))
    database.backend.write(lambda c: run(c, f"delete from staff where id = {hole}", (staff,)))

    assert owner.get(f"/changesets/{changeset}").get_json()["who"] == "first"
    assert changeset in {one["id"] for one in listed(owner, who="first")}


def test_an_undone_changeset_names_the_one_that_undid_it(first: Caller) -> None:
    changeset = pushed(first, "customers", name="山田")
    undo = new_id()
    first.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": undo}))

    newest = first.get(f"/changesets/{undo}").get_json()

    assert first.get(f"/changesets/{changeset}").get_json()["undone_by"] == undo
    assert (newest["origin"], newest["undoes"]) == ("undo", changeset)


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"limit": "201"}])
def test_a_limit_that_cannot_be_is_refused(first: Caller, query: dict[str, Any]) -> None:
    assert first.get("/changesets", **query).get_json()["error"]["code"] == "bad-parameter"
