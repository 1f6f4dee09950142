"""Whatever happens in whatever order: no task twice, none lost, and what failed is caught up the next day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kizuna_follow_up
from kizuna import RowChanges, Write
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.shop import Shop, opened_copy
from tests.plugins.follow_up.oracle import CHANNELS, NO_FIELD, Oracle

MARCH = date(2006, 3, 1)
WAITS = {"before": [0, 8, 7], "after": [1, 8, 11]}

who = st.integers(0, 1)
events = st.one_of(
    st.tuples(st.just("respond"), who),
    st.tuples(st.just("buy"), who),
    st.tuples(st.just("cancel"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("bar"), who, st.sampled_from(CHANNELS), st.booleans()),
    st.tuples(st.just("finish"), st.integers(0, 20)),
    st.tuples(st.just("edit"), st.sampled_from(("before", "after")), st.integers(0, 2), st.integers(0, 12)),
    st.tuples(st.just("wait"), st.integers(1, 12), st.booleans()),
)


class BrokenOnPurposeError(Exception):
    """Raised after the work is done, so that all of it is taken back."""


def failing(write: Write, table: str, changes: RowChanges) -> None:
    """Do what the plugin does, then fail."""
    kizuna_follow_up.rows_written(write, table, changes)
    raise BrokenOnPurposeError


@dataclass
class Player:
    """Plays events on a shop and on the oracle."""

    shop: Shop
    oracle: Oracle
    customers: list[str]
    ad: str
    steps: dict[str, list[str]]
    events: list[str] = field(default_factory=list)
    sales: list[str] = field(default_factory=list)

    def play(self, name: str, *told: Any) -> None:
        getattr(self, name)(*told)

    def respond(self, customer: int) -> None:
        fields = {
            "ad_id": self.ad,
            "customer_id": self.customers[customer],
            "responded_on": self.shop.today.isoformat(),
        }
        event = self.shop.insert("ad_responses", **fields, store_id=1)
        self.events.append(event)
        self.oracle.respond(event, customer)

    def buy(self, customer: int) -> None:
        fields = {"customer_id": self.customers[customer], "purchased_on": self.shop.today.isoformat(), "amount": 1}
        event = self.shop.insert("purchases", **fields, store_id=1)
        self.sales.append(event)
        self.oracle.buy(event, customer)

    def cancel(self, place: int, valid: bool) -> None:
        if place < len(self.sales):
            self.shop.change("purchases", self.sales[place], status="completed" if valid else "cancelled")
            self.oracle.cancel(self.sales[place], valid=valid)

    def bar(self, customer: int, channel: str, barred: bool) -> None:
        self.shop.change("customers", self.customers[customer], **{NO_FIELD[channel]: barred})
        self.oracle.bar(customer, channel, barred=barred)

    def finish(self, place: int) -> None:
        rows = self.shop.sql("select id, source_id, channel from follow_up_tasks where status = 'open' order by id")
        if place < len(rows):
            row, event, channel = rows[place]
            self.shop.change("follow_up_tasks", row, status="done")
            self.oracle.finish((event, CHANNELS.index(channel)))

    def edit(self, kind: str, step: int, wait: int) -> None:
        self.shop.change("follow_up_steps", self.steps[kind][step], wait=wait)
        self.oracle.edit(kind, step, wait)

    def wait(self, days: int, runs: bool) -> None:
        self.oracle.today = self.shop.today + timedelta(days=days)
        self.shop.today = self.oracle.today
        if runs:
            self.shop.day(self.oracle.today)

    def expected(self) -> Counter[tuple[str, str, str, str]]:
        return Counter(
            (event, CHANNELS[step], todo.due.isoformat(), todo.status)
            for (event, step), todo in self.oracle.todos.items()
        )

    def found(self) -> Counter[tuple[str, str, str, str]]:
        rows = self.shop.sql("select source_id, channel, due_on, status from follow_up_tasks where not deleted")
        return Counter((event, way, str(due), status) for event, way, due, status in rows)


def begin(shop: Shop) -> Player:
    """Return a player in a shop with both plans, two customers and an ad."""
    shop.today = MARCH
    steps = {}
    for kind, waits in WAITS.items():
        plan = shop.plan(
            kind, *((wait, "days", way) for wait, way in zip(waits, CHANNELS, strict=True)), from_on="2006-03-01"
        )
        rows = shop.sql(f"select id from follow_up_steps where plan_id = '{plan}' order by position")
        steps[kind] = [row[0] for row in rows]
    customers = [shop.insert("customers", name=name, store_id=1) for name in ("田中", "鈴木")]
    ad = shop.insert("ads", ran_on="2006-03-01", medium="新聞", store_id=1)
    oracle = Oracle({kind: list(waits) for kind, waits in WAITS.items()}, MARCH)
    return Player(shop, oracle, customers, ad, steps)


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("copies")


@settings(max_examples=20)
@given(story=st.lists(events, min_size=1, max_size=14))
def test_tasks_are_those_of_the_oracle_and_a_day_more_changes_nothing(
    empty_shop: Path, copies: Path, story: list[tuple[Any, ...]]
) -> None:
    with opened_copy(empty_shop, copies / "law.db") as shop:
        player = begin(shop)
        for one in story:
            player.play(*one)
        written = player.found()

        shop.day(shop.today + timedelta(days=1))

        assert written == player.expected()
        assert player.found() == written


@settings(max_examples=20)
@given(
    story=st.lists(
        st.tuples(events.filter(lambda one: one[0] not in {"edit", "finish"}), st.booleans()), min_size=1, max_size=12
    )
)
def test_what_failed_inside_a_write_is_caught_up_the_next_day(
    empty_shop: Path, copies: Path, story: list[tuple[tuple[Any, ...], bool]]
) -> None:
    with opened_copy(empty_shop, copies / "caught.db") as shop:
        player = begin(shop)
        whole = shop.database
        hooks = {name: getattr(kizuna_follow_up, name) for name in ("tables", "settings", "check_rows", "every_day")}
        broken = replace(whole, plugins=loaded(plugin("follow_up", rows_written=failing, **hooks)))
        for one, fails in story:
            shop.database, shop.warned = (broken, True) if fails else (whole, False)
            player.play(*one)
        shop.database, shop.warned = whole, False

        shop.day(shop.today + timedelta(days=1))

        found = player.found()
        assert max(found.values(), default=1) == 1
        for event, (customer, _, valid) in player.oracle.sales.items():
            mine = {way: state for source, way, _, state in found if source == event}
            open_ways = {way for way, state in mine.items() if state == "open"}
            counts = valid and not player.oracle.is_repeated(event)
            assert set(mine) == set(CHANNELS) or not counts
            assert not open_ways & player.oracle.barred[customer]
            assert open_ways == set() or counts
        bought = {customer for customer, _, valid in player.oracle.sales.values() if valid}
        last = {
            who: max(day for one, day, valid in player.oracle.sales.values() if valid and one == who) for who in bought
        }
        rows = shop.sql(
            "select customer_id, started_on from follow_up_tasks where status = 'open' and source = 'ad_response'"
        )
        for customer, started in rows:
            place = player.customers.index(customer)
            assert place not in last or str(started) > last[place].isoformat()


def test_a_purchase_stays_when_the_plugin_fails_and_its_plan_starts_the_next_day(shop: Shop) -> None:
    player = begin(shop)
    whole = shop.database
    hooks = {name: getattr(kizuna_follow_up, name) for name in ("tables", "settings", "every_day")}
    shop.database = replace(whole, plugins=loaded(plugin("follow_up", rows_written=failing, **hooks)))
    shop.warned = True
    player.buy(0)
    warned = shop.said[-1].warnings
    left = shop.tasks()
    shop.database = whole

    shop.day(date(2006, 3, 2))

    assert [(one.plugin, one.hook) for one in warned] == [("follow_up", "rows_written")]
    assert shop.sql("select count(*) from purchases") == [(1,)]
    assert left == []
    assert [day for day, _, _ in shop.tasks()] == ["2006-03-02", "2006-03-10", "2006-03-21"]


def test_days_on_which_nobody_worked_are_caught_up(shop: Shop) -> None:
    player = begin(shop)
    player.buy(0)
    shop.day(MARCH)

    shop.day(date(2006, 3, 20))

    assert shop.ask("TASKS_DUE", key=["C0001"])["columns"] == [[2]]
