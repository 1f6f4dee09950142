"""The worksheet functions, asked of a shop in a real database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import kizuna_rfm
from kizuna import Blank, Label
from kizuna_rfm import rfm_tables
from kizuna_rfm.selection import SelectionError
from kizuna_rfm.settings import CpmSettings, RfmSettings

TODAY = date(2006, 3, 31)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def ask(name: str, data: Any, *arguments: Any) -> Any:
    functions = {one.name: one for one in kizuna_rfm.worksheet_functions()}
    return functions[name].call(data, *arguments)


def test_rfm_answers_the_fixed_points_of_the_definition(open_shop: Any, receipt: Any) -> None:
    often = [receipt("C0001", ago(10 + 30 * turn), 5000) for turn in range(5)]
    silent = [receipt("C0002", ago(365 + 30 * turn), 5000) for turn in range(5)]

    answer = ask("RFM", open_shop([*often, *silent]), ["C0001", "C0002", "id-C0001"])

    assert answer == [[5, 2, 5], [4, 4, 4], [4, 4, 4], [13, 10, 13]]


def test_a_cell_without_an_answer_is_blank_with_its_reason_and_the_others_live_on(open_shop: Any, receipt: Any) -> None:
    shop = open_shop([receipt("C0001", ago(1), 100), receipt("C0003", ago(1), 100, "return")], also=["C0002"])

    for function in ("RFM", "RFM_RANK", "RFM_LAYER", "RFM_TREATMENT", "DECILE", "CPM", "BTYD_T", "BTYD_FREQUENCY"):
        answer = ask(function, shop, ["C0002", "C9999", "C0001", None, "C0003"])
        column = answer[0] if function == "RFM" else answer

        assert not isinstance(column[2], Blank)
        assert [one.code for one in column if isinstance(one, Blank)] == [
            "no-purchase",
            "unknown-key",
            "empty-key",
            "no-purchase",
        ]
        assert column[0].text.ja == "未購入"


def test_cancelled_receipts_do_not_count_and_a_return_lowers_the_amount_only(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C0001", ago(100), 12_000),
            receipt("C0001", ago(5), 90_000, status="cancelled"),
            receipt("C0001", ago(4), 2_001, "return"),
            receipt("C0001", ago(3), -100, "return"),
        ]
    )

    top = ask("RFM_TOP", shop)

    assert [column[0] for column in top[3:]] == [4, 1, 2, 7, "新規客", ago(100), 1, 9_899]


def test_nothing_after_the_as_of_day_counts_neither_sale_nor_return(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C0001", ago(40), 10_000),
            receipt("C0001", ago(20), 5_000, "return"),
            receipt("C0001", ago(10), 50_000),
            receipt("C0002", ago(10), 700),
        ]
    )

    assert ask("RFM", shop, ["C0001"], ago(30)) == [[5], [1], [3], [9]]
    assert ask("RFM", shop, ["C0001"], ago(20)) == [[5], [1], [2], [8]]
    assert ask("RFM", shop, ["C0001"], ago(10)) == [[5], [2], [5], [12]]
    assert ask("RFM", shop, ["C0002"], ago(11))[0][0].code == "no-purchase"


def test_purchases_in_several_stores_add_up(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C0001", ago(100), 3_000, store=1),
            receipt("C0001", ago(10), 3_000, store=2),
            receipt("C0001", ago(5), 1_000, "return", store=3),
        ]
    )

    assert [column[0] for column in ask("RFM_TOP", shop)[8:]] == [ago(10), 2, 5_000]
    assert [column[0] for column in ask("RFM_TOP", shop, 10, ago(7))[8:]] == [ago(10), 2, 6_000]


def test_ranks_break_ties_by_amount_last_day_times_and_number(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C10000", ago(10), 3_000),
            receipt("C9999", ago(10), 3_000),
            receipt("C0003", ago(10), Decimal("3000.01")),
            receipt("C0004", ago(9), 3_000),
        ]
    )

    assert ask("RFM_RANK", shop, ["C0003", "C0004", "C9999", "C10000"]) == [1, 2, 3, 4]
    assert ask("RFM_TOP", shop, 3)[1] == ["C0003", "C0004", "C9999"]
    assert ask("RFM_TOP", shop, 3)[2] == ["名前C0003", "名前C0004", "名前C9999"]
    assert ask("RFM_TOP", shop, 0) == [[] for _ in rfm_tables.PERSON_COLUMNS]


def test_layer_and_treatment_follow_the_settings(open_shop: Any, receipt: Any) -> None:
    receipts = [
        *(receipt("C0001", ago(day), 10_000) for day in range(5)),
        *(receipt("C0002", ago(day), 1_000) for day in range(2)),
        receipt("C0003", ago(3), 1_000_000),
        receipt("C0004", ago(365), 100),
    ]
    shop = open_shop(receipts, rfm=RfmSettings(treatment_new="電話する"))
    customers = ["C0001", "C0002", "C0003", "C0004"]

    assert ask("RFM_LAYER", shop, customers) == ["上得意客", "得意客", "新規客", "休眠客"]
    assert ask("RFM_TREATMENT", shop, customers)[2] == "電話する"
    table = ask("RFM_LAYER_TABLE", shop)
    assert table[0] == ["上得意客", "得意客", "新規客", "休眠客"]
    assert table[1:4] == [[1, 1, 1, 1], [0.25] * 4, [50_000, 2_000, 1_000_000, 100]]


def test_quantile_mode_ranks_one_customer_against_all_buyers(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [receipt(f"C{count:04}", ago(count), 1_000 - count) for count in range(10)], rfm=RfmSettings(mode="quantile")
    )

    assert ask("RFM", shop, ["C0000", "C0009"]) == [[5, 1], [1, 1], [5, 1], [11, 3]]


def test_the_grid_shows_counts_amounts_and_shares_with_sums(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C0001", ago(1), 100),
            receipt("C0002", ago(1), Decimal("50.25")),
            receipt("C0003", ago(1000), 50),
            receipt("C0003", ago(1001), 50),
        ]
    )

    counts, amounts, shares = (ask("RFM_GRID", shop, one) for one in ("人数", "amount", "share"))

    assert counts == [
        ["R5", "R4", "R3", "R2", "R1", "合計"],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 1],
        [2, 0, 0, 0, 0, 2],
        [2, 0, 0, 0, 1, 3],
    ]
    assert amounts[5] == [150.25, 0, 0, 0, 0, 150.25]
    assert amounts[6][-1] == 250.25
    assert shares[6] == [2 / 3, 0, 0, 0, 1 / 3, 1]


def test_a_measure_the_grid_does_not_count_is_refused_naming_those_it_does(open_shop: Any) -> None:
    with pytest.raises(rfm_tables.MeasureError, match="amount-share"):
        ask("RFM_GRID", open_shop([]), "median")


def test_a_selection_becomes_a_list_in_the_order_of_rank(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            *(receipt("C0001", ago(day), 1_000) for day in range(5)),
            *(receipt("C0002", ago(day), 9_000) for day in range(5)),
            receipt("C0003", ago(1), 99_000),
        ]
    )

    assert ask("RFM_SELECT", shop, "R>=4 F>=4")[:2] == [[1, 3], ["C0002", "C0001"]]
    assert ask("RFM_SELECT", shop, "R5F1")[:2] == [[2], ["C0003"]]
    assert ask("RFM_SELECT", shop, "R5F5")[1] == []
    with pytest.raises(SelectionError):
        ask("RFM_SELECT", shop, "いちばん")


def test_decile_and_its_table_agree(open_shop: Any, receipt: Any) -> None:
    shop = open_shop([receipt(f"C{count:04}", ago(1), 100 * count) for count in range(1, 14)])

    tenths = ask("DECILE", shop, [f"C{count:04}" for count in range(13, 0, -1)])

    assert tenths == [1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10]
    table = ask("DECILE_TABLE", shop)
    assert table[0] == list(range(1, 11))
    assert table[1] == [2, 2, 2, 1, 1, 1, 1, 1, 1, 1]
    assert table[2][:3] == [2500, 2100, 1700]
    assert table[3][0] == 2500 / 9100
    assert table[4][-1] == 1
    assert table[5][0] == 1250


def test_cpm_names_stage_and_state_and_its_table_adds_up(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C0001", ago(240), 100),
            receipt("C0002", ago(20), 100),
            receipt("C0002", ago(10), 100),
            receipt("C0003", ago(250), 60_000),
            receipt("C0003", ago(10), 10_000),
        ],
        cpm=CpmSettings(excellent_days=240),
    )

    assert ask("CPM", shop, ["C0001", "C0002", "C0003"]) == ["初回離脱客", "よちよち現役客", "優良現役客"]
    table = ask("CPM_TABLE", shop)
    assert sum(table[1]) == 3
    assert sum(table[3]) == 70_300
    assert dict(zip(table[0], table[5], strict=True))["流行現役客"].code == "nothing-to-divide"


def test_btyd_functions_keep_their_own_convention(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C0001", ago(100), 1_000),
            receipt("C0001", ago(40), 700),
            receipt("C0001", ago(40), 300),
            receipt("C0001", ago(10), 500),
            receipt("C0001", ago(5), 100, "return"),
            receipt("C0002", ago(7), 100),
        ]
    )

    assert ask("BTYD_FREQUENCY", shop, ["C0001", "C0002"]) == [2, 0]
    assert ask("BTYD_RECENCY", shop, ["C0001", "C0002"]) == [90, 0]
    assert ask("BTYD_T", shop, ["C0001", "C0002"]) == [100, 7]
    monetary = ask("BTYD_MONETARY", shop, ["C0001", "C0002"])
    assert monetary[0] == 700
    assert monetary[1].code == "nothing-to-divide"
    assert ask("BTYD_RECENCY", shop, ["C0001", "C0002"], ago(40))[0] == 60


def test_rankings_name_where_they_disagree(open_shop: Any, receipt: Any) -> None:
    shop = open_shop(
        [
            receipt("C0001", ago(800), 1_000_000),
            *(receipt(f"C{count:04}", ago(1), 100 * count) for count in range(2, 11)),
        ]
    )

    everybody, disputed = ask("RANKINGS", shop), ask("RANKINGS", shop, 100, True)

    by_number = dict(zip(everybody[0], zip(*everybody[2:], strict=True), strict=True))
    assert by_number["C0001"][-1] == "金額上位だが休眠"
    assert by_number["C0002"][-1] == ""
    assert len(everybody[0]) == 10
    assert all(disputed[-1])
    assert set(disputed[0]) == {number for number, line in by_number.items() if line[-1]}
    assert len(ask("RANKINGS", shop, 3)[0]) == 3


def test_a_shop_without_a_purchase_gets_empty_tables_and_blanks(open_shop: Any) -> None:
    shop = open_shop([], also=["C0001"])

    assert ask("RFM_TOP", shop)[1] == []
    assert ask("RANKINGS", shop)[0] == []
    assert ask("RANKINGS", shop, 10, True)[0] == []
    assert ask("RFM_SELECT", shop, "R5F5")[0] == []
    assert ask("RFM_GRID", shop, "count")[6] == [0] * 6
    assert ask("RFM_GRID", shop, "share")[6][0].code == "nothing-to-divide"
    assert ask("DECILE_TABLE", shop)[1] == [0] * 10
    assert ask("DECILE_TABLE", shop)[3][0].code == "nothing-to-divide"
    assert sum(ask("CPM_TABLE", shop)[1]) == 0
    assert ask("RFM_LAYER_TABLE", shop)[1] == [0] * 4
    assert ask("RFM", shop, ["C0001"])[0][0].code == "no-purchase"
    assert ask("RFM", shop, []) == [[], [], [], []]
    assert ask("BTYD_T", shop, []) == []


def test_more_customers_than_one_statement_takes_are_answered_too(open_shop: Any, receipt: Any) -> None:
    count = 10_050
    numbers = [f"C{one:05}" for one in range(count)]
    shop = open_shop([receipt(number, ago(1), 5_000) for number in numbers])

    answer = ask("RFM", shop, numbers)

    assert answer == [[5] * count, [1] * count, [2] * count, [8] * count]
    assert ask("BTYD_T", shop, numbers) == [1] * count


def test_every_function_explains_itself_and_its_arguments_in_both_languages() -> None:
    functions = kizuna_rfm.worksheet_functions()

    assert len({one.name for one in functions}) == len(functions)
    for one in functions:
        for text in (one.label, one.description, *(argument.label for argument in one.arguments)):
            assert text.ja != text.en, one.name
            assert text.en[0].isascii(), one.name
        assert one.example.startswith(f"={one.name}(")
        assert one.arguments[-1].name == "as_of"
        assert not one.arguments[-1].required


def test_settings_are_offered_under_the_names_functions_ask_for() -> None:
    assert [one.name for one in kizuna_rfm.settings()] == ["rfm", "cpm"]


def test_answers_are_plain_values_that_json_can_carry(open_shop: Any, receipt: Any) -> None:
    shop = open_shop([receipt("C0001", ago(1), Decimal("10.5")), receipt("C0002", ago(2), 3)])
    arguments: dict[str, Any] = {"keys": ["C0001"], "text": "R>=1", "integer": 10, "boolean": False, "date": TODAY}

    for function in kizuna_rfm.worksheet_functions():
        given = ["count" if one.name == "measure" else arguments[one.type] for one in function.arguments]
        answer = function.call(shop, *given)
        columns = [answer] if function.kind == "scalar" else answer
        assert len(columns) == max(1, len(function.returns))
        assert len({len(column) for column in columns}) == 1
        for value in (value for column in columns for value in column):
            assert type(value) in {int, float, str, date, Blank, Label}, (function.name, value)
        assert not any(isinstance(column, np.ndarray) for column in columns)
