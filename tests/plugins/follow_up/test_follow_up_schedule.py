"""When a step is due: the fixed points of design page 5, month ends, holidays and edits of a plan."""

import csv
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_follow_up.errors import NeverOpenError
from kizuna_follow_up.plans import DayRule, Offset, Plan, Step, add_months
from kizuna_follow_up.schedule import Start, edited, schedule, tasks_of
from kizuna_follow_up.working_days import WEEKDAYS, WorkingDays, closed_on, is_national_holiday

OPEN = WorkingDays()


def plan(*offsets: Offset, rule: DayRule = "as_is", channels: str = "") -> Plan:
    letters = channels or "p" * len(offsets)
    names = {"p": "post", "t": "phone", "m": "mail"}
    steps = tuple(
        Step(f"s{number}", offset, names[letter])  # type: ignore[arg-type]  # mypy cannot see the letters are these
        for number, (offset, letter) in enumerate(zip(offsets, letters, strict=True), 1)
    )
    return Plan("plan", "before", steps, rule)


def test_the_sample_request_of_the_definition_comes_out() -> None:
    asked = plan(Offset(0), Offset(8), Offset(7), Offset(6), channels="ptmm")
    found = schedule(asked, date(2006, 3, 3), OPEN)

    assert [(due.on, due.step.channel) for due in found] == [
        (date(2006, 3, 3), "post"),
        (date(2006, 3, 11), "phone"),
        (date(2006, 3, 18), "mail"),
        (date(2006, 3, 24), "mail"),
    ]


def test_the_purchase_of_the_definition_comes_out() -> None:
    bought = plan(Offset(1), Offset(8), Offset(11), Offset(1, "months"), Offset(1, "months"))
    found = schedule(bought, date(2006, 3, 20), OPEN)

    assert [due.on for due in found] == [
        date(2006, 3, 21),
        date(2006, 3, 29),
        date(2006, 4, 9),
        date(2006, 5, 9),
        date(2006, 6, 9),
    ]


@pytest.mark.parametrize(("year", "last"), [(2025, 28), (2024, 29)])
def test_a_month_after_the_31st_of_january_is_the_end_of_february(year: int, last: int) -> None:
    assert add_months(date(year, 1, 31), 1) == date(year, 2, last)


@pytest.mark.parametrize("unit", ["days", "weeks", "months"])
def test_nothing_comes_after_the_calendars_last_day(unit: Any) -> None:
    days = WorkingDays(closed_weekdays=frozenset({"fri"}))

    assert Offset(1_000, unit).after(date(9999, 12, 30)) == date.max
    assert days.shift(date.max, "next") == date.max  # a Friday
    assert days.shift(date.min, "previous") == date.min


def test_weeks_are_seven_days() -> None:
    assert Offset(2, "weeks").after(date(2026, 1, 1)) == date(2026, 1, 15)


def test_a_step_cannot_come_before_the_one_before_it() -> None:
    with pytest.raises(ValueError, match="not 3 days earlier"):
        Offset(-3)


def test_moving_a_step_off_a_holiday_does_not_move_the_later_ones() -> None:
    two = Offset(1), Offset(8)
    nexts = schedule(plan(*two, rule="next"), date(2006, 3, 20), OPEN)
    previous = schedule(plan(*two, rule="previous"), date(2006, 3, 20), OPEN)

    assert [due.on for due in nexts] == [date(2006, 3, 22), date(2006, 3, 29)]
    assert [due.on for due in previous] == [date(2006, 3, 20), date(2006, 3, 29)]
    assert nexts[0].nominal == date(2006, 3, 21)


def test_the_shops_closing_weekdays_and_days_are_no_working_days() -> None:
    shop = WorkingDays(closed_on(["wed", "thu", "nonsense"]), frozenset({date(2026, 5, 8)}))

    assert shop.shift(date(2026, 5, 3), "next") == date(2026, 5, 9)
    assert shop.shift(date(2026, 5, 3), "previous") == date(2026, 5, 2)


def test_a_shop_that_keeps_no_holidays_works_on_them() -> None:
    assert date(2026, 1, 1) in WorkingDays(national_holidays=False)


def test_a_shop_closed_on_every_weekday_is_told_so() -> None:
    with pytest.raises(NeverOpenError) as caught:
        WorkingDays(frozenset(WEEKDAYS)).shift(date(2026, 5, 3), "next")

    assert "定休日" in caught.value.message.ja


@settings(max_examples=80)
@given(
    st.dates(date(1950, 1, 1), date(2060, 1, 1)),
    st.sampled_from(["next", "previous"]),
    st.frozensets(st.sampled_from(WEEKDAYS), max_size=4),
)
def test_a_shifted_day_is_the_nearest_working_day_that_way(day: date, rule: DayRule, closed: frozenset[str]) -> None:
    shop = WorkingDays(closed)
    shifted = shop.shift(day, rule)

    assert shifted in shop
    between = range(abs((shifted - day).days))
    sign = 1 if rule == "next" else -1
    assert not any(day + timedelta(days=sign * away) in shop for away in between)


def test_every_national_holiday_since_1955_agrees_with_the_cabinet_office() -> None:
    for folder in Path(__file__).resolve().parents:
        path = folder.parent / "shared" / "data" / "japan" / "syukujitsu.csv"
        if path.exists():
            break
    else:
        if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
            pytest.fail("../shared/data/japan is required here")
        pytest.skip("../shared/data is not beside this checkout")
    with path.open(encoding="cp932", newline="") as file:
        published = {date(*map(int, row[0].split("/"))) for row in list(csv.reader(file))[1:]}
    first, last = date(1955, 1, 1), date(2027, 12, 31)
    every_day = (first + timedelta(days=number) for number in range((last - first).days + 1))

    assert len(published) == 1_067
    assert {day for day in every_day if is_national_holiday(day)} == published


START = Start("start", "plan", "tanaka", date(2026, 6, 1))
FOUR = plan(Offset(0), Offset(7), Offset(7), Offset(7), channels="ptmm")


def test_tasks_leave_out_the_channels_a_customer_opted_out_of() -> None:
    found = tasks_of(START, FOUR, OPEN, barred={"mail"})

    assert [(task.key, task.channel) for task in found] == [("start:s1", "post"), ("start:s2", "phone")]


def test_planning_again_makes_the_same_keys_so_nothing_is_made_twice() -> None:
    assert [one.key for one in tasks_of(START, FOUR, OPEN)] == [one.key for one in tasks_of(START, FOUR, OPEN)]


def test_an_edit_touches_future_tasks_only_and_says_how_many() -> None:
    today = date(2026, 6, 8)
    tasks = tasks_of(START, FOUR, OPEN)
    changed = plan(Offset(1), Offset(8), Offset(7), Offset(7), Offset(1), channels="ptmmp")
    found = edited(changed, [START], tasks, OPEN, today=today)

    assert [(task.step, task.due_on) for task in found.changed] == [
        ("s3", date(2026, 6, 17)),
        ("s4", date(2026, 6, 24)),
    ]
    assert [task.step for task in found.added] == ["s5"]
    assert found.removed == ()
    assert found.count == 3


def test_a_step_taken_out_of_a_plan_takes_its_future_tasks_along() -> None:
    tasks = tasks_of(START, FOUR, OPEN)
    found = edited(plan(Offset(0), Offset(7)), [START], tasks, OPEN, today=date(2026, 6, 1))

    assert [task.step for task in found.removed] == ["s3", "s4"]


def test_an_edit_leaves_done_and_postponed_tasks_alone() -> None:
    today = date(2026, 6, 1)
    first, second, third, fourth = tasks_of(START, FOUR, OPEN)
    tasks = [first, second.done(today), third.postponed(date(2026, 8, 1), today=today), fourth]
    found = edited(plan(Offset(0), Offset(9), Offset(9), Offset(9), channels="ptmm"), [START], tasks, OPEN, today=today)

    assert [task.step for task in found.changed] == ["s4"]


def test_an_edit_brings_nothing_to_a_channel_a_customer_opted_out_of() -> None:
    found = edited(FOUR, [START], [], OPEN, today=date(2026, 5, 1), barred={"tanaka": frozenset({"mail"})})

    assert [task.channel for task in found.added] == ["post", "phone"]
