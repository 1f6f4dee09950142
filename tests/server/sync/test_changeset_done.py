"""Plugins hear of a changeset after it was committed, and can do it no harm."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna import ChangesetSummary, Data
from kizuna.ids import new_id
from kizuna.model import Customer
from kizuna.model.database import Database
from kizuna.sync import done
from tests.fixtures.people import count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller, op


def test_a_changeset_is_told_after_it_was_committed(database: Database, first: Caller) -> None:
    told: list[Any] = []

    def changeset_done(changeset: ChangesetSummary) -> None:
        told.append((changeset.who, changeset.origin, changeset.counts, count(database, "customers")))

    database.plugins = loaded(plugin("ear", changeset_done=changeset_done))
    first.push("customers", op("insert", new_id(), name="a"))

    assert told == [("first", "api", {"customers": {"applied": 1}}, 1)]


def test_dry_runs_and_repeats_are_not_told(database: Database, first: Caller) -> None:
    told: list[Any] = []
    database.plugins = loaded(plugin("ear", changeset_done=lambda changeset: told.append(changeset.id)))
    changes = [{"table": "customers", "ops": [op("insert", new_id(), name="a")]}]
    first.send(changes, dry_run=True)
    changeset = new_id()
    first.send(changes, changeset=changeset)
    first.send(changes, changeset=changeset)

    assert told == [changeset]


def test_a_listener_that_raises_is_logged_and_the_changeset_stands(
    database: Database, first: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Any] = []

    def broken(changeset: ChangesetSummary) -> None:
        raise RuntimeError("no")

    database.plugins = loaded(
        plugin("a-bad", changeset_done=broken),
        plugin("good", changeset_done=lambda changeset: told.append(changeset.id)),
    )
    with caplog.at_level(logging.ERROR):
        outcomes = first.push("customers", op("insert", new_id(), name="a"))

    assert outcomes[0]["outcome"] == "applied"
    assert len(told) == 1
    assert "a-bad failed in changeset_done" in caplog.text


def test_a_listener_sees_the_data_as_whoever_made_the_changeset(
    database: Database, first: Caller, second: Caller
) -> None:
    told: list[Any] = []

    def changeset_done(changeset: ChangesetSummary, data: Data) -> None:
        told.append((changeset.written, data.columns(sa.select(Customer.name))))

    database.plugins = loaded(plugin("ear", changeset_done=changeset_done))
    first.push("customers", op("insert", new_id(), name="a"))
    second.push("customers", op("insert", new_id(), name="b", store_id=2))

    assert told == [({"customers": {"insert": 1}}, [[name]]) for name in "ab"]


def test_a_listener_may_keep_what_it_made_of_a_table(database: Database, first: Caller) -> None:
    told: list[Any] = []

    def changeset_done(changeset: ChangesetSummary, data: Data) -> None:  # the hook's
        told.append(data.keep("names", ("customers",), lambda: data.columns(sa.select(Customer.name))))

    database.plugins = loaded(plugin("ear", changeset_done=changeset_done))
    first.push("customers", op("insert", new_id(), name="a"))

    assert told == [[["a"]]]


def test_a_listener_that_hangs_is_left_behind(
    database: Database, first: Caller, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(done, "MOST_SECONDS", 0.05)
    ended = threading.Event()

    def hang(changeset: ChangesetSummary) -> None:
        ended.wait(30)

    database.plugins = loaded(plugin("deaf", changeset_done=hang))
    outcomes = first.push("customers", op("insert", new_id(), name="a"))
    ended.set()

    assert outcomes[0]["outcome"] == "applied"
    assert "deaf failed in changeset_done" in caplog.text
