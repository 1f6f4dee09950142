"""Drive one peer through all the work; every peer the same way."""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, cast

from benchmarks.load import Rate, under_load
from benchmarks.peers import Peer, Session
from benchmarks.processes import peak_megabytes, processor_seconds
from benchmarks.workload import Row, customers, edited

SMALL_PUSH = 10_000
EDITS = 100
EDIT_ROUNDS = 9
CLIENTS = (8, 64)
Figures = dict[str, float]
"""What was measured, by the names in `benchmarks.table`: seconds, bytes, requests per second, milliseconds, megabytes."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to do: rows in the table, sessions to repeat, seconds of each load."""

    rows: int = 100_000
    runs: int = 3
    seconds: int = 5


def measure(peer: Peer, home: Path, sizes: Sizes) -> Figures:
    """Return the medians of everything measured on a peer."""
    seen: dict[str, list[float]] = defaultdict(list)
    rows = customers(sizes.rows)
    for run in range(sizes.runs):
        with tempfile.TemporaryDirectory(prefix="kizuna-benchmarks-") as folder:
            with peer.session(home, Path(folder)) as session:
                _push(peer, session, rows, seen)
                _pull(session, rows, seen)
                if run == sizes.runs - 1:
                    _edit(session, rows, seen)
                    _load(session, rows, sizes, Path(folder), seen)
                seen["memory"].append(peak_megabytes(session.pid))
    peak = max(seen["memory"])
    return {name: statistics.median(values) for name, values in seen.items()} | {"memory": peak}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    value = work()
    return time.perf_counter() - began, value


def _push(peer: Peer, session: Session, rows: list[Row], seen: dict[str, list[float]]) -> None:
    most = peer.pushes_at_most or len(rows)
    small = min(SMALL_PUSH, most, len(rows))
    worked = processor_seconds(session.pid)
    first, _ = _timed(lambda: session.push(rows[:small]))
    second, _ = _timed(lambda: session.push(rows[small:most]))
    share = min(most, len(rows))
    seen["push-small"].append(first * SMALL_PUSH / small)
    seen["push"].append((first + second) * len(rows) / share)
    seen["push-processor"].append((processor_seconds(session.pid) - worked) * len(rows) / share)
    session.fill(rows[share:])


def _pull(session: Session, rows: list[Row], seen: dict[str, list[float]]) -> None:
    worked = processor_seconds(session.pid)
    seconds, (count, travelled) = _timed(session.pull)
    seen["pull-processor"].append(processor_seconds(session.pid) - worked)
    assert count == len(rows), f"{count} rows came, not {len(rows)}"
    seen["pull"].append(seconds)
    seen["bytes"].append(travelled)
    for _ in range(3):
        seconds, (count, _) = _timed(session.pull)
        assert count == len(rows)
        seen["pull-again"].append(seconds)


def _edit(session: Session, rows: list[Row], seen: dict[str, list[float]]) -> None:
    session.catch_up()
    for round_ in range(EDIT_ROUNDS):
        changed = edited(rows, EDITS, f"r{round_}")
        seconds, _ = _timed(lambda changed=changed: session.push_edits(changed))  # type: ignore[misc]
        seen["edits"].append(seconds)
        seconds, count = _timed(session.delta)
        assert count == len(changed), f"{count} rows came, not {len(changed)}"
        seen["delta"].append(seconds)


def _load(session: Session, rows: list[Row], sizes: Sizes, folder: Path, seen: dict[str, list[float]]) -> None:
    def note(name: str, rate: Rate) -> None:
        seen[f"{name}-rate"].append(rate.per_second)
        seen[f"{name}-p50"].append(rate.p50)
        seen[f"{name}-p99"].append(rate.p99)

    works = {"one-row": session.one_row(rows[5]), "nothing": session.nothing_new()}
    for name, load in works.items():
        for clients in CLIENTS:
            note(f"{name}-{clients}", under_load(session.port, load, clients, folder, seconds=sizes.seconds, runs=3))
    stop = multiprocessing.get_context("fork").Event()
    puller = multiprocessing.get_context("fork").Process(target=_pull_on, args=(session, stop), daemon=True)
    puller.start()
    try:
        note("beside", under_load(session.port, works["nothing"], 8, folder, seconds=sizes.seconds, runs=3))
    finally:
        stop.set()
        puller.join(60)
    for clients in CLIENTS:
        load = session.one_push(rows[7])
        note(f"one-push-{clients}", under_load(session.port, load, clients, folder, seconds=sizes.seconds, runs=3))


def _pull_on(session: Session, stop: Event) -> None:
    own = cast("Session", replace(cast("Any", session)))  # a connection of its own
    while not stop.is_set():
        own.pull()
