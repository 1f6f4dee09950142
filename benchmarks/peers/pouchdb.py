"""pouchdb-server's core, express-pouchdb on LevelDB: CouchDB's protocol, revisions checked and kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks.client import Client
from benchmarks.load import Load
from benchmarks.peers.environments import node_environment
from benchmarks.processes import free_port, serving
from benchmarks.workload import Row

BULK_DOCUMENTS = 5_000
SERVER = """
const PouchDB = require('pouchdb'), express = require('express'), served = require('express-pouchdb')
const [port, folder] = process.argv.slice(2)
const app = express()
app.use('/', served(PouchDB.defaults({prefix: folder + '/'}),
  {mode: 'minimumForPouchDB', logPath: folder + '/log.txt', configPath: folder + '/config.json', overrideMode: {include: []}}))
app.listen(+port, '127.0.0.1')
"""
POST_LUA = """
wrk.method = "POST"
wrk.body = [==[%s]==]
"""


@dataclass
class PouchSession:
    """A running pouchdb-server with one database."""

    port: int
    pid: int
    position: Any = 0
    revisions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._client = Client(self.port)

    def push(self, rows: Sequence[Row]) -> None:
        """Post documents in bulk."""
        self._write([_document(row) for row in rows])

    fill = push

    def pull(self) -> tuple[int, int]:
        """Fetch all documents."""
        reply = self._client.ask("GET", "/customers/_all_docs?include_docs=true")
        return len(orjson.loads(reply.body)["rows"]), len(reply.body)

    def catch_up(self) -> None:
        """Note the last sequence number."""
        self.position = self._client.json("GET", "/customers/_changes?since=now")["last_seq"]

    def push_edits(self, rows: Sequence[Row]) -> None:
        """Post documents with the revisions they are based on."""
        self._write([_document(row) | {"_rev": self.revisions[row["id"]]} for row in rows])

    def delta(self) -> int:
        """Read the changes feed with documents."""
        found = self._client.json("GET", f"/customers/_changes?since={self.position}&include_docs=true")
        self.position = found["last_seq"]
        return len(found["results"])

    def one_row(self, row: Row) -> Load:
        """Ask for a document."""
        return Load(f"/customers/{row['id']}")

    def nothing_new(self) -> Load:
        """Ask for changes after the last one."""
        return Load(f"/customers/_changes?since={self.position}")

    def one_push(self, row: Row) -> Load:
        """Post one new document; the server names it."""
        body = orjson.dumps({name: value for name, value in row.items() if name != "id"}).decode()
        return Load("/customers", {"Content-Type": "application/json"}, POST_LUA % body)

    def _write(self, documents: list[Row]) -> None:
        for start in range(0, len(documents), BULK_DOCUMENTS):
            found = self._client.json(
                "POST", "/customers/_bulk_docs", {"docs": documents[start : start + BULK_DOCUMENTS]}
            )
            for one in found:
                assert one.get("ok"), one
                self.revisions[one["id"]] = one["rev"]


@dataclass(frozen=True, slots=True)
class Pouch:
    """express-pouchdb in its own node_modules."""

    name: str = "pouchdb-server"
    shown: str = "express-pouchdb on LevelDB"
    pushes_at_most: int | None = None

    def install(self, home: Path) -> None:
        """Install it by npm."""
        _modules(home)

    @contextmanager
    def session(self, home: Path, folder: Path) -> Iterator[PouchSession]:
        """Serve an empty folder."""
        modules = _modules(home)
        server = modules / "server.js"  # where require() finds the modules
        server.write_text(SERVER)
        data = folder / "pouch"
        data.mkdir()
        port = free_port()
        command = ["node", "--max-old-space-size=6000", str(server), str(port), str(data)]
        with serving(command, port, "/", folder / "server.log") as pid:
            Client(port).ask("PUT", "/customers")
            yield PouchSession(port, pid)


def _modules(home: Path) -> Path:
    return node_environment(home, "pouchdb", "express@4", "express-pouchdb", "pouchdb")


def _document(row: Row) -> Row:
    return {"_id": row["id"], **{name: value for name, value in row.items() if name != "id"}}
