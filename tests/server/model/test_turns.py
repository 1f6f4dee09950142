"""Writers of several processes take turns; who waited longest writes next."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from kizuna.model.backend import fetch_all, run
from kizuna.model.sqlite import SqliteBackend
from kizuna.model.turns import Turns

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no turns on Windows")

WRITER = """
import sys
from kizuna.model.backend import run
from kizuna.model.sqlite import SqliteBackend
backend = SqliteBackend(f"sqlite:///{sys.argv[1]}")
for number in range(60):
    backend.write(lambda connection: run(connection, "insert into t(who) values (?)", (sys.argv[2],)))
backend.close()
"""
HOLDER = """
import fcntl, sys, time
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, fcntl.LOCK_EX, 1, 1)
print("held", flush=True)
time.sleep(60)
"""


def test_three_processes_write_everything_and_none_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    backend = SqliteBackend(f"sqlite:///{path}")
    backend.write(lambda connection: run(connection, "create table t(n integer primary key, who text)"))

    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abc"]
    codes = [one.wait(120) for one in writers]

    with backend.read() as connection:
        order = "".join(row[0] for row in fetch_all(connection, "select who from t order by n"))
    backend.close()
    assert codes == [0, 0, 0]
    assert {name: order.count(name) for name in "abc"} == dict.fromkeys("abc", 60)


def test_a_turn_that_never_comes_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    turns = Turns(database, patience=0.2)
    with turns.turn():
        pass  # the file is there now
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "x.db-turns")], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    began = time.monotonic()
    with turns.turn():
        waited = time.monotonic() - began
    holder.kill()
    holder.wait()
    holder.stdout.close()
    turns.close()

    assert waited >= 0.2


def test_without_a_place_for_the_file_writing_goes_on(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "no folder" / "x.db", patience=0.2)

    with turns.turn():
        done = True

    assert done
