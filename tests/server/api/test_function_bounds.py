"""One request for functions has its bounds: values, calls, time and cells of answers; each is named, with what to do."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

import kizuna.api.functions as api
from kizuna import Keys, worksheet_function
from kizuna.functions import arguments
from kizuna.functions.evaluate import Bounds
from kizuna.model.database import Database
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller

made: list[int] = []


@worksheet_function("ECHO", ja="こだま")
def echo(key: Keys) -> list[str | None]:
    """Give back what was given."""
    made.append(len(key))
    return list(key)


@worksheet_function("NAP", ja="昼寝")
def nap(key: Keys) -> list[int]:
    """Take a moment."""
    time.sleep(0.2)
    return [1] * len(key)


@pytest.fixture
def asker(database: Database, first: Caller) -> Caller:
    database.plugins = loaded(plugin("echo", worksheet_functions=lambda: [echo, nap]), strict=True)
    made.clear()
    return first


def ask(who: Caller, *calls: tuple[str, int]) -> Any:
    asked = [{"function": name, "arguments": {"key": ["a"] * cells}} for name, cells in calls]
    return who.post("/functions", json.dumps({"calls": asked}).encode())


def codes(answer: Any) -> list[str]:
    return [one["error"]["code"] if "error" in one else "made" for one in answer.get_json()["results"]]


def test_calls_that_the_time_of_the_request_does_not_reach_say_so_and_are_made_when_asked_again(
    asker: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "BOUNDS", Bounds(seconds=0.1))
    asker.language = "ja"
    answer = ask(asker, ("NAP", 1), ("ECHO", 1), ("ECHO", 2))
    monkeypatch.setattr(api, "BOUNDS", Bounds())
    again = ask(asker, ("ECHO", 1), ("ECHO", 2))

    assert codes(answer) == ["made", "not-reached", "not-reached"]
    assert "上限(0.1 秒)" in answer.get_json()["results"][1]["error"]["message"]
    assert codes(again) == ["made", "made"]


def test_calls_beyond_the_cells_of_one_answer_are_not_made_and_what_was_left_out_is_not_remembered(
    asker: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "BOUNDS", Bounds(cells=10))
    answers = [ask(asker, ("ECHO", 6), ("ECHO", 6), ("ECHO", 1)) for _ in range(2)]

    assert [codes(one) for one in answers] == [["made", "made", "not-reached"]] * 2
    assert "10 cells" in answers[0].get_json()["results"][2]["error"]["message"]
    assert made == [6, 6] * 2


def test_the_first_call_is_made_however_large(asker: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "BOUNDS", Bounds(seconds=0, cells=1))

    assert codes(ask(asker, ("ECHO", 50), ("ECHO", 1))) == ["made", "not-reached"]


@pytest.mark.parametrize("calls", [[("ECHO", 30)], [("ECHO", 1)] * 4])
def test_a_request_with_too_many_values_or_calls_is_refused_before_anything_is_made(
    asker: Caller, monkeypatch: pytest.MonkeyPatch, calls: list[tuple[str, int]]
) -> None:
    monkeypatch.setattr(api, "MOST_VALUES", 25)
    monkeypatch.setattr(api, "MOST_CALLS", 3)
    answer = ask(asker, *calls)

    assert answer.status_code == 413
    assert answer.get_json()["error"]["code"] == "too-much-asked"
    assert answer.get_json()["error"]["message"].startswith("One request may make 3 calls with 25 values")
    assert made == []


def test_a_call_with_too_many_cells_names_the_limit(asker: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arguments, "MOST_CELLS", 10)
    answer = ask(asker, ("ECHO", 11), ("ECHO", 10))

    assert codes(answer) == ["too-many-cells", "made"]
    assert "10 cells at a time; 11 were given" in answer.get_json()["results"][0]["error"]["message"]
