from __future__ import annotations

import json
from typing import Any

import pytest

from kizuna.access.accounts import create_account
from kizuna.model.database import Database
from tests.fixtures.people import People
from tests.fixtures.wire import Caller
from tests.server.cli.test_history import kizuna


@pytest.fixture
def taken(owner: Caller, manager: Caller) -> list[dict[str, Any]]:
    """What was exported, newest first."""
    owner.insert("customers", name="客", store_id=1)
    owner.insert("customers", name="客", store_id=3)
    for person, table, kind in (
        (owner, "customers", "csv"),
        (manager, "customers", "xlsx"),
        (manager, "products", "csv"),
    ):
        assert person.get(f"/tables/{table}/export", format=kind).status_code == 200
    return list(owner.get("/exports").get_json()["exports"])


def test_owners_see_who_took_what_when_and_how_many_rows(taken: list[dict[str, Any]]) -> None:
    told = [(one["who"], one["device"], one["table"], one["format"], one["rows"], one["stores"]) for one in taken]

    assert told == [
        ("manager", "manager-pc", "products", "csv", 0, [0, 1, 2]),
        ("manager", "manager-pc", "customers", "xlsx", 1, [0, 1, 2]),
        ("owner", "owner-pc", "customers", "csv", 2, [0, 1, 2, 3]),
    ]
    assert all(one["when"].endswith("Z") and "phone" in one["fields"] for one in taken if one["table"] == "customers")


def test_the_list_is_narrowed_and_comes_in_pages(owner: Caller, taken: list[dict[str, Any]]) -> None:
    def ids(**query: Any) -> list[str]:
        return [one["id"] for one in owner.get("/exports", **query).get_json()["exports"]]

    every = [one["id"] for one in taken]
    first = owner.get("/exports", limit=2).get_json()

    assert ([one["id"] for one in first["exports"]], first["more"]) == (every[:2], True)
    assert ids(before=every[1]) == every[2:]
    assert ids(who="manager") == every[:2]
    assert ids(table="products") == every[:1]
    assert ids(since="2099-01-01") == []


def test_nobody_else_sees_the_list(manager: Caller, first: Caller, reader: Caller, taken: list[Any]) -> None:
    refused = [one.get("/exports") for one in (manager, first, reader)]

    assert [one.status_code for one in refused] == [403] * 3
    assert {one.get_json()["error"]["code"] for one in refused} == {"owner-only"}


def test_an_owner_of_some_stores_sees_only_exports_of_those(
    first: Caller, taken: list[Any], database: Database, people: People
) -> None:
    create_account(database, people.staff["first"], "owner", (1, 2))
    mine = first.get("/exports").get_json()["exports"]

    assert [one["who"] for one in mine] == ["manager", "manager"]
    assert first.get("/exports", before=taken[2]["id"]).status_code == 404


def test_the_command_lists_exports(taken: list[Any], database_url: str) -> None:
    shown = kizuna("exports", "--who", "owner", "--database", database_url)
    told = json.loads(kizuna("exports", "--table", "products", "--database", database_url, "--json"))

    assert "owner-pc" in shown
    assert "manager-pc" not in shown
    assert [one["who"] for one in told] == ["manager"]


def test_a_table_nobody_knows_is_refused(owner: Caller) -> None:
    assert owner.get("/exports", table="nothing").get_json()["error"]["code"] == "unknown-table"
