"""What Calc speaks to for the functions in its cells: it may end or hang, and Calc goes on."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from kizuna_addin.oxt.inside.pythonpath.kizuna_in_calc import worker
from kizuna_addin.oxt.inside.pythonpath.kizuna_in_calc.worker import Worker
from kizuna_addin.preferences import Preferences, read_preferences


@pytest.fixture
def program(tmp_path):
    """Return what makes a program that stands for the add-in's Python."""

    def make(body):
        path = tmp_path / "python"
        path.write_text(f"#!{sys.executable}\nimport json, sys, time\n{body}\n")
        path.chmod(0o755)
        return str(path)

    return make


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_an_answer_comes_back(program):
    asked = Worker(
        program("for line in sys.stdin: print(json.dumps({'answer': json.loads(line)['n'] + 1}), flush=True)")
    )

    answers = [asked.ask({"n": number}) for number in range(3)]

    asked.end()
    assert answers == [{"answer": 1}, {"answer": 2}, {"answer": 3}]


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_one_that_hangs_is_ended_and_calc_goes_on(program, monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE_SECONDS", 0.3)
    asked = Worker(program("time.sleep(600)"))

    before = time.monotonic()
    answer = asked.ask({"n": 1})

    assert answer is None
    assert time.monotonic() - before < 60
    assert asked._process is None


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_one_that_hangs_before_it_reads_a_long_message_is_ended_too(program, monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE_SECONDS", 0.3)
    asked = Worker(program("time.sleep(600)"))
    answers = []
    asking = threading.Thread(target=lambda: answers.append(asked.ask({"sheets": "x" * 5_000_000})), daemon=True)

    asking.start()
    asking.join(60)
    hung = asking.is_alive()
    asked.end()

    assert not hung
    assert answers == [None]


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_the_pause_before_another_is_started_begins_when_the_one_that_hung_is_ended(program, monkeypatch):
    monkeypatch.setattr(worker, "PATIENCE_SECONDS", 0.3)
    asked = Worker(program("time.sleep(600)"))
    began = time.monotonic()

    asked.ask({"n": 1})

    assert asked._tried >= began + 0.3


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_one_that_ends_is_not_waited_for(program):
    asked = Worker(program("sys.exit(1)"))

    assert asked.ask({"n": 1}) is None


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_the_extensions_language_is_that_of_what_it_starts(program, tmp_path, monkeypatch):
    monkeypatch.delenv("KIZUNA_LANGUAGE", raising=False)
    echo = program(
        "import os\nfor line in sys.stdin: print(json.dumps({'answer': os.environ['KIZUNA_LANGUAGE']}), flush=True)"
    )
    asked = Worker(echo, language="en")

    answer = asked.ask({})
    asked.end()
    monkeypatch.setenv("KIZUNA_LANGUAGE", "en")
    read = read_preferences(tmp_path / "missing.json")

    assert answer == {"answer": "en"}
    assert read == Preferences(language="en")
