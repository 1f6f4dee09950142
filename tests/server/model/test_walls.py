"""Row-level security on PostgreSQL: what holds when the scope filter does not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
import sqlalchemy as sa

from kizuna.access.tokens import actor_of
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.sync.changeset import Op, TableChanges
from kizuna.sync.push import ChangesetRequest, push
from tests.fixtures.people import NOW, People
from tests.fixtures.wire import Caller, op

WALLED = (
    "stores", "staff", "products", "customers", "contacts", "interactions", "purchases", "purchase_lines", "ads",
    "ad_responses", "deals", "changes", "customer_totals",
)  # fmt: skip


@pytest.fixture
def template(postgresql_template: Any) -> Any:
    """Only the database that has a second wall."""
    return postgresql_template


@pytest.fixture
def stores(owner: Caller) -> None:
    """A customer with a purchase in each of three stores, and a product common to all."""
    owner.insert("products", name="茶碗")
    for store in (1, 2, 3):
        row = owner.insert("customers", name=f"店{store}の客", store_id=store)
        owner.insert("purchases", customer_id=row["id"], store_id=store, purchased_on="2026-01-02", amount=store)


def stores_read(connection: sa.Connection, table: str) -> set[int]:
    """Return the stores a select without any condition shows rows of."""
    return {row[0] for row in fetch_all(connection, f"select store_id from {table}")}


@pytest.mark.parametrize("table", ["customers", "purchases", "changes", "customer_totals"])
def test_a_select_without_scope_filter_shows_the_callers_stores_alone(
    stores: None, database: Database, people: People, table: str
) -> None:
    with database.backend.read() as connection:
        unknown = stores_read(connection, table)
        actor_of(database, connection, people.tokens["first"])
        seen = stores_read(connection, table)

    assert {1, 2, 3} <= unknown
    assert seen <= {0, 1}
    assert 1 in seen


def test_every_table_with_rows_of_stores_is_walled(database: Database) -> None:
    with database.backend.read() as connection:
        found = {row[0] for row in fetch_all(connection, "select relname from pg_class where relforcerowsecurity")}

    assert set(WALLED) <= found
    assert {table.name for table in database.registry} <= found


def test_the_next_request_on_the_same_connection_has_its_own_walls(
    stores: None, database: Database, people: People
) -> None:
    seen = []
    for name in ("first", "second", "owner", "both"):
        with database.backend.read() as connection:
            actor_of(database, connection, people.tokens[name])
            seen.append(stores_read(connection, "customers"))

    assert seen == [{1}, {2}, {1, 2, 3}, {1, 2}]


def test_a_stranger_with_a_connection_of_their_own_sees_nothing(stores: None, database_url: str) -> None:
    url = sa.make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        found = connection.execute("select count(*) from customers").fetchone()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("insert into customers(id, store_id, revision) values ('x', 1, 1)")

    assert found == (0,)


def test_a_write_into_another_store_is_stopped_though_no_rule_stops_it(
    stores: None, database: Database, people: People
) -> None:
    actor = people.actor(database, "first")

    def walled(connection: sa.Connection) -> int:
        database.backend.narrow(connection, actor.walls, writes=True)
        return run(connection, "update customers set name = '書き換え' where store_id = 2")

    assert database.backend.write(walled) == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.backend.write(
            lambda connection: (
                database.backend.narrow(connection, actor.walls, writes=True),
                run(connection, "insert into customers(id, store_id, revision, deleted) values ('x', 2, 99, false)"),
            )
        )
    done = push(
        database,
        actor,
        ChangesetRequest(new_id(), [TableChanges("customers", [Op("insert", new_id(), None, {"name": "山田"})])]),
        now=NOW,
        request_hash="walls",
    )
    assert done.answer is not None
    assert done.answer.outcomes[0].outcome == "applied"


def test_numbers_stay_unique_across_stores_nobody_sees_both_of(first: Caller, second: Caller) -> None:
    first.insert("customers", name="山田", number="C0001")
    [outcome] = second.push("customers", op("insert", new_id(), name="鈴木", number="C0001"))

    assert (outcome["outcome"], outcome["problems"][0]["code"]) == ("rejected", "not-unique")


def test_totals_of_a_deleted_customer_go_in_stores_its_deleter_does_not_see(
    first: Caller, both: Caller, owner: Caller, database: Database
) -> None:
    row = first.insert("customers", name="山田")
    both.insert("purchases", customer_id=row["id"], store_id=2, purchased_on="2026-01-02", amount=5)

    [outcome] = first.push("customers", op("delete", row["id"], row["revision"]))

    assert outcome["outcome"] == "applied"
    with database.backend.read() as connection:
        assert fetch_all(connection, "select count(*) from customer_totals") == [(0,)]


def test_a_large_insert_goes_through_the_wall(first: Caller) -> None:
    ids = [new_id() for _ in range(1_200)]
    inserts = {"fields": ["id", "name"], "columns": [ids, [f"客{place}" for place in range(1_200)]]}
    two = {"fields": ["id", "name"], "columns": [[new_id() for _ in ids], [f"別{place}" for place in range(1_200)]]}

    answer = first.send([{"table": "customers", "inserts": inserts}]).get_json()
    first.send([{"table": "customers", "inserts": two}])

    assert answer["inserted"][0]["count"] == 1_200
    assert len(first.rows("customers")) == 2_400


def test_a_custom_field_changes_nothing_about_the_wall(
    owner: Caller, stores: None, database: Database, people: People
) -> None:
    field = {"name": "shoe", "type": "text", "label": {"ja": "靴"}}
    assert owner.post("/tables/customers/fields", orjson.dumps(field)).status_code == 201
    owner.insert("customers", name="山田", store_id=2, x_shoe="27")

    with database.backend.read() as connection:
        actor_of(database, connection, people.tokens["first"])
        assert fetch_all(connection, "select x_shoe from customers where x_shoe is not null") == []


def test_tables_that_come_later_are_walled_by_the_next_migration(
    database: Database, people: People, tmp_path: Path
) -> None:
    def arrive(connection: sa.Connection) -> None:
        run(
            connection,
            "create table visits (id text, store_id int, revision bigint, deleted bool, field_revisions text)",
        )
        run(connection, "insert into visits(id, store_id) values ('a', 1), ('b', 2)")
        database.backend.after_migrating(connection)

    database.backend.write(arrive)

    with database.backend.read() as connection:
        actor_of(database, connection, people.tokens["first"])
        assert stores_read(connection, "visits") == {1}


def test_the_wall_costs_a_one_row_read_and_an_empty_delta_little(first: Caller) -> None:
    row = first.insert("customers", name="山田")
    cursor = first.pull("customers")["cursor"]

    began = time.perf_counter()
    for _ in range(100):
        first.row("customers", row["id"])
        first.pull("customers", cursor=cursor)
    spent = (time.perf_counter() - began) / 200

    assert spent < 0.1  # seconds for one request; 2 ms on an idle machine
