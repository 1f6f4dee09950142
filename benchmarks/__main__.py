"""Measure ours and the peers in one run and write the table: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import os
import platform
import time
from pathlib import Path

import platformdirs

from benchmarks.floors import floors
from benchmarks.growth import deltas_by_history
from benchmarks.measure import Figures, Sizes, measure
from benchmarks.peers import NotHereError, Peer
from benchmarks.peers.datasette import Datasette
from benchmarks.peers.kinto import Kinto
from benchmarks.peers.kizuna_server import Kizuna
from benchmarks.peers.pouchdb import Pouch
from benchmarks.processes import NotStartedError
from benchmarks.table import markdown

TWO = ("--workers", "2")
PEERS: tuple[Peer, ...] = (
    Kizuna("kizuna", "SQLite, kizuna serve (granian, 1 worker)"),
    Kizuna("kizuna-2-workers", "SQLite, kizuna serve --workers 2 (granian)", TWO),
    Kizuna("kizuna-postgresql", "PostgreSQL, kizuna serve --workers 2 (granian)", TWO, postgresql=True),
    Kizuna("kizuna-waitress", "SQLite, kizuna serve --server waitress", ("--server", "waitress")),
    Datasette(),
    Pouch(),
    Kinto(),
)


def main() -> None:
    """Measure and write."""
    told = _told()
    home = told.home
    home.mkdir(parents=True, exist_ok=True)
    load_before = os.getloadavg()[0]
    sizes = Sizes(told.rows, told.runs, told.seconds)
    found: dict[str, Figures] = {}
    about = {
        "machine": f"{os.cpu_count()} processors, {platform.platform()}, Python {platform.python_version()}",
        "how": f"{sizes.runs} sessions, medians; loads by wrk from a process of its own, 3 times {sizes.seconds} s",
        "Kinto": "pushed 2,000 rows, told by proportion; its table was then filled by COPY",
    }
    lowest = floors(home, told.rows, told.runs)
    growth = deltas_by_history(home, told.history, told.rows) if told.history else {}
    for peer in PEERS:
        if told.only and peer.name not in told.only:
            continue
        print(f"{peer.name}: {peer.shown}", flush=True)
        began = time.monotonic()
        try:
            peer.install(home)
            found[peer.name] = measure(peer, home, sizes)
            about[peer.name] = peer.shown
        except (NotHereError, NotStartedError) as error:
            about[peer.name] = f"not measured: {error}"
        print(f"  {time.monotonic() - began:.0f} s", flush=True)
        about["load of the machine"] = f"{load_before:.1f} at the beginning, {os.getloadavg()[0]:.1f} at the end"
        # Written after each peer: a run takes long, and what is there may be read meanwhile.
        told.out.write_text(markdown(found, lowest, growth, rows=told.rows, about=about), encoding="utf-8")
    print(told.out.read_text(encoding="utf-8"))


def _told() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3, help="sessions per peer")
    parser.add_argument("--seconds", type=int, default=5, help="of each load")
    parser.add_argument("--only", nargs="*", choices=[one.name for one in PEERS])
    parser.add_argument("--history", type=int, nargs="*", default=[100_000, 1_000_000], help="changes behind a delta")
    parser.add_argument("--full", dest="history", action="store_const", const=[100_000, 1_000_000, 10_000_000])
    parser.add_argument(
        "--home", type=Path, default=platformdirs.user_cache_path("kizuna-benchmarks"), help="where peers live"
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results.md"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
