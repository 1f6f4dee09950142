from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner

from kizuna.cli.main import main
from kizuna.ids import new_id
from tests.fixtures.wire import Caller, op


def kizuna(*words: str, fails: bool = False) -> Any:
    done = CliRunner().invoke(main, words, env={"KIZUNA_LANGUAGE": "en", "COLUMNS": "200"})
    assert (done.exit_code != 0) == fails, done.output
    return done.output


def test_history_of_a_number_names_who_changed_what(first: Caller, database_url: str) -> None:
    made = first.insert("customers", name="山田", number="C0042", phone="03-1")
    first.push("customers", op("update", made["id"], made["revision"], phone="03-2"))

    shown = kizuna("history", "customers", "C0042", "--database", database_url)
    told = json.loads(kizuna("history", "customers", "C0042", "--database", database_url, "--json"))

    assert "phone: 03-1 → 03-2" in shown
    assert [(one["kind"], one["who"]) for one in told["changes"]] == [("update", "first"), ("insert", "first")]


def test_history_of_a_number_nobody_has_says_so(database_url: str) -> None:
    assert "no-such-number" in kizuna("history", "customers", "C9999", "--database", database_url, fails=True)


def test_a_changeset_found_in_the_list_is_undone(first: Caller, database_url: str) -> None:
    changeset = new_id()
    first.push("customers", op("insert", new_id(), name="山田"), changeset=changeset)

    listed = json.loads(kizuna("changes", "--who", "first", "--database", database_url, "--json"))
    tried = kizuna("undo", changeset, "--dry-run", "--database", database_url)
    before = len(first.rows("customers"))
    undone = kizuna("undo", changeset, "--database", database_url)

    assert [one["id"] for one in listed] == [changeset]
    assert tried.startswith("1 row(s) would be taken back")
    assert before == 1
    assert undone.startswith("1 row(s) taken back")
    assert first.rows("customers") == {}


def test_what_an_undo_left_is_named_with_its_reason(first: Caller, both: Caller, database_url: str) -> None:
    changeset, row = new_id(), new_id()
    first.push("customers", op("insert", row, name="山田"), changeset=changeset)
    both.push("customers", op("update", row, first.row("customers", row)["revision"], phone="03-1"))

    undone = kizuna("undo", changeset, "--database", database_url)

    assert "1 row(s) stay as they are" in undone
    assert "changed (both)" in undone


def test_pruning_needs_a_number_of_days_and_remembers_it(first: Caller, database_url: str) -> None:
    first.insert("customers", name="山田")

    refused = kizuna("prune", "--database", database_url, fails=True)
    kizuna("prune", "--keep-days", "3000", "--remember", "--database", database_url)
    done = json.loads(kizuna("prune", "--database", database_url, "--json"))

    assert "bad-keep-days" in refused
    assert done["changes"] == 0
