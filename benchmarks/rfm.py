"""RFM over maintained totals beside polars, pandas and DuckDB over raw purchases: ``python -m benchmarks.rfm``.

Builds a shop (kept in a folder for the next time), asks ours on SQLite and PostgreSQL in process and through ``kizuna serve``,
lets each peer in an environment of its own come to the same answer from a file, and writes the table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import psycopg
import sqlalchemy as sa

from benchmarks.peers import NotHereError
from benchmarks.peers.environments import python_environment
from benchmarks.peers.postgresql import database as postgresql
from benchmarks.rfm_ask import in_process, questions, served, through_http
from benchmarks.rfm_fill import fill
from benchmarks.rfm_shop import Shop, draw
from benchmarks.rfm_table import Found, markdown

SETTINGS = ("shared_buffers=512MB", "max_wal_size=8GB", "max_connections=120", "work_mem=64MB",
            "maintenance_work_mem=1GB", "effective_cache_size=8GB")  # fmt: skip
PEERS = {"polars": ("polars", "numpy"), "duckdb": ("duckdb", "numpy"), "pandas": ("pandas", "pyarrow")}
ORDINARY = "shop"
KEYS = {"customer": "customers as whole numbers", "number": "customers as text"}
PEER_SECONDS = 600


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[str]:
    """Yield the URL of the database of one kind in ``folder``."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'kizuna.db'}"
        return
    with postgresql(folder, kept=folder / "postgresql", settings=SETTINGS) as url:
        yield url


def walled(kind: str, url: str) -> str:
    """Return the URL as an account that row-level security binds, as it does any server's but not the one that filled."""
    if kind == "sqlite":
        return url
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", (ORDINARY,)).fetchone():
            connection.execute(f"create role {ORDINARY} login")
        connection.execute(f"grant all on all tables in schema public to {ORDINARY}")
    return sa.make_url(url).set(username=ORDINARY).render_as_string(hide_password=False)


def built(kind: str, url: str, folder: Path, customers: int) -> str:
    """Return an owner's token of the database behind ``url``, filled where it is not."""
    token = folder / f"token-{kind}"
    if not token.exists():
        print(f"filling {kind}", flush=True)
        token.write_text(fill(url, _shop(folder, customers)))
    return token.read_text()


def _shop(folder: Path, customers: int) -> Shop:
    file = folder / "shop.npz"
    if not file.exists():
        draw(customers).save(file)
    kept = np.load(file)
    return Shop(**{name: int(kept[name]) if name == "customers" else kept[name] for name in kept.files})


def ask_ours(kind: str, url: str, token: str, folder: Path, customers: int, rounds: int, only: Sequence[str]) -> Found:
    """Return what our questions take on one database; only some of them, if any are named."""
    asked = [one for one in questions(customers) if not only or one.shown in only]
    whole = [one for one in asked if one.cells == customers]
    parts = [one for one in asked if one not in whole]
    found: Found = {"process": in_process(url, asked, customers, rounds)}
    print(kind, found["process"], flush=True)
    with served(url, token, folder / f"server-{kind}.log") as server:
        found["http"] = through_http(server, parts, customers, rounds, lambda said: print(kind, said, flush=True))
        found["memory"] = server.memory()
        found["http"] |= through_http(server, whole, customers, rounds, lambda said: print(kind, said, flush=True))
        found["memory of columns"] = server.memory()
    return found


def ask_peers(home: Path, folder: Path, names: list[str], rounds: int) -> dict[str, dict[str, Any]]:
    """Return what each library takes, by its name and how customers are named in the file."""
    parquet, csv = folder / "purchases.parquet", folder / "purchases.csv"
    script = str(Path(__file__).with_name("rfm_peers.py"))
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        try:
            python = str(python_environment(home, f"rfm-{name}", *PEERS[name]) / "python")
            if not parquet.exists():
                writer = str(python_environment(home, "rfm-polars", *PEERS["polars"]) / "python")
                arrays = str(folder / "shop.npz")
                subprocess.run([writer, script, "write", arrays, str(parquet), str(csv)], check=True)
        except NotHereError as error:
            print(f"{name}: not measured: {error}")
            continue
        for key, said in KEYS.items():
            try:
                done = subprocess.run(
                    [python, script, name, str(parquet), key, str(rounds)],
                    check=True, capture_output=True, text=True, timeout=PEER_SECONDS,
                )  # fmt: skip
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                print(f"{name}, {said}: not measured: {str(error)[:200]}", flush=True)
                continue
            found[f"{name}, {said}"] = json.loads(done.stdout)
            print(name, said, done.stdout.strip(), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rfm", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, help="with ten purchases each")
    parser.add_argument("--home", type=Path, default=platformdirs.user_cache_path("kizuna-benchmarks"))
    parser.add_argument("--folder", type=Path, help="where the shop is kept; a folder in --home unless told")
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--peers", nargs="*", default=[*PEERS])
    parser.add_argument("--only", nargs="*", default=[], help="these questions alone")
    parser.add_argument("--rounds", type=int, default=3, help="how often each question is asked")
    parser.add_argument("--write", type=Path, default=Path(__file__).with_name("results-rfm.md"))
    told = parser.parse_args()
    folder = told.folder or told.home / f"rfm-{told.customers}"
    folder.mkdir(parents=True, exist_ok=True)
    before = os.getloadavg()[0]
    _shop(folder, told.customers)
    peers = ask_peers(told.home, folder, told.peers, told.rounds)
    ours: dict[str, Found] = {}
    for kind in told.databases:
        with opened(kind, folder) as url:
            token = built(kind, url, folder, told.customers)
            ours[kind] = ask_ours(kind, walled(kind, url), token, folder, told.customers, told.rounds, told.only)
    about = {
        "machine": f"{os.cpu_count()} processors, {platform.platform()}, Python {platform.python_version()}",
        "load": f"{before:.1f} at the beginning, {os.getloadavg()[0]:.1f} at the end",
        "shop": f"{told.customers:,} customers, {told.customers * 10:,} purchases in three stores, "
        "2 % returns, 1 % cancelled, 2 % in another store than the customer's",
    }
    told.write.write_text(markdown(ours, peers, about))
    print(f"written: {told.write}")


if __name__ == "__main__":
    main()
