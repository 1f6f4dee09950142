"""The line breaks at any byte of a request or a response: sent again, a push is applied once and answers the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from tests.fixtures.broken_line import CutCaller, CuttingProxy, cutting_proxy
from tests.fixtures.live import live_server
from tests.fixtures.people import People, count
from tests.fixtures.replica import Replica

EXAMPLES = 12 if settings().max_examples <= 100 else 400
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "insert", "update", "delete", "push", "push", "pull"]),
        st.sampled_from(["request", "response", "no"]),
        st.integers(0, 1200),
    ),
    min_size=3,
    max_size=10,
)


@pytest.fixture
def line(database_url: str) -> Iterator[CuttingProxy]:
    """A server of its own behind a line that breaks."""
    with live_server(database_url) as server, cutting_proxy(urlsplit(server.url).port or 0) as proxy:
        yield proxy


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_cut_at_any_byte_and_sent_again_everything_is_there_once(
    line: CuttingProxy, database: Database, people: People, steps: list[Any]
) -> None:
    person = CutCaller(line.port, people.tokens["first"])
    replica = Replica("first", person, ("customers",))  # type: ignore[arg-type]  # a caller by another line
    sent: dict[str, int] = {}
    for kind, side, at in [*steps, ("push", "no", 0), ("push", "no", 0), ("push", "no", 0)]:
        if kind == "pull":
            if side != "no":
                line.cut_next(side, at)
            try:
                replica.pull("customers", 3, pages=2)
            except httpx.TransportError:
                continue
        elif kind == "push" and _has_something_to_send(replica):
            if side != "no":
                line.cut_next(side, at)
            _push(replica, sent)
        elif kind != "push":
            _type(replica, kind, f"{side}{at}")

    replica.pull("customers", 5)
    fresh = Replica("fresh", person, ("customers",))  # type: ignore[arg-type]
    fresh.pull("customers", 1000)
    assert replica.rows == fresh.rows
    assert replica.in_flight is None
    with database.backend.read() as connection:
        condition, values = database.backend.in_list("changeset_id", list(sent) or [""])
        counted = dict(
            fetch_all(connection, f"select changeset_id, count(*) from changes where {condition} group by 1", values)
        )
        condition, values = database.backend.in_list("id", list(sent) or [""])
        [(kept,)] = fetch_all(connection, f"select count(*) from changesets where {condition}", values)
    assert kept == len(sent)
    assert counted == {changeset: rows for changeset, rows in sent.items() if rows}


def _has_something_to_send(replica: Replica) -> bool:
    return replica.in_flight is not None or any(replica.pending.values())


def _push(replica: Replica, sent: dict[str, int]) -> None:
    body = replica.start()
    try:
        response = replica.person.post("/changesets", body)
    except httpx.TransportError:
        return
    assert response.status_code == 200, response.get_data()
    answer = response.get_json()
    assert {one["outcome"] for one in answer["outcomes"]} <= {"applied", "unchanged"}, answer
    sent[orjson.loads(body)["id"]] = sum(one["outcome"] == "applied" for one in answer["outcomes"])
    again = replica.person.post("/changesets", body)
    assert again.get_data() == response.get_data(), "a repeat answers the same"
    replica.settle(answer)


def _type(replica: Replica, kind: str, text: str) -> None:
    if kind == "insert":
        replica.type("customers", new_id(), "insert", {"name": f"客{text}", "notes": "長" * 40})
        return
    rows = list(replica.rows["customers"])
    if rows:
        replica.type("customers", rows[0], kind, {"phone": text} if kind == "update" else {})


@pytest.mark.parametrize(
    ("side", "at", "applied"), [("request", 400, False), ("response", 0, True), ("response", 60, True)]
)
def test_a_push_is_applied_when_only_its_answer_was_cut(
    line: CuttingProxy, database: Database, people: People, side: Any, at: int, applied: bool
) -> None:
    replica = Replica("first", CutCaller(line.port, people.tokens["first"]), ("customers",))  # type: ignore[arg-type]
    _type(replica, "insert", "x" * 60)
    body = replica.start()
    line.cut_next(side, at)

    with pytest.raises(httpx.TransportError):
        replica.person.post("/changesets", body)
    kept = replica.person.get(f"/changesets/{orjson.loads(body)['id']}").status_code
    again = replica.person.post("/changesets", body)

    assert line.cuts == 1
    assert kept == (200 if applied else 404)
    assert again.get_json()["outcomes"][0]["outcome"] == "applied"
    assert count(database, "customers") == 1
