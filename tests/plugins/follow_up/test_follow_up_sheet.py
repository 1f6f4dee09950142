"""Working through the list: done, skipped, postponed from the sheet, and the functions that show what is left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.model.data import ScopedData
from kizuna.sync.changeset import TableChanges
from tests.fixtures.shop import Shop

STEPS = ((0, "days", "post"), (8, "days", "phone"), (7, "days", "mail"))


@pytest.fixture
def busy(shop: Shop) -> Any:
    """A shop with a prospect and a buyer in plans, ten days on."""
    shop.plan("before", *STEPS, name="見込客へ")
    shop.plan("after", (1, "days", "phone"), name="お礼")
    shop.staff = shop.insert("staff", name="佐藤")
    shop.prospect = shop.insert("customers", name="田中", store_id=1, staff_id=shop.staff, phone="03-1111-2222")
    shop.buyer = shop.insert("customers", name="鈴木", store_id=1)
    ad = shop.insert("ads", ran_on="2006-03-01", medium="新聞", store_id=1)
    shop.insert("ad_responses", ad_id=ad, customer_id=shop.prospect, responded_on="2006-03-03", store_id=1)
    shop.insert("purchases", customer_id=shop.buyer, purchased_on="2006-03-04", amount=5_000, store_id=1)
    shop.today = date(2006, 3, 12)
    return shop


def task(shop: Shop, due: str) -> str:
    [(found,)] = shop.sql(f"select id from follow_up_tasks where due_on = '{due}'")
    return str(found)


def refused(shop: Shop, row: str, **fields: Any) -> list[tuple[str, str]]:
    answer = shop.send(TableChanges("follow_up_tasks", [shop.op("follow_up_tasks", row, **fields)]))
    return [(one.field, one.code) for one in answer.outcomes[0].problems or []]


def test_todays_list_shows_prospects_apart_oldest_first_with_the_days_carried(busy: Any) -> None:
    shown = busy.ask("TODAY_TASKS")["columns"]

    assert list(zip(*shown[:7], strict=True)) == [
        ("見込客", "2006-03-03", 9, "郵便", None, "C0001", "田中"),
        ("見込客", "2006-03-11", 1, "電話", None, "C0001", "田中"),
        ("顧客", "2006-03-05", 7, "電話", None, "C0002", "鈴木"),
    ]
    assert shown[7][0] == "03-1111-2222"
    assert shown[8] == [None, None, 8]
    assert shown[9] == ["見込客へ", "見込客へ", "お礼"]


def test_the_list_can_be_of_one_person_and_one_channel(busy: Any) -> None:
    assert busy.ask("TODAY_TASKS", staff="S001", channel="電話")["columns"][1] == ["2006-03-11"]


def test_a_channel_there_is_not_is_named(busy: Any) -> None:
    assert busy.ask("TODAY_TASKS", channel="伝書鳩")["error"]["code"] == "follow_up_unknown_channel"


def test_the_next_task_of_each_customer(busy: Any) -> None:
    answer = busy.ask("NEXT_TASK", customer=["C0002", "C0001", "C9999"])

    assert [column[:2] for column in answer["columns"]] == [
        ["2006-03-05", "2006-03-03"], ["電話", "郵便"], [None, None], ["お礼", "見込客へ"],
    ]  # fmt: skip
    assert answer["reasons"]["2"]["code"] == "unknown-key"


def test_tasks_due_counts_by_customer_and_by_staff(busy: Any) -> None:
    assert busy.ask("TASKS_DUE", key=["C0001", "S001", "C0002", ""])["columns"] == [[2, 2, 1, None]]


def test_a_done_task_gets_its_day_and_leaves_the_list(busy: Any) -> None:
    row = task(busy, "2006-03-03")

    busy.change("follow_up_tasks", row, status="done")

    [(done,)] = busy.sql(f"select done_on from follow_up_tasks where id = '{row}'")
    assert str(done) == "2006-03-12"
    assert busy.ask("TASKS_DUE", key=["C0001"])["columns"] == [[1]]


def test_a_skipped_task_needs_its_reason(busy: Any) -> None:
    row = task(busy, "2006-03-03")

    assert refused(busy, row, status="skipped") == [("reason", "follow_up_skip_reason")]
    assert refused(busy, row, status="skipped", reason="留守") == []


def test_a_postponed_task_needs_a_day_ahead_and_comes_back_on_it(busy: Any) -> None:
    row = task(busy, "2006-03-11")

    assert refused(busy, row, status="postponed") == [("postponed_to", "follow_up_postpone_day")]
    assert refused(busy, row, status="postponed", postponed_to="2006-03-12") == [("postponed_to", "follow_up_postpone")]
    assert refused(busy, row, status="postponed", postponed_to="2006-03-15") == []
    assert ("2006-03-15", "phone", "open") in busy.tasks(busy.prospect)


def test_a_plans_edit_leaves_postponed_tasks_where_the_person_put_them(busy: Any) -> None:
    busy.change("follow_up_tasks", task(busy, "2006-03-18"), postponed_to="2006-03-30")
    [(step,)] = busy.sql("select id from follow_up_steps where channel = 'mail'")

    busy.change("follow_up_steps", step, wait=20)

    assert ("2006-03-30", "mail", "open") in busy.tasks(busy.prospect)


def test_a_task_reopened_loses_its_day(busy: Any) -> None:
    row = task(busy, "2006-03-03")
    busy.change("follow_up_tasks", row, status="done")

    busy.change("follow_up_tasks", row, status="open")

    assert busy.sql(f"select done_on from follow_up_tasks where id = '{row}'") == [(None,)]


def test_a_task_typed_by_a_way_the_customer_has_closed_ends_at_once(shop: Shop) -> None:
    who = shop.insert("customers", name="田中", store_id=1, no_phone=True)

    shop.insert("follow_up_tasks", customer_id=who, channel="phone", due_on="2006-03-01", store_id=1)
    shop.insert("follow_up_tasks", customer_id=who, channel="post", due_on="2006-03-01", store_id=1)

    assert shop.tasks(who) == [("2006-03-01", "phone", "ended"), ("2006-03-01", "post", "open")]


def test_the_list_speaks_the_language_of_whoever_asks(busy: Any) -> None:
    with busy.database.backend.read() as connection:
        data = ScopedData(busy.database, connection, busy.actor, today=busy.today)
        [answer] = evaluate(busy.database.plugins, data, [FunctionCall("TODAY_TASKS", {})], language="en")

    assert answer["returns"][:4] == ["Group", "Due on", "Days carried", "Channel"]
    assert set(answer["columns"][0]) <= {"Prospect", "Customer"}
