"""The daily hook: once per plugin and day, missed days caught up, a bad day alone."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kizuna import ChangesetSummary, Write
from kizuna.access.accounts import system_actor
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.sync import daily
from kizuna.sync.daily import MOST_DAYS, DayDone, next_day, run_daily
from tests.fixtures.people import NOW, count
from tests.fixtures.plugins import Made, loaded, plugin
from tests.fixtures.wire import Caller, op

TODAY = date(2026, 11, 20)


def do(database: Database, *plugins: Made, days: int = 0) -> list[DayDone]:
    """Do the days that are due ``days`` after today."""
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
    return run_daily(replace(database, plugins=loaded(*plugins, strict=True)), actor, NOW + timedelta(days=days))


def writing(name: str) -> Made:
    """Return a plugin that notes each day as a customer."""

    def every_day(write: Write, today: date) -> None:
        assert write.today == today
        write.insert("customers", {"name": [today.isoformat()], "store_id": [1]})

    return plugin(name, every_day=every_day)


def test_a_day_is_done_once(database: Database) -> None:
    first, second = do(database, writing("one")), do(database, writing("one"))

    assert first == [DayDone("one", TODAY, 1)]
    assert second == []
    assert count(database, "customers") == 1


def test_missed_days_are_caught_up_oldest_first(database: Database) -> None:
    do(database, writing("one"))
    done = do(database, writing("one"), days=3)

    assert [one.day for one in done] == [TODAY + timedelta(days=number) for number in (1, 2, 3)]


@pytest.mark.parametrize(
    ("last", "next_"),
    [
        (None, TODAY),
        (TODAY, None),
        (TODAY + timedelta(days=1), None),
        (TODAY - timedelta(days=1), TODAY),
        (TODAY - timedelta(days=400), TODAY - timedelta(days=MOST_DAYS - 1)),
    ],
)
def test_the_next_day_is_never_more_than_a_month_back(last: date | None, next_: date | None) -> None:
    assert next_day(last, TODAY) == next_


def test_what_a_day_wrote_is_a_changeset_of_its_own(database: Database) -> None:
    do(database, writing("one"))
    with database.backend.read() as connection:
        found = fetch_all(connection, "select origin, note, counts from changesets where origin = 'plugin'")
        changes = fetch_all(connection, "select kind from changes where table_name = 'customers'")

    assert found == [("plugin", "every_day one 2026-11-20", '{"customers":{"applied":1}}')]
    assert changes == [("insert",)]


def test_a_failing_day_is_taken_back_and_tried_again_while_others_go_on(database: Database) -> None:
    broken = True

    def every_day(write: Write, today: date) -> None:
        write.insert("customers", {"name": ["half"], "store_id": [1]})
        if broken:
            raise RuntimeError("no")

    bad = plugin("a-bad", every_day=every_day)
    first = do(database, bad, writing("good"))
    names = count(database, "customers", "name = 'half'")
    broken = False
    second = do(database, bad, writing("good"))

    assert first == [DayDone("a-bad", TODAY, 0, "RuntimeError: no"), DayDone("good", TODAY, 1)]
    assert names == 0
    assert second == [DayDone("a-bad", TODAY, 1)]


def test_a_day_that_says_there_is_more_is_done_in_parts_each_a_transaction_of_its_own(database: Database) -> None:
    seen: list[int] = []

    def every_day(write: Write, today: date) -> bool:
        # What another connection sees is what was committed.
        seen.append(count(database, "customers") if not database.backend.one_writer or seen else 0)
        write.insert("customers", {"name": [str(len(seen))], "store_id": [1]})
        return len(seen) < 3

    done = do(database, plugin("one", every_day=every_day))
    again = do(database, plugin("one", every_day=every_day))

    assert (done, again) == ([DayDone("one", TODAY, 3)], [])
    assert seen == [0, 1, 2]
    assert count(database, "changesets", "note = 'every_day one 2026-11-20'") == 3


def test_others_write_between_two_parts_of_a_day(database: Database, first: Caller) -> None:
    parts: list[str] = []
    pushed: list[str] = []

    def push() -> None:
        pushed.extend(one["outcome"] for one in first.push("customers", op("insert", new_id(), name="客", store_id=1)))

    pushing = threading.Thread(target=push)

    def every_day(write: Write, today: date) -> bool:
        write.insert("customers", {"name": ["part"], "store_id": [1]})
        parts.append(",".join(pushed))
        if len(parts) == 1:
            pushing.start()
        # A push that comes between two parts is done long before the last of them, however slow the machine.
        time.sleep(0.05)
        return len(parts) < 600 and not pushed

    do(database, plugin("one", every_day=every_day))
    during = list(pushed)
    pushing.join()

    assert (parts[0], during) == ("", ["applied"])


def test_a_part_that_fails_leaves_the_day_to_be_done_and_the_parts_before_it_as_they_are(database: Database) -> None:
    parts: list[int] = []

    def every_day(write: Write, today: date) -> bool:
        write.insert("customers", {"name": ["part"], "store_id": [1]})
        parts.append(1)
        if len(parts) == 2:
            raise RuntimeError("no")
        return len(parts) < 2

    first_try = do(database, plugin("one", every_day=every_day))
    second_try = do(database, plugin("one", every_day=every_day))

    assert first_try == [DayDone("one", TODAY, 1, "RuntimeError: no")]
    assert second_try == [DayDone("one", TODAY, 1)]
    assert count(database, "customers") == 2


def test_a_day_that_wants_to_go_on_but_writes_nothing_is_over(database: Database) -> None:
    asked: list[date] = []

    def every_day(today: date) -> bool:
        asked.append(today)
        return True

    assert do(database, plugin("one", every_day=every_day)) == [DayDone("one", TODAY, 0)]
    assert asked == [TODAY]


def test_a_day_that_takes_too_long_is_taken_back_and_lets_others_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily, "MOST_SECONDS", 0.3)
    end = threading.Event()

    def every_day(write: Write) -> None:
        write.insert("customers", {"name": ["late"], "store_id": [1]})
        end.wait(30)

    [done] = do(database, plugin("one", every_day=every_day))
    end.set()

    assert done == DayDone("one", TODAY, 0, "LateError: no answer after 0.3 seconds")
    assert count(database, "customers") == 0


def test_processes_at_once_do_a_day_once(database: Database) -> None:
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        do(database, writing("one"))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert count(database, "customers") == 1


def test_other_plugins_hear_of_what_a_day_wrote(database: Database) -> None:
    heard: list[Any] = []

    def rows_written(table: str, changes: Any) -> None:
        heard.append((table, list(changes.after("name"))))

    def changeset_done(changeset: ChangesetSummary) -> None:
        heard.append((changeset.origin, changeset.counts))

    do(database, writing("one"), plugin("two", rows_written=rows_written, changeset_done=changeset_done))

    assert heard == [("customers", ["2026-11-20"]), ("plugin", {"customers": {"applied": 1}})]


def test_a_day_that_is_being_done_elsewhere_is_not_waited_for(database: Database) -> None:
    if database.backend.one_writer:
        pytest.skip("one writer: the second waits for the first and finds the day done")
    run_once = "insert into daily_runs(plugin) values ('one')"
    database.backend.write(lambda connection: run(connection, run_once))
    with database.backend.engine.connect() as other, other.begin():
        fetch_all(other, "select * from daily_runs for update")

        done = do(database, writing("one"))

    assert done == []
