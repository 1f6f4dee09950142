"""Today's list, what becomes of a task, and the texts of letters."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_follow_up.errors import BrokenTemplateError, PostponeError, SkipNeedsReasonError, UnknownFieldError
from kizuna_follow_up.tasks import Task
from kizuna_follow_up.texts import check, fields_of, fill
from kizuna_follow_up.today import Person, next_task, todays_list

TODAY = date(2026, 6, 10)
PEOPLE = {
    "p": Person("p", "C0001", "見込", has_bought=False),
    "q": Person("q", "C0004", "見込二", has_bought=False),
    "a": Person("a", "C0002", "上客", has_bought=True, rfm_total=14),
    "b": Person("b", "C0003", "客", has_bought=True, rfm_total=6),
}


def due(key: str, customer: str, days_ago: int) -> Task:
    return Task(key, customer, TODAY - timedelta(days=days_ago))


def test_prospects_and_customers_are_apart_oldest_first_then_by_rfm() -> None:
    tasks = [due("1", "b", 0), due("2", "a", 0), due("3", "b", 5), due("4", "q", 0), due("5", "p", 0)]
    found = todays_list(tasks, PEOPLE, TODAY)

    assert [(entry.task.key, entry.days_carried) for entry in found.customers] == [("3", 5), ("2", 0), ("1", 0)]
    assert [entry.task.key for entry in found.prospects] == ["5", "4"]


def test_what_is_not_done_stays_every_day_and_what_is_done_goes() -> None:
    task = due("1", "a", 0)

    for later in range(3):
        assert len(todays_list([task], PEOPLE, TODAY + timedelta(days=later))) == 1
    assert len(todays_list([task.done(TODAY)], PEOPLE, TODAY)) == 0
    assert len(todays_list([task.skipped(TODAY, "不在")], PEOPLE, TODAY)) == 0


def test_tomorrows_task_and_a_task_handed_in_twice() -> None:
    assert len(todays_list([due("1", "a", -1), due("2", "a", 0), due("2", "a", 0)], PEOPLE, TODAY)) == 1


def test_a_postponed_task_comes_back_on_its_day() -> None:
    task = due("1", "a", 3).postponed(TODAY + timedelta(days=7), today=TODAY)

    assert len(todays_list([task], PEOPLE, TODAY)) == 0
    assert len(todays_list([task], PEOPLE, TODAY + timedelta(days=7))) == 1
    assert task.postponed(TODAY + timedelta(days=9), today=TODAY).postponed_from == TODAY - timedelta(days=3)


def test_postponing_to_today_or_skipping_without_a_reason_is_refused() -> None:
    with pytest.raises(PostponeError, match="give a day after 2026-06-10"):
        due("1", "a", 0).postponed(TODAY, today=TODAY)
    with pytest.raises(SkipNeedsReasonError):
        due("1", "a", 0).skipped(TODAY, "  ")


def test_the_next_task_of_a_customer_is_the_earliest_open_one() -> None:
    tasks = [due("1", "a", 9).done(TODAY), due("2", "a", -3), due("3", "a", 2), due("4", "b", 8)]
    found = next_task(tasks, "a")

    assert found is not None
    assert found.key == "3"
    assert next_task(tasks, "p") is None


def test_ten_thousand_due_tasks_are_listed_in_under_a_second_of_the_processor() -> None:
    tasks = [due(str(number), "ab"[number % 2], number % 40) for number in range(10_000)]
    began = time.process_time()
    found = todays_list(tasks, PEOPLE, TODAY)

    assert len(found) == 10_000
    assert time.process_time() - began < 1


def test_a_text_is_filled_with_fields_and_empty_where_there_is_no_value() -> None:
    found = fill("{氏名}様、{ 購入日 }のお買い上げ{備考}", {"氏名": "田中", "購入日": date(2026, 3, 5), "備考": None})

    assert found == "田中様、2026年3月5日のお買い上げ"


def test_an_unknown_field_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownFieldError) as caught:
        fill("{nmae}", {"name": "x", "kana": "y"})

    assert caught.value.message.en == "The text uses {nmae}, which is no field. Use one of: name、kana"


@pytest.mark.parametrize("template", ["{", "}", "a{b", "{}", "{ }", "{a{b}}", "a}b"])
def test_a_brace_without_a_partner_is_refused_with_its_place(template: str) -> None:
    with pytest.raises(BrokenTemplateError, match="at character"):
        fill(template, {"a": 1, "b": 2})


def test_doubled_braces_are_the_braces_themselves() -> None:
    assert fill("{{x}} {x}", {"x": 1}) == "{x} 1"


@pytest.mark.parametrize("template", ["{x.__class__}", "{x[0]}", "{x!r}", "{x:>9}"])
def test_a_template_reaches_nothing_but_its_values(template: str) -> None:
    with pytest.raises(UnknownFieldError):
        fill(template, {"x": "secret"})


def test_a_value_that_looks_like_a_field_is_not_filled_again() -> None:
    assert fill("{a}", {"a": "{b}", "b": "secret"}) == "{b}"


def test_a_saved_template_is_checked_against_the_known_fields() -> None:
    check("{氏名}様 {product}")

    with pytest.raises(UnknownFieldError):
        check("{氏}")
    assert fields_of("{a}{b}{a}") == ["a", "b"]


@settings(max_examples=80)
@given(st.text(max_size=30))
def test_any_text_with_its_braces_doubled_comes_back_unchanged(text: str) -> None:
    assert fill(text.replace("{", "{{").replace("}", "}}"), {}) == text


@pytest.mark.parametrize(
    ("phone", "text"),
    [("075-1", "お電話ください(075-1)。"), ("", "お電話ください。"), (None, "お電話ください。")],
)
def test_brackets_around_nothing_are_left_out(phone: str | None, text: str) -> None:
    assert fill("お電話ください({店の電話})。", {"店の電話": phone}) == text
