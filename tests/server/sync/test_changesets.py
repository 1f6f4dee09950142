"""Changesets as a whole: columnar rows, dry runs, all or nothing, repeats."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.ids import new_id
from kizuna.model.database import Database
from tests.fixtures.people import contents, count
from tests.fixtures.wire import Caller, op


def columnar(names: list[Any], **more: list[Any]) -> dict[str, Any]:
    ids = [new_id() for _ in names]
    return {"table": "customers", "inserts": {"fields": ["id", "name", *more], "columns": [ids, names, *more.values()]}}


def test_columnar_rows_are_summed_up(first: Caller) -> None:
    answer = first.send([columnar(["a", "b", "c"], number=[None, "X1", None])]).get_json()

    assert answer["outcomes"] == []
    assert answer["inserted"] == [
        {"table": "customers", "count": 3, "revisions": [[1, 1, 3]], "filled": {"number": ["C0001", "X1", "C0002"]}}
    ]


def test_columnar_rows_of_several_stores_have_a_range_of_revisions_each(both: Caller) -> None:
    answer = both.send([columnar(list("abcd"), store_id=[1, 2, 1, 2])]).get_json()

    assert answer["inserted"][0]["revisions"] == [[1, 1, 2], [2, 1, 2]]


def test_a_columnar_row_that_is_refused_is_named_and_the_others_live_on(first: Caller) -> None:
    changes = columnar(["a", None, "c"])
    answer = first.send([changes]).get_json()

    [outcome] = answer["outcomes"]
    assert (outcome["id"], outcome["outcome"]) == (changes["inserts"]["columns"][0][1], "rejected")
    assert answer["inserted"][0]["count"] == 2
    assert answer["inserted"][0]["filled"] == {"number": ["C0001", "C0002"]}


def test_columnar_rows_that_are_there_already_are_unchanged(first: Caller) -> None:
    changes = columnar(["a", "b"])
    first.send([changes])
    answer = first.send([changes]).get_json()

    assert [one["outcome"] for one in answer["outcomes"]] == ["unchanged"] * 2
    assert answer["inserted"] == []


def test_ops_and_columnar_rows_of_one_table_travel_together(first: Caller) -> None:
    made = first.insert("customers", name="z")
    changes = columnar(["a", "b"]) | {"ops": [op("insert", new_id(), name="c"), op("update", made["id"], 1, name="y")]}
    answer = first.send([changes]).get_json()

    assert [one["outcome"] for one in answer["outcomes"]] == ["applied", "applied"]
    assert answer["inserted"][0]["count"] == 2
    assert sorted(row["name"] for row in first.rows("customers").values()) == ["a", "b", "c", "y"]


@pytest.mark.parametrize(
    "inserts",
    [
        {"fields": ["name"], "columns": [["a"]]},
        {"fields": ["id", "name"], "columns": [["x"]]},
        {"fields": ["id", "id"], "columns": [["x"], ["y"]]},
        {"fields": ["id", "name"], "columns": [["x"], ["a", "b"]]},
        {"fields": ["id"], "columns": [[7]]},
        {"fields": [], "columns": []},
    ],
)
def test_columns_that_do_not_fit_together_are_malformed(
    database: Database, first: Caller, inserts: dict[str, Any]
) -> None:
    before = contents(database)
    response = first.send([{"table": "customers", "inserts": inserts}])

    assert (response.status_code, response.get_json()["error"]["code"]) == (400, "malformed")
    assert contents(database) == before


def test_no_columnar_rows_are_no_rows(first: Caller) -> None:
    answer = first.send([columnar([])]).get_json()

    assert (answer["outcomes"], answer["inserted"]) == ([], [])


def mixed(first: Caller, manager: Caller) -> list[dict[str, Any]]:
    """Return changes with every outcome there is."""
    made = [first.insert("customers", name=name, phone="0") for name in "abcde"]
    manager.push("customers", op("update", made[0]["id"], made[0]["revision"], phone="theirs"))
    manager.push("customers", op("update", made[1]["id"], made[1]["revision"], mail="m@example.jp"))
    manager.push("customers", op("delete", made[2]["id"], made[2]["revision"]))
    customer = new_id()
    ops = [
        op("update", made[0]["id"], made[0]["revision"], phone="mine", fax="1"),
        op("update", made[1]["id"], made[1]["revision"], phone="mine"),
        op("update", made[2]["id"], made[2]["revision"], phone="mine"),
        op("update", made[3]["id"], made[3]["revision"], store_id=2),
        op("delete", made[4]["id"], made[4]["revision"]),
        op("insert", customer, name="new"),
        op("insert", new_id(), name=None),
        op("update", new_id(), 1, name="x"),
    ]
    purchases = [op("insert", new_id(), customer_id=customer, purchased_on="2026-01-01", amount=100)]
    return [{"table": "purchases", "ops": purchases}, columnar(["p", "q"]) | {"ops": ops}]


def test_a_dry_run_changes_nothing_and_answers_as_the_real_one_does(
    database: Database, first: Caller, manager: Caller
) -> None:
    tables, changeset = mixed(first, manager), new_id()
    before = contents(database)
    dry = first.send(tables, changeset=changeset, dry_run=True).get_json()
    after = contents(database)
    real = first.send(tables, changeset=changeset).get_json()

    assert after == before
    assert dry == real | {"dry_run": True}
    assert {one["outcome"] for one in real["outcomes"]} == {
        "applied", "merged", "conflict", "rejected", "forbidden", "gone",
    }  # fmt: skip


def test_a_changeset_sent_again_answers_the_same_and_changes_nothing(
    database: Database, first: Caller, manager: Caller
) -> None:
    tables, changeset = mixed(first, manager), new_id()
    one = first.send(tables, changeset=changeset)
    before = contents(database)
    two = first.send(tables, changeset=changeset)

    assert (two.status_code, two.get_data()) == (one.status_code, one.get_data())
    assert contents(database) == before


def test_another_content_under_the_same_id_is_refused(database: Database, first: Caller, second: Caller) -> None:
    changeset, changes = new_id(), columnar(["a"])
    first.send([changes], changeset=changeset)
    before = contents(database)
    other = first.send([columnar(["b"])], changeset=changeset)
    else_ = second.send([changes], changeset=changeset)

    for response in (other, else_):
        assert (response.status_code, response.get_json()["error"]["code"]) == (409, "changeset-id-taken")
    assert contents(database) == before


def test_all_or_nothing_holds_the_good_rows_back_when_one_is_bad(
    database: Database, first: Caller, manager: Caller
) -> None:
    tables = mixed(first, manager)
    before = contents(database, but=("number_counters",))
    response = first.send(tables, all_or_nothing=True)

    outcomes = response.get_json()["outcomes"]
    assert contents(database, but=("number_counters",)) == before
    assert [one["outcome"] for one in outcomes] == [
        "held-back",
        "conflict", "held-back", "conflict", "forbidden", "held-back", "held-back", "rejected", "gone",
        "held-back", "held-back",
    ]  # fmt: skip
    assert next(one for one in outcomes if one["outcome"] == "conflict")["revision"] == 6


def test_all_or_nothing_names_the_row_that_came_twice_once(first: Caller) -> None:
    row_id = new_id()
    answer = first.send(
        [{"table": "customers", "ops": [op("insert", row_id.upper(), name="a"), op("insert", row_id, name="b")]}],
        all_or_nothing=True,
    ).get_json()

    assert [one["outcome"] for one in answer["outcomes"]] == ["held-back", "rejected"]


def test_all_or_nothing_applies_everything_when_all_is_good(database: Database, first: Caller) -> None:
    answer = first.send([columnar(["a", "b"])], all_or_nothing=True).get_json()

    assert answer["inserted"][0]["count"] == 2
    assert count(database, "customers") == 2


def test_a_changeset_whose_rows_are_all_refused_is_an_error_that_still_tells_each_row(first: Caller) -> None:
    response = first.send([{"table": "customers", "ops": [op("insert", new_id(), name=None)]}])

    answer = response.get_json()
    assert response.status_code == 422
    assert answer["error"]["code"] == answer["outcomes"][0]["problems"][0]["code"] == "required"


def test_totals_follow_every_change_of_a_purchase(database: Database, both: Caller) -> None:
    customer = both.insert("customers", name="a", store_id=1)["id"]
    sale = both.insert("purchases", customer_id=customer, purchased_on="2026-01-02", amount=100)
    both.insert("purchases", customer_id=customer, purchased_on="2026-01-03", amount=-30, kind="return")
    both.insert("purchases", customer_id=customer, purchased_on="2026-01-04", amount=7, status="cancelled")

    def totals() -> list[str]:
        return contents(database)["customer_totals"]  # type: ignore[return-value]

    assert [one.count("1, 7000") for one in totals()] == [1]
    [moved] = both.push("purchases", op("update", sale["id"], sale["revision"], store_id=2))
    assert len(totals()) == 2
    both.push("purchases", op("delete", sale["id"], moved["revision"]))
    assert len(totals()) == 1


@pytest.mark.parametrize("claim", [{"origin": "undo"}, {"origin": "plugin"}, {"undoes": new_id()}])
def test_no_client_claims_what_only_the_server_says(first: Caller, claim: dict[str, str]) -> None:
    response = first.send([columnar(["a"])], **claim)

    assert (response.status_code, response.get_json()["error"]["code"]) == (400, "malformed")
