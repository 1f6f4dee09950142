"""An edit of a plan that many customers are in: all of it in time, or cut and finished later, each task once."""

from __future__ import annotations

import resource
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

import kizuna_follow_up
from kizuna import RowChanges, Write
from kizuna.ids import new_id
from kizuna.sync.changeset import Inserts, TableChanges
from kizuna_follow_up import rows
from kizuna_follow_up.daily import catch_up
from kizuna_follow_up.pace import Pace
from kizuna_follow_up.replanning import SLICE
from kizuna_follow_up.writing_on import take_changes
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.shop import FIRST, Shop

MANY = 10_000
STEPS = ((1, "days", "post"), (8, "days", "phone"), (11, "days", "mail"), (30, "days", "post"), (30, "days", "mail"))


def filled(shop: Shop, buyers: int) -> str:
    """Fill the shop with customers who bought today, each in a plan of five steps; return the plan."""
    plan = shop.plan("after", *STEPS)
    customers = [new_id() for _ in range(buyers)]
    columns = [customers, [f"顧客{one}" for one in range(buyers)], [1] * buyers]
    shop.good(TableChanges("customers", inserts=Inserts(["id", "name", "store_id"], columns)))
    buy(shop, customers)
    return plan


def buy(shop: Shop, customers: list[str], store: int = 1) -> None:
    names = ["id", "customer_id", "purchased_on", "amount", "store_id"]
    some = len(customers)
    columns = [[new_id() for _ in customers], customers, [shop.today.isoformat()] * some, [1] * some, [store] * some]
    shop.good(TableChanges("purchases", inserts=Inserts(names, columns)))


def edit(shop: Shop, **fields: int) -> None:
    [(step,)] = shop.sql("select id from follow_up_steps where position = 2")
    shop.change("follow_up_steps", step, **fields)


def paced(shop: Shop, clock: Callable[[], float]) -> None:
    """Give the plugin another clock to hurry by."""

    def rows_written(write: Write, table: str, changes: RowChanges) -> None:
        take_changes(write, table, changes, Pace(1.0, clock))

    hooks = {name: getattr(kizuna_follow_up, name) for name in ("tables", "settings", "check_rows", "every_day")}
    shop.database = replace(shop.database, plugins=loaded(plugin("follow_up", rows_written=rows_written, **hooks)))


def paced_days(shop: Shop, clock: Callable[[], float]) -> None:
    """Give the plugin's daily run another clock, beside writes that have no time at all."""

    def every_day(write: Write, today: date) -> bool:
        return catch_up(write, today, Pace(1.0, clock))

    hooks = {name: getattr(kizuna_follow_up, name) for name in ("tables", "settings", "check_rows")}
    shop.database = replace(shop.database, plugins=loaded(plugin("follow_up", every_day=every_day, **hooks)))


def state(shop: Shop, plan: str) -> tuple[int | None, int | None]:
    """Return how many tasks the edit changed, and how many are left."""
    return tuple(  # type: ignore[return-value]  # two columns
        shop.sql(f"select last_edit_tasks, replan_left from follow_up_plans where id = '{plan}'")[0]
    )


def times_updated(shop: Shop) -> set[int]:
    """Return how often tasks were changed after they were made."""
    found = shop.sql(
        "select count(*) from changes where table_name = 'follow_up_tasks' and kind = 'update' group by row_id"
    )
    return {row[0] for row in found}


def days(shop: Shop) -> set[str]:
    return {str(row[0]) for row in shop.sql("select distinct due_on from follow_up_tasks where status = 'open'")}


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("shop", ["sqlite"], indirect=True)
def test_an_edit_that_reaches_forty_thousand_of_fifty_thousand_tasks_costs_little_more_than_making_them(
    shop: Shop,
) -> None:
    paced(shop, lambda: 0.0)
    before = spent()
    plan = filled(shop, MANY)
    making = spent() - before

    before = spent()
    edit(shop, wait=9)
    editing = spent() - before

    assert shop.sql("select count(*) from follow_up_tasks") == [(5 * MANY,)]
    assert state(shop, plan) == (4 * MANY, None)
    assert days(shop) == {"2006-03-02", "2006-03-11", "2006-03-22", "2006-04-21", "2006-05-21"}
    # The limit for either is the same. New rows have no history to be merged with, so they cost less.
    assert editing < 3 * making


def test_what_an_edit_had_no_time_for_is_noted_and_done_by_later_writes_and_the_day_each_task_once(shop: Shop) -> None:
    plan = filled(shop, 1_200)
    someone = shop.insert("customers", name="田中", store_id=2)
    ticks = count(step=2)
    paced(shop, lambda: float(next(ticks)))

    edit(shop, wait=9)
    after_the_edit = state(shop, plan)
    buy(shop, [someone], store=2)
    after_a_purchase = state(shop, plan)
    shop.day(shop.today)

    assert after_the_edit == (SLICE, 4 * 1_200 - SLICE)
    assert after_a_purchase == (2 * SLICE, 4 * 1_200 - 2 * SLICE)
    assert state(shop, plan) == (4 * 1_200, None)
    assert times_updated(shop) == {1}
    assert days(shop) == {"2006-03-02", "2006-03-11", "2006-03-22", "2006-04-21", "2006-05-21"}


def test_a_large_nights_work_is_done_in_parts_and_others_write_in_between(shop: Shop) -> None:
    plan = filled(shop, 1_200)
    ticks = count(step=2)
    paced(shop, lambda: float(next(ticks)))
    edit(shop, wait=9)
    paced_days(shop, lambda: float(next(ticks)))

    shop.day(shop.today)
    parts = shop.sql("select count(*) from changesets where origin = 'plugin'")

    assert parts == [(2,)]
    assert state(shop, plan)[1] is None
    assert times_updated(shop) == {1}
    assert days(shop) == {"2006-03-02", "2006-03-11", "2006-03-22", "2006-04-21", "2006-05-21"}


def test_behind_many_for_whom_nothing_starts_others_have_their_turn_in_some_days(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "CHUNK", 20)
    ticks = count(step=2)
    shop.plan("after", (0, "days", "phone"))
    paced_days(shop, lambda: float(next(ticks)))
    customers = sorted(new_id() for _ in range(100))
    columns: list[list[Any]] = [
        customers,
        [1] * 100,
        ["客"] * 100,
        ["left"] * 99 + ["customer"],
        ["転居"] * 99 + [None],
    ]
    names = ["id", "store_id", "name", "status", "left_reason"]
    shop.good(TableChanges("customers", inserts=Inserts(names, columns)))
    buy(shop, customers)

    first = shop.today
    for day in range(5):
        shop.day(first + timedelta(days=day))

    assert shop.sql("select customer_id from follow_up_tasks") == [(customers[-1],)]


def test_a_second_edit_while_the_first_is_not_through_counts_anew_and_wins(shop: Shop) -> None:
    plan = filled(shop, 600)
    ticks = count(step=2)
    paced(shop, lambda: float(next(ticks)))

    edit(shop, wait=9)
    edit(shop, wait=10)
    shop.day(shop.today)

    assert state(shop, plan) == (4 * 600, None)
    assert days(shop) == {"2006-03-02", "2006-03-12", "2006-03-23", "2006-04-22", "2006-05-22"}


def test_an_edit_by_somebody_who_sees_one_store_reaches_the_other_stores_in_the_night(shop: Shop) -> None:
    plan = shop.plan("after", *STEPS)
    for store in (1, 2):
        who = shop.insert("customers", name=f"{store}号店の客", store_id=store)
        buy(shop, [who], store=store)
    owner, shop.actor = shop.actor, replace(FIRST, role="manager")
    edit(shop, wait=9)
    by_day = shop.sql("select store_id, count(*) from follow_up_tasks where due_on = '2006-03-11' group by store_id")
    seen = state(shop, plan)
    shop.actor = owner

    shop.day(date(2006, 3, 1))

    assert (by_day, seen) == ([(1, 1)], (4, 0))
    assert state(shop, plan) == (8, None)
    assert days(shop) == {"2006-03-02", "2006-03-11", "2006-03-22", "2006-04-21", "2006-05-21"}


def test_a_new_way_that_a_customer_has_closed_ends_the_task(shop: Shop) -> None:
    shop.plan("after", *STEPS)
    who = shop.insert("customers", name="田中", store_id=1, no_visit=True)
    buy(shop, [who])

    edit(shop, channel="visit")

    assert ("2006-03-10", "visit", "ended") in shop.tasks(who)


def test_a_deleted_plan_that_could_not_be_seen_to_at_once_is_seen_to_in_the_night(shop: Shop) -> None:
    plan = filled(shop, 600)
    ticks = count(step=2)
    paced(shop, lambda: float(next(ticks)))

    shop.change("follow_up_plans", plan, "delete")
    left = len(shop.tasks(status="open"))
    shop.day(shop.today)

    assert left == 5 * 600 - SLICE
    assert shop.tasks(status="open") == []
    assert times_updated(shop) == {1}
