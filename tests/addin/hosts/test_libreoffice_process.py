import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import xlwings as xw

from kizuna_addin.hosts import libreoffice
from kizuna_addin.hosts.libreoffice import locks, process


def test_a_missing_program_is_named_with_its_cure(tmp_path: Path):
    with pytest.raises(libreoffice.SofficeMissingError, match="KIZUNA_SOFFICE"):
        libreoffice.find_soffice(tmp_path / "no-office")


def test_the_program_named_in_the_environment_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "my-office"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("KIZUNA_SOFFICE", str(program))

    assert libreoffice.find_soffice() == program


def test_a_program_that_ends_at_once_is_reported(tmp_path: Path, calc: xw.App):
    program = tmp_path / "broken-office"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)

    with pytest.raises(libreoffice.SofficeNotReadyError):
        process.start(program, timeout=20)


def _lock(path: Path, profile: Path) -> Path:
    note = locks.lock_file(path)
    note.write_text(f",tester,{socket.gethostname()},01.01.2026 00:00,file://{profile}/user;", encoding="utf-8")
    return note


def test_a_lock_of_a_killed_office_of_ours_is_removed(tmp_path: Path):
    note = _lock(tmp_path / "book.xlsx", tmp_path / f"{process.PROFILE_PREFIX}gone")

    assert locks.remove_stale(tmp_path / "book.xlsx")
    assert not note.exists()


def test_a_lock_of_somebody_else_stays_and_names_the_holder(tmp_path: Path):
    _lock(tmp_path / "book.xlsx", Path("/home/somebody/.config/libreoffice/4"))

    assert not locks.remove_stale(tmp_path / "book.xlsx")
    assert locks.holder(tmp_path / "book.xlsx") == "tester"


def test_a_locked_workbook_is_refused_with_its_holder(tmp_path: Path, calc: xw.App):
    path = tmp_path / "held.xlsx"
    book = calc.books.add()
    book.save(path)
    book.close()
    _lock(path, Path("/home/somebody/.config/libreoffice/4"))

    with pytest.raises(libreoffice.BookLockedError, match="tester"):
        calc.books.open(path)


def test_the_office_of_a_killed_program_is_ended_at_the_next_start(tmp_path: Path, calc: xw.App):
    script = (
        "import os, xlwings; from kizuna_addin.hosts.libreoffice import process\n"
        "office = process.start(); print(office.pid, office.profile, flush=True); os.kill(os.getpid(), 9)"
    )
    paths = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    pid, profile = done.stdout.split()
    assert json.loads((Path(profile) / process.OWNER_FILE).read_text())["soffice"] == int(pid)

    process.end_orphans()

    assert not Path(profile).exists()
    assert profile not in process._command_line(int(pid))


def test_the_running_office_of_this_program_is_no_orphan(calc: xw.App):
    process.end_orphans()

    assert calc.books.add().name.startswith("Book")


def test_a_registered_engine_is_known_to_xlwings_once(calc: xw.App):
    before = xw.engines.active
    first = libreoffice.register(activate=False)

    assert libreoffice.register(activate=False) is first is xw.engines["libreoffice"]
    assert xw.engines.active is before


@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="the system has no Python")
def test_the_python_within_a_soffice_of_ours_is_the_systems_and_not_a_virtual_environments():
    given = process._environment({"PATH": "/venv/bin:/usr/local/bin", "HOME": "/home/hana"})

    assert given == {"PATH": "/usr/bin:/venv/bin:/usr/local/bin", "HOME": "/home/hana"}
