"""What a cell shows: why it is blank, cell by cell, and words in the language of whoever asks."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from kizuna import Blank, Columns, Keys, Label, Text, WorksheetFunction, hookimpl, worksheet_function
from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.offers import csv_of, report_from, table_of
from kizuna.testing import Shop, shop_from
from kizuna.worksheet import DeclarationError

GONE = Blank("gone", Text("もうありません", "Gone"))
NEVER = Blank("never", Text("一度もありません", "Never"))


@worksheet_function("LAST_SEEN", ja="最終来店", returns=["場所", "日", "人"], english=["Place", "Day", "Person"])
def last_seen(who: Keys) -> Columns:
    """Return where, when and by whom each was seen last."""
    return [["京都" for _ in who], [GONE for _ in who], [NEVER for _ in who]]


@worksheet_function("MOOD", ja="気分", returns=["気分"], english=["Mood"], table=True)
def mood() -> Columns:
    """Return the mood."""
    return [[Label("上々", "Fine"), "京都", None]]


@worksheet_function("HELLO", ja="挨拶")
def hello(name: str, ending: str = "!") -> str:
    """Greet ``name``."""
    return f"Hello {name}{ending}"


@pytest.fixture
def shop() -> Any:
    made = ModuleType("moods")
    made.__file__ = "moods.py"

    @hookimpl
    def worksheet_functions() -> list[WorksheetFunction]:
        return [last_seen, mood, hello]

    made.worksheet_functions = worksheet_functions  # type: ignore[attr-defined]
    with shop_from(plugins=[made]) as opened:
        yield opened


def asked(shop: Shop, language: str, function: str, **arguments: Any) -> dict[str, Any]:
    return evaluate(shop.database.plugins, shop.data(), [FunctionCall(function, arguments)], language=language)[0]


def test_two_blanks_in_a_line_each_say_why(shop: Shop) -> None:
    answer = asked(shop, "en", "LAST_SEEN", who=["C0001", "C0002"])

    assert answer["columns"] == [["京都", "京都"], [None, None], [None, None]]
    assert {place: one["message"] for place, one in answer["reasons"].items()} == {
        "0": "Gone", "0:1": "Gone", "0:2": "Never", "1": "Gone", "1:1": "Gone", "1:2": "Never",
    }  # fmt: skip


def test_an_empty_cell_where_a_word_is_needed_is_blank_and_the_others_are_answered(shop: Shop) -> None:
    answer = asked(shop, "en", "HELLO", name=["佐藤", None, "", "鈴木"], ending=["?", "!", "!", None])

    assert answer["columns"] == [["Hello 佐藤?", None, None, "Hello 鈴木!"]]
    assert {place: one["code"] for place, one in answer["reasons"].items()} == dict.fromkeys("12", "argument-missing")


def test_words_and_headings_are_in_the_language_of_whoever_asks(shop: Shop) -> None:
    english, japanese = (asked(shop, language, "MOOD") for language in ("en", "ja"))

    assert (english["returns"], english["columns"]) == (["Mood"], [["Fine", "京都", None]])
    assert (japanese["returns"], japanese["columns"]) == (["気分"], [["上々", "京都", None]])


def test_to_code_a_label_is_its_japanese_word() -> None:
    label = Label.of(Text("上々", "Fine"))

    assert label == "上々"
    assert {label: 1}["上々"] == 1
    assert f"{label}です" == "上々です"
    assert str(label) == label.in_language("ja") == "上々"


def test_reports_and_files_speak_the_language_too(shop: Shop) -> None:
    table = table_of(mood, mood.call())

    assert [one.en for one in report_from(mood).build(None).headings] == ["Mood"]
    assert "Mood\r\nFine" in csv_of(table, language="en").decode("utf-8-sig")
    assert "気分\r\n上々" in csv_of(table).decode("utf-8-sig")


def test_a_function_with_a_heading_too_few_in_english_is_refused() -> None:
    with pytest.raises(DeclarationError, match="1 headings in English for 2"):
        worksheet_function("TWO", ja="二つ", returns=["一", "二"], english=["One"])(lambda: None)


def test_no_cells_are_answered_with_no_lines(shop: Shop) -> None:
    answer = asked(shop, "ja", "LAST_SEEN", who=[])

    assert answer["columns"] == [[], [], []]
