"""What hangs is given up, named, and shut out; the server and the other plugins live on."""

from __future__ import annotations

import threading
import time
import weakref
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna import Data, Keys, RowChanges, Write, worksheet_function
from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.ids import new_id
from kizuna.model import Customer
from kizuna.model.data import HandleClosedError, ScopedData
from kizuna.model.database import Database
from kizuna.patience import Allowance, Helpers, LateError, Patience
from kizuna.sync import pushing, rules, writing_on
from tests.fixtures.people import NOW, People, count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller, op

SHORT = 0.5


@worksheet_function("COUNT_ALL", ja="数")
def count_all(data: Data) -> int:
    """Count customers."""
    return int(data.columns(sa.select(sa.func.count(Customer.id)))[0][0])


@worksheet_function("SLOW_QUERY", ja="遅い")
def slow_query(data: Data) -> int:
    """Ask the database for more than it can do."""
    many = [sa.orm.aliased(Customer) for _ in range(6)]
    asked = sa.select(sa.func.count(many[0].id)).select_from(many[0])
    for one in many[1:]:
        asked = asked.join(one, one.id != many[0].id)
    return int(data.columns(asked)[0][0])


@worksheet_function("BAD_QUERY", ja="誤り")
def bad_query(data: Data) -> int:
    """Divide by zero inside the database, or give it nonsense."""
    data.columns(sa.select(sa.func.no_such_function(Customer.name)))
    return 1


came_back: list[Any] = []
go_on = threading.Event()


@worksheet_function("SLOW_PYTHON", ja="遅い")
def slow_python(data: Data) -> int:
    """Sleep, hear nothing of the end of its time, then come back to the data."""
    with suppress(BaseException):
        go_on.wait(20)
    try:
        data.columns(sa.select(Customer.id))
    except HandleClosedError as error:
        came_back.append(error)
    return 1


@worksheet_function("RAISES", ja="失敗")
def raises(name: Keys) -> list[str]:
    """Raise."""
    raise SystemExit(3)


FUNCTIONS = plugin("slow", worksheet_functions=lambda: [count_all, slow_query, bad_query, slow_python, raises])


def ask(database: Database, people: People, *names: str) -> list[Any]:
    asked = replace(database, plugins=loaded(FUNCTIONS, strict=True))
    with database.backend.read() as connection:
        data = ScopedData(asked, connection, people.actor(asked, "first"), today=asked.today(NOW))
        arguments: dict[str, dict[str, Any]] = {"RAISES": {"name": ["a"]}}
        calls = [FunctionCall(name, arguments.get(name, {})) for name in names]
        answers = evaluate(asked.plugins, data, calls, language="en", seconds=SHORT)
    return [one["error"]["code"] if "error" in one else one["columns"][0] for one in answers]


@pytest.fixture
def customers(first: Caller) -> None:
    first.push("customers", *(op("insert", new_id(), name=f"c{number}") for number in range(200)))


@pytest.mark.usefixtures("customers")
def test_a_query_that_takes_too_long_is_interrupted_and_the_next_call_is_answered(
    database: Database, people: People
) -> None:
    began = time.monotonic()
    answers = ask(database, people, "SLOW_QUERY", "COUNT_ALL")

    assert answers == ["function-timeout", [200]]
    # Without an end to it the query would take days.
    assert time.monotonic() - began < SHORT + 60


def test_code_that_hangs_is_shut_out_when_it_comes_back(database: Database, people: People) -> None:
    came_back.clear()
    go_on.clear()
    answers = ask(database, people, "SLOW_PYTHON", "COUNT_ALL")
    go_on.set()
    deadline = time.monotonic() + 60
    while not came_back and time.monotonic() < deadline:
        time.sleep(0.01)

    assert answers == ["function-timeout", [0]]
    assert len(came_back) == 1


def test_a_query_that_fails_does_not_take_the_next_call_with_it(database: Database, people: People) -> None:
    assert ask(database, people, "BAD_QUERY", "COUNT_ALL") == ["function-failed", [0]]


def test_a_function_that_ends_the_program_does_not(database: Database, people: People) -> None:
    assert ask(database, people, "RAISES", "COUNT_ALL") == ["function-failed", [0]]


def test_a_rule_that_hangs_is_passed_over_and_named(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_SECONDS", SHORT)
    ended = threading.Event()
    database.plugins = loaded(plugin("slow", check_rows=lambda table: ended.wait(20)))
    answer = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]).get_json()
    ended.set()

    assert answer["outcomes"][0]["outcome"] == "applied"
    assert [one["plugin"] for one in answer["warnings"]] == ["slow"]


def test_a_listener_that_hangs_has_its_writes_taken_back_and_can_write_no_more(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_on, "MOST_SECONDS", SHORT)
    ended, tried = threading.Event(), threading.Event()
    refused: list[Exception] = []

    def rows_written(write: Write, table: str, changes: RowChanges) -> None:
        write.insert("customers", {"name": ["half"], "store_id": [1]})
        with suppress(BaseException):  # it hears nothing of the end of its time
            ended.wait(20)
        try:
            write.insert("customers", {"name": ["late"], "store_id": [1]})
        except HandleClosedError as error:
            refused.append(error)
        tried.set()

    database.plugins = loaded(plugin("slow", rows_written=rows_written))
    answer = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]).get_json()
    ended.set()
    tried.wait(60)

    assert answer["outcomes"][0]["outcome"] == "applied"
    assert [one["plugin"] for one in answer["warnings"]] == ["slow"]
    assert count(database, "customers") == 1
    assert len(refused) == 1


def test_many_slow_plugins_have_one_allowance_together_and_those_it_does_not_reach_are_named(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "MOST_SECONDS_OF_PLUGINS", SHORT)
    asked: list[str] = []

    def slow(name: str) -> Any:
        def check_rows(table: str) -> None:
            asked.append(name)
            time.sleep(SHORT * 2)

        return plugin(name, check_rows=check_rows)

    database.plugins = loaded(slow("one"), slow("another"))
    answer = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]).get_json()

    assert answer["outcomes"][0]["outcome"] == "applied"
    assert len(asked) == 1
    assert {one["plugin"] for one in answer["warnings"]} == {"one", "another"}
    assert any("0.5 seconds for all plugins" in one["message"] for one in answer["warnings"])


def test_plugins_hear_who_asks_with_the_role_of_their_own(database: Database, first: Caller) -> None:
    roles: list[str] = []

    def rows_written(write: Write) -> None:
        roles.append(write.asker.role)

    database.plugins = loaded(plugin("listens", rows_written=rows_written))
    first.insert("customers", name="a")

    assert roles == ["staff"]


def test_patience_keeps_its_thread_and_takes_a_new_one_after_giving_up() -> None:
    names: list[str] = []
    end = threading.Event()
    with Patience(1.0) as patience:
        first = [patience.run(threading.current_thread) for _ in range(3)]
        with pytest.raises(LateError):
            patience.run(lambda: end.wait(60), stop=lambda: names.append("stopped"))
        end.set()
        last = patience.run(threading.current_thread)

    assert len(set(first)) == 1
    assert last is not first[0]
    assert names == ["stopped"]


def test_helpers_keep_their_thread_for_whoever_asks_next() -> None:
    helpers = Helpers()
    threads = [helpers.within(30, threading.current_thread) for _ in range(3)]

    assert len(set(threads)) == 1


def test_a_helper_that_waits_holds_nothing_of_the_work_it_has_done() -> None:
    class Rows:
        """What a push carries."""

    helpers, rows = Helpers(), Rows()
    held = weakref.ref(rows)
    helpers.within(30, partial(id, rows))
    del rows
    until = time.monotonic() + 60
    while held() is not None and time.monotonic() < until:
        time.sleep(0.01)  # the helper may still be on its way back

    assert held() is None


def test_helpers_help_several_at_once_and_each_other_within() -> None:
    helpers = Helpers()
    outer, inner = helpers.within(
        30, lambda: (threading.current_thread(), helpers.within(30, threading.current_thread))
    )

    assert outer is not inner


def test_a_helper_that_is_late_does_not_keep_the_next_one_waiting() -> None:
    helpers, end = Helpers(), threading.Event()
    with pytest.raises(LateError):
        helpers.within(0.1, lambda: end.wait(60), stop=end.set)

    assert helpers.within(30, lambda: "in time") == "in time"


def test_what_a_helper_was_waiting_for_when_told_to_end_answers_nobody_else() -> None:
    helpers, end = Helpers(), threading.Event()

    def waits_for_another() -> str:
        return helpers.within(SHORT, lambda: "stale" if end.wait(10) else "")

    with pytest.raises(LateError):
        Helpers().within(SHORT / 5, waits_for_another)
    time.sleep(SHORT)
    asked = threading.Timer(SHORT / 5, end.set)
    asked.start()

    assert helpers.within(10, lambda: "fresh") == "fresh"
    asked.join()


def test_what_is_asked_within_a_plugins_work_is_counted_once() -> None:
    helpers, allowance = Helpers(), Allowance(1.0)

    def writes() -> None:
        allowance.within(helpers, 5, lambda: time.sleep(0.6))

    allowance.within(helpers, 5, writes)

    assert allowance.within(helpers, 5, lambda: "still some left") == "still some left"
