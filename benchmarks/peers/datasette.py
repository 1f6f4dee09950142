"""Datasette 1.0a with its JSON write API: plain inserts, no history, no check of concurrent edits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.client import Client
from benchmarks.load import Load
from benchmarks.peers.environments import python_environment
from benchmarks.processes import free_port, serving
from benchmarks.workload import COLUMNS, Row

INSERT_ROWS = 10_000
SETTINGS = {
    "max_insert_rows": INSERT_ROWS, "max_post_body_bytes": 0, "max_returned_rows": 1_000_000,
    "sql_time_limit_ms": 60_000, "suggest_facets": "off",
}  # fmt: skip
MAY = {"permissions": {"insert-row": True, "update-row": True}}
ALL = "_size=max&_shape=objects&_nocount=1"
# A delta needs a column that says when; the first rows have the first stamp.
STAMP = "2026-01-01T00:00:00.{:06}Z"
UPDATE_LUA = """
wrk.method = "POST"
wrk.body = [[{"update":{"notes":"x","street":"5-5"}}]]
"""


@dataclass
class DatasetteSession:
    """A running Datasette on one table."""

    port: int
    pid: int
    stamp: int = 0
    seen: int = 0

    def __post_init__(self) -> None:
        self._client = Client(self.port)

    def push(self, rows: Sequence[Row]) -> None:
        """Insert the most rows at a time that it is told to take."""
        self._write("insert", rows)

    fill = push

    def pull(self) -> tuple[int, int]:
        """Fetch all rows in one answer."""
        reply = self._client.ask("GET", f"/data/customers.json?{ALL}")
        return len(orjson.loads(reply.body)["rows"]), len(reply.body)

    def catch_up(self) -> None:
        """Note the last stamp."""
        self.seen = self.stamp

    def push_edits(self, rows: Sequence[Row]) -> None:
        """Write over whatever is there: it has no check."""
        self.stamp += 1
        self._write("upsert", rows)

    def delta(self) -> int:
        """Ask for later stamps, by an index."""
        reply = self._client.ask(
            "GET", f"/data/customers.json?updated__gt={STAMP.format(self.seen)}&_sort=updated&{ALL}"
        )
        self.seen = self.stamp
        return len(orjson.loads(reply.body)["rows"])

    def one_row(self, row: Row) -> Load:
        """Ask for a row by its id."""
        return Load(f"/data/customers/{row['id']}.json")

    def nothing_new(self) -> Load:
        """Ask for stamps to come."""
        return Load("/data/customers.json?updated__gt=2027&_sort=updated&_nocount=1")

    def one_push(self, row: Row) -> Load:
        """Update a row."""
        return Load(f"/data/customers/{row['id']}/-/update", {"Content-Type": "application/json"}, UPDATE_LUA)

    def _write(self, how: str, rows: Sequence[Row]) -> None:
        stamp = {"updated": STAMP.format(self.stamp)}
        for start in range(0, len(rows), INSERT_ROWS):
            body = orjson.dumps({"rows": [row | stamp for row in rows[start : start + INSERT_ROWS]]})
            self._client.ask("POST", f"/data/customers/-/{how}", body)


@dataclass(frozen=True, slots=True)
class Datasette:
    """Datasette in its own virtual environment."""

    name: str = "datasette"
    shown: str = "Datasette 1.0a20, plain tables without history or checks"
    pushes_at_most: int | None = None

    def install(self, home: Path) -> None:
        """Install it by pip."""
        _programs(home)

    @contextmanager
    def session(self, home: Path, folder: Path) -> Iterator[DatasetteSession]:
        """Serve a file with the table in it."""
        file, settings = folder / "data.db", folder / "datasette.json"
        with sqlite3.connect(file) as connection:
            connection.execute("pragma journal_mode=wal")
            columns = ", ".join(f"{one} {_kind(one)}" for one in (*COLUMNS, "updated"))
            connection.execute(f"create table customers ({columns})")
            connection.execute("create index customers_updated on customers(updated)")
        connection.close()
        settings.write_bytes(orjson.dumps(MAY))
        port = free_port()
        command = [str(_programs(home) / "datasette"), "serve", str(file), "-h", "127.0.0.1", "-p", str(port)]
        command += ["-c", str(settings)]
        for name, value in SETTINGS.items():
            command += ["--setting", name, str(value)]
        with serving(command, port, "/-/versions.json", folder / "server.log") as pid:
            yield DatasetteSession(port, pid)


def _programs(home: Path) -> Path:
    return python_environment(home, "datasette", "datasette==1.0a20", "setuptools<81")


def _kind(column: str) -> str:
    return "text primary key" if column == "id" else "integer" if column in {"store_id", "no_mail"} else "text"
