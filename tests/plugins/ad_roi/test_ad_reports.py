"""The report of two ads shows money as money and rates as rates; the function behind it gives numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import kizuna_ad_roi
from kizuna.testing import Shop, shop_from
from kizuna_ad_roi.compare_report import told

ADS = [
    {"number": "A0001", "title": "春", "medium": "新聞", "ran_on": "2026-04-01", "cost": 50_000, "circulation": 30_000},
    {
        "number": "A0002",
        "title": "夏",
        "medium": "チラシ",
        "ran_on": "2026-05-01",
        "cost": 20_000,
        "circulation": 10_000,
    },
]
NUMBERS = [f"C{one:04}" for one in range(1, 11)]


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Seven answered the first ad, two of them bought; three answered the second."""
    answers = [
        {"ad_id": ad, "customer_id": number, "responded_on": "2026-05-02"}
        for ad, number in [*(("A0001", one) for one in NUMBERS[:7]), *(("A0002", one) for one in NUMBERS[7:])]
    ]
    bought = [{"customer_id": one, "purchased_on": "2026-05-03", "amount": 1_500} for one in NUMBERS[:2]]
    with shop_from(
        plugins=[kizuna_ad_roi],
        customers=[{"number": one, "name": one} for one in NUMBERS],
        ads=ADS,
        ad_responses=answers,
        purchases=bought,
    ) as made:
        yield made


def lines(columns: Any) -> dict[str, list[Any]]:
    return {str(name): list(rest) for name, *rest in zip(*columns, strict=True)}


def test_each_line_is_shown_as_what_it_is(shop: Shop) -> None:
    shown = lines(shop.report("ad_compare", first="A0001", second="A0002").columns)

    assert shown["費用"][:2] == ["¥50,000", "¥20,000"]
    assert shown["CPI"][:2] == ["¥7,143", "¥6,667"]
    assert shown["反応"][:2] == [7, 3]
    assert shown["成約率"][:3] == ["28.6%", "0.0%", "1.0000"]
    assert shown["反応率"][:2] == ["0.023%", "0.030%"]
    assert shown["ROI"][:2] == ["-94.0%", "-100.0%"]
    assert shown["CPO"][0] == "¥25,000"


def test_the_lines_are_the_same_in_english(shop: Shop) -> None:
    shown = lines(shop.report("ad_compare", first="A0001", second="A0002", language="en").columns)

    assert shown["Cost"][0] == "¥50,000"
    assert shown["Close rate"][0] == "28.6%"


def test_the_function_gives_numbers(shop: Shop) -> None:
    answer = lines(shop.call("AD_COMPARE", first="A0001", second="A0002"))

    assert answer["成約率"][0] == 2 / 7
    assert answer["CPI"][0] == 50_000 / 7


@pytest.mark.parametrize(
    ("line", "value", "shown"),
    [("CPO", 12.5, "¥13"), ("売上", -250.5, "-¥251"), ("売上", -0.4, "¥0"), ("ROI", 0, "0.0%")],
)
def test_figures_are_rounded_half_up(line: str, value: float, shown: str) -> None:
    assert told(line, value) == shown
