"""The add-in's process or LibreOffice is killed at any moment: the workbook opens afterwards and can go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from itertools import cycle
from pathlib import Path

import pytest

from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from tests.end_to_end.sheets import Hand, assert_all_is_there_once, opened
from tests.fixtures.cutting import BEFORE_THE_JOURNAL, STEPS

ROOT = Path(__file__).parents[2]
# Opens the workbook in a Calc of its own, types into it, and pushes; it says when the step is over and waits there to be
# killed. Without a step it pulls and pushes until it is killed.
PROGRAM = textwrap.dedent("""
    import sys, time
    from kizuna_addin.client import Client
    from kizuna_addin.hosts import libreoffice
    from kizuna_addin.pull import pull
    from kizuna_addin.push import push
    from kizuna_addin.transport import Transport
    from tests.end_to_end.sheets import type_unsaved
    from tests.fixtures.cutting import when

    def wait():
        print("there", flush=True)
        time.sleep(600)

    path, server, token, step = sys.argv[1:]
    with libreoffice.running() as app, Client(Transport(server, token)) as client:
        book = app.books.open(path)
        print(app.pid, flush=True)
        if step:
            type_unsaved(book)
            when(step, wait)
        while True:
            push(book, client)
            pull(book, client)
""")


def kill_program(shop, path, victim, *, step="", after=0.0):
    """Run the program, kill it or its Calc at the end of a step (or so many seconds after the start), and clear up."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, path, shop.server, shop.tokens["S001"], step],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "addin")])},
    )  # fmt: skip
    office = int(program.stdout.readline())
    if step:
        assert program.stdout.readline() == "there\n"
    else:
        time.sleep(after)
    if victim == "python":
        program.kill()
    else:
        os.killpg(office, signal.SIGKILL)
        if step:
            # It waits at its step, and would go on without a Calc.
            program.kill()
    program.wait(30)
    program.stdout.close()

    # A Calc started later ends the orphan and removes its lock; the one of the tests has been running all the time.
    from kizuna_addin.hosts.libreoffice.process import end_orphans

    end_orphans()


@pytest.mark.parametrize(("victim", "after"), [("soffice", 0.3), ("python", 1.1)])
def test_a_kill_leaves_a_workbook_that_opens_and_can_go_on(shop, tmp_path, calc, victim, after):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(path) as hand:
        hand.type_row(氏名="一度だけ")
        hand.set("C0001", "電話", "03-killed")

    kill_program(shop, path, victim, after=after)
    book = calc.books.open(path)
    with shop.client() as client:
        pull(book, client)
        push(book, client)
    book.close()
    with opened(other) as book, shop.client() as client:
        pull(book, client)

    assert [row["氏名"] for row in Hand(other).rows].count("一度だけ") == 1
    assert [row["氏名"] for row in Hand(path).rows].count("一度だけ") == 1
    assert Hand(other).get("C0001", "電話") == "03-killed"


@pytest.mark.parametrize(("step", "first"), list(zip(STEPS, cycle([push, pull, check]), strict=False)))
def test_a_kill_at_the_end_of_any_step_of_a_push_loses_and_doubles_nothing(shop, tmp_path, calc, step, first):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(path) as hand:
        hand.type_row(氏名="保存した新規")
        hand.set("C0001", "電話", "03-saved")

    # Which of the two dies makes no difference to the file; both take their turns.
    kill_program(shop, path, ["python", "soffice"][list(STEPS).index(step) % 2], step=step)
    book = calc.books.open(path)
    with shop.client() as client:
        first(book, client)
        push(book, client)
        pull(book, client)
    book.close()
    with opened(other) as book, shop.client() as client:
        pull(book, client)

    for hand in (Hand(path), Hand(other)):
        assert_all_is_there_once(hand, unsaved=step not in BEFORE_THE_JOURNAL)
    assert not [one.name for one in tmp_path.iterdir() if one.name.startswith(".")]
