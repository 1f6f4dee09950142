"""Every example in the functions' help, typed as it stands, gives the answer the definitions of design page 5 give.

One small shop holds the page's own fixed points: the customer of 5 purchases for 25,000 yen, the two ads of 47 and 78 answers,
the 22 lost deals. A2 holds what the example's first argument asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kizuna.ids import new_id
from kizuna.plugins import load_plugins
from kizuna.sync.changeset import Inserts, TableChanges
from kizuna_addin.formulas import Cells, read_argument, read_request, wire_value
from kizuna_rfm.settings import RfmSettings
from tests.fixtures.shop import Shop, opened_copy

TODAY = date(2026, 12, 1)
FUNCTIONS = load_plugins().functions
IN_A2 = {"ad": "A0001"}
AD_HEADINGS = 12


@pytest.fixture(scope="module")
def shop(empty_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The shop of the fixed points."""
    with opened_copy(empty_shop, tmp_path_factory.mktemp("examples") / "kizuna.db") as shop:
        shop.today = TODAY
        fill(shop)
        yield shop


def fill(shop: Shop) -> None:
    staff = shop.insert("staff", number="S001", name="佐藤")
    many(shop, "customers", ["number", "name", "staff_id", "phone"], [("C0001", "山田", staff, "03-1111-2222")])
    people = [(f"C{one:04}", f"客{one}") for one in range(2, 130)]
    many(shop, "customers", ["number", "name"], people)
    many(shop, "customers", ["number", "name", "status", "left_on", "left_reason"],
         [("C0130", "森", "left", "2026-05-05", "転居")])  # fmt: skip
    bought = [("C0001", day, 5_000) for day in ("2006-03-21", "2006-02-01", "2006-01-05", "2005-12-24", "2005-11-03")]
    bought += [("C0002", "2006-03-30", 3_000), ("C0003", "2005-01-10", 60_000), ("C0003", "2005-01-20", 20_000)]
    bought += [(f"C{10 + one:04}", "2026-04-20", 30_000) for one in range(4)]
    bought += [(f"C{60 - 3 + one:04}", "2026-05-20", 5_000) for one in range(11)]
    many(shop, "purchases", ["customer_id", "purchased_on", "amount"], bought)
    many(shop, "ads", ["number", "ran_on", "medium", "title", "cost"],
         [("A0001", "2026-04-10", "新聞", "春", 50_000), ("A0002", "2026-05-10", "チラシ", "夏", 20_000)])  # fmt: skip
    answered = [("A0001", f"C{10 + one:04}", "2026-04-12") for one in range(47)]
    answered += [("A0002", f"C{57 + one:04}", "2026-05-12") for one in range(73)]
    answered += [("A0002", f"C{4 + one:04}", "2026-05-12") for one in range(5)]
    many(shop, "ad_responses", ["ad_id", "customer_id", "responded_on"], answered)
    reasons = ["飲みにくい"] * 15 + ["価格が高い"] * 5 + ["効果が弱い"] * 2
    deals = [
        (f"D{place + 1:05}", f"C{100 + place:04}", "商談", 10_000, "lost", "2026-04-15", reason, "S001" if place < 4 else None)
        for place, reason in enumerate(reasons)
    ]  # fmt: skip
    deals.append(("D00100", "C0002", "商談", 70_000, "won", "2026-05-01", None, "S001"))
    many(
        shop,
        "deals",
        ["number", "customer_id", "title", "amount", "outcome", "closed_on", "lost_reason", "staff_id"],
        deals,
    )
    many(shop, "follow_up_tasks", ["customer_id", "due_on", "channel", "title"],
         [("C0001", "2026-11-30", "phone", "半年後に連絡"), ("C0001", "2026-12-02", "post", "年賀状")])  # fmt: skip


def many(shop: Shop, table: str, fields: list[str], rows: list[tuple[Any, ...]]) -> None:
    columns = [[new_id() for _ in rows], [1 for _ in rows], *(list(column) for column in zip(*rows, strict=True))]
    shop.good(TableChanges(table, inserts=Inserts(["id", "store_id", *fields], columns)))


def typed(shop: Shop, example: str) -> Any:
    """Return the columns of a formula as the add-in asks for them."""
    request = read_request(example)
    assert request is not None
    function = FUNCTIONS[request.function]
    given = {}
    for argument, text in zip(function.arguments, request.arguments, strict=False):
        meant = read_argument(text, today=TODAY)
        value = IN_A2.get(argument.name, "C0001") if isinstance(meant, Cells) else meant.value  # type: ignore[union-attr]
        if value is not None:
            given[argument.name] = wire_value(value, argument.type)
    answer = shop.ask(function.name, **given)
    assert "error" not in answer, answer
    return answer["columns"]


def lines(columns: Any) -> list[tuple[Any, ...]]:
    return list(zip(*columns, strict=True))


ONE_CELL = {
    "RFM_RANK": 1,
    "RFM_LAYER": "上得意客",
    "RFM_TREATMENT": RfmSettings().treatment_best,
    "DECILE": 2,
    "CPM": "コツコツ現役客",
    "BTYD_FREQUENCY": 4,
    "BTYD_RECENCY": 138,
    "BTYD_T": 148,
    "BTYD_MONETARY": 5_000,
    "AD_RESPONSES": 47,
    "AD_CLOSED": 4,
    "CPI": 50_000 / 47,
    "CPO": 12_500,
    "ROAS": 2.4,
    "ROI": 1.4,
    "WIN_RATE": 0.2,
    "TASKS_DUE": 1,
}
ROW = {"RFM": (5, 4, 4, 13), "NEXT_TASK": ("2026-11-30", "電話", "半年後に連絡", None)}
BEST = (1, "C0001", "山田", 5, 4, 4, 13, "上得意客", "2006-03-21", 5, 25_000)
PARETO = ((15, 15 / 22, 15 / 22), (5, 5 / 22, 20 / 22), (2, 2 / 22, 1))
TABLE = {
    "RFM_TOP": [
        BEST,
        (2, "C0003", "客3", 2, 2, 5, 9, "休眠客", "2005-01-20", 2, 80_000),
        (3, "C0002", "客2", 5, 1, 1, 7, "新規客", "2006-03-30", 1, 3_000),
    ],
    "RFM_SELECT": [BEST],
    "RFM_GRID": [
        ("R5", 0, 1, 0, 0, 1, 2),
        ("R4", 0, 0, 0, 0, 0, 0),
        ("R3", 0, 0, 0, 0, 0, 0),
        ("R2", 0, 0, 0, 1, 0, 1),
        ("R1", 0, 0, 0, 0, 0, 0),
        ("合計", 0, 1, 0, 1, 1, 3),
    ],
    "RFM_LAYER_TABLE": [
        ("上得意客", 1, 1 / 3, 25_000, 25 / 108, RfmSettings().treatment_best),
        ("得意客", 0, 0, 0, 0, RfmSettings().treatment_good),
        ("新規客", 1, 1 / 3, 3_000, 3 / 108, RfmSettings().treatment_new),
        ("休眠客", 1, 1 / 3, 80_000, 80 / 108, RfmSettings().treatment_dormant),
    ],
    "DECILE_TABLE": [
        (1, 1, 80_000, 80 / 108, 80 / 108, 80_000),
        (2, 1, 25_000, 25 / 108, 105 / 108, 25_000),
        (3, 1, 3_000, 3 / 108, 1, 3_000),
        *((tenth, 0, 0, 0, 1, None) for tenth in range(4, 11)),
    ],
    "CPM_TABLE": [
        (
            f"{stage}{state}客",
            *{
                "初回現役": (1, 1 / 3, 3_000, 3 / 108, 3_000),
                "よちよち離脱": (1, 1 / 3, 80_000, 80 / 108, 80_000),
                "コツコツ現役": (1, 1 / 3, 25_000, 25 / 108, 25_000),
            }.get(f"{stage}{state}", (0, 0, 0, 0, None)),
        )
        for stage in ("初回", "よちよち", "コツコツ", "流行", "優良")
        for state in ("現役", "離脱")
    ],
    "RANKINGS": [
        ("C0001", "山田", 1, 13, "上得意客", 2, 2, "コツコツ現役客", "RFMは上得意、CPMは優良でない"),
        ("C0003", "客3", 2, 9, "休眠客", 1, 1, "よちよち離脱客", "金額上位だが休眠"),
    ],
    "AD_TABLE": [
        ("新聞", 1, 50_000, 47, 4, 4 / 47, 120_000, 50_000 / 47, 12_500, 2.4, 1.4, None),
        ("チラシ", 1, 20_000, 78, 11, 11 / 78, 55_000, 20_000 / 78, 20_000 / 11, 2.75, 1.75, None),
        ("合計", 2, 70_000, 125, 15, 15 / 125, 175_000, 560, 70_000 / 15, 2.5, 1.5, None),
    ],
    "AD_FUNNEL": [
        ("0", 0, 0, 0),
        ("7", 47, 0, 0),
        *((day, 47, 4, 120_000) for day in ("14", "30", "60", "90", "180", "365")),
    ],
    "LOST_REASONS": [
        (reason, *figures, yen, yen / 220_000)
        for reason, figures, yen in zip(("飲みにくい", "価格が高い", "効果が弱い"), PARETO, (150_000, 50_000, 20_000), strict=True)
    ],
    "LOST_TREND": [
        ("2026-04", 22, 220_000, 0, 0, 0),
        ("2026-05", 0, 0, 1, 70_000, 1),
        *((f"2026-{month:02}", 0, 0, 0, 0, None) for month in range(6, 13)),
        *((f"2027-{month:02}", 0, 0, 0, 0, None) for month in range(1, 4)),
    ],
    "LOST_BY": [
        ("（未設定）", 18, 180_000, 18 / 22, 0, 0, "飲みにくい"),
        ("佐藤", 4, 40_000, 4 / 22, 1, 0.2, "飲みにくい"),
    ],
    "CHURN_REASONS": [("転居", 1, 1, 1)],
}  # fmt: skip
FIRST = {
    "LOST_LIST": (22, ("2026-04-15", "D00001", "C0100", "客100", "商談", "", 10_000, "佐藤", "飲みにくい", "", "", "")),
    "LOST_AGAIN": (22, ("2026-10-15", "2026-04-15", "D00001", "C0100", "客100", "", "飲みにくい")),
    "TODAY_TASKS": (
        1,
        ("顧客", "2026-11-30", 1, "電話", "半年後に連絡", "C0001", "山田", "03-1111-2222", 9, None, "佐藤"),
    ),
}
"""How many lines, and how the first one begins."""


def test_every_function_has_its_example_here() -> None:
    assert {*ONE_CELL, *ROW, *TABLE, *FIRST, "AD_COMPARE"} == set(FUNCTIONS)


@pytest.mark.parametrize("name", [one.name for one in FUNCTIONS.values() if one.example_en != one.example])
def test_an_english_example_answers_as_the_japanese_one(shop: Shop, name: str) -> None:
    function = FUNCTIONS[name]

    assert typed(shop, function.example_en) == typed(shop, function.example)


def test_an_example_with_japanese_words_has_one_in_english() -> None:
    words = {one.name for one in FUNCTIONS.values() if not one.example_en.isascii()}

    assert words == {"WIN_RATE"}  # somebody's name


@pytest.mark.parametrize("name", ONE_CELL)
def test_an_example_of_one_cell(shop: Shop, name: str) -> None:
    assert typed(shop, FUNCTIONS[name].example) == [[ONE_CELL[name]]]


@pytest.mark.parametrize("name", ROW)
def test_an_example_of_a_row(shop: Shop, name: str) -> None:
    assert lines(typed(shop, FUNCTIONS[name].example)) == [ROW[name]]


@pytest.mark.parametrize("name", TABLE)
def test_an_example_of_a_table(shop: Shop, name: str) -> None:
    assert lines(typed(shop, FUNCTIONS[name].example)) == TABLE[name]


@pytest.mark.parametrize("name", FIRST)
def test_an_example_of_a_list(shop: Shop, name: str) -> None:
    found = lines(typed(shop, FUNCTIONS[name].example))
    count, first = FIRST[name]

    assert len(found) == count
    assert found[0][: len(first)] == first


def test_the_example_of_two_ads_compared(shop: Shop) -> None:
    found = {line[0]: line[1:] for line in lines(typed(shop, FUNCTIONS["AD_COMPARE"].example))}

    assert found["広告"][:2] == ("A0001 春", "A0002 夏")
    assert found["CPI"][:2] == (50_000 / 47, 20_000 / 78)
    assert found["CPO"][:2] == (12_500, 20_000 / 11)
    assert found["成約率"][:2] == (4 / 47, 11 / 78)
    assert found["成約率"][2] == pytest.approx(0.4084, abs=5e-5)
    assert "まだ判断できません" in found["成約率"][3]
