from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.ids import new_id
from kizuna.model.backend import run
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.sync.changeset import ChangesetRequest, Op, TableChanges
from kizuna.sync.history import row_of
from kizuna.sync.past import PastRequest, read_past
from kizuna.sync.push import push
from tests.fixtures.people import People
from tests.fixtures.wire import Caller, op

START = datetime(2026, 1, 1, tzinfo=UTC)


def stamp(second: int) -> str:
    return (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_of(who: Caller, moment: str, **query: Any) -> dict[str, dict[str, Any]]:
    page = who.get("/tables/customers/rows", as_of=moment, **query).get_json()
    assert "rows" in page, page
    return {row[0]: dict(zip(page["fields"], row, strict=True)) for row in page["rows"]}


def push_at(database: Database, actor: Actor, second: int, *ops: Op) -> None:
    request = ChangesetRequest(new_id(), [TableChanges("customers", ops=list(ops))])
    push(database, actor, request, now=START + timedelta(seconds=second), request_hash="x")


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "name", "phone", "tags", "birthday", "no_mail", "move", "delete", "restore"]),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=14,
)
VALUES: dict[str, list[Any]] = {
    "name": ["山田", "鈴木", "O'Neil"],
    "phone": [None, "03-1", "03-2"],
    "tags": [None, ["VIP"], ["a", "b"]],
    "birthday": [None, "1980-02-29", "2000-01-01"],
    "no_mail": [None, True, False],
}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(edits=EDITS)
def test_every_moment_is_what_a_naive_copy_of_it_says(database: Database, people: People, edits: Any) -> None:
    actor = people.actor(database, "both")
    hole = database.backend.holes(1)
    for table in ("customers", "changes", "changesets"):
        database.backend.write(lambda c, t=table: run(c, f"delete from {t} where {hole} = 1", (1,)))
    ids = [new_id() for _ in range(4)]
    copies: list[dict[str, dict[str, Any]]] = []
    live: dict[str, dict[str, Any]] = {}
    for second, (kind, place, choice) in enumerate(edits):
        row_id = ids[place]
        with database.backend.read() as connection:
            try:
                now = row_of(database, connection, actor, "customers", row_id)
            except Exception:  # noqa: BLE001  # the row does not exist yet
                now = None
        if now is None:
            push_at(database, actor, second, Op("insert", row_id, None, {"name": "初", "store_id": 1 + choice % 2}))
        elif kind in {"delete", "restore"}:
            push_at(database, actor, second, Op(kind, row_id, now["revision"]))
        else:
            fields = {"store_id": 1 + choice % 2} if kind in {"move", "insert"} else {kind: VALUES[kind][choice]}
            push_at(database, actor, second, Op("update", row_id, now["revision"], fields))
        with database.backend.read() as connection:
            after = row_of(database, connection, actor, "customers", row_id)
        live = {key: value for key, value in live.items() if key != row_id}
        if not after["deleted"]:
            live[row_id] = after["fields"] | {"store_id": after["store_id"]}
        copies.append(live)

    for second, copy in enumerate(copies):
        with database.backend.read() as connection:
            page = read_past(database, connection, actor, PastRequest("customers", stamp(second)))
        assert {
            row[0]: {k: v for k, v in zip(page["fields"], row, strict=True) if k not in {"id", "revision"}}
            for row in page["rows"]
        } == copy


@pytest.fixture
def moved(database: Database, people: People) -> str:
    """A customer in store 1 at second 0, with a phone at second 10, in store 2 at second 20."""
    actor, row = people.actor(database, "both"), new_id()
    push_at(database, actor, 0, Op("insert", row, None, {"name": "山田", "store_id": 1, "prefecture": "東京都"}))
    for second, fields in ((10, {"phone": "03-1", "prefecture": "神奈川県"}), (20, {"store_id": 2})):
        with database.backend.read() as connection:
            base = row_of(database, connection, actor, "customers", row)["revision"]
        push_at(database, actor, second, Op("update", row, base, fields))
    return row


def test_a_day_ends_in_the_time_zone_of_the_shop(both: Caller, moved: str) -> None:
    assert both.get("/tables/customers/rows", as_of="2026-01-01").get_json()["as_of"] == "2026-01-01T14:59:59Z"
    assert as_of(both, "2026-01-01")[moved]["store_id"] == 2
    assert as_of(both, "2025-12-31") == {}


def test_scope_is_that_of_today_and_of_then(first: Caller, second: Caller, both: Caller, moved: str) -> None:
    assert as_of(both, stamp(15))[moved]["phone"] == "03-1"
    assert as_of(first, stamp(15)) == {}
    assert as_of(second, stamp(15)) == {}
    assert as_of(second, stamp(25))[moved]["phone"] == "03-1"


def test_a_filter_judges_what_was_then(both: Caller, moved: str) -> None:
    tokyo = orjson.dumps([["prefecture", "=", "東京都"], ["birthday", "empty"]]).decode()

    assert moved in as_of(both, stamp(5), filter=tokyo)
    assert as_of(both, stamp(15), filter=tokyo) == {}


def test_personal_fields_stay_withheld(discreet: Caller, moved: str) -> None:
    assert "phone" not in as_of(discreet, stamp(15))[moved]
    refused = discreet.get("/tables/customers/rows", as_of=stamp(15), fields="phone")
    assert refused.get_json()["error"]["code"] == "unknown-field"


def test_pages_of_the_past_follow_one_another_while_others_write(first: Caller) -> None:
    made = {first.insert("customers", name=f"客{n}")["id"] for n in range(5)}
    query: dict[str, Any] = {"as_of": "2999-01-01", "limit": 2, "layout": "columns", "fields": "name"}
    seen: list[str] = []
    while True:
        page = first.get("/tables/customers/rows", **query).get_json()
        seen += page["columns"][0]
        if len(seen) == 2:
            late = first.row("customers", max(made))
            first.push("customers", op("delete", max(made), late["revision"]))
        if not page["more"]:
            break
        query["cursor"] = page["cursor"]

    assert len(seen) == 5
    assert set(seen) == made


def test_references_show_the_keys_of_today(first: Caller) -> None:
    customer = first.insert("customers", name="山田", number="C0042")
    first.insert("purchases", customer_id=customer["id"], purchased_on="2026-01-02", amount=1.5)

    page = first.get("/tables/purchases/rows", as_of="2999-01-01", refs="key", fields="customer_id,amount").get_json()

    assert page["rows"][0][2:] == ["C0042", 1.5]


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-31", "9999-12-31", "2026-01-01T25:00"])
def test_a_day_that_is_none_is_refused(first: Caller, moment: str) -> None:
    answer = first.get("/tables/customers/rows", as_of=moment)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad-moment")
