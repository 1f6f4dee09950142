"""What sheets ask of a shop, measured in this process and through `kizuna serve`."""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from benchmarks.client import Client
from benchmarks.processes import free_port, peak_megabytes, processor_seconds, serving
from benchmarks.rfm_shop import STORES, TODAY, customer_id, customer_number
from kizuna.app import open_database
from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.ids import new_id
from kizuna.model.data import ScopedData
from kizuna.model.kept import Kept
from kizuna.model.scope import Actor

OWNER = Actor("benchmark", "benchmark", "owner", STORES, all_stores=True)
PAST = "2005-03-31"
MANY_CELLS = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """One call as a sheet makes it; ``cells`` customers, drawn anew each time, or none for a table."""

    shown: str
    function: str
    cells: int | None = None
    arguments: tuple[tuple[str, Any], ...] = ()

    def call(self, customers: int, round_: int) -> dict[str, Any]:
        """Return the call: other customers each round, so that no answer comes from memory as it is."""
        arguments: dict[str, Any] = {"as_of": str(TODAY)} | dict(self.arguments)
        if self.cells is not None:
            places: Sequence[int] = range(customers)
            if self.cells < customers:
                places = random.Random(round_).sample(places, self.cells)
            arguments["customer"] = [customer_number(place) for place in places]
        return {"function": self.function, "arguments": arguments}


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds by the clock and of the processor."""

    wall: float
    worked: float


def questions(customers: int) -> list[Question]:
    """Return what is asked, the ranking of all first."""
    return [
        Question("RFM of all, ranked (RFM_TOP)", "RFM_TOP", arguments=(("count", 10),)),
        Question("RFM_GRID", "RFM_GRID"),
        Question("RFM_LAYER_TABLE", "RFM_LAYER_TABLE"),
        Question("DECILE_TABLE", "DECILE_TABLE"),
        Question("CPM_TABLE", "CPM_TABLE"),
        Question("RANKINGS of 100", "RANKINGS", arguments=(("count", 100),)),
        Question("RFM_GRID as of a year ago", "RFM_GRID", arguments=(("as_of", PAST),)),
        Question("one customer's RFM", "RFM", 1),
        *(Question(f"10,000 cells of {name}", name, MANY_CELLS) for name in ("RFM", "RFM_RANK", "DECILE", "CPM")),
        *(Question(f"10,000 cells of {name}", name, MANY_CELLS) for name in ("BTYD_FREQUENCY", "BTYD_T")),
        Question("a column of everybody's RFM", "RFM", customers),
        Question("a column of everybody's RFM_RANK", "RFM_RANK", customers),
    ]


def in_process(
    url: str, asked: Sequence[Question], customers: int, rounds: int
) -> dict[str, tuple[Took | None, Took | None]]:
    """Return what each question takes with nothing kept, and again with other cells; the median of each."""
    database = open_database(url)
    found: dict[str, tuple[Took | None, Took | None]] = {}
    for question in asked:
        first, again = [], []
        for round_ in range(rounds):
            database.kept = Kept()
            for into, seed in ((first, round_), (again, round_ + 100)):
                call = question.call(customers, seed)
                with database.backend.read() as connection:
                    began, busy = time.perf_counter(), time.process_time()
                    data = ScopedData(database, connection, OWNER, today=TODAY)
                    (answer,) = evaluate(
                        database.plugins, data, [FunctionCall(call["function"], call["arguments"])], seconds=600
                    )
                    into.append(Took(time.perf_counter() - began, time.process_time() - busy))
                assert "columns" in answer, answer
        found[question.shown] = middle(first), middle(again)
    database.backend.close()
    return found


def middle(tries: Sequence[Took | None]) -> Took | None:
    """Return the median of each; None where one took too long."""
    if None in tries:
        return None
    return Took(
        statistics.median(one.wall for one in tries if one), statistics.median(one.worked for one in tries if one)
    )


@dataclass
class Served:
    """A running server, and what asking it came to."""

    client: Client
    pid: int
    token: str

    def ask(self, call: dict[str, Any]) -> Took | None:
        """Ask once; None when the server took too long."""
        body = orjson.dumps({"calls": [call]})
        busy, began = processor_seconds(self.pid), time.perf_counter()
        reply = self.client.ask("POST", "/api/v1/functions", body)
        took = time.perf_counter() - began
        if b'"error"' in reply.body[:400]:
            assert b"function-timeout" in reply.body[:400], reply.body[:400]
            return None
        return Took(took, processor_seconds(self.pid) - busy)

    def buy(self, customers: int) -> None:
        """Push one receipt, so that whatever was kept is out of date."""
        place = random.randrange(customers)
        fields = {"customer_id": customer_id(place), "purchased_on": str(TODAY), "amount": 1000, "store_id": 1}
        ops = [{"op": "insert", "id": new_id(), "fields": fields}]
        body = orjson.dumps({"id": new_id(), "tables": [{"table": "purchases", "ops": ops}]})
        reply = self.client.ask("POST", "/api/v1/changesets", body)
        assert b'"applied"' in reply.body, reply.body

    def memory(self) -> float:
        """Return the highest memory of the server so far, in megabytes."""
        return peak_megabytes(self.pid)


@contextmanager
def served(url: str, token: str, log: Path) -> Iterator[Served]:
    """Run `kizuna serve` on a database until the block ends."""
    port = free_port()
    env = {"PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    command = [sys.executable, "-m", "kizuna", "serve", "--database", url, "--port", str(port)]
    with serving(command, port, "/api/v1/me", log, env=env) as pid:
        yield Served(Client(port, {"Authorization": f"Bearer {token}"}), pid, token)


def through_http(
    server: Served, asked: Sequence[Question], customers: int, rounds: int, note: Callable[[str], None]
) -> dict[str, tuple[Took | None, Took | None]]:
    """Return what each question takes right after a receipt was pushed, and again with other cells; the median of each."""
    found: dict[str, tuple[Took | None, Took | None]] = {}
    for question in asked:
        first, again = [], []
        for round_ in range(rounds):
            server.buy(customers)
            first.append(server.ask(question.call(customers, round_)))
            call = question.call(customers, round_ + 100)
            # A table has no cells to change; a call more makes it another question.
            call["arguments"] = {**call["arguments"]} | (
                {} if question.cells else {"as_of": f"{call['arguments']['as_of']} "}
            )
            again.append(server.ask(call))
        found[question.shown] = middle(first), middle(again)
        note(f"{question.shown}: {found[question.shown]}")
    return found
