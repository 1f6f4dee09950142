"""The worksheet functions about lost deals, asked in a real database."""

from datetime import date
from typing import Any

import pytest

import kizuna_lost_deals
from kizuna import Label
from kizuna.model import Customer, Staff
from kizuna_lost_deals.errors import FiscalYearError, UnknownGroupingError
from kizuna_lost_deals.settings import LostDealSettings

CALLS = {one.name: one.call for one in kizuna_lost_deals.worksheet_functions()}
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


def test_the_worked_example_comes_out_in_cells(shop: Any) -> None:
    reasons, counts, shares, cumulative, amounts, _ = CALLS["LOST_REASONS"](shop, *APRIL)

    assert reasons == ["飲みにくい", "価格が高い", "効果が弱い"]
    assert counts == [15, 5, 2]
    assert [f"{share:.1%}" for share in shares] == ["68.2%", "22.7%", "9.1%"]
    assert cumulative[-1] == 1
    assert amounts == [15_000, 5_000, 2_000]


def test_both_ends_of_the_period_are_in_it_and_a_fiscal_year_stands_for_one(shop: Any) -> None:
    day = date(2026, 4, 1)

    assert sum(CALLS["LOST_REASONS"](shop, day, day)[1]) == 22
    assert CALLS["LOST_REASONS"](shop, date(2026, 4, 2))[1] == []
    assert sum(CALLS["LOST_REASONS"](shop, None, None, 2026)[1]) == 22
    assert CALLS["LOST_REASONS"](shop, None, None, 2025)[1] == []
    shop.chosen = LostDealSettings(fiscal_year_starts=5)
    assert sum(CALLS["LOST_REASONS"](shop, None, None, 2025)[1]) == 22


@pytest.mark.parametrize("year", [-1, 0, 9999, 20260401])
def test_a_fiscal_year_no_calendar_has_is_refused_with_an_example(shop: Any, year: int) -> None:
    with pytest.raises(FiscalYearError, match="2026"):
        CALLS["LOST_TREND"](shop, None, None, year)


def test_the_list_names_customer_product_and_staff_and_marks_a_missing_reason(shop: Any) -> None:
    shop.deal("L99", "lost", date(2026, 4, 5), 700, competitor="他社", lost_note="急ぎ")
    shop.deal("L98", "lost", date(2026, 4, 6), deleted=True)
    columns = CALLS["LOST_LIST"](shop, *APRIL)

    assert [len(column) for column in columns] == [23] * 12
    assert [column[0] for column in columns] == [
        date(2026, 4, 5), "L99", "C0001", "田中", "", "", 700, "", "（理由なし）", "急ぎ", "他社", ""]  # fmt: skip
    assert [columns[5][1], columns[7][1]] == ["お茶", "佐藤"]


def test_the_trend_has_every_month_of_the_fiscal_year(shop: Any) -> None:
    months, lost, _, won, _, rates = CALLS["LOST_TREND"](shop, None, None, 2026)

    assert (len(months), months[0], months[-1]) == (12, "2026-04", "2027-03")
    assert (lost[0], won[2], rates[0], rates[2]) == (22, 3, 0, 1)
    assert rates[1].code == "nothing-to-divide"


def test_groups_come_with_their_win_rate_and_commonest_reason(shop: Any) -> None:
    labels, lost, _, shares, won, rates, reasons = CALLS["LOST_BY"](shop, "担当")

    assert labels == ["（未設定）", "佐藤"]
    assert (lost, won) == ([18, 4], [0, 3])
    assert shares == [18 / 22, 4 / 22]
    assert rates == [0, pytest.approx(3 / 7)]
    assert reasons == ["飲みにくい", "飲みにくい"]
    with pytest.raises(UnknownGroupingError, match="use reason, product"):
        CALLS["LOST_BY"](shop, "weather")


def test_two_staff_members_of_one_name_are_told_apart(shop: Any) -> None:
    shop.put(Staff, "sato2", number="S002", name="佐藤")
    shop.deal("L77", "lost", staff_id="sato2")

    assert CALLS["LOST_BY"](shop, "staff")[0] == ["（未設定）", "S001 佐藤", "S002 佐藤"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_win_rate_of_a_line_is_the_one_the_line_shows(shop: Any, language: str) -> None:
    shop.deal("W9", "won")
    shown = CALLS["LOST_BY"](shop, "staff")
    written = [one.in_language(language) if isinstance(one, Label) else one for one in shown[0]]

    rates = [CALLS["WIN_RATE"](shop, None, None, None, "担当", f" {label} ") for label in written]

    assert written[0] == {"ja": "（未設定）", "en": "(not set)"}[language]

    assert shown[0] == ["（未設定）", "佐藤"]
    assert rates == shown[5]


def test_the_win_rate_of_all_and_of_one_staff_member(shop: Any) -> None:
    assert CALLS["WIN_RATE"](shop) == pytest.approx(3 / 25)
    assert CALLS["WIN_RATE"](shop, None, None, None, "担当", "佐藤") == pytest.approx(3 / 7)
    assert CALLS["WIN_RATE"](shop, date(2030, 1, 1)).code == "nothing-to-divide"


def test_a_lost_deal_is_listed_again_when_its_time_has_come(shop: Any) -> None:
    shop.put(Customer, "e", number="C0009", name="森")
    shop.deal("L50", "lost", date(2026, 5, 31), customer_id="e", lost_reason="時期が合わない")

    assert CALLS["LOST_AGAIN"](shop, date(2026, 11, 29))[2] == []
    assert [column[0] for column in CALLS["LOST_AGAIN"](shop, date(2026, 11, 30))] == [
        date(2026, 11, 30), date(2026, 5, 31), "L50", "C0009", "森", "", "時期が合わない"]  # fmt: skip


def test_a_customer_nobody_sees_leaves_cells_empty_and_says_why(shop: Any) -> None:
    shop.deal("L50", "lost", date(2026, 4, 30), customer_id="gone", lost_reason="時期が合わない")

    listed, again = CALLS["LOST_LIST"](shop, *APRIL), CALLS["LOST_AGAIN"](shop, date(2026, 10, 30))
    place, place_again = listed[1].index("L50"), again[2].index("L50")

    cells = listed[2][place], listed[3][place], again[3][place_again], again[4][place_again]
    assert [one.code for one in cells] == ["customer-not-seen"] * 4


def test_a_deal_whose_outcome_was_emptied_still_goes_on(shop: Any) -> None:
    shop.put(Customer, "e", number="C0009", name="森")
    shop.deal("L50", "lost", date(2026, 5, 31), customer_id="e", lost_reason="時期が合わない")
    shop.deal("O51", None, None, customer_id="e", opened_on=date(2026, 6, 1))

    assert CALLS["LOST_AGAIN"](shop, date(2026, 11, 30))[2] == []


def test_reasons_for_leaving_are_counted_the_same_way(shop: Any) -> None:
    for number, reason in enumerate(["転居", "転居", None]):
        shop.put(Customer, f"g{number}", number=f"C1{number}", name="x", left_on=date(2026, 4, 30), left_reason=reason)

    assert CALLS["CHURN_REASONS"](shop, *APRIL)[:2] == [["転居", "（理由なし）"], [2, 1]]


def test_every_function_explains_itself_and_its_arguments_in_both_languages() -> None:
    for function in kizuna_lost_deals.worksheet_functions():
        texts = [function.label, function.description, *(one.label for one in function.arguments)]

        assert all(text.ja and text.en and text.ja != text.en for text in texts), function.name
        assert function.example.startswith(f"={function.name}(")
