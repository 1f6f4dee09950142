"""On real purchases every answer equals a plain recomputation with dates and Decimals, and the published figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

import kizuna_rfm
from kizuna_rfm.settings import RfmSettings

DAYS = [date(1997, 1, 1), date(1997, 3, 31), date(1997, 9, 30), date(1998, 6, 30), date(2000, 1, 1)]
WEEK_39 = date(1997, 9, 30)


def ask(name: str, data: Any, *arguments: Any) -> Any:
    functions = {one.name: one for one in kizuna_rfm.worksheet_functions()}
    return functions[name].call(data, *arguments)


@pytest.fixture(scope="module")
def shop(cdnow: Any, open_shop: Any, receipt: Any) -> Any:
    """Return a shop with the CDNOW purchases and some returns and cancellations of our own among them."""
    receipts = [receipt(one.customer, one.on, one.amount) for one in cdnow]
    odd = [
        receipt(one.customer, one.on + timedelta(days=count % 50), one.amount / 2, "return", store=1 + count % 2)
        for count, one in enumerate(cdnow)
        if count % 17 == 0
    ]
    cancelled = [receipt(one.customer, one.on, 999, status="cancelled") for one in cdnow[::13]]
    odd = [receipt(one.customer, one.on, round(one.yen, 2), one.kind, store=one.store) for one in odd]
    opened = open_shop([*receipts, *odd, *cancelled], today=date(1998, 7, 1))
    opened.chosen["receipts"] = [*receipts, *odd]
    return opened


@pytest.fixture(scope="module")
def expected(shop: Any) -> dict[date, dict[str, tuple[int, int, Decimal, date, date]]]:
    """Return R, F, M, first and last day of every buyer on each day, from receipts with plain Python."""
    by_customer: dict[str, list[Any]] = {}
    for one in shop.chosen["receipts"]:
        by_customer.setdefault(one.customer, []).append(one)
    answers = {}
    for as_of in DAYS:
        found = {}
        for number, receipts in by_customer.items():
            own = [one for one in receipts if one.on <= as_of]
            sales = [one.on for one in own if one.kind == "sale"]
            if sales:
                amount = sum((one.yen if one.kind == "sale" else -one.yen for one in own), Decimal())
                found[number] = ((as_of - max(sales)).days, len(sales), amount, min(sales), max(sales))
        answers[as_of] = found
    return answers


def points(recency: int, frequency: int, money: Decimal) -> tuple[int, int, int]:
    r = 5 if recency <= 90 else 4 if recency <= 180 else 3 if recency <= 364 else 2 if recency <= 729 else 1
    f = 5 if frequency >= 10 else 4 if frequency >= 4 else frequency
    m = 5 if money >= 50 else 4 if money >= 20 else 3 if money >= 10 else 2 if money >= 5 else 1
    return r, f, m


RULES = RfmSettings(money_5=50, money_4=20, money_3=10, money_2=5)
"""Thresholds a thousandth of the default: the file is in dollars."""


@pytest.fixture
def dollars(shop: Any) -> Any:
    """Return the shop with thresholds for dollars."""
    shop.chosen["rfm"] = RULES
    return shop


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_rfm_rank_layer_and_grid_equal_the_recomputation(dollars: Any, expected: Any, as_of: date) -> None:
    numbers = list(dollars.numbers)
    answer = expected[as_of]
    scored = {number: points(*figures[:3]) for number, figures in answer.items()}

    columns = ask("RFM", dollars, numbers, as_of)
    ranked = ask("RFM_RANK", dollars, numbers, as_of)
    layer = ask("RFM_LAYER", dollars, numbers, as_of)

    order = sorted(
        answer, key=lambda one: (-sum(scored[one]), -answer[one][2], answer[one][0], -answer[one][1], int(one))
    )
    place = {number: count for count, number in enumerate(order, start=1)}
    for at, number in enumerate(numbers):
        if number not in answer:
            assert columns[0][at].code == ranked[at].code == layer[at].code == "no-purchase"
            continue
        r, f, m = scored[number]
        assert tuple(column[at] for column in columns) == (r, f, m, r + f + m)
        assert ranked[at] == place[number]
        wanted = "休眠客" if r <= 2 else "新規客" if f == 1 else "上得意客" if min(r, f, m) >= 4 else "得意客"
        assert layer[at] == wanted
    grid = ask("RFM_GRID", dollars, "count", as_of)
    for line, r in enumerate((5, 4, 3, 2, 1)):
        for column, f in enumerate((5, 4, 3, 2, 1), start=1):
            assert grid[column][line] == sum(one[:2] == (r, f) for one in scored.values())
    amounts = ask("RFM_GRID", dollars, "amount", as_of)
    assert amounts[6][5] == float(sum(one[2] for one in answer.values()))
    top = ask("RFM_TOP", dollars, 50, as_of)
    assert top[1] == order[:50]
    assert top[10] == [float(answer[number][2]) for number in order[:50]]


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_decile_and_cpm_equal_the_recomputation(shop: Any, expected: Any, as_of: date) -> None:
    numbers = list(shop.numbers)
    answer = expected[as_of]
    order = sorted(answer, key=lambda one: (-answer[one][2], int(one)))
    size, larger = divmod(len(order), 10)
    groups, start = [], 0
    for group in range(10):
        end = start + size + (1 if group < larger else 0)
        groups.append(order[start:end])
        start = end

    tenth = dict(zip(numbers, ask("DECILE", shop, numbers, as_of), strict=True))
    stage = dict(zip(numbers, ask("CPM", shop, numbers, as_of), strict=True))

    for count, group in enumerate(groups, start=1):
        assert {tenth[number] for number in group} <= {count}
    for number, (recency, frequency, money, first, last) in answer.items():
        tenure = (last - first).days
        name = (
            "初回"
            if frequency == 1
            else "よちよち"
            if tenure < 90
            else "コツコツ"
            if money < 70_000
            else "流行"
            if tenure < 210
            else "優良"
        )
        assert stage[number] == f"{name}{'離脱' if recency >= 240 else '現役'}客"
    sales = [sum((answer[number][2] for number in group), Decimal()) for group in groups]
    table = ask("DECILE_TABLE", shop, as_of)
    assert table[1] == [len(group) for group in groups]
    assert table[2] == [float(one) for one in sales]
    assert table[4] == pytest.approx([float(sum(sales[: count + 1]) / sum(sales)) for count in range(10)], rel=1e-12)


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_quantile_points_equal_the_recomputation(shop: Any, expected: Any, as_of: date) -> None:
    shop.chosen["rfm"] = RfmSettings(mode="quantile")
    numbers = list(expected[as_of])
    answer = [expected[as_of][number] for number in numbers]

    columns = ask("RFM", shop, numbers, as_of)

    for column, good in zip(
        columns, ([-one[0] for one in answer], [one[1] for one in answer], [one[2] for one in answer]), strict=False
    ):
        ordered = sorted(good)
        first = {value: at for at, value in reversed(list(enumerate(ordered)))}
        assert column == [1 + 5 * first[value] // len(good) for value in good]


def test_the_known_figures_of_the_file_come_out(cdnow: Any, open_shop: Any, receipt: Any) -> None:
    shop = open_shop([receipt(one.customer, one.on, one.amount) for one in cdnow], today=date(1998, 7, 1))
    numbers = list(shop.numbers)

    assert ask("RFM_GRID", shop, "amount")[6][5] == 244_091.94
    assert ask("RFM_GRID", shop, "count")[6][5] == 2357
    repeats = ask("BTYD_FREQUENCY", shop, numbers, WEEK_39)
    assert sum(repeats) == 2457
    assert repeats.count(0) == 1411


def test_btyd_equals_the_published_summary_of_every_customer(
    cdnow: Any, published_summary: Any, open_shop: Any, receipt: Any
) -> None:
    shop = open_shop([receipt(one.customer, one.on, one.amount) for one in cdnow])
    numbers = list(published_summary)

    frequency = ask("BTYD_FREQUENCY", shop, numbers, WEEK_39)
    recency = ask("BTYD_RECENCY", shop, numbers, WEEK_39)
    age = ask("BTYD_T", shop, numbers, WEEK_39)

    for number, times, weeks, old in zip(numbers, frequency, recency, age, strict=True):
        published = published_summary[number]
        assert times == published[0]
        # Published in weeks with two decimals.
        assert abs(Decimal(weeks) / 7 - published[1]) <= Decimal("0.0051"), number
        assert abs(Decimal(old) / 7 - published[2]) <= Decimal("0.0051"), number


def test_btyd_monetary_equals_the_average_of_repeat_days(cdnow: Any, open_shop: Any, receipt: Any) -> None:
    shop = open_shop([receipt(one.customer, one.on, one.amount) for one in cdnow])
    numbers = list(shop.numbers)
    by_day: dict[str, dict[date, Decimal]] = {number: {} for number in numbers}
    for one in cdnow:
        if one.on <= WEEK_39:
            by_day[one.customer][one.on] = by_day[one.customer].get(one.on, Decimal()) + one.amount

    found = ask("BTYD_MONETARY", shop, numbers, WEEK_39)

    for number, value in zip(numbers, found, strict=True):
        repeat = [by_day[number][day] for day in sorted(by_day[number])][1:]
        if repeat:
            assert value == pytest.approx(float(sum(repeat) / len(repeat)), rel=1e-14)
        else:
            assert value.code == "nothing-to-divide"
