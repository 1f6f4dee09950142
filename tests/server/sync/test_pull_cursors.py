"""Cursors and ETags: what they are good for, when they no longer fit, and forged ones."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from kizuna.access.accounts import create_account
from kizuna.api import rows
from kizuna.ids import new_id
from kizuna.model.backend import run
from kizuna.model.database import Database
from tests.fixtures.people import People
from tests.fixtures.wire import Caller, op


def opened(cursor: str) -> list[Any]:
    return list(json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))))


def closed(parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def reason(person: Caller, cursor: str, **query: Any) -> tuple[str, str | None]:
    page = person.pull("customers", cursor=cursor, **query)
    return page["mode"], page["reason"]


def test_nothing_new_is_304_to_whoever_names_the_etag(first: Caller) -> None:
    first.insert("customers", name="a")
    response = first.get("/tables/customers/rows")
    named = {"If-None-Match": response.headers["ETag"]}
    cursor = response.get_json()["cursor"]

    for query in ({}, {"cursor": cursor}):
        again = first.get("/tables/customers/rows", headers=named, **query)
        assert (again.status_code, again.headers["ETag"], again.get_data()) == (304, response.headers["ETag"], b"")
    first.insert("customers", name="b")
    for query in ({}, {"cursor": cursor}):
        assert first.get("/tables/customers/rows", headers=named, **query).status_code == 200


def test_a_snapshot_under_way_is_never_304(first: Caller) -> None:
    for name in "abc":
        first.insert("customers", name=name)
    response = first.get("/tables/customers/rows", limit=2)
    named = {"If-None-Match": response.headers["ETag"]}
    page = first.get("/tables/customers/rows", headers=named, limit=2, cursor=response.get_json()["cursor"])

    assert page.status_code == 200
    assert len(page.get_json()["rows"]) == 1


def test_a_number_that_changed_is_shown_where_a_row_refers_to_it(
    first: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "KEPT_FROM", 0)
    who = first.insert("customers", name="a", number="C0042")
    first.push("deals", *(op("insert", new_id(), customer_id=who["id"], title="t" * 100) for _ in range(40)))
    asked: dict[str, Any] = {"refs": "key", "fields": "customer_id,title"}
    headers = {"Accept-Encoding": "gzip"}
    before = first.get("/tables/deals/rows", headers=headers, **asked)
    first.push("customers", op("update", who["id"], who["revision"], number="C0099"))

    after = first.get("/tables/deals/rows", headers=headers | {"If-None-Match": before.headers["ETag"]}, **asked)
    again = first.get("/tables/deals/rows", headers=headers, **asked)

    assert after.status_code == 200
    assert b"C0099" in gzip.decompress(again.data)
    assert b"C0099" in gzip.decompress(after.data)


def test_an_etag_of_somebody_else_or_of_another_question_is_no_304(first: Caller, second: Caller) -> None:
    etag = first.get("/tables/customers/rows").headers["ETag"]
    others = [
        second.get("/tables/customers/rows", headers={"If-None-Match": etag}),
        first.get("/tables/customers/rows", headers={"If-None-Match": etag}, fields="name"),
        first.get("/tables/deals/rows", headers={"If-None-Match": etag}),
        first.get("/tables/customers/rows", headers={"If-None-Match": etag}, refs="key"),
    ]

    assert [one.status_code for one in others] == [200] * 4


def test_a_cursor_that_no_longer_fits_is_answered_by_a_snapshot_that_says_why(
    database: Database, people: People, first: Caller
) -> None:
    first.insert("customers", name="a")
    cursor = first.pull("customers")["cursor"]

    assert reason(first, cursor, fields="name") == ("snapshot", "fields-changed")
    assert reason(first, cursor, refs="key") == ("snapshot", "fields-changed")
    assert reason(first, cursor, filter='[["name","empty"]]') == ("snapshot", "filter-changed")
    create_account(database, people.staff["first"], "staff", [1, 2])
    assert reason(first, cursor) == ("snapshot", "scope-changed")


def test_a_cursor_of_another_table_with_the_same_fields_does_not_fit(first: Caller, manager: Caller) -> None:
    manager.insert("products", name="a")
    cursor = first.pull("staff", fields="name,notes")["cursor"]
    page = first.pull("products", fields="name,notes", cursor=cursor)

    assert (page["mode"], page["reason"]) == ("snapshot", "fields-changed")


def test_a_cursor_older_than_the_history_kept_is_answered_by_a_snapshot(database: Database, first: Caller) -> None:
    first.insert("customers", name="a")
    cursor = first.pull("customers")["cursor"]
    made = first.insert("customers", name="b")
    first.push("customers", op("delete", made["id"], made["revision"]))
    newer = first.pull("customers")["cursor"]
    database.backend.write(lambda own: run(own, "update feeds set pruned_revision = 2 where store_id = 1"))

    assert reason(first, cursor) == ("snapshot", "history-pruned")
    assert reason(first, newer) == ("delta", None)


def test_a_cursor_ahead_of_the_data_tells_that_the_data_were_restored(database: Database, first: Caller) -> None:
    first.insert("customers", name="a")
    parts = opened(first.pull("customers")["cursor"])
    parts[3]["1"] += 5

    assert reason(first, closed(parts)) == ("snapshot", "data-restored")


@pytest.mark.parametrize(
    "cursor", ["x", "髙", "====", "a" * 30_000, closed([]), closed({}), closed("x"), closed([1, 2, 3, 4]), closed(None)]
)
def test_a_cursor_nobody_can_read_is_answered_by_a_snapshot(first: Caller, cursor: str) -> None:
    assert reason(first, cursor) == ("snapshot", "cursor-unreadable")


@pytest.mark.parametrize(
    ("positions", "started"),
    [
        ({"0": -1, "1": 0}, None),
        ({"0": 0, "1": -(10**30)}, None),
        ({"0": 0, "1": 10**30}, None),
        ({"0": 0, "1": 0}, {}),
        ({"0": 0, "1": 0}, {"0": 0}),
        ({"0": 0, "1": 0}, {"0": 0, "1": 0, "2": 0}),
        ({"0": 0, "1": 0}, {"0": 0, "1": -(2**70)}),
        ({"0": 0, "1": 0}, {"0": 0, "1": 2**60}),
        ({"0": 0, "1": 0}, {"0": 10**6, "1": 0}),
        ({"0": 0, "1": 0, "2": 0}, None),
        ({"2": 0}, None),
        ({}, None),
    ],
)
def test_a_forged_cursor_is_answered_by_a_snapshot_of_the_callers_scope(
    first: Caller, second: Caller, positions: dict[str, int], started: dict[str, int] | None
) -> None:
    second.insert("customers", name="秘密")
    mine = first.insert("customers", name="a")
    parts = opened(first.pull("customers")["cursor"])
    page = first.pull("customers", cursor=closed([*parts[:3], positions, started]))

    assert page["mode"] == "snapshot"
    assert [row[0] for row in page["rows"]] == [mine["id"]]


def test_a_cursor_of_another_person_shows_nothing_out_of_scope(first: Caller, second: Caller) -> None:
    mine = second.insert("customers", name="秘密")
    theirs = second.pull("customers")["cursor"]

    assert reason(first, theirs) == ("snapshot", "scope-changed")
    assert mine["id"] not in str(first.pull("customers", cursor=theirs))
