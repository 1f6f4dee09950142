"""Ours, as docs/operating.md says to run it: history, rules, scope and totals included."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import zstandard

from benchmarks.client import Client
from benchmarks.load import Load
from benchmarks.peers.postgresql import database
from benchmarks.processes import free_port, serving
from benchmarks.workload import COLUMNS, Row
from kizuna.ids import new_id

API = "/api/v1"
ROWS = f"{API}/tables/customers/rows"
CHANGESET_ROWS = 10_000
# Each request pushes a row of its own under a changeset of its own; ids grow as a client's would.
PUSH_LUA = """
wrk.method = "POST"
local n = 0
local salt = os.time() %% 65536 * 65536 + math.random(0, 65535)
request = function()
  n = n + 1
  local id = string.format("0191%%04x-%%04x-7000-8000-%%012x", math.floor(n / 65536), n %% 65536, salt)
  local body = string.format([[
    {"id":"%%s","tables":[{"table":"customers","ops":[{"op":"insert","id":"%%s","fields":%s}]}]}]], id, id)
  return wrk.format(nil, "%s/changesets", nil, body)
end
"""


@dataclass
class KizunaSession:
    """A running Kizuna."""

    port: int
    pid: int
    token: str
    cursor: str | None = None
    etag: str = ""
    revisions: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._client = Client(self.port, self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """What travels with every request."""
        return {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "zstd"}

    def push(self, rows: Sequence[Row]) -> None:
        """Push changesets of 10,000 rows: columns, zstd."""
        for start in range(0, len(rows), CHANGESET_ROWS):
            part = rows[start : start + CHANGESET_ROWS]
            columns = [[row[name] for row in part] for name in COLUMNS]
            self._changeset({"inserts": {"fields": COLUMNS, "columns": columns}})

    fill = push

    def pull(self) -> tuple[int, int]:
        """Pull every page as a client without a cursor."""
        return self._pull(None)

    def catch_up(self) -> None:
        """Remember revisions and the cursor."""
        self._pull(None)

    def push_edits(self, rows: Sequence[Row]) -> None:
        """Push edits on their base revisions."""
        ops = [
            {"op": "update", "id": row["id"], "base": self.revisions[row["id"]],
             "fields": {"notes": row["notes"], "street": row["street"]}}
            for row in rows
        ]  # fmt: skip
        answer = self._changeset({"ops": ops})
        assert all(one["outcome"] == "applied" for one in answer["outcomes"]), answer["outcomes"][0]

    def delta(self) -> int:
        """Pull what is new."""
        return self._pull(self.cursor)[0]

    def one_row(self, row: Row) -> Load:
        """Ask for a row by its id."""
        return Load(f"{ROWS}/{row['id']}", self.headers)

    def nothing_new(self) -> Load:
        """Ask with cursor and ETag, as the add-in does."""
        return Load(f"{ROWS}?layout=columns&cursor={self.cursor}", self.headers | {"If-None-Match": self.etag})

    def one_push(self, row: Row) -> Load:
        """Push one new row per changeset."""
        fields = {name: value for name, value in row.items() if name not in {"id", "number"} and value is not None}
        lua = PUSH_LUA % (orjson.dumps(fields).decode().replace("%", "%%"), API)
        return Load("/", self.headers | {"Content-Type": "application/json"}, lua)

    def _changeset(self, changes: dict[str, Any]) -> Any:
        body = orjson.dumps({"id": new_id(), "tables": [{"table": "customers", **changes}]})
        coding = {"Content-Encoding": "zstd"}
        reply = self._client.ask("POST", f"{API}/changesets", zstandard.compress(body, 1), coding)
        answer = orjson.loads(_unpacked(reply.headers.get("Content-Encoding"), reply.body))
        assert not any(one["outcome"] == "rejected" for one in answer["outcomes"]), answer["outcomes"][0]
        return answer

    def _pull(self, cursor: str | None) -> tuple[int, int]:
        count = travelled = 0
        while True:
            path = f"{ROWS}?layout=columns" + (f"&cursor={cursor}" if cursor else "")
            reply = self._client.ask("GET", path)
            page = orjson.loads(_unpacked(reply.headers.get("Content-Encoding"), reply.body))
            count, travelled, cursor = count + len(page["columns"][0]), travelled + len(reply.body), page["cursor"]
            self.revisions.update(zip(page["columns"][0], page["columns"][1], strict=True))
            if not page["more"]:
                self.cursor, self.etag = cursor, str(reply.headers.get("ETag"))
                return count, travelled


@dataclass(frozen=True, slots=True)
class Kizuna:
    """Ours on one database behind one HTTP server."""

    name: str
    shown: str
    options: tuple[str, ...] = ()
    postgresql: bool = False
    pushes_at_most: int | None = None

    def install(self, home: Path) -> None:
        """Nothing: it is this checkout."""

    @contextmanager
    def session(self, home: Path, folder: Path) -> Iterator[KizunaSession]:
        """Make a database with one store and serve it."""
        held: AbstractContextManager[str] = (
            database(home) if self.postgresql else nullcontext(str(folder / "kizuna.db"))
        )
        with held as url:
            env = {
                "PYTHONPATH": os.pathsep.join(one for one in sys.path if one),
                "KIZUNA_PLUGINS": str(folder / "plugins"),
            }
            command = [sys.executable, "-m", "kizuna"]
            told = subprocess.run(
                [*command, "init", "--json", "--database", url],
                check=True, capture_output=True, env={**os.environ, **env},
            )  # fmt: skip
            port = free_port()
            serve = [*command, "serve", "--database", url, "--port", str(port), *self.options]
            with serving(serve, port, f"{API}/me", folder / "server.log", env=env) as pid:
                yield KizunaSession(port, pid, orjson.loads(told.stdout)["token"])


def _unpacked(coding: str | None, body: bytes) -> bytes:
    return zstandard.decompress(body) if coding == "zstd" else body
