"""Writers of several processes take turns; who waited longest writes next."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kizuna.model.backend import fetch_all, run
from kizuna.model.sqlite import SqliteBackend
from kizuna.model.turns import Bell, Turns, bell_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no turns on Windows")


@pytest.fixture(autouse=True)
def _bells_hang_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stays behind in the machine's own folder, also of the processes a test starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)


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


PASSER_ON = """
import sys
from pathlib import Path
from kizuna.model.turns import Bell, Turns, bell_of
turns = Turns(Path(sys.argv[1]), patience=10)
with turns.turn():
    print("held", flush=True)
    sys.stdin.readline()
turns.close()
"""


@pytest.fixture
def passer_on(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the turn of ``x.db`` until it reads a line."""
    command = [sys.executable, "-c", PASSER_ON, str(tmp_path / "x.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


@pytest.fixture
def turns(tmp_path: Path) -> Iterator[Turns]:
    opened = Turns(tmp_path / "x.db", patience=10)
    yield opened
    opened.close()


def test_who_waits_hears_that_the_turn_was_given_on(
    passer_on: subprocess.Popen[str], turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Were the bell not heard, the wait would end with our patience.
    monkeypatch.setattr("kizuna.model.turns.LONGEST_SILENCE", 60.0)
    assert passer_on.stdin is not None
    soon = threading.Timer(0.3, lambda: passer_on.communicate("now\n"))
    soon.start()

    began = time.monotonic()
    with turns.turn():
        waited = time.monotonic() - began
    soon.join()

    assert 0.1 < waited < 5


def test_a_process_that_is_killed_rings_no_bell_and_holds_nobody_up(
    passer_on: subprocess.Popen[str], turns: Turns
) -> None:
    soon = threading.Timer(0.3, passer_on.kill)
    soon.start()

    began = time.monotonic()
    with turns.turn():
        waited = time.monotonic() - began
    soon.join()

    assert 0.1 < waited < 5


def test_where_something_else_has_the_name_of_the_bell_turns_are_taken_by_looking(
    tmp_path: Path, passer_on: subprocess.Popen[str], turns: Turns
) -> None:
    path = bell_of(tmp_path / "x.db-turns")
    path.write_text("not a pipe", encoding="utf-8")
    soon = threading.Timer(0.3, passer_on.kill)
    soon.start()

    began = time.monotonic()
    with turns.turn():
        waited = time.monotonic() - began
    soon.join()

    assert Bell.at(path, anew=True) is None
    assert 0.1 < waited < 5


def test_a_bell_nobody_listens_to_goes_on_ringing(tmp_path: Path) -> None:
    bell = Bell.at(tmp_path / "x.bell", anew=True)
    assert bell is not None

    for _ in range(100_000):  # more than a pipe holds
        bell.ring()
    bell.listen(5)
    began = time.monotonic()
    bell.listen(0.05)

    bell.close()
    assert time.monotonic() - began >= 0.05


def test_where_nobody_has_to_wait_no_bell_is_hung(tmp_path: Path, turns: Turns) -> None:
    with turns.turn():
        pass

    assert not bell_of(tmp_path / "x.db-turns").exists()


def test_a_folder_whose_name_is_no_text_has_turns_too(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes no such name")
    turns = Turns(folder / "x.db", patience=1)

    with turns.turn():
        pass
    turns.close()

    assert (folder / "x.db-turns").exists()


def test_without_a_folder_for_temporary_files_turns_are_taken_by_looking(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)

    with turns.turn():
        done = True

    assert done


def test_who_is_told_to_end_while_waiting_leaves_the_gate_open(
    passer_on: subprocess.Popen[str], tmp_path: Path, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told_to_end(_bell: Bell, _seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Bell, "listen", told_to_end)
    with pytest.raises(KeyboardInterrupt), turns.turn():
        pass
    looks = "import fcntl, sys; fcntl.lockf(open(sys.argv[1], 'r+b'), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 0)"

    looked = subprocess.run([sys.executable, "-c", looks, str(tmp_path / "x.db-turns")], check=False)

    assert looked.returncode == 0
