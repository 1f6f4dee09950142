"""Kinto 26 on PostgreSQL behind waitress, as its documentation starts it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import psycopg

from benchmarks.client import Client
from benchmarks.load import Load
from benchmarks.peers.environments import python_environment
from benchmarks.peers.postgresql import database
from benchmarks.processes import free_port, serving
from benchmarks.workload import Row

BATCH = 1_000
COLLECTION = "/buckets/b/collections/customers"
RECORDS = f"/v1{COLLECTION}/records"
SIGNED = {"Authorization": "Basic dTpw"}
CONFIGURATION = """[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}
threads = 8
[app:main]
use = egg:kinto
kinto.bucket_create_principals = system.Everyone
kinto.batch_max_requests = 1000
kinto.storage_max_fetch_size = 1000000
multiauth.policies = basicauth
kinto.userid_hmac_secret = benchmark
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {url}
kinto.cache_backend = kinto.core.cache.postgresql
kinto.cache_url = {url}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {url}
"""
POST_LUA = """
wrk.method = "POST"
wrk.body = [==[{"data":%s}]==]
"""


@dataclass
class KintoSession:
    """A running Kinto with one collection."""

    port: int
    pid: int
    url: str
    revisions: dict[str, int] = field(default_factory=dict)
    position: str = ""

    def __post_init__(self) -> None:
        self._client = Client(self.port, SIGNED)

    def push(self, rows: Sequence[Row]) -> None:
        """Put records in batches of the most requests it is told to take."""
        self._batch(rows, [{} for _ in rows])

    def fill(self, rows: Sequence[Row]) -> None:
        """Bring rows in behind its back: by itself it would take a quarter of an hour for 100,000."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("create temp table given(id text, data jsonb)")
            with cursor.copy("copy given from stdin") as copy:
                for row in rows:
                    copy.write_row((row["id"], orjson.dumps({k: v for k, v in row.items() if k != "id"}).decode()))
            cursor.execute(
                "insert into objects(id, parent_id, resource_name, last_modified, data, deleted) "
                f"select id, '{COLLECTION}', 'record', null, data, false from given"
            )
            cursor.execute("analyze objects")

    def pull(self) -> tuple[int, int]:
        """Fetch all records."""
        return self._pull(RECORDS)

    def catch_up(self) -> None:
        """Note the collection's ETag and the records' times."""
        self._pull(RECORDS)

    def push_edits(self, rows: Sequence[Row]) -> None:
        """Put records with If-Match."""
        self._batch(rows, [{"If-Match": f'"{self.revisions[row["id"]]}"'} for row in rows])

    def delta(self) -> int:
        """Ask for records since an ETag."""
        return self._pull(f"{RECORDS}?_since={self.position}")[0]

    def one_row(self, row: Row) -> Load:
        """Ask for a record."""
        return Load(f"{RECORDS}/{row['id']}", SIGNED)

    def nothing_new(self) -> Load:
        """Ask since the last ETag."""
        return Load(f"{RECORDS}?_since={self.position}", SIGNED)

    def one_push(self, row: Row) -> Load:
        """Post a new record; the server names it."""
        body = orjson.dumps({name: value for name, value in row.items() if name != "id"}).decode()
        return Load(RECORDS, SIGNED | {"Content-Type": "application/json"}, POST_LUA % body)

    def _batch(self, rows: Sequence[Row], headers: Sequence[dict[str, str]]) -> None:
        for start in range(0, len(rows), BATCH):
            requests = [
                {"method": "PUT", "path": f"{RECORDS}/{row['id']}", "body": {"data": row}, "headers": sent}
                for row, sent in zip(rows[start : start + BATCH], headers[start : start + BATCH], strict=True)
            ]
            for one in self._client.json("POST", "/v1/batch", {"requests": requests})["responses"]:
                assert one["status"] in {200, 201}, one
                self.revisions[one["body"]["data"]["id"]] = one["body"]["data"]["last_modified"]

    def _pull(self, path: str) -> tuple[int, int]:
        reply = self._client.ask("GET", path)
        found = orjson.loads(reply.body)["data"]
        self.position = str(reply.headers["ETag"]).strip('"')
        self.revisions.update((one["id"], one["last_modified"]) for one in found)
        return len(found), len(reply.body)


@dataclass(frozen=True, slots=True)
class Kinto:
    """Kinto in its own virtual environment."""

    name: str = "kinto"
    shown: str = "Kinto 26 on PostgreSQL, waitress with 8 threads"
    pushes_at_most: int | None = 2_000

    def install(self, home: Path) -> None:
        """Install it by pip."""
        _programs(home)

    @contextmanager
    def session(self, home: Path, folder: Path) -> Iterator[KintoSession]:
        """Serve an empty PostgreSQL."""
        programs = _programs(home)
        with database(home) as url:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("alter database postgres set timezone to 'UTC'")  # Kinto asks for it
            port = free_port()
            configuration = folder / "kinto.ini"
            configuration.write_text(CONFIGURATION.format(port=port, url=url))
            kinto = [str(programs / "kinto")]
            told = ["--ini", str(configuration)]
            subprocess.run([*kinto, "migrate", *told], check=True, capture_output=True)
            with serving([*kinto, "start", *told, "--port", str(port)], port, "/v1/", folder / "server.log") as pid:
                client = Client(port, SIGNED)
                client.json("PUT", "/v1/buckets/b", {"permissions": {"write": ["system.Everyone"]}})
                client.json("PUT", f"/v1{COLLECTION}", {})
                yield KintoSession(port, pid, url)


def _programs(home: Path) -> Path:
    return python_environment(home, "kinto", "kinto[postgresql]>=26,<27", "setuptools<81")
