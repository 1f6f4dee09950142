"""How answers and orders come in after an ad ran, month by month or by the days since."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class _Event:
    at: int
    responses: int = 0
    closed: int = 0
    sales: Decimal = Decimal(0)


def funnel_by_age(runs: Iterable[Run], attribution: Attribution, *, days: Sequence[int]) -> list[Stage]:
    """Return what had come in by so many days after each run, cumulated over the runs; ``days`` ascending.

    What came in before the run's own day counts as day 0: a leaflet may reach people early.
    """
    started = {run.id: run.ran_on for run in runs}
    events = [
        _Event(max(0, (day - started[run]).days), responses, closed, sales)
        for run, day, responses, closed, sales in _events(attribution, started)
    ]
    return [_stage(str(limit), events, limit) for limit in days]


def funnel_by_month(runs: Iterable[Run], attribution: Attribution) -> list[Stage]:
    """Return what had come in by the end of each month, from the first month with anything to the last."""
    started = {run.id: run.ran_on for run in runs}
    events = [
        _Event(_month(day), responses, closed, sales)
        for _, day, responses, closed, sales in _events(attribution, started)
    ]
    if not events:
        return []
    months = range(min(one.at for one in events), max(one.at for one in events) + 1)
    return [_stage(f"{month // 12:04d}-{month % 12 + 1:02d}", events, month) for month in months]


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


def _stage(label: str, events: Sequence[_Event], limit: int) -> Stage:
    counted = [one for one in events if one.at <= limit]
    return Stage(
        label,
        sum(one.responses for one in counted),
        sum(one.closed for one in counted),
        sum((one.sales for one in counted), Decimal(0)),
    )


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
