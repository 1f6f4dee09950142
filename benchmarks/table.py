"""Write what was measured as Markdown: the figures, and what issue 3 wants of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.measure import Figures

Found = Mapping[str, Figures]
"""Figures by peer."""


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms"


def _megabytes(value: float) -> str:
    return f"{value / 1e6:.1f} MB"


WORKS: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("push-small", "push 10,000 rows", _seconds),
    ("push", "push {rows:,} rows", _seconds),
    ("push-processor", "… processor time of the server", _seconds),
    ("pull", "pull {rows:,} rows, first", _seconds),
    ("pull-processor", "… processor time of the server", _seconds),
    ("pull-again", "pull {rows:,} rows, another client", _seconds),
    ("bytes", "bytes of {rows:,} rows", _megabytes),
    ("delta", "delta of 100 in {rows:,}", _seconds),
    ("edits", "push of 100 edits", _seconds),
    *(
        (f"{work}-{clients}", f"{shown}, {clients} clients: req/s (p50, p99 ms)", str)
        for work, shown in (("one-row", "one row"), ("nothing", "nothing new"), ("one-push", "one-row push"))
        for clients in (8, 64)
    ),
    ("beside", "nothing new, 8 clients, beside pulls back to back: req/s (p50, p99 ms)", str),
    ("memory", "memory of the server, peak of the whole run, shared pages once", lambda value: f"{value:.0f} MB"),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that must hold: the figure of one peer at most (or at least) some part of another's, or of a number."""

    what: str
    figure: str
    ours: str
    theirs: str | None
    factor: float
    at_least: bool = False

    def verdict(self, found: Found) -> str | None:
        """Return a line of the table; None when a figure is missing."""
        mine = found.get(self.ours, {}).get(self.figure)
        other = 1.0 if self.theirs is None else found.get(self.theirs, {}).get(self.figure)
        if not mine or not other:
            return None
        ratio = mine / other
        holds = ratio >= self.factor if self.at_least else ratio <= self.factor
        wanted = f"{'at least' if self.at_least else 'at most'} {self.factor:g}" + (
            f" × {self.theirs}" if self.theirs else ""
        )
        return f"| {self.what} | {self.ours} | {wanted} | {ratio:.2f} | {'yes' if holds else '**no**'} |"


def _wishes() -> list[Wish]:
    wishes = []
    for ours in ("kizuna", "kizuna-2-workers", "kizuna-postgresql"):
        wishes += [
            Wish("push of all rows", "push", ours, "datasette", 0.5),
            Wish("first pull", "pull", ours, "datasette", 0.25),
            Wish("pull of another client", "pull-again", ours, "datasette", 0.1),
            Wish("bytes of a pull", "bytes", ours, "datasette", 0.1),
            Wish("delta of 100", "delta", ours, "pouchdb-server", 0.25),
            Wish("push of 100 edits", "edits", ours, "pouchdb-server", 0.5),
            Wish("p99 beside pulls, ms", "beside-p99", ours, None, 60),
            Wish("memory, MB", "memory", ours, None, 250),
        ]
    for clients in (8, 64):
        for work in ("nothing", "one-row", "one-push"):
            figure = f"{work}-{clients}-rate"
            for ours in ("kizuna", "kizuna-2-workers"):
                wishes.append(Wish(f"{work}, {clients} clients", figure, ours, "pouchdb-server", 1, at_least=True))
        for work in ("nothing", "one-row"):
            for theirs in ("datasette", "kinto"):
                figure = f"{work}-{clients}-rate"
                wishes.append(Wish(f"{work}, {clients} clients", figure, "kizuna-waitress", theirs, 1, at_least=True))
    return wishes


def markdown(found: Found, floors: Found, growth: Mapping[int, float], *, rows: int, about: Mapping[str, str]) -> str:
    """Return the whole page."""
    names = [*found]
    lines = ["# Kizuna beside other servers", "", *(f"- {name}: {said}" for name, said in about.items()), ""]
    lines += [f"| work | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for key, shown, write in WORKS:
        cells = [_cell(found[name], key, write) for name in names]
        lines.append(f"| {shown.format(rows=rows)} | {' | '.join(cells)} |")
    lines += ["", f"Floors, {rows:,} rows in one transaction: "]
    lines[-1] += "; ".join(f"{name} {_seconds(figures['push'])}" for name, figures in floors.items())
    if growth:
        said = "; ".join(f"{size:,} changes {_seconds(took)}" for size, took in growth.items())
        lines += ["", f"Delta of 100 rows as history grows (kizuna): {said}"]
    lines += ["", "| must hold | whose | wanted | seen | holds |", "|---|---|---|---|---|"]
    lines += [line for wish in _wishes() if (line := wish.verdict(found))]
    return "\n".join(lines) + "\n"


def _cell(figures: Figures, key: str, write: Callable[[float], str]) -> str:
    if f"{key}-rate" in figures:
        return f"{figures[f'{key}-rate']:,.0f} ({figures[f'{key}-p50']:.1f}, {figures[f'{key}-p99']:.1f})"
    return write(figures[key]) if key in figures else "–"
