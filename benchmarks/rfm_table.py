"""Write what `benchmarks.rfm` measured as Markdown: the figures, and what issue 5 wants of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.rfm_ask import Took

Found = dict[str, Any]
"""Of one database: "process" and "http" hold, by question, what it took first and again; memories are megabytes."""

RANKED = "RFM of all, ranked (RFM_TOP)"
TABLES = ("RFM_GRID", "DECILE_TABLE", "CPM_TABLE")
CELLS = "10,000 cells of RFM"
HOW = """\
*First*: nothing kept, or (by HTTP) right after a receipt was pushed. *Again*: the same data, other cells. Each is the median
of some rounds: seconds by the clock, and in brackets of the processor, which a busy machine changes less. By HTTP the processor
time is the server's alone, in process it is ours alone: PostgreSQL's own work is in neither."""


def markdown(ours: Mapping[str, Found], peers: Mapping[str, Mapping[str, Any]], about: Mapping[str, str]) -> str:
    """Return the whole page."""
    lines = ["# RFM beside polars, pandas and DuckDB", "", *(f"- {name}: {said}" for name, said in about.items()), ""]
    lines += [HOW, ""]
    heads = [f"{kind}, {way}" for kind in ours for way in ("in process: first", "again", "HTTP: first", "again")]
    lines += [f"| question | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for question in next(iter(ours.values()), {}).get("process", {}):
        cells = []
        for found in ours.values():
            for way in ("process", "http"):
                cells += [_took(one) for one in found[way].get(question, (None, None))]
        lines.append(f"| {question} | {' | '.join(cells)} |")
    lines += ["", "| memory of the server at most | before a column of everybody | with it |", "|---|---|---|"]
    lines += [f"| {kind} | {one['memory']:.0f} MB | {one['memory of columns']:.0f} MB |" for kind, one in ours.items()]
    lines += _beside(ours, peers)
    lines += [
        "",
        "| must hold | whose | wanted | seen by the clock | of the processor | holds |",
        "|---|---|---|---|---|---|",
    ]
    for kind, found in ours.items():
        lines += _wishes(kind, found)
    return "\n".join(lines) + "\n"


def _beside(ours: Mapping[str, Found], peers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    names = [f"{kind} / it" for kind in ours]
    lines = ["", "RFM of all, ranked, from a Parquet file of the raw purchases, reading included:", ""]
    lines += [
        f"| library | clock | processor | memory | {' | '.join(names)} |",
        f"|---|---|---|---|{'---|' * len(names)}",
    ]
    for name, one in peers.items():
        ratios = []
        for found in ours.values():
            first, again = found["process"][RANKED]
            ratios.append(f"{first.wall / one['seconds']:.2f} first, {again.wall / one['seconds']:.3f} again")
        cells = [f"{one['seconds']:.2f} s", f"{one['processor']:.2f} s", f"{one['megabytes']} MB", *ratios]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, "", "Ratios are by the clock, ours in process: so PostgreSQL's own work is in them too."]


def _wishes(kind: str, found: Found) -> list[str]:
    asked = [("RFM of all in about a second", 1.2, "process", RANKED, 0)]
    asked += [(f"{name} under 1 s", 1.0, "process", name, 0) for name in TABLES]
    asked += [(f"{name} under 1 s, kept", 1.0, "http", name, 1) for name in TABLES]
    asked += [("one customer's RFM under 5 ms", 0.005, "process", "one customer's RFM", 1)]
    asked += [("10,000 cells under 150 ms", 0.15, "process", CELLS, 1)]
    asked += [("10,000 cells under 150 ms, by HTTP", 0.15, "http", CELLS, 1)]
    wishes = [
        (what, wanted, found[way].get(question, (None, None))[place]) for what, wanted, way, question, place in asked
    ]
    return [
        f"| {what} | {kind} | {_seconds(wanted)} | {_seconds(took.wall)} | {_seconds(took.worked)} "
        f"| {_verdict(took, wanted)} |"
        for what, wanted, took in wishes
        if took is not None
    ]


def _verdict(took: Took, wanted: float) -> str:
    if took.wall <= wanted:
        return "yes"
    return "by the processor" if took.worked <= wanted else "**no**"


def _took(took: Took | None) -> str:
    return "too long" if took is None else f"{_seconds(took.wall)} ({_seconds(took.worked)})"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms" if value >= 0.1 else f"{value * 1000:.1f} ms"
