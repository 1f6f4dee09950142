"""The add-in's process or LibreOffice is killed at any moment: the workbook opens afterwards and can go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from kizuna_addin.pull import pull
from kizuna_addin.push import push
from tests.end_to_end.sheets import Hand, opened

ROOT = Path(__file__).parents[2]
# Opens the workbook in a Calc of its own, says so, and pulls and pushes until it is killed.
PROGRAM = textwrap.dedent("""
    import sys
    from kizuna_addin.client import Client
    from kizuna_addin.hosts import libreoffice
    from kizuna_addin.pull import pull
    from kizuna_addin.push import push
    from kizuna_addin.transport import Transport

    path, server, token = sys.argv[1:]
    with libreoffice.running() as app, Client(Transport(server, token)) as client:
        book = app.books.open(path)
        print(app.pid, flush=True)
        while True:
            push(book, client)
            pull(book, client)
""")


@pytest.mark.parametrize("victim", ["python", "soffice"])
@pytest.mark.parametrize("after", [0.3, 1.1])
def test_a_kill_leaves_a_workbook_that_opens_and_can_go_on(shop, tmp_path, calc, victim, after):
    path, other = shop.book(tmp_path / "a.xlsx"), shop.book(tmp_path / "b.xlsx")
    with Hand(path) as hand:
        hand.type_row(氏名="一度だけ")
        hand.set("C0001", "電話", "03-killed")
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, path, shop.server, shop.tokens["S001"]],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "addin")},
    )  # fmt: skip
    office = int(program.stdout.readline())
    time.sleep(after)
    if victim == "python":
        program.kill()
    else:
        os.killpg(office, signal.SIGKILL)
    program.wait(30)
    program.stdout.close()

    # A Calc started later ends the orphan and removes its lock; this one has been running all the time.
    from kizuna_addin.hosts.libreoffice.process import end_orphans

    end_orphans()
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
