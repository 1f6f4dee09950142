"""What the databases themselves take, with nothing around them."""

from __future__ import annotations

import sqlite3
import statistics
import time
from pathlib import Path

import psycopg

from benchmarks.measure import Figures
from benchmarks.peers import NotHereError
from benchmarks.peers.postgresql import database
from benchmarks.workload import COLUMNS, customers

TABLE = f"create table customers ({', '.join(f'{one} text' for one in COLUMNS)}, primary key (id))"


def floors(home: Path, count: int, runs: int) -> dict[str, Figures]:
    """Return the seconds of inserting the rows in one transaction, by database."""
    rows = [tuple(None if one is None else str(one) for one in row.values()) for row in customers(count)]
    found = {"sqlite3 executemany": {"push": statistics.median(_sqlite(home, rows) for _ in range(runs))}}
    try:
        with database(home) as url:
            found["psycopg COPY"] = {"push": statistics.median(_postgresql(url, rows) for _ in range(runs))}
    except NotHereError:
        pass  # told by the peers that need it
    return found


def _sqlite(home: Path, rows: list[tuple[str | None, ...]]) -> float:
    file = home / "floor.db"
    for one in home.glob("floor.db*"):
        one.unlink()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.execute(TABLE)
    began = time.perf_counter()
    connection.execute("begin immediate")
    connection.executemany(f"insert into customers values ({','.join('?' * len(COLUMNS))})", rows)
    connection.execute("commit")
    took = time.perf_counter() - began
    connection.close()
    return took


def _postgresql(url: str, rows: list[tuple[str | None, ...]]) -> float:
    with psycopg.connect(url) as connection:
        connection.execute("drop table if exists customers")
        connection.execute(TABLE)
        connection.commit()
        began = time.perf_counter()
        with connection.cursor().copy("copy customers from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
        return time.perf_counter() - began
