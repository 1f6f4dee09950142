"""Whatever a plugin does wrong, the message names it, and the server and the other plugins live on."""

from __future__ import annotations

import itertools
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from kizuna import (
    Action,
    ActionResult,
    BrokenRule,
    Columns,
    FileResult,
    Keys,
    Report,
    ReportTable,
    RowChanges,
    Service,
    Text,
    Write,
    hookimpl,
    worksheet_function,
)
from kizuna.api import services as api_services
from kizuna.functions.evaluate import MOST_LINES
from kizuna.ids import new_id
from kizuna.model.database import Database
from kizuna.ops.migrate import MigrationFailedError, is_current, migrate
from kizuna.patience import LateError, Patience, QuitError
from kizuna.sync import acting, done, rules
from tests.fixtures.people import count
from tests.fixtures.plugins import Made, loaded, plugin
from tests.fixtures.wire import Caller, op

BOTH = Text("あ", "a")
SHORT = 0.3


class Untellable(Exception):
    """An exception whose own text fails."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


def raises(error: BaseException) -> Any:
    raise error


def recurse(depth: int) -> int:
    return 1 + recurse(depth + 1)


@worksheet_function("FINE", ja="良い")
def fine(key: Keys) -> list[str]:
    """Answer what is asked."""
    return [f"{one}!" for one in key]


def answering(what: Callable[[], Any]) -> Any:
    """Return a function of one cell each that gives ``what()`` for its whole column."""

    @worksheet_function("ODD", ja="変")
    def odd(key: Keys) -> Any:
        """Do something odd."""
        return what()

    return odd


def asked(first: Caller, database: Database, function: Any, *names: str) -> list[dict[str, Any]]:
    """Ask an odd function and a fine one in one request; return what the odd one came to."""
    database.plugins = loaded(
        plugin("odd", worksheet_functions=lambda: [function]), plugin("fine", worksheet_functions=lambda: [fine])
    )
    calls = [{"function": name, "arguments": {"key": ["a", "b"]}} for name in (*names, "FINE")]
    response = first.post("/functions", json.dumps({"calls": calls}).encode())
    assert response.status_code == 200, response.get_data(as_text=True)
    odd: list[dict[str, Any]]
    *odd, good = response.get_json()["results"]
    assert good["columns"] == [["a!", "b!"]]
    return odd


@pytest.mark.parametrize(
    "what",
    [
        lambda: raises(SystemExit(3)),
        lambda: raises(KeyboardInterrupt()),
        lambda: raises(GeneratorExit()),
        lambda: raises(MemoryError()),
        lambda: raises(Untellable()),
        lambda: recurse(0),
        lambda: None,
        lambda: 7,
        lambda: "ab",
        lambda: b"ab",
        lambda: {"a": 1, "b": 2},
        lambda: {1, 2},
        lambda: [1],
        lambda: [1, 2, 3],
        itertools.count,
        lambda: (1 // 0 for _ in range(2)),
        lambda: [[1], [2]],
        lambda: [b"1", b"2"],
        lambda: [{"a": 1}, {}],
        lambda: np.zeros((2, 2)),
        lambda: np.array(1),
        lambda: np.zeros(10_000_000),
        lambda: range(10_000_000),
        lambda: [type("Odd", (), {"__str__": lambda self: raises(ValueError())})(), 1],
        lambda: [object(), 1],
        lambda: [len, 1],
        lambda: [int, 1],
    ],
)  # fmt: skip
def test_an_answer_that_is_none_fails_alone_and_names_plugin_and_function(
    first: Caller, database: Database, what: Callable[[], Any]
) -> None:
    [answer] = asked(first, database, answering(what), "ODD")

    assert answer["error"]["code"] == "function-failed"
    assert "ODD" in answer["error"]["message"]
    assert "plugin odd" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (np.float32("nan"), None),
        (np.int64(3), 3),
        (np.bool_(1), True),
        (np.datetime64("2006-03-31"), "2006-03-31"),
        (np.datetime64("NaT"), None),
        (Decimal("NaN"), None),
        (Decimal("sNaN"), None),
        (Decimal("-Infinity"), None),
        (Decimal("1e30"), 1e30),
        (2**200, 2.0**200),
        (10**400, None),
        ("\ud800x", "\ufffdx"),
        ("髙", "髙"),
        (date(2006, 3, 31), "2006-03-31"),
        (1 + 2j, "(1+2j)"),
    ],
)
def test_what_json_cannot_hold_comes_as_what_a_cell_can(
    first: Caller, database: Database, given: Any, shown: Any
) -> None:
    [answer] = asked(first, database, answering(lambda: [given, 1]), "ODD")

    assert answer["columns"] == [[shown, 1]]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (lambda: None, "gave NoneType; must give a list of 2 values, one per cell"),
        (lambda: [1], "gave 1 values; must give a list of 2 values, one per cell"),
        (lambda: {"a": 1}, "gave dict; must give a list of 2 values, one per cell"),
    ],
)
def test_a_wrong_shape_is_told_with_the_right_one(
    first: Caller, database: Database, what: Callable[[], Any], said: str
) -> None:
    [answer] = asked(first, database, answering(what), "ODD")

    assert said in answer["error"]["message"]


def test_a_row_of_columns_that_do_not_fit_names_them(first: Caller, database: Database) -> None:
    @worksheet_function("ODD", ja="変", returns=["名前", "点"])
    def odd(key: Keys) -> Any:
        """Do something odd."""
        return [[1, 2], [1], 7]

    [answer] = asked(first, database, odd, "ODD")

    assert (
        "gave 3 columns (2 values, 1 values, int); must give 2 columns (名前, 点) of 2 values each"
        in (answer["error"]["message"])
    )


def test_a_table_longer_than_a_worksheet_is_refused(first: Caller, database: Database) -> None:
    @worksheet_function("ODD", ja="変", returns=["a", "b"], table=True)
    def odd(key: Keys) -> Columns:
        """Never come to an end."""
        return [itertools.count(), range(3)]  # type: ignore[list-item]

    [answer] = asked(first, database, odd, "ODD")

    assert f"more than {MOST_LINES:,} lines" in answer["error"]["message"]


def test_a_row_of_letters_is_no_row(first: Caller, database: Database) -> None:
    @worksheet_function("ODD", ja="変", returns=["a", "b"])
    def odd(key: str) -> str:
        """Give a text of as many letters as there are columns."""
        return "ab"

    [answer] = asked(first, database, odd, "ODD")

    assert answer["error"]["code"] == "function-failed"


def test_a_loop_without_end_comes_to_one() -> None:
    turning: list[threading.Thread] = []

    def turn() -> None:
        turning.append(threading.current_thread())
        while True:
            with suppress(Exception):  # the loop holds on to its life
                sum(range(100))

    with Patience(SHORT) as patience, pytest.raises(LateError):
        patience.run(turn)
    turning[0].join(60)

    assert not turning[0].is_alive()


def test_a_failure_is_not_remembered_as_the_answer(database: Database, first: Caller) -> None:
    went = iter([RuntimeError("a busy moment")])

    @worksheet_function("ONCE", ja="一度")
    def once(key: Keys) -> list[str]:
        """Fail the first time."""
        for error in went:
            raise error
        return ["well" for _ in key]

    database.plugins = loaded(plugin("odd", worksheet_functions=lambda: [once]))
    asked = json.dumps({"calls": [{"function": "ONCE", "arguments": {"key": ["a"]}}]}).encode()

    [before], [after] = (first.post("/functions", asked).get_json()["results"] for _ in range(2))

    assert before["error"]["code"] == "function-failed"
    assert after["columns"] == [["well"]]


def test_asking_for_the_end_of_the_program_is_an_error_like_any_other() -> None:
    with Patience(30) as patience:
        with pytest.raises(QuitError, match="SystemExit: 3"):
            patience.run(lambda: sys.exit(3))

        assert patience.run(lambda: "still here") == "still here"


def endless() -> Iterator[BrokenRule]:
    while True:
        time.sleep(0.01)
        yield BrokenRule(0, "name", "never", BOTH)


@pytest.mark.parametrize(
    "rule",
    [
        lambda table: sys.exit(3),
        lambda table: raises(KeyboardInterrupt()),
        lambda table: raises(Untellable()),
        lambda table: recurse(0),
        lambda table: 7,
        lambda table: ["no"],
        lambda table: [BrokenRule(99, "name", "no", BOTH)],
        lambda table: [BrokenRule(0, "name", "no", BOTH), BrokenRule(-1, "name", "no", BOTH)],
        lambda table: [BrokenRule(0, "name", "no", "no Text")],  # type: ignore[arg-type]
        lambda table: [BrokenRule(0, 7, "no", BOTH)],  # type: ignore[arg-type]
        lambda table: endless(),
    ],
)  # fmt: skip
def test_a_rule_that_misbehaves_is_passed_over_and_named(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch, rule: Any
) -> None:
    monkeypatch.setattr(rules, "MOST_SECONDS", SHORT)
    database.plugins = loaded(plugin("odd", check_rows=rule))

    answer = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]).get_json()

    assert [one["outcome"] for one in answer["outcomes"]] == ["applied"]
    assert [one["plugin"] for one in answer["warnings"]] == ["odd"]


def test_a_rule_that_gives_nothing_at_all_objects_to_nothing(database: Database, first: Caller) -> None:
    database.plugins = loaded(plugin("odd", check_rows=lambda table: None))

    answer = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]).get_json()

    assert [one["outcome"] for one in answer["outcomes"]] == ["applied"]
    assert answer["warnings"] == []


@pytest.mark.parametrize(
    "listener",
    [
        lambda write: sys.exit(3),
        lambda write: raises(Untellable()),
        lambda write: recurse(0),
        lambda write: write.insert("no_such_table", {"name": ["a"]}),
        lambda write: write.insert("customers", {"name": ["a", "b"], "no_such_field": [1, 2]}),
        lambda write: write.insert("customers", {"name": ["a", "b"], "store_id": [1]}),
        lambda write: write.insert("customers", 7),
        lambda write: write.update("customers", {"no such row": {"name": "b"}}),
        lambda write: write.insert("customers", {"name": ["a", {1, 2}], "store_id": [1, 1]}),
    ],
)  # fmt: skip
def test_a_listener_that_misbehaves_is_named_and_the_write_stands(
    database: Database, first: Caller, listener: Any
) -> None:
    database.plugins = loaded(plugin("odd", rows_written=listener))

    answer = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]).get_json()

    assert [one["outcome"] for one in answer["outcomes"]] == ["applied"]
    assert {one["plugin"] for one in answer["warnings"]} == {"odd"}
    assert count(database, "customers") == 1


@pytest.mark.parametrize(("rounds", "named"), [(4, []), (5, ["odd"]), (99, ["odd"])])
def test_listeners_that_never_stop_answering_are_named_and_the_push_stands_without_their_last_round(
    database: Database, first: Caller, rounds: int, named: list[str]
) -> None:
    def answer_on(write: Write, table: str, changes: RowChanges) -> None:
        if table == "customers" and (count := int(changes.after("name")[0])) < rounds:
            write.insert("customers", {"name": [str(count + 1)], "store_id": [1]})

    heard: list[str] = []
    listens = plugin("well", rows_written=lambda changes: heard.extend(changes.after("name")))
    database.plugins = loaded(plugin("odd", rows_written=answer_on), listens)

    changeset = new_id()
    response = first.send([{"table": "customers", "ops": [op("insert", new_id(), name="0")]}], changeset=changeset)
    answer = response.get_json()
    names = sorted(one["name"] for one in first.rows("customers").values())

    assert response.status_code == 200
    assert [one["outcome"] for one in answer["outcomes"]] == ["applied"]
    assert [one["plugin"] for one in answer["warnings"]] == named
    assert all("round 5 (customers)" in one["message"] for one in answer["warnings"])
    assert names == ["0", "1", "2", "3", "4"]
    assert heard[:5] == names
    assert count(database, "changes", f"changeset_id = '{changeset}'") == 5
    assert first.insert("customers", name="99")["outcome"] == "applied"


@pytest.mark.parametrize("listener", [lambda changeset: sys.exit(3), lambda changeset: time.sleep(20)])
def test_what_hears_of_a_changeset_is_never_felt(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, listener: Any
) -> None:
    monkeypatch.setattr(done, "MOST_SECONDS", SHORT)
    database.plugins = loaded(plugin("odd", changeset_done=listener))
    began = time.monotonic()

    first.insert("customers", name="a")

    assert time.monotonic() - began < SHORT + 10
    assert "plugin odd failed in changeset_done" in caplog.text


@pytest.mark.parametrize(
    ("run", "status"),
    [
        (lambda write, arguments: sys.exit(3), 500),
        (lambda write, arguments: recurse(0), 500),
        (lambda write, arguments: time.sleep(20), 504),
        (lambda write, arguments: None, 500),
        (lambda write, arguments: ActionResult("no Text"), 500),  # type: ignore[arg-type]
        (lambda write, arguments: ActionResult(BOTH, (FileResult("a", "b", "no bytes"),)), 500),  # type: ignore[arg-type]
    ],
)
@pytest.mark.parametrize("writes", [True, False])
def test_an_action_that_misbehaves_is_named_and_keeps_nobody_from_writing(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch, run: Any, status: int, *, writes: bool
) -> None:
    monkeypatch.setattr(acting, "MOST_SECONDS", SHORT)
    monkeypatch.setattr(acting, "MOST_SECONDS_WRITING", SHORT)
    database.plugins = loaded(plugin("odd", actions=lambda: [Action("press", BOTH, BOTH, run, writes=writes)]))

    response = first.post("/actions/press", b"{}")

    assert response.status_code == status
    assert response.get_json()["error"]["details"]["plugin"] == "odd"
    first.insert("customers", name="a")


class Asked(msgspec.Struct):
    """What the odd service takes."""


class Given(msgspec.Struct):
    """What it gives."""

    value: Any = None


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda asked, caller: sys.exit(3), "service-failed"),
        (lambda asked, caller: raises(Untellable()), "service-failed"),
        (lambda asked, caller: None, "service-failed"),
        (lambda asked, caller: Given(object()), "service-failed"),
        (lambda asked, caller: time.sleep(20), "service-too-slow"),
    ],
)
def test_a_service_that_misbehaves_is_named(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch, call: Any, code: str
) -> None:
    monkeypatch.setattr(api_services, "LAST_WORDS", 0.0)
    service = Service("odd.press", BOTH, Asked, Given, call, seconds=SHORT)
    database.plugins = loaded(plugin("odd", services=lambda: [service]))

    error = first.post("/services/odd.press", b"{}").get_json()["error"]

    assert error["code"] == code
    assert "odd" in error["message"]


@pytest.mark.parametrize(
    "build",
    [
        lambda data: sys.exit(3),
        lambda data: None,
        lambda data: ReportTable(BOTH, (BOTH,), ([b"bytes"],)),
        lambda data: ReportTable(BOTH, (BOTH,), ([[1, 2]],)),
        lambda data: ReportTable(BOTH, (BOTH,), 7),  # type: ignore[arg-type]
        lambda data: ReportTable("no Text", (BOTH,), ([1],)),  # type: ignore[arg-type]
    ],
)
@pytest.mark.parametrize("form", ["", ".pdf"])
def test_a_report_that_misbehaves_is_named(database: Database, first: Caller, build: Any, form: str) -> None:
    database.plugins = loaded(plugin("odd", reports=lambda: [Report("listed", BOTH, BOTH, build)]))

    error = first.get(f"/reports/listed{form}").get_json()["error"]

    assert error["code"] == "report-failed"
    assert "odd" in error["message"]


def test_a_plugin_that_is_an_instance_is_loaded_whole() -> None:
    class Greeting:
        @hookimpl
        def worksheet_functions(self) -> list[Any]:
            return [fine]

    [state] = loaded(Made("greeting", Greeting())).states

    assert state.error is None
    assert state.declared == (("function", "FINE"),)


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), GeneratorExit(), RecursionError(), Untellable()])
def test_an_import_that_ends_anyhow_is_left_out(failure: BaseException) -> None:
    plugins = loaded(Made("bad", failure), plugin("fine", worksheet_functions=lambda: [fine]))

    assert [one.error is None for one in plugins.states] == [False, True]


@pytest.mark.parametrize("fault", ['    raise RuntimeError("no")', "    return ("])
def test_a_migration_that_fails_is_named_and_changes_nothing(database: Database, tmp_path: Path, fault: str) -> None:
    folder = tmp_path / "kizuna_odd" / "migrations"
    folder.mkdir(parents=True)
    head = 'revision = "o0001"\ndown_revision = None\nbranch_labels = ("odd",)\ndepends_on = None\n'
    (folder / "o0001_odd.py").write_text(f"{head}\n\ndef upgrade():\n{fault}\n", encoding="utf-8")

    with pytest.raises(MigrationFailedError) as told:
        migrate(database.backend, [*database.plugins.migrations, folder])

    assert told.value.message.en.startswith("The plugin's migration kizuna_odd/o0001_odd.py failed: ")
    assert is_current(database.backend, database.plugins.migrations)
