"""Whether a delta stays as quick while the history behind it grows."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.kizuna_server import Kizuna
from benchmarks.workload import customers, edited

ROUNDS = 9
EDITS = 100
# History as many pushes would have left it: every row changed over and over.
GROW = """
with recursive places(place) as (select 1 union all select place + 1 from places where place < :more)
insert into changes(store_id, revision, table_name, row_id, kind, fields, changeset_id, previous_revision)
select 1, :last + place, 'customers', (select row_id from changes where store_id = 1 and revision = 1 + place % :rows), 'update',
       '{"notes":["before","after"]}', '00000000-0000-7000-8000-000000000000',
       case when place > :rows then :last + place - :rows else 1 + place % :rows end from places
"""


def deltas_by_history(home: Path, sizes: Sequence[int], rows: int) -> dict[int, float]:
    """Return the median seconds of a delta of 100 rows, by how many changes there are by then."""
    peer = Kizuna("kizuna", "")
    table = customers(rows)
    found: dict[int, float] = {}
    with (
        tempfile.TemporaryDirectory(prefix="kizuna-benchmarks-") as folder,
        peer.session(home, Path(folder)) as session,
    ):
        session.push(table)
        for size in sizes:
            _grow(Path(folder) / "kizuna.db", size, rows)
            session.catch_up()
            took = []
            for round_ in range(ROUNDS):
                session.push_edits(edited(table, EDITS, f"{size} {round_}"))
                began = time.perf_counter()
                count = session.delta()
                took.append(time.perf_counter() - began)
                assert count == min(EDITS, rows)
            found[size] = statistics.median(took)
    return found


def _grow(file: Path, size: int, rows: int) -> None:
    connection = sqlite3.connect(file, timeout=600)
    with connection:
        (count,) = connection.execute("select count(*) from changes").fetchone()
        (last,) = connection.execute("select revision from feeds where store_id = 1").fetchone()
        if size > count:
            connection.execute(GROW, {"more": size - count, "last": last, "rows": rows - 1})
            moved = (last + size - count,)
            connection.execute("update feeds set revision = ? where store_id = 1", moved)
            connection.execute(
                "update feed_positions set revision = ? where store_id = 1 and table_name = 'customers'", moved
            )
    connection.close()
