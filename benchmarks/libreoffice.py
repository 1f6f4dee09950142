"""How long pull, check and push take in a running LibreOffice: 10,000 × 20 and 100 edits among them; memory at 100,000.

``python benchmarks/libreoffice.py [ROWS [NEW]]`` starts a server and a Calc of its own, each a process apart, and prints
for each step the median of its time by the clock, of the add-in's and of LibreOffice's processor time, and peak memory.
Of a loaded machine only the processor time says something. With NEW so many new rows are typed and pushed at the end.
"""

from __future__ import annotations

import logging
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

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
from kizuna_addin.push import check, push
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
_TICKS = os.sysconf("SC_CLK_TCK")


def serve(folder: Path, rows: int, tell: Any) -> None:
    """Run a server with so many customers in this process; tell its address and a token."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
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
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    client = Client(Transport(f"http://127.0.0.1:{server.server_port}", token))
    for first in range(0, rows, 2000):
        ops = [
            {"op": "insert", "id": new_id(), "fields": customer(number)}
            for number in range(first + 1, min(first + 2000, rows) + 1)
        ]
        client._transport.post("/changesets", {"id": new_id(), "tables": [{"table": "customers", "ops": ops}]})  # noqa: SLF001
    tell.send((client.server, token))
    serving.join()


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


class Meter:
    """Measures steps: the clock, our own processor time, and that of LibreOffice's processes."""

    def __init__(self, group: int) -> None:
        self._group = group
        self.steps: dict[str, list[tuple[float, float, float]]] = {}

    def measure(self, step: str, act: Callable[[], Any]) -> Any:
        """Do something and note what it took."""
        before = (time.perf_counter(), time.process_time(), self._office())
        done = act()
        after = (time.perf_counter(), time.process_time(), self._office())
        taken = tuple(one - other for one, other in zip(after, before, strict=True))
        self.steps.setdefault(step, []).append(taken)  # type: ignore[arg-type]
        print(f"  {step}: {taken[0]:.2f} s", flush=True)
        return done

    def _office(self) -> float:
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parts = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(parts[2]) == self._group:
                ticks += int(parts[11]) + int(parts[12])
        return ticks / _TICKS

    def peak(self, group: int | None = None) -> float:
        """Return the peak memory in MB of the largest process of a group, ours if none is named."""
        found = 0.0
        for status in Path("/proc").glob("[0-9]*/status"):
            number = int(status.parent.name)
            try:
                if (os.getpgid(number) != group) if group else (number != os.getpid()):
                    continue
                lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            except OSError:
                continue
            found = max(found, int(lines.get("VmHWM", "0").split()[0]) / 1024)
        return found

    def lines(self) -> list[str]:
        """Return a line for each step: medians."""
        found = []
        for step, taken in self.steps.items():
            clock, own, office = (statistics.median(one) for one in zip(*taken, strict=True))
            found.append(
                f"{step:22} {clock:6.2f} s; processor {own + office:6.2f} s = add-in {own:5.2f} + LibreOffice {office:5.2f}"
            )
        return found


def turn(app: Any, client: Client, meter: Meter, path: Path, *, rows: int, new: int) -> None:
    """Measure one workbook from its making on."""
    book = app.books.add()
    meter.measure("new, pull", lambda: fill_new_book(book, client, [Wish("customers", tuple(FIELDS))]))
    meter.measure("Calc saves", lambda: book.save(path))
    places = edit(book, "090", path.stem, rows)
    meter.measure("check of 100 edits", lambda: check(book, client))
    report = meter.measure("push of 100 edits", lambda: push(book, client))
    assert report.sheets[0].count("applied", "merged") == places, report
    meter.measure("pull without changes", lambda: pull(book, client))
    book.close()
    book = meter.measure("Calc opens it again", lambda: app.books.open(path))
    places = edit(book, "080", path.stem, rows)
    report = meter.measure("push of 100 edits then", lambda: push(book, client))
    assert report.sheets[0].count("applied", "merged") == places, report
    if new:
        sheet = book.sheets[0]
        headings = sheet.tables[0].header_row_range.value
        names = [[f"新{number}"] for number in range(new)]
        first = sheet.tables[0].range.last_cell.row + 1
        column = headings.index("氏名") + 1
        sheet.range((first, column), (first + new - 1, column)).value = names
        report = meter.measure(f"push of {new:,} new rows", lambda: push(book, client))
        assert report.sheets[0].count("applied") == new, report
    book.close()


def edit(book: Any, start: str, middle: str, rows: int) -> int:
    """Type a hundred telephone numbers, spread over the whole sheet; return how many."""
    table = book.sheets[0].tables[0]
    phones = table.data_body_range.columns[table.header_row_range.value.index("電話")]
    places = range(0, rows, max(1, rows // 100))
    for place in places:
        phones[place].value = f"{start}-{middle:0>4}-{place % 10000:04}"
    return len(places)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    new = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    context = get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        here, there = context.Pipe()
        server = context.Process(target=serve, args=(Path(name), rows, there), daemon=True)
        server.start()
        address, token = here.recv()
        with libreoffice.running() as app, Client(Transport(address, token)) as client:
            meter = Meter(app.pid)
            for number in range(TIMES if rows <= 20_000 else 1):
                turn(app, client, meter, Path(name) / f"{number}.xlsx", rows=rows, new=new)
            print(
                f"{rows:,} × {len(FIELDS) + 1}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; medians:"
            )
            print(*meter.lines(), sep="\n")
            print(f"peak memory: add-in {meter.peak():,.0f} MB, LibreOffice {meter.peak(app.pid):,.0f} MB")
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
