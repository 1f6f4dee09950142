"""How answers and orders come in after an ad ran, month by month or by the days since."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kizuna_ad_roi.attribution import Attribution
from kizuna_ad_roi.facts import Run


@dataclass(frozen=True, slots=True)
class Stage:
    """What had come in up to and including a day (or age); counts only ever grow, sales may fall by returns."""

    label: str
    responses: int
    closed: int
    sales: Decimal


def funnel_by_age(runs: Iterable[Run], attribution: Attribution, *, days: Sequence[int]) -> list[Stage]:
    """Return what had come in by so many days after each run, cumulated over the runs; ``days`` ascending.

    What came in before the run's own day counts as day 0: a leaflet may reach people early.
    """
    started = {run.id: run.ran_on for run in runs}
    came = _Came()
    for run, day, responses, closed, sales in _events(attribution, started):
        age = max(0, (day - started[run]).days)
        place = bisect_left(days, age)
        if place < len(days):
            came.add(days[place], responses, closed, sales)
    return came.cumulated((limit, str(limit)) for limit in days)


def funnel_by_month(runs: Iterable[Run], attribution: Attribution) -> list[Stage]:
    """Return what had come in by the end of each month, from the first month with anything to the last."""
    came = _Came()
    for _, day, responses, closed, sales in _events(attribution, {run.id: run.ran_on for run in runs}):
        came.add(day.year * 12 + day.month - 1, responses, closed, sales)
    months = range(min(came.responses), max(came.responses) + 1) if came.responses else ()
    return came.cumulated((month, f"{month // 12:04d}-{month % 12 + 1:02d}") for month in months)


def steps(stages: Sequence[Stage]) -> list[Stage]:
    """Return what came in between one stage and the next: the stages before cumulating."""
    if not stages:
        return []
    grown = [
        Stage(after.label, after.responses - before.responses, after.closed - before.closed, after.sales - before.sales)
        for before, after in pairwise(stages)
    ]
    return [stages[0], *grown]


def _events(attribution: Attribution, started: dict[str, date]) -> Iterable[tuple[str, date, int, int, Decimal]]:
    """Yield (run, day, responses, closed, sales) for everything these runs brought, each purchase once."""
    for response in attribution.responses:
        if response.run in started:
            yield response.run, response.on, 1, 0, Decimal(0)
    closed: set[tuple[str, str]] = set()
    for credit in attribution.credits:
        mine = next((one for one in credit.responses if one.run in started), None)
        if mine is None:
            continue
        first = not credit.purchase.is_return and (mine.run, mine.customer) not in closed
        if first:
            closed.add((mine.run, mine.customer))
        yield mine.run, credit.purchase.on, 0, int(first), credit.purchase.sales


class _Came:
    """What came in at each of a row of times."""

    def __init__(self) -> None:
        self.responses: dict[int, int] = defaultdict(int)
        self.closed: dict[int, int] = defaultdict(int)
        self.sales: dict[int, Decimal] = defaultdict(Decimal)

    def add(self, at: int, responses: int, closed: int, sales: Decimal) -> None:
        """Count something that came in."""
        self.responses[at] += responses
        self.closed[at] += closed
        self.sales[at] += sales

    def cumulated(self, times: Iterable[tuple[int, str]]) -> list[Stage]:
        """Return one stage per (time, label), each with everything up to it; times ascending."""
        found, responses, closed, sales = [], 0, 0, Decimal(0)
        for at, label in times:
            responses += self.responses.get(at, 0)
            closed += self.closed.get(at, 0)
            sales += self.sales.get(at, Decimal(0))
            found.append(Stage(label, responses, closed, sales))
        return found
