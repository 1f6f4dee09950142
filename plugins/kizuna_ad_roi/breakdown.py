"""The figures of ads taken together by medium, product, month or store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kizuna_ad_roi.attribution import Attribution, Closings
from kizuna_ad_roi.facts import Run
from kizuna_ad_roi.metrics import Figures, combine, figures

By = Literal["run", "medium", "product", "month", "store"]

KEYS: Mapping[By, Callable[[Run], str]] = {
    "run": lambda run: run.number or run.id,
    "medium": lambda run: run.medium,
    "product": lambda run: run.product,
    "month": lambda run: f"{run.ran_on.year:04d}-{run.ran_on.month:02d}",
    "store": lambda run: run.store,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a breakdown; ``label`` is empty for runs whose medium, product or store is not filled in."""

    label: str
    runs: tuple[Run, ...]
    figures: Figures


def breakdown(runs: Iterable[Run], attribution: Attribution, *, by: By) -> list[Line]:
    """Return one line per group: months in order of time, runs newest first, other groups by cost, highest first."""
    groups: dict[str, list[Run]] = defaultdict(list)
    group_of: dict[str, str] = {}
    for run in runs:
        label = KEYS[by](run)
        groups[label].append(run)
        group_of[run.id] = label
    closings, answers = attribution.by_group(group_of), attribution.answers()
    lines = []
    for label, members in groups.items():
        together = combine(tuple(members), closings.get(label, Closings()), answers)
        lines.append(Line(label, tuple(members), together))
    lines.sort(key=lambda line: line.label)
    if by == "run":
        lines.sort(key=lambda line: line.runs[0].ran_on, reverse=True)
    elif by != "month":
        lines.sort(key=lambda line: line.figures.cost, reverse=True)
    return lines


def total(runs: Iterable[Run], attribution: Attribution) -> Line:
    """Return the figures of all runs, no purchase counted twice."""
    together = tuple(runs)
    return Line("", together, figures(together, attribution))
