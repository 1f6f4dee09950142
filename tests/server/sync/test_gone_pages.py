"""What is gone comes in pages as rows do, and all pages together are the truth, however often the line is cut."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.ids import new_id
from tests.fixtures.wire import Caller, op

DONE = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(1, 4), st.sampled_from([1, 2])),
        st.tuples(st.sampled_from(["delete", "restore", "leave", "hide", "show"]), st.integers(1, 6), st.just(0)),
        st.tuples(st.just("pull"), st.integers(1, 3), st.sampled_from(["whole", "lost", "twice"])),
    ),
    min_size=4,
    max_size=16,
)
SHOWN = json.dumps([["industry", "=", "shown"]])


def test_a_delta_of_many_deletions_comes_in_pages(owner: Caller) -> None:
    ids = [new_id() for _ in range(25)]
    owner.push("customers", *(op("insert", one, name="客", store_id=1) for one in ids))
    cursor = owner.pull("customers")["cursor"]
    owner.push("customers", *(op("delete", one, place) for place, one in enumerate(ids, start=1)))

    pages = []
    while not pages or pages[-1]["more"]:
        pages.append(owner.pull("customers", cursor=cursor, limit=10))
        cursor = pages[-1]["cursor"]

    assert [len(page["gone"]) for page in pages] == [10, 10, 5]
    assert [one for page in pages for one in page["gone"]] == ids


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=DONE)
def test_all_pages_together_are_the_truth_also_when_cut(owner: Caller, both: Caller, done: list[Any]) -> None:
    """``both`` sees stores 1 and 2 and pulls under a filter; a page may be lost on the way, or taken in twice."""
    held: dict[str, list[Any]] = {}
    cursor: dict[str, Any] = {}
    for kind, number, told in done:
        if kind == "pull":
            cursor = _pull(both, held, cursor, limit=number, cut=told)
        else:
            _work(owner, kind, number, told)
    while True:
        before = dict(cursor)
        cursor = _pull(both, held, cursor, limit=2, cut="whole")
        if before.get("cursor") == cursor["cursor"]:
            break

    fresh = both.rows("customers", fields="industry", filter=SHOWN)
    assert {row_id: row[1] for row_id, row in held.items()} == {
        row_id: row["revision"] for row_id, row in fresh.items()
    }


def _pull(
    person: Caller, held: dict[str, list[Any]], cursor: dict[str, Any], *, limit: int, cut: str
) -> dict[str, Any]:
    page = person.pull("customers", fields="industry", filter=SHOWN, limit=limit, **cursor)
    assert max(len(page["rows"]), len(page["gone"])) <= limit
    if cut == "lost":
        return cursor
    for _ in range(2 if cut == "twice" else 1):
        if page["mode"] == "snapshot" and page["reason"] != "continued":
            held.clear()
        for row in page["rows"]:
            held[row[0]] = row
        for row_id in page["gone"]:
            held.pop(row_id, None)
    return {"cursor": page["cursor"]}


def _work(owner: Caller, kind: str, number: int, store: int) -> None:
    if kind == "insert":
        ops = [op("insert", new_id(), name="客", store_id=store, industry="shown") for _ in range(number)]
        owner.push("customers", *ops)
        return
    if kind == "restore":
        shown = owner.get("/tables/customers/rows", deleted=1, limit=number).get_json()["rows"]
        changes = [op("restore", one["id"], one["revision"]) for one in shown]
    else:
        rows = list(owner.rows("customers", fields="store_id").items())[:number]
        fields = {"leave": {"store_id": 3}, "hide": {"industry": "hidden"}, "show": {"industry": "shown"}}.get(kind, {})
        changes = [
            op("delete" if kind == "delete" else "update", row_id, row["revision"], **fields) for row_id, row in rows
        ]
    if changes:
        owner.push("customers", *changes)
