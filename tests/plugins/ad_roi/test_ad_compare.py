"""The exact test behind "too few to tell"."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kizuna_ad_roi.compare as subject
from kizuna_ad_roi.compare import compare, compare_rate, fisher_two_sided
from kizuna_ad_roi.metrics import Figures


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ((3, 1, 1, 3), 0.4857142857142857),  # Fisher's lady tasting tea, two-sided: 34/70
        ((8, 2, 1, 5), 0.03496503496503495),  # the example of SciPy's manual
        ((10, 2, 3, 15), 0.0005367241),  # R's fisher.test(Convictions), "dizygotic" twins
    ],
)
def test_published_examples_come_out(table: tuple[int, int, int, int], p: float) -> None:
    assert fisher_two_sided(*table) == pytest.approx(p, rel=1e-6)


COUNT = st.integers(0, 25)


@settings(max_examples=80)
@given(COUNT, COUNT, COUNT, COUNT)
def test_p_agrees_with_adding_up_every_table(a: int, b: int, c: int, d: int) -> None:
    ways = {k: comb(a + b, k) * comb(c + d, a + c - k) for k in range(a + b + 1) if 0 <= a + c - k <= c + d}

    by_hand = Fraction(sum(one for one in ways.values() if one <= ways[a]), sum(ways.values()))

    assert fisher_two_sided(a, b, c, d) == pytest.approx(float(by_hand), rel=1e-12)
    assert fisher_two_sided(a, b, c, d) == fisher_two_sided(c, d, a, b)


def test_logarithms_agree_with_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = [(40, 900, 70, 1100), (4, 43, 11, 67), (0, 10, 0, 10), (5, 5, 5, 5)]
    exact = [fisher_two_sided(*table) for table in tables]
    monkeypatch.setattr(subject, "EXACT_UP_TO", -1)

    assert [fisher_two_sided(*table) for table in tables] == pytest.approx(exact, rel=1e-8)


def test_a_hundred_thousand_answers_are_compared_at_once() -> None:
    assert fisher_two_sided(50_000, 50_000, 51_000, 49_000) == pytest.approx(7.9e-6, rel=0.05)


def test_the_two_worked_examples_are_too_few_to_tell_and_say_so_with_p_and_counts() -> None:
    first = Figures(1, Decimal(50_000), 47, 4, Decimal(0))
    second = Figures(1, Decimal(20_000), 78, 11, Decimal(0))
    (found,) = compare(first, second, names=("新聞", "チラシ"))

    assert found.verdict == "too_few"
    assert found.p is not None
    assert found.p > 0.05
    assert "4/47 件と 11/78 件" in found.text.ja
    assert found.text.en.startswith("Too few to tell whose close rate is higher (4 of 47 against 11 of 78, p = 0.4")


def test_a_clear_difference_names_the_better_run() -> None:
    found = compare_rate(subject.CLOSE_RATE, (2, 100), (30, 100), ("A", "B"), 0.05)

    assert found.verdict == "second"
    assert found.text.en == "B has the higher close rate (2 of 100 against 30 of 100, p < 0.0001)."


def test_a_run_nobody_answered_cannot_be_compared() -> None:
    found = compare_rate(subject.CLOSE_RATE, (0, 0), (3, 10), ("A", "B"), 0.05)

    assert (found.verdict, found.p) == ("nothing", None)


def test_response_rates_are_compared_where_both_circulations_are_known() -> None:
    first = Figures(1, Decimal(1), 50, 4, Decimal(0), 10_000, 50)
    second = Figures(1, Decimal(1), 10, 1, Decimal(0), 10_000, 10)

    assert [(one.rate.en, one.verdict) for one in compare(first, second)] == [
        ("close rate", "too_few"),
        ("response rate", "first"),
    ]
