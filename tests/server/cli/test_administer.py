"""Stores, people, devices and old history on the command line."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from kizuna.cli.main import main
from tests.fixtures.wire import Caller, op


def kizuna(url: str, *words: str, language: str = "en", fails: bool = False) -> str:
    environment = {"KIZUNA_LANGUAGE": language, "COLUMNS": "200"}
    done = CliRunner().invoke(main, [*words, "--database", url], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert (done.exit_code != 0) == fails, done.output
    return done.output


def test_a_name_of_two_people_is_nobodys_and_their_numbers_are_told(database_url: str) -> None:
    one, two = (json.loads(kizuna(database_url, "staff", "add", "佐藤", "--json"))["number"] for _ in range(2))

    refused = kizuna(database_url, "token", "create", "佐藤", fails=True)
    made = kizuna(database_url, "token", "create", two, "--json")

    assert f"{one}、{two}" in refused
    assert json.loads(made)["staff"] == two


def test_a_number_is_never_taken_for_somebodys_name(database_url: str) -> None:
    number = json.loads(kizuna(database_url, "staff", "add", "佐藤", "--json"))["number"]
    kizuna(database_url, "staff", "add", number)

    made = kizuna(database_url, "token", "create", number, "--json")

    assert json.loads(made)["staff"] == number


def test_nobody_is_registered_for_a_store_that_is_deleted(owner: Caller, database_url: str) -> None:
    store = owner.insert("stores", code=77, name="閉店")
    owner.push("stores", op("delete", store["id"], store["revision"]))

    assert "77" in kizuna(database_url, "staff", "add", "佐藤", "--store", "77", fails=True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_devices_are_shown_with_the_shops_time_and_names_as_they_are_typed(database_url: str, language: str) -> None:
    number = json.loads(kizuna(database_url, "staff", "add", "[/佐藤] :cat:", "--json"))["number"]
    kizuna(database_url, "token", "create", number)

    shown = kizuna(database_url, "token", "list", language=language)
    [made] = [one["created_at"] for one in json.loads(kizuna(database_url, "token", "list", "--json"))
              if one["staff"] == number]  # fmt: skip

    assert "[/佐藤] :cat:" in shown
    assert datetime.fromisoformat(made).astimezone(ZoneInfo("Asia/Tokyo")).strftime("%Y-%m-%d %H:%M") in shown


def test_remembering_how_long_to_keep_history_needs_the_days(database_url: str) -> None:
    kizuna(database_url, "prune", "--keep-days", "730", "--remember")

    refused = kizuna(database_url, "prune", "--remember", fails=True)
    again = kizuna(database_url, "prune")

    assert "bad-keep-days" in refused
    assert "is gone" in again
