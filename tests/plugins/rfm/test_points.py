"""Points by thresholds and by fifths: every figure of design page 5."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.decoding import convert
from kizuna_rfm.buyers import Buyers, day_number, day_of
from kizuna_rfm.points import RfmPoints, points_by_fifths, rfm_points
from kizuna_rfm.settings import CpmSettings, RfmSettings, ThresholdOrderError

AS_OF = date(2006, 3, 31)


def points_of(days: int, purchases: int, yen: int, *, rules: RfmSettings | None = None) -> tuple[int, int, int]:
    last = day_number(AS_OF - timedelta(days=days))
    buyers = Buyers(*(np.array([value], dtype=np.int64) for value in (last - 1000, last, purchases, yen * 100)))
    points = rfm_points(buyers, day_number(AS_OF), rules or RfmSettings())
    return int(points.recency[0]), int(points.frequency[0]), int(points.money[0])


def test_bought_10_days_ago_5_times_for_25000_yen_has_r5_f4_m4() -> None:
    assert points_of(10, 5, 25_000) == (5, 4, 4)


def test_the_same_customer_silent_for_a_year_has_r2_f4_m4() -> None:
    assert points_of(365, 5, 25_000) == (2, 4, 4)
    assert points_of(366, 5, 25_000) == (2, 4, 4)


@pytest.mark.parametrize(
    ("days", "points"),
    [(0, 5), (90, 5), (91, 4), (180, 4), (181, 3), (364, 3), (365, 2), (729, 2), (730, 1), (20_000, 1)],
)
def test_recency_points_change_exactly_at_the_limits(days: int, points: int) -> None:
    assert points_of(days, 1, 0)[0] == points


@pytest.mark.parametrize(("times", "points"), [(1, 1), (2, 2), (3, 3), (4, 4), (9, 4), (10, 5), (500, 5)])
def test_frequency_points_change_exactly_at_the_limits(times: int, points: int) -> None:
    assert points_of(0, times, 0)[1] == points


@pytest.mark.parametrize(
    ("yen", "points"),
    [
        (-300, 1),
        (0, 1),
        (4_999, 1),
        (5_000, 2),
        (9_999, 2),
        (10_000, 3),
        (19_999, 3),
        (20_000, 4),
        (49_999, 4),
        (50_000, 5),
    ],
)
def test_money_points_change_exactly_at_the_limits(yen: int, points: int) -> None:
    assert points_of(0, 1, yen)[2] == points


def test_one_hundredth_below_a_limit_is_below_it() -> None:
    buyers = Buyers(*(np.array([value, value], dtype=np.int64) for value in (0, 0, 1)), np.array([499_999, 500_000]))

    points = rfm_points(buyers, 0, RfmSettings())

    assert points.money.tolist() == [1, 2]


@given(days=st.integers(0, 2000), purchases=st.integers(1, 30))
@settings(max_examples=200, deadline=None)
def test_within_6_months_and_at_least_4_times_is_r4_and_f4(days: int, purchases: int) -> None:
    recency, frequency, _ = points_of(days, purchases, 1000)

    assert (recency >= 4 and frequency >= 4) == (days <= 180 and purchases >= 4)


def test_own_thresholds_take_the_place_of_the_defaults() -> None:
    rules = RfmSettings(recency_5=7, frequency_5=6, frequency_4=5, money_5=30_000)

    assert points_of(8, 5, 30_000, rules=rules) == (4, 4, 5)


@pytest.mark.parametrize(
    "changed", [{"recency_5": 180}, {"recency_2": 100}, {"frequency_4": 10}, {"money_2": 10_000}, {"money_5": 1}]
)
def test_thresholds_out_of_order_are_refused_in_both_languages(changed: dict[str, int]) -> None:
    with pytest.raises(ThresholdOrderError) as failure:
        RfmSettings(**changed)

    assert "並べてください" in failure.value.text.ja
    assert "Change the values" in failure.value.text.en


def test_settings_read_from_json_are_checked_too() -> None:
    with pytest.raises(msgspec.ValidationError, match="Change the values"):
        convert({"recency_5": 500}, RfmSettings)
    with pytest.raises(msgspec.ValidationError, match="mode"):
        convert({"mode": "thirds"}, RfmSettings)
    with pytest.raises(msgspec.ValidationError, match="Tenure"):
        convert({"toddling_days": 210}, CpmSettings)


def test_every_setting_has_a_default_and_a_title_in_both_languages() -> None:
    for model in (RfmSettings, CpmSettings):
        schema = msgspec.json.schema(model)["$defs"][model.__name__]

        assert not schema["required"]
        for name, field in schema["properties"].items():
            assert field["title"], name
            assert field["description"].isascii(), name


def test_ten_different_buyers_fall_two_by_two_into_fifths() -> None:
    assert points_by_fifths(np.arange(10)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_a_group_of_equals_stands_where_its_lowest_place_is() -> None:
    assert points_by_fifths(np.array([1, 1, 1, 1, 1, 1, 2, 2, 3, 4])).tolist() == [1, 1, 1, 1, 1, 1, 4, 4, 5, 5]
    assert points_by_fifths(np.array([7, 7, 7])).tolist() == [1, 1, 1]
    assert points_by_fifths(np.array([], dtype=np.int64)).tolist() == []


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60))
@settings(max_examples=200, deadline=None)
def test_fifths_are_the_formula_keep_the_order_and_treat_equals_equally(values: list[int]) -> None:
    points = points_by_fifths(np.array(values, dtype=np.int64)).tolist()

    assert points == [1 + 5 * sum(other < one for other in values) // len(values) for one in values]
    assert len(set(zip(values, points, strict=True))) == len(set(values))
    assert [point for _, point in sorted(zip(values, points, strict=True))] == sorted(points)


def test_quantile_mode_gives_the_best_fifth_5_in_each() -> None:
    count = 25
    rising = np.arange(count, dtype=np.int64)
    buyers = Buyers(rising, rising, rising + 1, rising * 100)

    points = rfm_points(buyers, count, RfmSettings(mode="quantile"))

    expected = [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5 + [5] * 5
    assert points.recency.tolist() == points.frequency.tolist() == points.money.tolist() == expected
    assert points.total.tolist() == [3 * one for one in expected]


def test_totals_run_from_3_to_15() -> None:
    corners = RfmPoints(*(np.array([1, 5], dtype=np.int8) for _ in range(3)))

    assert corners.total.tolist() == [3, 15]


@given(st.dates())
def test_a_day_and_its_number_are_each_others_inverse(day: date) -> None:
    assert day_of(day_number(day)) == day
    assert day_number(day) == int(np.datetime64(day, "D").astype(np.int64))
