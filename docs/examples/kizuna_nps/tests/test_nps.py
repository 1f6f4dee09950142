"""NPS from plain lists, through the server's own write path."""

from datetime import date

import kizuna_nps
import pytest
from kizuna_nps.score import months_back, score

from kizuna.testing import RowRefusedError, shop_from

CUSTOMER = {"number": "C0001", "name": "佐藤"}


def answer(value, day="2026-03-10", **more):
    return {"customer_id": "C0001", "answered_on": day, "score": value, **more}


def shop_with(*answers, **more):
    return shop_from(plugins=[kizuna_nps], today=date(2026, 3, 31), customers=[CUSTOMER], nps_answers=answers, **more)


@pytest.mark.parametrize(
    ("scores", "wanted"),
    [([], None), ([10], 100.0), ([0, 6], -100.0), ([7, 8], 0.0), ([9, 10, 8, 6], 25.0), ([10, 9, 3], 33.3)],
)
def test_the_score_is_promoters_minus_detractors(scores, wanted):
    assert score(scores) == wanted


def test_months_go_over_the_turn_of_the_year():
    assert months_back(date(2026, 2, 5), 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_a_period_counts_its_answers_only():
    with shop_with(answer(10), answer(3, "2026-01-15"), answer(9, "2026-02-01")) as shop:
        whole, february = shop.call("NPS"), shop.call("NPS", start="2026-02-01", end="2026-02-28")

    assert whole == [[33.3]]
    assert february == [[100]]


def test_the_trend_has_months_without_answers():
    with shop_with(answer(10), answer(0, "2026-01-15")) as shop:
        months, answers, promoters, detractors, scores = shop.call("NPS_TREND", months=3)

    assert months == ["2026-01", "2026-02", "2026-03"]
    assert (answers, promoters, detractors) == ([1, 0, 1], [0, 0, 1], [1, 0, 0])
    assert scores == [-100, None, 100]


def test_staff_see_their_own_stores_answers():
    stores = [{"code": 1, "name": "本店"}, {"code": 2, "name": "港店"}]
    with shop_with(answer(10), answer(0, store_id=2), stores=stores) as shop:
        assert shop.call("NPS", stores=[1]) == [[100]]
        assert shop.call("NPS", stores=[2]) == [[-100]]


@pytest.mark.parametrize(
    ("value", "day"), [(11, "2026-03-10"), (-1, "2026-03-10"), (5, "2026-04-01"), (None, "2026-03-10")]
)
def test_an_answer_that_cannot_be_is_refused(value, day):
    with shop_with() as shop, pytest.raises(RowRefusedError):
        shop.add("nps_answers", [answer(value, day)])


def test_the_report_draws_the_trend():
    with shop_with(answer(10)) as shop:
        table = shop.report("nps_trend", months=2)

    assert [one.en for one in table.headings] == ["Month", "Answers", "Promoters", "Detractors", "NPS"]
    assert table.chart.kind == "line"


def test_the_table_is_synced_like_any_other():
    with shop_with(answer(10)) as shop:
        spec = shop.database.registry.table("nps_answers")

    assert [one.name for one in spec.fields] == ["store_id", "customer_id", "answered_on", "score", "comment"]
