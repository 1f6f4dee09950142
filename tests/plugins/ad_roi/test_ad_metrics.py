"""The fixed points of design page 5, and blanks where nothing divides."""

from datetime import date
from decimal import Decimal

import pytest

from kizuna_ad_roi.attribution import attribute
from kizuna_ad_roi.breakdown import breakdown, total
from kizuna_ad_roi.facts import Purchase, Response, Run
from kizuna_ad_roi.funnel import funnel_by_age, funnel_by_month, steps
from kizuna_ad_roi.metrics import Figures, figures, shown

D = Decimal
DAY = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("cost", "responses", "closed", "cpi", "cpo"),
    [(50_000, 47, 4, 1_064, 12_500), (20_000, 78, 11, 256, 1_818)],
)
def test_the_worked_examples_come_out_as_published(cost: int, responses: int, closed: int, cpi: int, cpo: int) -> None:
    answered = [Response("A", str(number), DAY) for number in range(responses)]
    bought = [Purchase(f"p{number}", str(number), DAY, D(3000)) for number in range(closed)]
    found = figures([Run("A", DAY, D(cost))], attribute(answered, bought))

    assert (shown(found.cpi), shown(found.cpo)) == (cpi, cpo)


def test_nothing_to_divide_by_is_blank() -> None:
    found = Figures(runs=1, cost=D(0), responses=0, closed=0, sales=D(0))

    assert [found.cpi, found.cpo, found.close_rate, found.response_rate, found.roas, found.roi] == [None] * 6


def test_roas_and_roi_are_fractions_and_unrounded() -> None:
    found = Figures(
        runs=1, cost=D(30_000), responses=9, closed=3, sales=D(100_000), circulation=700, responses_with_circulation=9
    )

    assert found.roas == D(100_000) / D(30_000)
    assert found.roi == D(70_000) / D(30_000)
    assert found.close_rate == D(3) / D(9)
    assert found.response_rate == D(9) / D(700)


@pytest.mark.parametrize(("value", "places", "seen"), [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("1.005", 2, "1.01")])
def test_shown_figures_round_half_up(value: str, places: int, seen: str) -> None:
    assert shown(D(value), places) == D(seen)


RUNS = [
    Run("1", date(2026, 4, 1), D(50_000), 10_000, "A0001", "春", "新聞", "P0001", "1"),
    Run("2", date(2026, 4, 20), D(20_000), None, "A0002", "夏", "チラシ", "P0001", "1"),
    Run("3", date(2026, 5, 2), D(10_000), 500, "A0003", "初夏", "新聞", "P0002", "2"),
]
ANSWERED = [
    Response("1", "x", date(2026, 4, 3)),
    Response("3", "x", date(2026, 5, 3)),
    Response("2", "y", date(2026, 4, 21)),
    Response("3", "z", date(2026, 5, 9)),
]
BOUGHT = [
    Purchase("p1", "x", date(2026, 5, 10), D(9_000)),
    Purchase("p2", "z", date(2026, 6, 1), D(4_000)),
    Purchase("p3", "x", date(2026, 6, 2), D(1_000), is_return=True),
]


def test_a_breakdown_by_medium_adds_up_to_the_total() -> None:
    found = attribute(ANSWERED, BOUGHT)
    lines = breakdown(RUNS, found, by="medium")
    whole = total(RUNS, found)

    assert [(line.label, line.figures.runs, line.figures.cost) for line in lines] == [
        ("新聞", 2, 60_000),
        ("チラシ", 1, 20_000),
    ]
    assert sum(line.figures.sales for line in lines) == whole.figures.sales == 12_000
    assert sum(line.figures.closed for line in lines) == whole.figures.closed == 2


def test_in_mode_all_a_medium_counts_a_shared_purchase_once() -> None:
    found = attribute(ANSWERED, BOUGHT, mode="all")
    paper = breakdown(RUNS, found, by="medium")[0].figures
    runs = {line.label: line.figures for line in breakdown(RUNS, found, by="run")}

    assert runs["A0001"].sales == 8_000
    assert runs["A0003"].sales == 12_000
    assert paper.sales == 12_000


def test_the_response_rate_of_a_group_rests_on_runs_with_a_circulation() -> None:
    whole = total(RUNS, attribute(ANSWERED, BOUGHT)).figures

    assert whole.responses == 4
    assert whole.response_rate == D(3) / D(10_500)


def test_months_come_in_order_and_runs_newest_first() -> None:
    found = attribute(ANSWERED, BOUGHT)

    assert [line.label for line in breakdown(RUNS, found, by="month")] == ["2026-04", "2026-05"]
    assert [line.label for line in breakdown(RUNS, found, by="run")] == ["A0003", "A0002", "A0001"]


def test_the_funnel_grows_month_by_month_to_the_total() -> None:
    found = attribute(ANSWERED, BOUGHT)
    stages = funnel_by_month(RUNS, found)

    assert [(one.label, one.responses, one.closed, one.sales) for one in stages] == [
        ("2026-04", 2, 0, 0),
        ("2026-05", 4, 1, 9_000),
        ("2026-06", 4, 2, 12_000),
    ]
    assert [one.responses for one in steps(stages)] == [2, 2, 0]


def test_the_funnel_by_age_counts_days_since_each_run() -> None:
    stages = funnel_by_age(RUNS, attribute(ANSWERED, BOUGHT), days=[0, 2, 30, 90])

    assert [one.responses for one in stages] == [0, 3, 4, 4]
    assert [one.closed for one in stages] == [0, 0, 1, 2]
