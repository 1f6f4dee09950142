"""A row's history is found by walking back from the row: it must be what reading the whole history finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.ops.prune import prune
from kizuna.rows import RowChanges, Write
from kizuna.sync.blame import blame
from kizuna.sync.history import MOST_CHANGES
from kizuna.sync.walk import heads_of, walked
from tests.fixtures.histories import check_histories, scanned_histories, walked_histories
from tests.fixtures.people import People
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller, op

LATER = datetime(2027, 6, 1, tzinfo=UTC)
KINDS = (
    "insert",
    "update",
    "update",
    "move",
    "move",
    "delete",
    "restore",
    "restore elsewhere",
    "undo",
    "merge",
    "prune",
)
PLANS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=16)


def writes_on(write: Write, table: str, changes: RowChanges) -> None:
    """Change the rows of the changeset again; fail after writing where somebody is called so."""
    if table == "customers":
        places = zip(changes.ids, changes.kinds, changes.after("notes"), changes.after("phone"), strict=True)
        again = {row: {"notes": phone} for row, kind, notes, phone in places if kind != "delete" and notes != phone}
        if again:
            write.update("customers", again)
        if "9" in changes.after("phone"):
            raise ValueError("after writing")


class Life:
    """Four customers in three stores, and what happens to them."""

    def __init__(self, database: Database, owner: Caller) -> None:
        self.database, self.owner = database, owner
        self.ids = [new_id() for _ in range(4)]
        self.changesets: list[str] = []
        self.years = 0

    def goes_on(self, kind: str, place: int, choice: int) -> None:
        row_id = self.ids[place]
        known = self.owner.row("customers", row_id)
        if kind == "prune":
            self._prune()
        elif kind == "undo":
            if self.changesets:
                undone = self.changesets[(place + 4 * choice) % len(self.changesets)]
                changeset = new_id()
                self.owner.post(f"/changesets/{undone}/undo", orjson.dumps({"id": changeset}))
                self.changesets.append(changeset)
        elif kind == "merge":
            pair = {"winner": self.ids[(place + 1) % 4], "loser": row_id}
            changeset = new_id()
            self.owner.post("/tables/customers/merges", orjson.dumps({"id": changeset, **pair}))
            self.changesets.append(changeset)
        elif "error" in known:
            fields = {"name": "山田", "phone": str(choice), "store_id": 1 + choice}
            sale = {"customer_id": row_id, "purchased_on": "2026-01-01", "amount": 1, "store_id": 1 + choice}
            self._push([op("insert", row_id, **fields)], [op("insert", new_id(), **sale)])
        else:
            fields = {
                "update": {"phone": str(choice * 9)}, "move": {"store_id": 1 + choice},
                "restore elsewhere": {"store_id": 1 + choice},
            }.get(kind, {})  # fmt: skip
            name = {"delete": "delete", "restore": "restore", "restore elsewhere": "restore"}.get(kind, "update")
            self._push([op(name, row_id, known["revision"], **fields)], [])

    def _push(self, customers: list[Any], purchases: list[Any]) -> None:
        self.changesets.append(new_id())
        tables = [{"table": "customers", "ops": customers}, {"table": "purchases", "ops": purchases}]
        self.owner.send(tables, changeset=self.changesets[-1])

    def _prune(self) -> None:
        """Let what has happened so far grow old; the rows that are there keep their newest change or lose it."""
        self.years += 1
        hole = self.database.backend.holes(1)
        at = "2026-01-01T00:00:00Z"
        half = self.changesets[: len(self.changesets) // 2 + 1]
        condition, values = self.database.backend.in_list("id", half or [new_id()])
        self.database.backend.write(
            lambda c: run(c, f"update changesets set at = {hole} where {condition}", (at, *values))
        )
        prune(self.database, now=LATER - timedelta(days=self.years), days=365)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=PLANS)
def test_whatever_happened_to_a_row_its_history_is_that_of_a_scan_in_every_scope(
    database: Database, owner: Caller, plan: Any
) -> None:
    database.plugins = loaded(plugin("again", rows_written=writes_on), strict=True)
    life = Life(database, owner)

    for step in plan:
        life.goes_on(*step)

    check_histories(database)
    everything = scanned_histories(database, "customers", None)
    for row_id in life.ids:
        history = owner.get(f"/tables/customers/rows/{row_id}/history").get_json()
        shown = [one["revision"] for one in history.get("changes", [])]
        assert shown == [revision for _, revision, _ in everything.get(row_id, [])]


def test_what_a_row_did_in_ones_store_before_and_after_its_time_in_another_both_show(
    database: Database, owner: Caller, first: Caller
) -> None:
    row = first.insert("customers", name="山田", store_id=1)["id"]
    for store in (2, 3, 1):
        owner.push("customers", op("update", row, owner.row("customers", row)["revision"], store_id=store))
    first.push("customers", op("update", row, first.row("customers", row)["revision"], phone="1"))

    histories = [who.get(f"/tables/customers/rows/{row}/history").get_json()["changes"] for who in (first, owner)]

    assert [[one["kind"] for one in changes] for changes in histories] == [
        ["update", "entered", "left", "insert"],
        ["update", "entered", "left", "entered", "left", "entered", "left", "insert"],
    ]
    check_histories(database)


def test_rows_of_two_tables_under_one_id_have_histories_of_their_own(database: Database, owner: Caller) -> None:
    row = new_id()
    owner.push("customers", op("insert", row, name="山田", store_id=1))
    owner.push("contacts", op("insert", row, customer_id=row, name="鈴木", store_id=1))
    for table in ("customers", "contacts", "customers", "contacts"):
        known = owner.row(table, row)
        owner.push(table, op("update", row, known["revision"], phone=str(known["revision"])))
        owner.push(table, op("update", row, owner.row(table, row)["revision"], store_id=3 - known["store_id"]))

    check_histories(database)

    for table in ("customers", "contacts"):
        assert len(walked_histories(database, table, None)[row]) == 1 + 2 * 3


def test_a_walk_ends_where_history_was_pruned(database: Database, owner: Caller) -> None:
    life = Life(database, owner)
    for step in (("insert", 0, 0), ("update", 0, 1), ("move", 0, 1), ("move", 0, 0), ("update", 0, 2), ("prune", 0, 0)):
        life.goes_on(*step)

    left = walked_histories(database, "customers", None)[life.ids[0]]

    assert left == scanned_histories(database, "customers", None)[life.ids[0]]
    assert 0 < len(left) < 7


def test_a_longer_history_than_is_shown_is_not_walked_to_its_end(database: Database, owner: Caller) -> None:
    row = owner.insert("customers", name="山田", store_id=1)
    last, hole = MOST_CHANGES + 50, database.backend.holes(1)

    def grow(connection: Any) -> None:
        rows = [(n, n - 1) for n in range(row["revision"] + 1, last + 1)]
        changeset = fetch_all(connection, "select max(changeset_id) from changes")[0][0]
        database.backend.insert_many(
            connection, "changes",
            ("store_id", "revision", "previous_revision", "table_name", "row_id", "kind", "changeset_id"),
            [(1, n, before, "customers", row["id"], "update", changeset) for n, before in rows],
        )  # fmt: skip
        run(connection, f"update customers set revision = {hole} where id = {hole}", (last, row["id"]))

    database.backend.write(grow)

    history = owner.get(f"/tables/customers/rows/{row['id']}/history").get_json()

    assert history["more"]
    assert [one["revision"] for one in history["changes"]] == list(range(last, last - MOST_CHANGES, -1))


def test_blame_walks_no_further_back_than_it_is_asked(database: Database, owner: Caller, people: People) -> None:
    row = owner.insert("customers", name="山田", store_id=1)["id"]
    for phone in ("1", "2", "3"):
        owner.push("customers", op("update", row, owner.row("customers", row)["revision"], phone=phone))
    newest = owner.row("customers", row)["revision"]

    with database.backend.read() as connection:
        found = blame(database.backend, connection, "customers", [row], [0, 1], since=newest - 1)[row]

    assert [one.revision for one in found.steps] == [newest - 1, newest]
    assert found.of_field("phone", since=newest - 1)[:2] == ("2", people.actor(database, "owner").name)


@pytest.mark.parametrize("rows", [2_000])
def test_many_rows_are_walked_by_the_key_of_changes(database: Database, owner: Caller, rows: int) -> None:
    ids = [new_id() for _ in range(rows)]
    columns = [ids, ["客"] * rows, [1 + n % 3 for n in range(rows)]]
    owner.send([{"table": "customers", "inserts": {"fields": ["id", "name", "store_id"], "columns": columns}}])
    walk, values = walked(database.backend, "customers", heads_of(database.backend, "customers", ids))
    said = "explain query plan" if database.backend.name == "sqlite" else "explain"

    with database.backend.read() as connection:
        plan = "\n".join(str(row[-1]) for row in fetch_all(connection, f"{said} {walk} select * from walked", values))

    assert "SCAN changes" not in plan, plan
    assert "Seq Scan on changes" not in plan, plan
