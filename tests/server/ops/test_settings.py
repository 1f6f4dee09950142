"""Settings: typed, checked in both languages, changed by owners only, with who and when."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from kizuna.cli.main import main
from kizuna.model.database import Database
from tests.fixtures.wire import Caller


def put(who: Caller, values: Any, name: str = "rfm") -> Any:
    return who.http.put(f"/api/v1/settings/{name}", data=json.dumps(values), headers=who.headers)


def test_a_change_is_kept_with_who_and_when(owner: Caller) -> None:
    put(owner, {"recency_5": 60})
    put(owner, {"recency_5": 60})
    put(owner, {"recency_5": 70, "mode": "quantile"})
    shown = owner.get("/settings/rfm").get_json()
    changes = owner.get("/settings/rfm/history").get_json()["changes"]

    assert (shown["values"]["recency_5"], shown["defaults"]["recency_5"]) == (70, 90)
    assert [one["fields"] for one in changes] == [
        {"recency_5": [60, 70], "mode": ["thresholds", "quantile"]},
        {"recency_5": [90, 60]},
    ]
    assert {one["who"] for one in changes} == {"owner"}


@pytest.mark.parametrize(
    ("values", "ja", "en"),
    [
        ({"recency_5": "x"}, "int が必要ですが str です", "Expected `int`, got `str`"),
        ({"recency_5": None}, "空欄にはできません", "got `null`"),
        ({"recency_5": -1}, "0 以上の整数にしてください", ">= 0"),
        ({"recency_5": 500}, "小さい順に並べてください", "each step must be larger"),
        ({"mode": "x"}, "「x」は選べません", "Invalid enum value"),
        ({"nope": 1}, "「nope」という項目はありません", "unknown field"),
        ({"treatment_new": "x" * 501}, "500 文字以内", "length <= 500"),
        ([], "object が必要ですが array です", "Expected `object`"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_both_languages(owner: Caller, values: Any, ja: str, en: str) -> None:
    english = put(owner, values)
    owner.language = "ja"
    japanese = put(owner, values)

    assert (english.status_code, japanese.status_code) == (400, 400)
    assert english.get_json()["error"]["code"] == "bad-settings"
    assert en in english.get_json()["error"]["message"]
    assert ja in japanese.get_json()["error"]["message"]
    assert owner.get("/settings/rfm/history").get_json() == {"changes": []}


def test_a_fields_title_is_in_the_message(owner: Caller) -> None:
    owner.language = "ja"

    assert "R5: 最終購入から何日以内" in put(owner, {"recency_5": "x"}).get_json()["error"]["message"]


def test_only_owners_see_and_change_settings(manager: Caller) -> None:
    answers = [
        manager.get("/settings"),
        manager.get("/settings/rfm"),
        put(manager, {}),
        manager.get("/settings/rfm/history"),
    ]

    assert [one.status_code for one in answers] == [403] * 4


def test_unknown_settings_are_named_with_those_there_are(owner: Caller) -> None:
    answer = put(owner, {}, "nothing")

    assert answer.status_code == 404
    assert "rfm" in answer.get_json()["error"]["message"]


def test_a_change_is_seen_by_the_next_question(owner: Caller) -> None:
    names = {one["name"] for one in owner.get("/settings").get_json()["settings"]}
    before = owner.post("/functions", b'{"calls": []}').get_json()["position"]
    put(owner, {"recency_5": 60})
    after = owner.post("/functions", b'{"calls": []}').get_json()["position"]

    assert {"rfm", "ad_roi", "follow_up", "lost_deals"} <= names
    assert before != after


def test_the_command_line_sets_some_and_keeps_the_rest(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIZUNA_LANGUAGE", "ja")
    run = CliRunner()
    first = run.invoke(main, ["settings", "set", "rfm", "recency_5=60", "--database", database_url])
    second = run.invoke(main, ["settings", "set", "rfm", "mode=quantile", "--database", database_url])
    bad = run.invoke(main, ["settings", "set", "rfm", "recency_5=sixty", "--database", database_url])
    shown = run.invoke(main, ["settings", "show", "rfm", "--json", "--database", database_url])
    history = run.invoke(main, ["settings", "show", "rfm", "--history", "--database", database_url])

    assert (first.exit_code, second.exit_code, bad.exit_code) == (0, 0, 1)
    assert "bad-settings" in bad.output
    values = json.loads(shown.output)
    assert (values["recency_5"], values["mode"]) == (60, "quantile")
    assert "recency_5" in history.output
