"""What an ad costs per answer and per order, and what it brings back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kizuna_ad_roi.attribution import Attribution, Closings
from kizuna_ad_roi.facts import Run


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one run or of several taken together; money in yen, rates as fractions, all unrounded.

    ``None`` wherever there is nothing to divide by. The response rate rests only on runs whose circulation is known.
    """

    runs: int
    cost: Decimal
    responses: int
    closed: int
    sales: Decimal
    circulation: int | None = None
    responses_with_circulation: int = 0

    @property
    def cpi(self) -> Decimal | None:
        """Cost per enquiry: cost / responses."""
        return _ratio(self.cost, self.responses)

    @property
    def cpo(self) -> Decimal | None:
        """Cost per order: cost / closed."""
        return _ratio(self.cost, self.closed)

    @property
    def close_rate(self) -> Decimal | None:
        """Share of responders who bought: closed / responses."""
        return _ratio(self.closed, self.responses)

    @property
    def response_rate(self) -> Decimal | None:
        """Share of those reached who answered: responses / circulation."""
        return _ratio(self.responses_with_circulation, self.circulation or 0)

    @property
    def roas(self) -> Decimal | None:
        """Return on ad spend: sales / cost."""
        return _ratio(self.sales, self.cost)

    @property
    def roi(self) -> Decimal | None:
        """Return on investment: (sales - cost) / cost."""
        return _ratio(self.sales - self.cost, self.cost)


def figures(runs: Iterable[Run], attribution: Attribution) -> Figures:
    """Return the figures of these runs together, each purchase counted once."""
    together = tuple(runs)
    return combine(together, attribution.of(run.id for run in together), attribution.answers())


def combine(runs: tuple[Run, ...], closings: Closings, answers: Mapping[str, int]) -> Figures:
    """Return the figures of runs whose closings are counted already; ``answers`` has the responses of each run."""
    reached = {run.id: run.circulation for run in runs if run.circulation}
    return Figures(
        runs=len(runs),
        cost=sum((run.cost for run in runs), Decimal(0)),
        responses=closings.responses,
        closed=closings.closed,
        sales=closings.sales,
        circulation=sum(reached.values()) if reached else None,
        responses_with_circulation=sum(answers.get(run, 0) for run in reached),
    )


def shown(value: Decimal | int | None, places: int = 0) -> Decimal | None:
    """Return a figure as people see it: rounded half up to ``places`` decimals."""
    return None if value is None else Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return Decimal(part) / Decimal(whole) if whole else None
