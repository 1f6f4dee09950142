"""The worksheet functions about ads, asked in a real database."""

from datetime import date
from typing import Any

import pytest

import kizuna_ad_roi
from kizuna import Blank
from kizuna.model import Product
from kizuna_ad_roi.errors import UnknownAdError, UnknownFunnelError, UnknownGroupingError
from kizuna_ad_roi.settings import AdSettings

CALLS = {one.name: one.call for one in kizuna_ad_roi.worksheet_functions()}


def test_the_worked_examples_come_out_in_cells(shop: Any) -> None:
    ads = ["A0001", "id-A0002"]

    assert CALLS["AD_RESPONSES"](shop, ads) == [47, 78]
    assert CALLS["AD_CLOSED"](shop, ads) == [4, 11]
    assert CALLS["CPI"](shop, ads) == [pytest.approx(1_063.8297872), pytest.approx(256.4102564)]
    assert CALLS["CPO"](shop, ads) == [12_500, pytest.approx(1_818.1818182)]
    assert CALLS["ROAS"](shop, ads) == [2.4, 2.75]
    assert CALLS["ROI"](shop, ads) == [1.4, 1.75]


def test_nothing_after_the_day_counts(shop: Any) -> None:
    assert CALLS["AD_CLOSED"](shop, ["A0001"], date(2026, 4, 9)) == [0]
    assert CALLS["AD_RESPONSES"](shop, ["A0001"], date(2026, 4, 9)) == [47]


def test_blanks_say_why(shop: Any) -> None:
    shop.ad("A0003", date(2026, 6, 1), 0)
    answers = [
        *CALLS["CPI"](shop, ["", None, "A9999", "A0003"]),
        *CALLS["ROAS"](shop, ["A0003"]),
        *CALLS["CPI"](shop, ["A0002"], date(2026, 4, 30)),
    ]

    assert all(isinstance(one, Blank) for one in answers)
    assert [one.code for one in answers] == [
        "empty-key", "empty-key", "unknown-key", "nothing-to-divide", "nothing-to-divide", "not-yet"]  # fmt: skip


def test_deleted_rows_cancelled_purchases_and_returns_are_counted_as_defined(shop: Any) -> None:
    day = date(2026, 6, 2)
    shop.ad("A0003", date(2026, 6, 1), 1_000)
    for customer in ("a", "b", "c", "d"):
        shop.answer("A0003", customer, date(2026, 6, 1), deleted=customer == "d")
    shop.buy("pa", "a", day, 3_000)
    shop.buy("pa-back", "a", day, 500, kind="return")
    shop.buy("pb", "b", day, 9_000, status="cancelled")
    shop.buy("pc", "c", day, 9_000, deleted=True)
    shop.buy("pd", "d", day, 9_000)

    assert CALLS["AD_RESPONSES"](shop, ["A0003"]) == [3]
    assert CALLS["AD_CLOSED"](shop, ["A0003"]) == [1]
    assert CALLS["ROAS"](shop, ["A0003"]) == [2.5]


def test_a_deleted_ad_takes_no_purchase_from_the_others(shop: Any) -> None:
    shop.ad("A0000", date(2026, 3, 1), 1, deleted=True)
    shop.answer("A0000", "x0", date(2026, 3, 1))

    assert CALLS["AD_CLOSED"](shop, ["A0001"]) == [4]


def test_one_ad_alone_has_the_same_figures_as_in_the_table_of_all(shop: Any) -> None:
    shop.answer("A0002", "x0", date(2026, 5, 1))
    shop.answer("A0001", "y0", date(2026, 5, 9))
    for mode in ("first", "last", "all"):
        shop.chosen = AdSettings(attribution=mode)
        table = CALLS["AD_TABLE"](shop)
        closed = dict(zip(table[0], table[4], strict=True))

        assert CALLS["AD_CLOSED"](shop, ["A0001"]) == [closed["A0001 春"]]
        assert CALLS["AD_CLOSED"](shop, ["A0002"]) == [closed["A0002 夏"]]


def test_the_window_setting_is_kept(shop: Any) -> None:
    shop.chosen = AdSettings(window_days=8)

    assert CALLS["AD_CLOSED"](shop, ["A0001"]) == [0]


def test_the_table_by_medium_ends_with_the_total(shop: Any) -> None:
    table = CALLS["AD_TABLE"](shop, "媒体")

    assert [column[:5] for column in (table[0], table[2], table[3], table[4], table[6])] == [
        ["新聞", "チラシ", "合計"], [50_000, 20_000, 70_000], [47, 78, 125], [4, 11, 15],
        [120_000, 55_000, 175_000]]  # fmt: skip
    assert table[11][0] == 0.0047
    assert table[11][1].code == "nothing-to-divide"


def test_the_table_keeps_to_the_period_ads_ran_in(shop: Any) -> None:
    assert CALLS["AD_TABLE"](shop, "月", date(2026, 5, 1), date(2026, 5, 31))[0] == ["2026-05", "合計"]
    assert CALLS["AD_TABLE"](shop, "store")[0] == ["1", "合計"]
    with pytest.raises(UnknownGroupingError, match="use run, medium"):
        CALLS["AD_TABLE"](shop, "weather")


def test_comparing_the_worked_examples_says_too_few_to_tell(shop: Any) -> None:
    labels, first, second, p, verdict = CALLS["AD_COMPARE"](shop, "A0001", "A0002")
    row = labels.index("成約率")

    assert (first[row], second[row]) == (pytest.approx(4 / 47), pytest.approx(11 / 78))
    assert p[row] > 0.05
    assert "まだ判断できません（4/47 件と 11/78 件" in verdict[row]
    english = CALLS["AD_COMPARE"](shop, "A0001", "A0002", None, "en")
    assert "Too few to tell" in english[4][row]
    with pytest.raises(UnknownAdError, match="A9999"):
        CALLS["AD_COMPARE"](shop, "A0001", "A9999")


def test_the_funnel_of_one_ad_and_of_all(shop: Any) -> None:
    assert CALLS["AD_FUNNEL"](shop, "A0001", "日数")[2] == [0, 0, 4, 4, 4, 4, 4, 4]
    assert CALLS["AD_FUNNEL"](shop) == [["2026-04", "2026-05"], [47, 125], [4, 15], [120_000, 175_000]]
    with pytest.raises(UnknownFunnelError):
        CALLS["AD_FUNNEL"](shop, "", "weeks")


def test_a_shop_without_ads_gets_an_empty_table_with_its_total(shop: Any) -> None:
    empty = type(shop)()

    assert [len(column) for column in CALLS["AD_TABLE"](empty)] == [1] * 12
    assert CALLS["AD_FUNNEL"](empty) == [[], [], [], []]


def test_every_function_explains_itself_and_its_arguments_in_both_languages() -> None:
    for function in kizuna_ad_roi.worksheet_functions():
        texts = [function.label, function.description, *(one.label for one in function.arguments)]

        assert all(text.ja and text.en and text.ja != text.en for text in texts), function.name
        assert function.example.startswith(f"={function.name}(")


def test_settings_out_of_order_are_refused() -> None:
    assert AdSettings().attribution == "first"

    with pytest.raises(ValueError, match="ascending"):
        AdSettings(funnel_days=(7, 0))


def test_two_products_of_one_name_are_told_apart(shop: Any) -> None:
    for number in ("P0001", "P0002"):
        shop.put(Product, f"id-{number}", number=number, name="煎茶")
        shop.ad(f"A1{number}", date(206, 4, 1), 100, product_id=f"id-{number}")

    assert sorted(CALLS["AD_TABLE"](shop, "商品")[0])[:2] == ["P0001 煎茶", "P0002 煎茶"]
    assert CALLS["AD_TABLE"](shop, "月")[0][0] == "0206-04"
