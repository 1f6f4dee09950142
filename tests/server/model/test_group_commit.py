"""Writers that wait at the same time share one commit, and none feels another's failure."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from kizuna.model import group_commit
from kizuna.model.backend import fetch_all, run
from kizuna.model.sqlite import SqliteBackend


@pytest.fixture
def backend(tmp_path, monkeypatch):
    # On a busy machine ten threads may take longer to start than a transaction stays open.
    monkeypatch.setattr(group_commit, "LONGEST_TOGETHER", 60.0)
    backend = SqliteBackend(f"sqlite:///{tmp_path / 'x.db'}")
    backend.said = []
    listen = sa.event.listen
    listen(backend.engine, "connect", lambda driver, _: driver.set_trace_callback(backend.said.append))
    backend.write(lambda connection: run(connection, "create table t(n integer primary key)"))
    yield backend
    backend.close()


def numbers(backend):
    with backend.read() as connection:
        return [row[0] for row in fetch_all(connection, "select n from t order by n")]


def together(backend, jobs):
    """Start jobs at once while the seat is held, so that they share a transaction; return their results or errors."""
    entered, go = threading.Event(), threading.Event()

    def hold(_):
        entered.set()
        go.wait(10)

    def outcome(job):
        try:
            return job()
        except Exception as error:  # noqa: BLE001  # the test looks at it
            return error

    with ThreadPoolExecutor(len(jobs) + 1) as pool:
        pool.submit(backend.write, hold)
        entered.wait(10)
        futures = [pool.submit(outcome, job) for job in jobs]
        while len(backend._writers._waiting) < len(jobs):
            pass
        go.set()
        return [future.result() for future in futures]


def insert(backend, number, *, keep=True):
    return lambda: backend.write(lambda connection: run(connection, "insert into t values (?)", (number,)), keep=keep)


def test_waiting_writers_share_one_commit(backend):
    backend.said.clear()

    together(backend, [insert(backend, number) for number in range(10)])

    assert backend.said.count("commit") == 1, "the ten that came while the first was at work went along with it"
    assert numbers(backend) == list(range(10))


def test_long_work_shares_its_transaction_with_nobody(backend):
    backend.said.clear()

    def long():
        return backend.write(lambda connection: run(connection, "insert into t values (5)"), alone=True)

    together(backend, [insert(backend, 1), insert(backend, 2), long, insert(backend, 3), insert(backend, 4)])

    # They came in any order: with whoever held the seat went those before it, with nobody it, then those behind it.
    assert backend.said.count("commit") in {2, 3}
    assert "savepoint part" not in backend.said[backend.said.index("insert into t values (5)") - 1]
    assert numbers(backend) == [1, 2, 3, 4, 5]


def test_a_job_that_fails_takes_back_only_its_own_work(backend):
    def fails():
        def work(connection):
            run(connection, "insert into t values (99)")
            raise ValueError("mine")

        return backend.write(work)

    results = together(backend, [insert(backend, 1), fails, insert(backend, 2)])

    assert isinstance(results[1], ValueError)
    assert numbers(backend) == [1, 2]


def test_a_dry_run_among_others_keeps_nothing(backend):
    together(backend, [insert(backend, 1), insert(backend, 2, keep=False), insert(backend, 3)])

    assert numbers(backend) == [1, 3]


def test_a_job_that_fails_first_leaves_those_behind_it_alone(backend):
    late = [threading.Thread(target=insert(backend, number)) for number in (1, 2)]

    def work(connection):
        run(connection, "insert into t values (99)")
        for thread in late:
            thread.start()
        while len(backend._writers._waiting) < 2:
            pass
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        backend.write(work)
    for thread in late:
        thread.join(10)

    assert numbers(backend) == [1, 2]


def test_a_dry_run_that_comes_first_keeps_nothing(backend):
    results = together(backend, [insert(backend, 1, keep=False), insert(backend, 2)])

    assert results == [1, 1]
    assert numbers(backend) == [2]


def test_who_comes_after_a_while_waits_for_the_next_commit(backend, monkeypatch):
    monkeypatch.setattr(group_commit, "LONGEST_TOGETHER", 0.0)
    backend.said.clear()

    together(backend, [insert(backend, number) for number in range(3)])

    assert backend.said.count("commit") == 4
    assert numbers(backend) == [0, 1, 2]


def test_a_broken_key_is_told_to_its_own_writer(backend):
    results = together(backend, [insert(backend, 1), insert(backend, 1), insert(backend, 2)])

    assert sum(isinstance(one, sqlite3.IntegrityError) for one in results) == 1
    assert numbers(backend) == [1, 2]


def test_when_the_shared_transaction_is_lost_each_job_runs_alone(backend):
    tries = []

    def loses():
        def work(connection):
            tries.append(1)
            if len(tries) == 1:
                raise sqlite3.OperationalError("database or disk is full")
            return run(connection, "insert into t values (7)")

        return backend.write(work)

    together(backend, [insert(backend, 1), loses, insert(backend, 2)])

    assert numbers(backend) == [1, 2, 7]
    assert len(tries) == 2


def test_when_a_job_hides_that_the_transaction_is_lost_each_job_still_runs_alone(backend):
    tries = []

    def hides():
        def work(connection):
            tries.append(1)
            if len(tries) == 1:
                run(connection, "rollback")  # as SQLite does of itself when a write is interrupted
                raise RuntimeError("something else")
            return run(connection, "insert into t values (7)")

        return backend.write(work)

    results = together(backend, [insert(backend, 1), hides, insert(backend, 2)])

    assert results == [1, 1, 1]
    assert numbers(backend) == [1, 2, 7]
    assert len(tries) == 2


def test_those_who_come_while_the_leader_waits_for_its_turn_go_along_however_long_that_takes(backend, monkeypatch):
    monkeypatch.setattr(group_commit, "LONGEST_TOGETHER", 0.5)
    monkeypatch.setattr(backend._turns, "_patience", 60.0)
    other = SqliteBackend(backend.engine.url)
    entered, go = threading.Event(), threading.Event()

    def hold(_):
        entered.set()
        go.wait(60)

    with ThreadPoolExecutor(5) as pool:
        held = pool.submit(other.write, hold)
        entered.wait(60)
        backend.said.clear()
        writers = [pool.submit(insert(backend, number)) for number in range(4)]
        while len(backend._writers._waiting) < 3:
            pass
        time.sleep(0.6)
        go.set()
        assert [one.result() for one in [held, *writers]] == [None, 1, 1, 1, 1]
    other.close()

    assert backend.said.count("commit") == 1
    assert numbers(backend) == [0, 1, 2, 3]
