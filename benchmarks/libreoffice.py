"""How long a pull and a push take in a running LibreOffice: 10,000 × 20, 100 edits among them; memory at 100,000 rows.

``python benchmarks/libreoffice.py [ROWS]`` starts a server and a Calc of its own and prints medians of five with the
machine's load.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import orjson
from werkzeug.serving import make_server

from kizuna.access.accounts import SYSTEM, create_account
from kizuna.access.tokens import create_token
from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.model.database import sqlite_url
from kizuna.ops.migrate import migrate
from kizuna.sync.changeset import ChangesetRequest, Op, TableChanges
from kizuna.sync.push import push as server_push
from kizuna_addin.client import Client
from kizuna_addin.hosts import libreoffice
from kizuna_addin.identifiers import new_id
from kizuna_addin.new import Wish, fill_new_book
from kizuna_addin.pull import pull
from kizuna_addin.push import push
from kizuna_addin.transport import Transport

FIELDS = [
    "kind",
    "name",
    "kana",
    "postal_code",
    "prefecture",
    "city",
    "street",
    "building",
    "phone",
    "mobile",
    "mail",
    "birthday",
    "gender",
    "status",
    "first_contact_on",
    "no_post",
    "no_mail",
    "tags",
    "notes",
]  # reads better as a line of words
TIMES = 5


def serve(folder: Path, rows: int) -> tuple[Client, object]:
    database = open_database(sqlite_url(folder / "kizuna.db"))
    migrate(database.backend, database.plugins.migrations)

    def seed(table: str, some: list[tuple[str, dict[str, object]]]) -> None:
        for first in range(0, len(some), 2000):
            ops = [Op("insert", row, None, fields) for row, fields in some[first : first + 2000]]
            request = ChangesetRequest(new_id(), [TableChanges(table, ops)])
            done = server_push(
                database, SYSTEM, request, now=datetime.now(UTC), request_hash=orjson.dumps(request.id).hex()
            )
            assert done.answer is not None
            assert {one.outcome for one in done.answer.outcomes} == {"applied"}

    staff = new_id()
    seed("stores", [(new_id(), {"code": 1, "name": "本店"})])
    seed("staff", [(staff, {"number": "S001", "name": "店員"})])
    account = create_account(database, staff, "staff", [1])
    token = create_token(database, account, "benchmark", now=datetime.now(UTC))
    app = create_app(Config(sqlite_url(folder / "kizuna.db")), database)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = Client(Transport(f"http://127.0.0.1:{server.server_port}", token))
    for first in range(0, rows, 2000):
        ops = [
            {"op": "insert", "id": new_id(), "fields": customer(number)}
            for number in range(first + 1, min(first + 2000, rows) + 1)
        ]
        client._transport.post("/changesets", {"id": new_id(), "tables": [{"table": "customers", "ops": ops}]})  # noqa: SLF001
    return client, server


def customer(number: int) -> dict[str, object]:
    return {
        "name": f"顧客{number}",
        "kana": "コキャク",
        "phone": f"03-{number // 10000:04}-{number % 10000:04}",
        "prefecture": "東京都",
        "city": "港区",
        "street": f"芝{number % 9 + 1}-{number % 30 + 1}",
        "birthday": f"19{50 + number % 50}-0{number % 9 + 1}-1{number % 9}",
        "status": "customer" if number % 3 else "prospect",
        # Truth and nothing alternate: the slowest pattern for a sheet.
        "no_mail": True if number % 2 else None,
        "no_post": bool(number % 2),
        "tags": ["常連"] if number % 5 == 0 else [],
        "notes": f"メモ {number}",
    }


def memory_of(pid: int) -> float:
    """Return the peak of a process and its children, in MB."""
    found = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            group = os.getpgid(int(status.parent.name))
        except (OSError, ValueError):
            continue
        if group == pid and "VmHWM" in lines:
            found += int(lines["VmHWM"].split()[0]) / 1024
    return found


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    pulls, pushes = [], []
    with tempfile.TemporaryDirectory() as name, libreoffice.running() as app:
        folder = Path(name)
        client, server = serve(folder, rows)
        for turn in range(TIMES if rows <= 20_000 else 1):
            book = app.books.add()
            started = time.perf_counter()
            fill_new_book(book, client, [Wish("customers", tuple(FIELDS))])
            filled = time.perf_counter() - started
            book.save(folder / f"{turn}.xlsx")
            saved = time.perf_counter() - started - filled
            sheet = book.sheets[0]
            body = sheet.tables[0].data_body_range
            headings = sheet.tables[0].header_row_range.value
            phones = body.columns[headings.index("電話")]
            step = max(1, rows // 100)
            for place in range(0, rows, step):
                phones[place].value = f"090-{turn:04}-{place % 10000:04}"
            started = time.perf_counter()
            report = push(book, client)
            pushed = time.perf_counter() - started
            started = time.perf_counter()
            pull(book, client)
            again = time.perf_counter() - started
            assert report.sheets[0].count("applied", "merged") == len(range(0, rows, step)), report
            book.close()
            pulls.append(filled)
            pushes.append(pushed)
            print(
                f"pull {filled:.2f} s (and saving {saved:.2f} s), push of 100 edits {pushed:.2f} s, "
                f"pull without changes {again:.2f} s"
            )
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{rows:,} × {len(FIELDS) + 1}: median pull {statistics.median(pulls):.2f} s, "
            f"push {statistics.median(pushes):.2f} s; peak memory Python with server {own:,.0f} MB, "
            f"LibreOffice {memory_of(app.pid):,.0f} MB; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        )
        server.shutdown()


if __name__ == "__main__":
    main()
