"""Pulls: snapshots, deltas, pages, filters, fields, forms."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kizuna.ids import new_id
from kizuna.model.database import Database
from tests.fixtures.wire import Caller, op


def add(person: Caller, count: int, **fields: Any) -> list[str]:
    ids = [new_id() for _ in range(count)]
    person.push("customers", *(op("insert", row_id, name=f"客{place}", **fields) for place, row_id in enumerate(ids)))
    return ids


def test_the_first_pull_is_a_snapshot_under_one_header(first: Caller) -> None:
    [row_id] = add(first, 1)
    page = first.pull("customers", fields="name,store_id,birthday")

    assert page["fields"] == ["id", "revision", "name", "store_id", "birthday"]
    assert page["rows"] == [[row_id, 1, "客0", 1, None]]
    assert (page["mode"], page["reason"], page["gone"], page["more"]) == ("snapshot", "first-pull", [], False)


def test_a_pull_from_the_cursor_is_what_changed_since(first: Caller) -> None:
    one, two, _ = add(first, 3)
    cursor = first.pull("customers")["cursor"]
    first.push("customers", op("update", one, 1, phone="1"), op("delete", two, 2))
    delta = first.pull("customers", cursor=cursor)

    assert (delta["mode"], delta["reason"]) == ("delta", None)
    assert [row[0] for row in delta["rows"]] == [one]
    assert delta["gone"] == [two]


def test_nothing_new_is_an_empty_delta_with_the_same_cursor(first: Caller) -> None:
    add(first, 1)
    cursor = first.pull("customers")["cursor"]
    delta = first.pull("customers", cursor=cursor)

    assert (delta["rows"], delta["gone"], delta["cursor"], delta["more"]) == ([], [], cursor, False)


def test_changes_of_other_tables_are_nothing_new(first: Caller) -> None:
    [customer] = add(first, 1)
    cursor = first.pull("customers")["cursor"]
    first.insert("contacts", customer_id=customer, name="b")

    assert first.pull("customers", cursor=cursor)["cursor"] == cursor


def test_columns_hold_what_rows_hold(first: Caller) -> None:
    add(first, 3, tags=["赤", "青"], no_mail=True, birthday="1980-02-29")
    rows, columns = first.pull("customers"), first.pull("customers", layout="columns")

    assert [list(row) for row in zip(*columns["columns"], strict=True)] == rows["rows"]
    assert "rows" not in columns
    assert first.pull("deals", layout="columns")["columns"] == [[] for _ in first.pull("deals")["fields"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("at_once", [1, 3, 1000])
def test_pages_together_hold_everything_once(
    both: Caller, database: Database, monkeypatch: pytest.MonkeyPatch, limit: int, layout: str, at_once: int
) -> None:
    monkeypatch.setattr(database.backend, "rows_at_once", at_once)
    ids = [*add(both, 4, store_id=1), *add(both, 3, store_id=2)]
    seen: list[str] = []
    query: dict[str, Any] = {}
    while True:
        page = both.pull("customers", limit=limit, layout=layout, fields="name", **query)
        found = [row[0] for row in page["rows"]] if layout == "rows" else page["columns"][0]
        assert len(found) <= limit
        seen += found
        if not page["more"]:
            break
        query = {"cursor": page["cursor"]}

    assert sorted(seen) == sorted(ids)
    assert both.pull("customers", fields="name", cursor=page["cursor"])["rows"] == []


def test_a_page_asked_for_again_is_the_same(first: Caller) -> None:
    add(first, 5)
    cursor = first.pull("customers", limit=2)["cursor"]

    assert first.pull("customers", limit=2, cursor=cursor) == first.pull("customers", limit=2, cursor=cursor)


def test_what_changes_between_pages_is_told_on_a_later_one(first: Caller) -> None:
    one, two, three, four = add(first, 4)
    page = first.pull("customers", limit=2, fields="phone")
    first.push("customers", op("update", one, 1, phone="new"), op("delete", two, 2), op("delete", four, 4))
    held = {row[0]: row[2] for row in page["rows"]}
    while page["more"]:
        page = first.pull("customers", limit=2, fields="phone", cursor=page["cursor"])
        held.update({row[0]: row[2] for row in page["rows"]})
        for row_id in page["gone"]:
            held.pop(row_id, None)

    assert held == {one: "new", three: None}


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ([["prefecture", "=", "東京都"]], "ab"),
        ([["prefecture", "!=", "東京都"]], "cd"),
        ([["birthday", "!=", "1980-01-01"]], "acd"),
        ([["status", "!=", "休眠"]], "abc"),
        ([["prefecture", "!=", None]], "abc"),
        ([["prefecture", "in", ["大阪府", None]]], "cd"),
        ([["staff_id", "in", ["S001", None]]], "acd"),
        ([["prefecture", "in", [""]]], "d"),
        ([["prefecture", "empty"]], "d"),
        ([["prefecture", "=", None]], "d"),
        ([["prefecture", "not-empty"]], "abc"),
        ([["prefecture", "!=", ""]], "abc"),
        ([["birthday", "<", "1980-01-01"]], "a"),
        ([["birthday", "<=", "1980-01-01"]], "ab"),
        ([["birthday", ">", "1980-01-01"]], "c"),
        ([["birthday", ">=", "1980-01-01"], ["prefecture", "=", "東京都"]], "b"),
        ([["birthday", "in", ["1979-12-31", "1980-01-02"]]], "ac"),
        ([["name", "contains", "b"]], "b"),
        ([["tags", "contains", "赤"]], "c"),
        ([["name", "in", ["a", "d", "x"]]], "ad"),
        ([["name", "in", []]], ""),
        ([["no_mail", "=", True]], "a"),
        ([["status", "=", "休眠"]], "d"),
        ([["staff_id", "=", "S001"]], "a"),
        ([["staff_id", "in", ["S001", "S002"]]], "ab"),
        ([["staff_id", "!=", "S001"]], "bcd"),
        ([["store_id", "=", 1]], "abcd"),
        ([], "abcd"),
    ],
)
def test_a_filter_finds_the_rows_of_which_all_conditions_hold(first: Caller, conditions: list[Any], found: str) -> None:
    first.insert("customers", name="a", prefecture="東京都", birthday="1979-12-31", no_mail=True, staff_id="S001")
    first.insert("customers", name="b", prefecture="東京都", birthday="1980-01-01", staff_id="S002")
    first.insert("customers", name="c", prefecture="大阪府", birthday="1980-01-02", tags=["赤"])
    first.insert("customers", name="d", status="dormant")
    rows = first.rows("customers", filter=json.dumps(conditions))

    assert sorted(row["name"] for row in rows.values()) == sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "x", "{}", "[1]", "[[]]", '[["name"]]', '[["name","like","a"]]', '[["name","="]]', '[["name",["="],"a"]]',
        '[["name","=",5]]', '[["birthday","<","soon"]]', '[["name","in","a"]]', '[["no_mail","contains","a"]]',
        '[["name","contains","a\\u0000"]]', '[["name","=","a\\u0000"]]', '[["staff_id","=","a\\u0000"]]',
        '[["name","=",{"a":1}]]', "[" * 3_000, '[["name","=","\\ud800"]]',
        json.dumps([["name", "empty"]] * 21), json.dumps([["name", "in", ["a"] * 1_001]]),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused(first: Caller, text: str) -> None:
    response = first.get("/tables/customers/rows", filter=text)

    assert (response.status_code, response.get_json()["error"]["code"]) == (400, "bad-filter")


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("empty", [None, ""])
def test_what_is_empty_is_neither_less_nor_greater_and_cannot_be_asked_for(
    first: Caller, operator: str, empty: Any
) -> None:
    said = {}
    for first.language in ("en", "ja"):
        response = first.get("/tables/customers/rows", filter=json.dumps([["birthday", operator, empty]]))
        assert (response.status_code, response.get_json()["error"]["code"]) == (400, "bad-filter")
        said[first.language] = response.get_json()["error"]["message"]

    assert f"{operator} cannot be asked of null; empty and not-empty ask" in said["en"]
    assert f"「{operator}」には空(null)を使えません。空かどうかは empty か not-empty で" in said["ja"]


def test_a_row_whose_field_is_emptied_stays_with_those_unlike_a_value(first: Caller) -> None:
    query = {"filter": '[["prefecture","!=","東京都"]]', "fields": "prefecture"}
    row = first.insert("customers", name="a", prefecture="大阪府")["id"]
    cursor = first.pull("customers", **query)["cursor"]
    [emptied] = first.push("customers", op("update", row, 1, prefecture=None))
    page = first.pull("customers", **query, cursor=cursor)
    first.push("customers", op("update", row, emptied["revision"], prefecture="東京都"))
    left = first.pull("customers", **query, cursor=page["cursor"])

    assert (page["mode"], [one[0] for one in page["rows"]], page["gone"]) == ("delta", [row], [])
    assert (left["rows"], left["gone"]) == ([], [row])


def test_certain_rows_are_asked_for_by_their_ids(first: Caller) -> None:
    one, two, three = add(first, 3, prefecture="東京都")
    first.push("customers", op("delete", two, 2), op("update", three, 3, prefecture="大阪府"))

    found = first.rows("customers", filter=json.dumps([["id", "in", [one, two, three]]]))
    tokyo = first.rows("customers", filter=json.dumps([["prefecture", "=", "東京都"], ["id", "in", [one, three]]]))

    assert set(found) == {one, three}
    assert set(tokyo) == {one}


@pytest.mark.parametrize(
    "asked", [["id", "=", "x"], ["id", "in"], ["id", "in", "x"], ["id", "in", [1]], ["id", "in", ["\0"]]]
)
def test_ids_are_asked_for_in_one_way_only(first: Caller, asked: list[Any]) -> None:
    response = first.get("/tables/customers/rows", filter=json.dumps([asked]))

    assert (response.status_code, response.get_json()["error"]["code"]) == (400, "bad-filter")


def test_the_largest_filter_there_may_be_is_answered(first: Caller) -> None:
    add(first, 2)
    values = [f"客{place}" for place in range(1_000)]
    conditions = [["name", "in", values]] * 19 + [["staff_id", "in", values]]

    assert first.pull("customers", filter=json.dumps(conditions))["rows"] == []


def test_a_row_that_no_longer_matches_the_filter_is_gone(first: Caller) -> None:
    one, two = add(first, 2, prefecture="東京都")
    query = {"filter": '[["prefecture","=","東京都"]]'}
    cursor = first.pull("customers", **query)["cursor"]
    first.push("customers", op("update", one, 1, prefecture="大阪府"), op("update", two, 2, phone="1"))
    delta = first.pull("customers", cursor=cursor, **query)

    assert (delta["gone"], [row[0] for row in delta["rows"]]) == ([one], [two])


def test_common_rows_are_in_everybodys_scope(first: Caller, second: Caller, manager: Caller) -> None:
    product = manager.insert("products", name="鉛筆")["id"]

    assert product in first.rows("products")
    assert product in second.rows("products")


def test_rows_of_other_stores_are_nowhere(first: Caller, second: Caller) -> None:
    made = second.insert("customers", name="秘密")

    assert first.rows("customers") == {}
    assert first.get(f"/tables/customers/rows/{made['id']}").status_code == 404
    assert first.get(f"/tables/customers/rows/{made['id']}/history").status_code == 404
    assert first.rows("customers", filter=json.dumps([["store_id", "=", 2]])) == {}


def test_personal_fields_are_withheld_from_those_who_may_not_see_them(first: Caller, reader: Caller) -> None:
    made = first.insert("customers", name="秘密", phone="090-1111", industry="茶")
    first.push("customers", op("update", made["id"], 1, phone="090-2222", industry="酒"))
    tables = reader.get("/tables").get_json()["tables"]
    shown = [
        reader.pull("customers"),
        reader.row("customers", made["id"]),
        reader.get(f"/tables/customers/rows/{made['id']}/history").get_json(),
    ]

    assert "酒" in json.dumps(shown, ensure_ascii=False)
    assert "秘密" not in json.dumps(shown, ensure_ascii=False)
    assert "090-" not in json.dumps(shown)
    assert not any(one["personal"] for table in tables for one in table["fields"])
    for asked in ({"fields": "phone"}, {"filter": '[["phone","contains","090"]]'}):
        response = reader.get("/tables/customers/rows", **asked)
        assert (response.status_code, response.get_json()["error"]["code"]) == (400, "unknown-field")


def test_what_is_common_to_all_stores_is_a_choice_in_both_languages(owner: Caller) -> None:
    [ads] = [one for one in owner.get("/tables").get_json()["tables"] if one["name"] == "ads"]
    [store] = [one for one in ads["fields"] if one["name"] == "store_id"]

    assert store["choices"][0] == {"value": 0, "label": {"ja": "全店共通", "en": "All stores"}}
