"""What runs on every request and every push finds its rows by an index, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from kizuna.access.tokens import actor_of
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.data import ScopedData
from kizuna.model.database import Database
from kizuna.sync.blame import blame
from kizuna.sync.history import history_of, row_of
from kizuna.sync.past import PastRequest, read_past
from kizuna.sync.pull import PullRequest, plan_pull, read_page
from kizuna.sync.totals import refresh_totals
from kizuna.sync.undo import plan_undo
from kizuna_follow_up.due import read_due
from tests.fixtures.people import People
from tests.fixtures.wire import Caller, op

STATEMENT = r"\s*(with|select|delete|insert|update)"
TODAY = date(2026, 11, 20)
# Stores, accounts and the like have a handful of rows; of these there are as many as a shop lives long.
GROWING = {"changes", "changesets", "contacts", "customer_totals", "customers", "follow_up_tasks", "interactions",
           "purchases", "tokens"}  # fmt: skip
Work = Callable[[Database, sa.Connection, People, Any], None]


class Recording(psycopg.Cursor[Any]):
    """A cursor that explains each statement before it runs it."""

    plans: list[str]

    def execute(self, query: Any, params: Any = None, **options: Any) -> Recording:
        if re.match(STATEMENT, str(query), re.IGNORECASE):
            super().execute("set local enable_seqscan = off")
            super().execute(f"explain {query}", params)
            self.plans.extend(row[0] for row in self.fetchall())
        super().execute(query, params, **options)
        return self


def plans_of(connection: sa.Connection, work: Callable[[], None]) -> list[str]:
    """Return the lines of the plans of every statement that ``work`` runs on the connection."""
    driver: Any = connection.connection.driver_connection
    plans: list[str] = []
    if connection.dialect.name == "postgresql":
        driver.cursor_factory = type("Recorder", (Recording,), {"plans": plans})
        try:
            work()
        finally:
            driver.cursor_factory = psycopg.Cursor
        return plans
    said: list[str] = []
    driver.set_trace_callback(said.append)
    try:
        work()
    finally:
        driver.set_trace_callback(None)
    for sql in said:
        if re.match(STATEMENT, sql, re.IGNORECASE):
            plans += [row[3] for row in driver.execute(f"explain query plan {sql}")]
    return plans


def scanned(plans: list[str]) -> list[str]:
    """Return the lines that read a growing table from end to end."""
    found = []
    for line in plans:
        named = re.search(r"SCAN (\w+)|Seq Scan on (\w+)", line)
        if named and (named[1] or named[2]) in GROWING:
            found.append(line)
    return found


def pull_what_is_new(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    actor = actor_of(database, connection, people.tokens["both"])
    read_page(
        database, connection, plan_pull(database, connection, actor, PullRequest("customers", cursor=told["cursor"]))
    )


def compare_positions(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    actor = actor_of(database, connection, people.tokens["both"])
    plan_pull(database, connection, actor, PullRequest("customers"))


def read_one_row(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    row_of(database, connection, actor_of(database, connection, people.tokens["both"]), "customers", told["row"])


def read_history(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    history_of(database, connection, actor_of(database, connection, people.tokens["both"]), "customers", told["row"])


def ask_who_changed_it(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    blame(database.backend, connection, "customers", [told["row"]], [0, 1], since=0)


def plan_an_undo(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    plan_undo(database, connection, actor_of(database, connection, people.tokens["both"]), told["changeset"])


def look_back(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    asked = PastRequest("customers", "2026-01-01T00:00:00Z")
    read_past(database, connection, actor_of(database, connection, people.tokens["both"]), asked)


def refresh(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    refresh_totals(database.backend, connection, [told["row"]], [1])


def ask_what_is_due(database: Database, connection: sa.Connection, people: People, told: Any) -> None:
    read_due(
        ScopedData(database, connection, actor_of(database, connection, people.tokens["both"]), today=TODAY), TODAY
    )


@pytest.mark.parametrize(
    "work",
    [pull_what_is_new, compare_positions, read_one_row, read_history, ask_who_changed_it, plan_an_undo, look_back, refresh,
     ask_what_is_due],
)  # fmt: skip
def test_hot_queries_read_no_growing_table_from_end_to_end(
    database: Database, people: People, first: Caller, work: Work
) -> None:
    cursor = first.pull("customers")["cursor"]
    told = {"row": new_id(), "changeset": new_id(), "cursor": cursor}
    first.push("customers", op("insert", told["row"], name="山田"), changeset=told["changeset"])
    first.push("customers", op("update", told["row"], first.row("customers", told["row"])["revision"], phone="1"))

    with database.backend.engine.connect() as connection:
        plans = plans_of(connection, lambda: work(database, connection, people, told))
        connection.rollback()

    assert plans
    assert scanned(plans) == []


def test_a_table_without_an_index_would_be_noticed(database: Database) -> None:
    with database.backend.engine.connect() as connection:
        plans = plans_of(connection, lambda: _look_for_a_note(connection))

    assert scanned(plans)


def _look_for_a_note(connection: sa.Connection) -> None:
    fetch_all(connection, "select id from customers where notes = 'x'")


def test_sums_of_the_past_walk_the_covering_index_of_receipts(database: Database, both: Caller) -> None:
    if database.backend.name != "sqlite":
        pytest.skip("PostgreSQL keeps its statistics by itself")
    customer = both.insert("customers", name="山田", store_id=1)["id"]
    rows = 2_000
    columns = [[new_id() for _ in range(rows)], [1 + n % 2 for n in range(rows)], [customer] * rows,
               ["2026-01-01"] * rows, [100] * rows]  # fmt: skip
    fields = ["id", "store_id", "customer_id", "purchased_on", "amount"]
    both.send([{"table": "purchases", "inserts": {"fields": fields, "columns": columns}}])
    database.backend.analyze()
    database.backend.engine.dispose()
    sql = (
        "select customer_id, sum(amount) from purchases where store_id in (0, 1, 2) and deleted = 0 "
        "and purchased_on <= '2026-02-01' group by customer_id"
    )

    with database.backend.read() as connection:
        plan = " ".join(row[3] for row in fetch_all(connection, f"explain query plan {sql}"))

    assert "COVERING INDEX ix_purchases_customer" in plan
