"""Actions, reports and sheets on the wire."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna import (
    Action,
    ActionResult,
    Argument,
    Block,
    Data,
    FileResult,
    Report,
    ReportChart,
    ReportTable,
    SheetTemplate,
    TableResult,
    Text,
    Write,
)
from kizuna.model import Customer
from kizuna.model.database import Database
from kizuna.sync import acting
from tests.conftest import skip_or_fail
from tests.fixtures.people import count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller

BOTH = Text("日本", "Japan")
NAMES = (Argument("names", "texts", required=True), Argument("store", "integer", required=False, default=1))


def welcome(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    names = arguments["names"]
    write.insert("customers", {"name": names, "store_id": [arguments["store"]] * len(names)})
    if "boom" in names:
        raise RuntimeError("boom")
    return ActionResult(
        Text("済み", "done"), (FileResult("a.txt", "text/plain", b"hello"),), TableResult((BOTH,), ([BOTH, 1, None],))
    )


def counted(data: Data, least: int) -> ReportTable:
    [names] = data.columns(sa.select(Customer.name))
    chart = ReportChart("bar", 0, (1,))
    return ReportTable(BOTH, (BOTH, BOTH), (names, [least] * len(names)), ("text", "number"), chart, BOTH)


def shown(**hooks: Any) -> Any:
    return loaded(plugin("shop", **hooks), strict=True)


WELCOME = Action("welcome", BOTH, BOTH, welcome, NAMES, writes=True, personal=True)
REPORT = Report("counted", BOTH, BOTH, counted, (Argument("least", "integer", required=False, default=3),))


def act(who: Caller, name: str, **arguments: Any) -> Any:
    import json

    return who.post(f"/actions/{name}", json.dumps({"arguments": arguments}).encode())


def test_what_an_action_writes_is_one_changeset_and_can_be_undone(database: Database, first: Caller) -> None:
    database.plugins = shown(actions=lambda: [WELCOME])
    answer = act(first, "welcome", names=["a", "b"]).get_json()
    counts = count(database, "customers")
    undone = first.post(f"/changesets/{answer['changeset']}/undo", b'{"id": "0190a0a0-0000-7000-8000-000000000001"}')

    assert answer["message"] == "done"
    assert [(one["name"], b64decode(one["content"])) for one in answer["files"]] == [("a.txt", b"hello")]
    assert answer["table"] == {"headings": ["Japan"], "columns": [["Japan", 1, None]]}
    assert counts == 2
    assert undone.status_code == 200
    assert count(database, "customers", "deleted") == 2


def test_a_failing_action_writes_nothing_and_names_the_plugin(database: Database, first: Caller) -> None:
    database.plugins = shown(actions=lambda: [WELCOME])
    response = act(first, "welcome", names=["boom"])

    assert response.status_code == 500
    assert response.get_json()["error"]["details"]["plugin"] == "shop"
    assert count(database, "customers") == 0


@pytest.mark.parametrize(
    ("language", "said"), [("en", "“Japan” (plugin shop) did not end"), ("ja", "「日本」(プラグイン shop)が")]
)
def test_an_action_that_writes_too_long_is_taken_back_and_says_what_to_do(
    database: Database, first: Caller, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr(acting, "MOST_SECONDS_WRITING", 0.3)
    end = threading.Event()

    def slow(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
        write.insert("customers", {"name": ["late"], "store_id": [1]})
        end.wait(30)
        return ActionResult(BOTH)

    database.plugins = shown(actions=lambda: [Action("slow", BOTH, BOTH, slow, writes=True)])
    first.language = language
    answer = act(first, "slow")
    end.set()

    assert answer.status_code == 504
    assert answer.get_json()["error"]["code"] == "action-too-slow"
    assert answer.get_json()["error"]["message"].startswith(said)
    assert count(database, "customers") == 0


@pytest.mark.parametrize("who", ["reader", "discreet"])
def test_who_may_not_run_an_action_neither_sees_it_nor_runs_it(
    database: Database, request: pytest.FixtureRequest, who: str
) -> None:
    database.plugins = shown(actions=lambda: [WELCOME])
    person: Caller = request.getfixturevalue(who)

    assert person.get("/actions").get_json() == {"actions": []}
    assert act(person, "welcome", names=["a"]).status_code == 403


def test_an_action_writes_within_the_callers_stores_only(database: Database, first: Caller) -> None:
    database.plugins = shown(actions=lambda: [WELCOME])
    response = act(first, "welcome", names=["a"], store=2)

    assert (response.status_code, response.get_json()["error"]["code"]) == (422, "plugin-write-refused")
    assert count(database, "customers") == 0


def test_an_action_declared_to_read_cannot_write(database: Database, first: Caller) -> None:
    database.plugins = shown(actions=lambda: [Action("welcome", BOTH, BOTH, welcome, NAMES)])

    assert act(first, "welcome", names=["a"]).get_json()["error"]["code"] == "action-does-not-write"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({}, "argument-missing"),
        ({"names": ["a"], "x": 1}, "unknown-argument"),
        ({"names": "a", "store": "x"}, "bad-argument"),
    ],
)
def test_arguments_are_checked(database: Database, first: Caller, arguments: dict[str, Any], code: str) -> None:
    database.plugins = shown(actions=lambda: [WELCOME])

    assert act(first, "welcome", **arguments).get_json()["error"]["code"] == code


def test_an_unknown_action_or_report_is_named(first: Caller) -> None:
    assert act(first, "nothing").get_json()["error"]["code"] == "unknown-action"
    assert first.get("/reports/nothing").get_json()["error"]["code"] == "unknown-report"


def test_the_catalogue_of_actions_tells_all_a_button_needs(database: Database, first: Caller) -> None:
    database.plugins = shown(actions=lambda: [WELCOME])
    [described] = first.get("/actions").get_json()["actions"]

    assert described["label"] == {"ja": "日本", "en": "Japan"}
    assert [one["name"] for one in described["arguments"]] == ["names", "store"]
    assert (described["writes"], described["plugin"], described["icon"]) == (True, "shop", "ListMacros")


def test_a_report_shows_the_callers_rows_only(database: Database, first: Caller, second: Caller) -> None:
    database.plugins = shown(reports=lambda: [REPORT])
    first.insert("customers", name="a")
    second.insert("customers", name="b")
    answer = first.get("/reports/counted", least="5").get_json()

    assert answer == {
        "name": "counted",
        "title": "Japan",
        "headings": ["Japan", "Japan"],
        "looks": ["text", "number"],
        "columns": [["a"], [5]],
        "chart": {"kind": "bar", "labels": 0, "values": [1], "without_last": False},
        "note": "Japan",
    }


@pytest.mark.parametrize(
    "answer",
    [
        None,
        ReportTable(BOTH, (BOTH,), ([1], [2])),
        ReportTable(BOTH, (BOTH,), ([1],), chart=ReportChart("bar", 0, (1,))),
    ],
)
def test_a_report_of_the_wrong_shape_is_named(database: Database, first: Caller, answer: Any) -> None:
    database.plugins = shown(reports=lambda: [Report("bad", BOTH, BOTH, lambda data: answer)])
    response = first.get("/reports/bad")

    assert response.status_code == 500
    assert "shop" in response.get_json()["error"]["message"]


def test_templates_of_sheets_are_in_the_catalogue(database: Database, first: Caller) -> None:
    block = Block("A1", BOTH, (BOTH,), (("=1+1", BOTH),))
    database.plugins = shown(sheets=lambda: [SheetTemplate("one", BOTH, BOTH, (block,), (12.0,), "A2")])
    [described] = first.get("/sheets").get_json()["sheets"]

    assert described["blocks"][0]["rows"] == [["=1+1", {"ja": "日本", "en": "Japan"}]]
    assert (described["plugin"], described["freeze"]) == ("shop", "A2")


def test_a_report_on_paper_has_its_text_and_its_font(database: Database, first: Caller) -> None:
    database.plugins = shown(reports=lambda: [REPORT])
    first.insert("customers", name="佐藤")
    response = first.get("/reports/counted.pdf")
    if response.status_code == 503:
        skip_or_fail(response.get_json()["error"]["message"])

    assert response.mimetype == "application/pdf"
    assert response.data.startswith(b"%PDF")
    assert b"/FontFile2" in response.data


def test_the_page_of_a_report_asks_for_its_arguments(database: Database, first: Caller) -> None:
    database.plugins = shown(reports=lambda: [REPORT])
    page = first.http.get("/reports/counted?lang=en").get_data(as_text=True)

    assert 'name="least"' in page
    assert first.http.get("/reports/?lang=ja").status_code == 200
    assert first.http.get("/reports/nothing").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("ja", "帳票を見る"), ("en", "Reports")])
def test_the_home_page_leads_to_the_reports_and_they_lead_back(
    database: Database, first: Caller, language: str, words: str
) -> None:
    home = first.http.get(f"/?lang={language}").get_data(as_text=True)
    listed = unescape(first.http.get(f"/reports/?lang={language}").get_data(as_text=True))

    assert f'<a href="/reports/?lang={language}">{words}</a>' in home
    assert f'<a href="/?lang={language}">' in listed
    for report in database.plugins.reports.values():
        assert f'<a href="/reports/{report.name}?lang={language}">{report.label.in_language(language)}</a>' in listed


def test_without_reports_the_home_page_leads_to_none(database: Database, first: Caller) -> None:
    database.plugins = loaded()

    assert "/reports/" not in first.http.get("/").get_data(as_text=True)
