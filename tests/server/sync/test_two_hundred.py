"""Two hundred push at once, over HTTP, to the real server with several processes on a real PostgreSQL."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.model.postgresql import PostgresqlBackend
from kizuna.sync.cursor import decode_cursor
from tests.fixtures.live import kizuna_serve
from tests.fixtures.people import People, count
from tests.fixtures.wire import caller, op
from tests.server.sync.test_concurrency import together

CLIENTS, PUSHES, SHARED, READERS = 200, 3, 5, 2
MOST_TRIES = 400


@pytest.fixture
def database_url(postgresql_template: Any, tmp_path: Any) -> Any:
    """A fresh database on PostgreSQL."""
    url = postgresql_template.copy(tmp_path)
    yield url
    postgresql_template.drop(url)


@pytest.fixture
def people(postgresql_template: Any) -> People:
    """Who there is."""
    found = postgresql_template.people
    assert isinstance(found, People)
    return found


@dataclass
class Line:
    """One client's connection, as light as can be: two hundred of them share this process with the checks."""

    api: str
    token: str
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        parts = urlsplit(self.api)
        self.http = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self.path = parts.path

    def ask(self, method: str, path: str, body: bytes | None = None, *, hang_up: bool = False) -> dict[str, Any]:
        """Return the answer to a request, sent again while the server says to come back; ``hang_up`` loses the first answer."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "identity"}
        for _ in range(MOST_TRIES):
            self.http.request(method, self.path + path, body, headers)
            if hang_up:
                self.http.close()
                hang_up = False
                continue
            response = self.http.getresponse()
            said = response.read()
            self.statuses[response.status] += 1
            if response.status == 503:
                assert int(response.headers["Retry-After"]) > 0
                time.sleep(0.05)
                continue
            assert response.status == 200, said.decode()
            return dict(json.loads(said))
        raise AssertionError("told to come back for ever")


@dataclass
class Book:
    """What was acknowledged: revision of each row written by each changeset, and what was refused as a conflict."""

    written: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """(changeset, row) → (store, revision)."""

    values: dict[tuple[str, str], str] = field(default_factory=dict)
    conflicts: set[str] = field(default_factory=set)


class Client:
    """Inserts rows of its own, changes them later, and edits rows that everybody edits."""

    def __init__(self, api: str, token: str, place: int, shared: list[str]) -> None:
        self.line, self.dice, self.book = Line(api, token), random.Random(place), Book()
        self.place, self.shared, self.stores = place, shared, dict.fromkeys(shared, 1)
        self.own: dict[str, int] = {}
        self.bases = dict.fromkeys(shared, 1)

    def work(self) -> None:
        for turn in range(PUSHES):
            ops = []
            for store in self.dice.sample([1, 2, 3], self.dice.choice([1, 2])):
                row_id = new_id()
                self.stores[row_id] = store
                ops.append(op("insert", row_id, name=f"客{self.place}", notes=f"{self.place}/{turn}", store_id=store))
            ops += [op("update", one, base, notes=f"{self.place}/{turn}") for one, base in list(self.own.items())[:1]]
            one = self.dice.choice(self.shared)
            ops.append(op("update", one, self.bases[one], notes=f"{self.place}/{turn}"))
            self.dice.shuffle(ops)
            self.push(ops)
        self.line.http.close()

    def push(self, ops: list[dict[str, Any]]) -> None:
        changeset = new_id()
        body = json.dumps({"id": changeset, "tables": [{"table": "customers", "ops": ops}]}).encode()
        answer = self.line.ask("POST", "/changesets", body, hang_up=self.dice.random() < 0.2)
        for one, outcome in zip(ops, answer["outcomes"], strict=True):
            assert one["id"] == outcome["id"]
            if one["id"] in self.shared:
                self.bases[one["id"]] = outcome["revision"]
            if outcome["outcome"] == "conflict":
                assert one["id"] in self.shared
                self.book.conflicts.add(changeset)
                continue
            assert outcome["outcome"] == "applied", outcome
            self.book.written[changeset, one["id"]] = (self.stores[one["id"]], outcome["revision"])
            self.book.values[changeset, one["id"]] = one["fields"]["notes"]
            if one["id"] not in self.shared:
                self.own[one["id"]] = outcome["revision"]


class Follower:
    """Polls deltas until told that all is done, and notes what each poll brought and where it then stood."""

    def __init__(self, api: str, token: str, finished: threading.Event) -> None:
        self.line, self.finished = Line(api, token), finished
        self.seen: dict[str, list[tuple[int, int]]] = defaultdict(list)
        """Row → (poll, revision), as they came."""

        self.stood: list[dict[int, int]] = []
        """Where it stood after each poll, when it had asked for all pages: a row that changes meanwhile moves to a later one."""

    def work(self) -> None:
        cursor = ""
        while True:
            done = self.finished.is_set()
            page = self.line.ask("GET", f"/tables/customers/rows?fields=store_id,notes&limit=40{cursor}")
            for row in page["rows"]:
                self.seen[row[0]].append((len(self.stood), row[1]))
            assert page["gone"] == []
            found = decode_cursor(page["cursor"])
            assert found is not None
            if not page["more"]:
                self.stood.append(found.positions)
            cursor = f"&cursor={quote(page['cursor'])}"
            if done and not page["more"]:
                self.line.http.close()
                return
            time.sleep(0.02)

    def missed(self, changes: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        """Return the changes (row, store, revision) the follower's position had passed before it saw them."""
        bad = []
        for row_id, store, revision in changes:
            passed = next((poll for poll, at in enumerate(self.stood) if at[store] >= revision), None)
            seen = next((poll for poll, held in self.seen[row_id] if held >= revision), None)
            if passed is None or seen is None or seen > passed:
                bad.append((row_id, store, revision))
        return bad


def test_two_hundred_pushers_lose_and_double_nothing_and_readers_miss_nothing(
    database_url: str, database: Database, people: People
) -> None:
    owner = caller(create_app(Config(database_url), database), people.tokens["owner"])
    shared = [owner.insert("customers", name="みんなの客", store_id=1)["id"] for _ in range(SHARED)]
    first = {one: owner.row("customers", one)["revision"] for one in shared}
    token, finished = people.tokens["owner"], threading.Event()
    # More threads than the pool has connections: waiting for one is part of the trial.
    with kizuna_serve(database_url, "--workers", "2", "--threads", "40") as api:
        clients = [Client(api, token, place, shared) for place in range(CLIENTS)]
        for one in clients:
            one.bases.update(first)
        followers = [Follower(api, token, finished) for _ in range(READERS)]

        def all_clients() -> None:
            try:
                together(*(one.work for one in clients))
            finally:
                finished.set()

        together(all_clients, *(one.work for one in followers))

    statuses = {status for one in (*clients, *followers) for status in one.line.statuses}
    assert statuses <= {200, 503}
    written = {key: value for one in clients for key, value in one.book.written.items()}
    values = {key: value for one in clients for key, value in one.book.values.items()}
    with database.backend.read() as connection:
        changes = fetch_all(
            connection,
            "select changeset_id, row_id, store_id, revision, fields::json -> 'notes' ->> 1 from changes "
            "where table_name = 'customers' and changeset_id not in (select changeset_id from changes where revision <= 5 and "
            "store_id = 1 and kind = 'insert' and table_name = 'customers') order by store_id, revision",
        )
        feeds = dict(fetch_all(connection, "select store_id, revision from feeds where store_id > 0"))
        rows = dict(fetch_all(connection, "select id, revision from customers"))
    found = {(changeset, row_id): (store, revision) for changeset, row_id, store, revision, _ in changes}
    assert len(found) == len(changes)
    assert found == written, "every acknowledged change is there once, and no other"
    # An insert's values are in the row itself until it changes.
    assert all(values[changeset, row_id] == text for changeset, row_id, _, _, text in changes if text is not None)
    for store, last in feeds.items():
        revisions = sorted(revision for where, revision in found.values() if where == store)
        assert revisions == list(range(last - len(revisions) + 1, last + 1)), "no revision left out or given twice"
    for one in clients:
        mine = sorted(
            (store, revision, turn)
            for turn, changeset in enumerate(dict.fromkeys(key[0] for key in one.book.written))
            for (known, _), (store, revision) in one.book.written.items()
            if known == changeset
        )
        for store in (1, 2, 3):
            turns = [turn for where, _, turn in mine if where == store]
            assert turns == sorted(turns), "what was pushed later comes later in the feed"
    assert rows == {
        row_id: max(revision for (_, row), (_, revision) in found.items() if row == row_id) for row_id in rows
    }
    assert any(one.book.conflicts for one in clients)
    for follower in followers:
        assert follower.missed([(row_id, store, revision) for _, row_id, store, revision, _ in changes]) == []


def test_when_every_connection_is_taken_the_rest_are_told_to_come_back(database_url: str, people: People) -> None:
    database = open_database(database_url)
    database.backend.close()
    backend = PostgresqlBackend(database_url, patience=1.0)
    crowded = Database(backend, database.registry, database.plugins)
    app, statuses, waits = create_app(Config(database_url), crowded), [], []
    other = open_database(database_url)

    def push() -> None:
        response = caller(app, people.tokens["owner"]).send(
            [{"table": "customers", "ops": [op("insert", new_id(), name="客", store_id=1)]}]
        )
        statuses.append(response.status_code)
        if response.status_code == 503:
            waits.append(int(response.headers["Retry-After"]))
            assert response.get_json()["error"]["code"] == "database-busy"

    pushers = [threading.Thread(target=push) for _ in range(50)]

    def in_the_way(connection: Any) -> None:
        other.backend.lock_feeds(connection, [1])
        for one in pushers:
            one.start()
        time.sleep(4)

    other.backend.write(in_the_way)
    for one in pushers:
        one.join()

    assert 503 in statuses
    assert set(statuses) <= {200, 503}, "those who came late enough were taken"
    assert len(waits) == statuses.count(503)
    assert count(other, "customers") == statuses.count(200)
    push()
    assert statuses[-1] == 200
    other.backend.close()
    backend.close()
