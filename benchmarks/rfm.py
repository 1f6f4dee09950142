"""RFM over maintained totals beside polars, pandas and DuckDB over raw purchases: ``python -m benchmarks.rfm``."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from benchmarks.peers import NotHereError
from benchmarks.peers.environments import python_environment
from kizuna.app import open_database
from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.model.data import ScopedData
from kizuna.model.database import Database, sqlite_url
from kizuna.model.scope import Actor
from kizuna.ops.migrate import migrate

TODAY = date(2006, 3, 31)
STORES = (1, 2, 3)
OWNER = Actor("benchmark", "benchmark", "owner", STORES, all_stores=True)


def fill(database: Database, customers: int) -> list[str]:
    """Fill customers and the totals of some ten purchases each; return the customer numbers."""
    random = np.random.default_rng(1)
    days = [str(np.datetime64(TODAY) - back) for back in range(2_500)]
    last, span = random.integers(0, 1_500, customers), random.integers(0, 900, customers)
    times = random.geometric(0.1, customers)
    amount = random.integers(100, 9_000, customers) * times * 100
    ids = [str(uuid.UUID(int=(0x0190_0000_0000 << 80) + (place << 60))) for place in range(customers)]
    numbers = [f"C{place + 1:04}" for place in range(customers)]

    def people() -> Iterator[tuple[Any, ...]]:
        for place in range(customers):
            yield ids[place], STORES[place % 3], place, False, numbers[place], "person", f"顧客{place}", "customer"

    def totals() -> Iterator[tuple[Any, ...]]:
        for place, (first, newest) in enumerate(zip((last + span).tolist(), last.tolist(), strict=True)):
            store, newest_day = STORES[place % 3], days[newest]
            yield ids[place], store, days[first], newest_day, newest_day, int(times[place]), int(amount[place])

    def work(connection: Any) -> None:
        fields = ("id", "store_id", "revision", "deleted", "number", "kind", "name", "status")
        database.backend.insert_many(connection, "customers", fields, people())
        fields = ("customer_id", "store_id", "first_on", "last_on", "last_activity_on", "purchases", "amount")
        database.backend.insert_many(connection, "customer_totals", fields, totals())

    database.backend.write(work)
    return numbers


def timed(database: Database, name: str, **arguments: Any) -> tuple[float, float]:
    """Return wall and processor seconds of the best of five calls, as the server makes them."""
    took = []
    for _ in range(5):
        with database.backend.read() as connection:
            begin, worked = time.perf_counter(), time.process_time()
            data = ScopedData(database, connection, OWNER, today=TODAY)
            (answer,) = evaluate(database.plugins, data, [FunctionCall(name, arguments)])
            took.append((time.perf_counter() - begin, time.process_time() - worked))
        assert "columns" in answer, answer
    return min(took)


def ask_ours(url_folder: Path, customers: int) -> None:
    """Fill a database and time what sheets ask."""
    database = open_database(sqlite_url(url_folder / "kizuna.db"))
    migrate(database.backend)
    numbers = fill(database, customers)
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("all customers", "RFM", {"customer": numbers}),
        ("one cell", "RFM", {"customer": numbers[:1]}),
        ("10,000 cells", "RFM", {"customer": numbers[:10_000]}),
        *(("table", name, {}) for name in ("RFM_GRID", "RFM_LAYER_TABLE", "DECILE_TABLE", "CPM_TABLE")),
        ("table", "RFM_TOP", {"count": 100}),
        ("table", "RANKINGS", {"count": 100}),
        ("10,000 cells", "RFM_RANK", {"customer": numbers[:10_000]}),
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    # Wall time says little while others use the machine; processor time then is the better guide.
    for what, name, arguments in asked:
        wall, worked = timed(database, name, **arguments)
        print(f"{name:16} {what:14} {wall:7.3f} s, of the processor {worked:7.3f} s")
    database.backend.engine.dispose()
    print(
        f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB, {before} MB before the first question"
    )


def ask_peers(home: Path, folder: Path, customers: int) -> None:
    """Write ten purchases per customer into a file and let each library come to the same grades."""
    file = folder / "purchases.parquet"
    for name, packages in PEERS.items():
        try:
            programs = python_environment(home, f"rfm-{name}", *packages)
        except NotHereError as error:
            print(f"{name}: not measured: {error}")
            continue
        if not file.exists():  # written by the first library that can
            subprocess.run([str(programs / "python"), "-c", WRITE, str(customers), str(file)], check=True)
        script = Path(__file__).with_name("rfm_peers.py")
        done = subprocess.run(
            [str(programs / "python"), str(script), name, str(file)], check=True, capture_output=True, text=True
        )
        found = json.loads(done.stdout)
        print(f"{name:16} {'all customers':14} {found['seconds']:7.3f} s, memory at most {found['megabytes']} MB")


PEERS = {"polars": ("polars", "numpy"), "pandas": ("pandas", "pyarrow"), "duckdb": ("duckdb", "numpy")}
WRITE = """
import sys, numpy as np, polars as pl
count, file = int(sys.argv[1]), sys.argv[2]
random = np.random.default_rng(1)
customer = random.integers(0, count, count * 10).astype("int32")
day = np.datetime64("2006-03-31") - random.integers(0, 2400, count * 10)
pl.DataFrame({"customer": customer, "day": day, "amount": random.integers(1, 90000, count * 10)}).write_parquet(file)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rfm", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, help="each with some ten purchases")
    parser.add_argument("--home", type=Path, default=platformdirs.user_cache_path("kizuna-benchmarks"))
    told = parser.parse_args()
    told.home.mkdir(parents=True, exist_ok=True)
    print(f"{told.customers:,} customers, SQLite")
    with tempfile.TemporaryDirectory() as name:
        ask_ours(Path(name), told.customers)
        ask_peers(told.home, Path(name), told.customers)


if __name__ == "__main__":
    main()
