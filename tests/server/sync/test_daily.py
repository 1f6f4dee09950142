"""The daily hook: once per plugin and day, missed days caught up, a bad day alone."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kizuna import ChangesetSummary, Write
from kizuna.access.accounts import system_actor
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.sync.daily import MOST_DAYS, DayDone, next_day, run_daily
from tests.fixtures.people import NOW, count
from tests.fixtures.plugins import Made, loaded, plugin

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
