"""Many push at once through connections of their own, while others follow: everything once, in order, and nothing missed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from tests.fixtures.people import People, count
from tests.fixtures.wire import Caller, caller, op

PUSHERS, PUSHES = 8, 12


def together(*works: Callable[[], None]) -> None:
    """Run all at once; raise what any of them raised."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # raised again below, in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(one,)) for one in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if failures:
        raise failures[0]


@pytest.fixture
def servers(database_url: str, database: Database) -> Any:
    """Two servers on one database, each with connections of its own."""
    other = open_database(database_url)
    yield [create_app(Config(database_url), one) for one in (database, other)]
    other.backend.close()


def test_every_acknowledged_change_is_there_once_in_feed_order_and_no_reader_misses_one(
    servers: list[Any], database: Database, people: People
) -> None:
    acknowledged: dict[str, tuple[int, int]] = {}
    finished = threading.Event()
    seen: list[dict[str, list[int]]] = []

    def pusher(place: int) -> None:
        person = caller(servers[place % 2], people.tokens["owner"])
        dice = random.Random(place)
        for _ in range(PUSHES):
            stores = dice.sample([1, 2, 3], dice.choice([1, 1, 2, 3]))
            ops = [op("insert", new_id(), name=f"客{place}", store_id=store) for store in stores]
            for one, outcome in zip(ops, person.push("customers", *ops), strict=True):
                assert outcome["outcome"] == "applied"
                acknowledged[one["id"]] = (one["fields"]["store_id"], outcome["revision"])

    def follower(place: int) -> None:
        person = caller(servers[place % 2], people.tokens["owner"])
        held: dict[str, list[int]] = {}
        query: dict[str, Any] = {}
        while True:
            done = finished.is_set()
            page = person.pull("customers", fields="store_id", limit=5, **query)
            for row_id, revision, store in page["rows"]:
                held.setdefault(row_id, []).append(revision)
                assert store in {1, 2, 3}
            query = {"cursor": page["cursor"]}
            if done and not page["more"]:
                break
        seen.append(held)

    def all_pushers() -> None:
        try:
            together(*(lambda place=place: pusher(place) for place in range(PUSHERS)))
        finally:
            finished.set()

    together(all_pushers, *(lambda place=place: follower(place) for place in range(2)))

    with database.backend.read() as connection:
        changes = fetch_all(connection, "select row_id, store_id, revision from changes where table_name = 'customers'")
    assert len(changes) == len(acknowledged)
    assert {row_id: (store, revision) for row_id, store, revision in changes} == acknowledged
    for store in (1, 2, 3):
        revisions = sorted(revision for where, revision in acknowledged.values() if where == store)
        assert revisions == list(range(1, len(revisions) + 1))
    for held in seen:
        assert held == {row_id: [revision] for row_id, (_, revision) in acknowledged.items()}


def test_the_same_changeset_sent_by_many_at_once_is_applied_once_and_answered_alike(
    servers: list[Any], database: Database, people: People
) -> None:
    changeset, tables = new_id(), [{"table": "customers", "ops": [op("insert", new_id(), name="a", store_id=1)]}]
    answers: list[bytes] = []

    def send(place: int) -> None:
        person = caller(servers[place % 2], people.tokens["owner"])
        answers.append(person.send(tables, changeset=changeset).get_data())

    together(*(lambda place=place: send(place) for place in range(6)))

    assert len(set(answers)) == 1
    assert count(database, "customers") == count(database, "changes", "table_name = 'customers'") == 1


def test_edits_of_one_row_by_many_at_once_are_all_merged_or_told_as_conflicts(
    servers: list[Any], database: Database, people: People
) -> None:
    owner = caller(servers[0], people.tokens["owner"])
    made = owner.insert("customers", name="a", store_id=1, phone="0")
    fields = ["phone", "phone", "mail", "fax", "notes", "industry"]
    outcomes: dict[int, dict[str, Any]] = {}

    def edit(place: int) -> None:
        person = caller(servers[place % 2], people.tokens["owner"])
        [outcomes[place]] = person.push("customers", op("update", made["id"], 1, **{fields[place]: f"v{place}"}))

    together(*(lambda place=place: edit(place) for place in range(len(fields))))

    row = owner.rows("customers")[made["id"]]
    phones = sorted(outcomes[place]["outcome"] for place in (0, 1))
    assert phones[0] in {"applied", "conflict", "merged"}
    assert [outcomes[place]["outcome"] for place in (0, 1)].count("conflict") == 1
    assert row["phone"] in {"v0", "v1"}
    assert [row[name] for name in fields[2:]] == ["v2", "v3", "v4", "v5"]


def test_rows_moved_to_and_fro_by_many_at_once_never_deadlock_for_good(
    servers: list[Any], database: Database, people: People
) -> None:
    owner = caller(servers[0], people.tokens["owner"])
    made = [owner.insert("customers", name="a", store_id=store) for store in (1, 2, 3)]

    def mover(place: int) -> None:
        person = caller(servers[place % 2], people.tokens["owner"])
        dice = random.Random(place)
        for _ in range(8):
            rows = person.rows("customers", fields="store_id")
            ops = [
                op("update", one["id"], rows[one["id"]]["revision"], store_id=dice.choice([1, 2, 3]))
                for one in dice.sample(made, 2)
            ]
            for outcome in person.push("customers", *ops):
                assert outcome["outcome"] in {"applied", "unchanged", "conflict", "merged"}, outcome

    together(*(lambda place=place: mover(place) for place in range(6)))

    assert len(owner.rows("customers")) == 3
    _each_row_is_where_its_last_change_says(database)


def _each_row_is_where_its_last_change_says(database: Database) -> None:
    with database.backend.read() as connection:
        rows = fetch_all(connection, "select id, store_id, revision from customers")
        last = fetch_all(
            connection,
            "select row_id, store_id, max(revision) from changes where table_name = 'customers' and kind <> 'left' "
            "group by row_id, store_id",
        )
    newest: dict[str, tuple[int, int]] = {}
    for row_id, store, revision in last:
        newest[row_id] = max(newest.get(row_id, (0, 0)), (revision, store))
    assert {row_id: (revision, store) for row_id, store, revision in rows} == newest


def test_the_same_number_typed_in_two_stores_at_once_goes_to_one_of_them(
    servers: list[Any], database: Database, people: People
) -> None:
    outcomes: list[str] = []

    def typist(place: int) -> None:
        person: Caller = caller(servers[place % 2], people.tokens[("first", "second")[place % 2]])
        for turn in range(6):
            [one] = person.push("customers", op("insert", new_id(), name="a", number=f"X{turn}"))
            outcomes.append(one["outcome"])

    together(*(lambda place=place: typist(place) for place in range(4)))

    assert sorted(outcomes) == ["applied"] * 6 + ["rejected"] * 18
    assert count(database, "customers") == 6


def test_purchases_of_one_customer_in_several_stores_at_once_are_all_in_the_totals(
    servers: list[Any], database: Database, people: People
) -> None:
    owner = caller(servers[0], people.tokens["owner"])
    customer = owner.insert("customers", name="a", store_id=1)["id"]

    def till(place: int) -> None:
        person = caller(servers[place % 2], people.tokens["owner"])
        for _ in range(8):
            person.insert(
                "purchases", customer_id=customer, purchased_on="2026-01-01", amount=1, store_id=place % 3 + 1
            )

    together(*(lambda place=place: till(place) for place in range(6)))

    with database.backend.read() as connection:
        totals = fetch_all(connection, "select store_id, purchases, amount from customer_totals order by store_id")
    assert [tuple(row) for row in totals] == [(1, 16, 1600), (2, 16, 1600), (3, 16, 1600)]
