"""Whoever pushed before is let into the writing transaction at once, but only as who they are by then."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask import Flask

from kizuna.access.tokens import revoke_tokens
from kizuna.api import context
from kizuna.ids import new_id
from kizuna.model.backend import run
from kizuna.model.database import Database
from tests.fixtures.people import NOW, People
from tests.fixtures.wire import Caller, caller, op


def pushed(who: Caller) -> tuple[int, Any]:
    """Push one customer; return the status and the outcome or error code."""
    answer = who.send([{"table": "customers", "ops": [op("insert", new_id(), name="山田", store_id=1)]}])
    said = answer.get_json()
    return answer.status_code, said["outcomes"][0]["outcome"] if "outcomes" in said else said["error"]["code"]


def set_account(database: Database, account: str, column: str, value: Any) -> None:
    hole = database.backend.holes(1)
    sql = f"update accounts set {column} = {hole} where id = {hole}"
    database.backend.write(lambda connection: run(connection, sql, (value, account)))


def revoke(database: Database, account: str) -> None:
    revoke_tokens(database, account, None, now=NOW)


def close(database: Database, account: str) -> None:
    set_account(database, account, "active", False)


def lower(database: Database, account: str) -> None:
    set_account(database, account, "role", "readonly")


def take_stores(database: Database, account: str) -> None:
    hole = database.backend.holes(1)
    sql = f"delete from account_stores where account_id = {hole}"
    database.backend.write(lambda connection: run(connection, sql, (account,)))


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (revoke, (401, "wrong-token")),
        (close, (401, "wrong-token")),
        (lower, (422, "forbidden")),
        (take_stores, (422, "forbidden")),
    ],
)
def test_a_change_of_scope_counts_from_the_very_next_push(
    first: Caller, database: Database, people: People, change: Callable[[Database, str], None], after: tuple[int, str]
) -> None:
    before = [pushed(first), pushed(first)]

    change(database, people.accounts["first"])

    assert before == [(200, "applied")] * 2
    assert pushed(first) == after
    assert pushed(first) == after


def test_a_field_added_meanwhile_is_known_to_the_very_next_push(owner: Caller, first: Caller) -> None:
    assert pushed(first) == (200, "applied")
    field = {"name": "shoe", "type": "text", "label": {"ja": "足", "en": "Shoes"}}
    assert owner.post("/tables/customers/fields", orjson.dumps(field)).status_code == 201

    [outcome] = first.push("customers", op("insert", new_id(), name="山田", store_id=1, x_shoe="26"))

    assert outcome["outcome"] == "applied"


def test_a_push_of_nobody_is_refused_before_its_body_is_read(first: Caller) -> None:
    stranger = Caller(first.http, "kzn_nobody")

    answer = stranger.post("/changesets", b"{" * 1_000)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "wrong-token")


def test_callers_who_come_at_once_do_not_disturb_one_another(
    app: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "MOST_CALLERS", 1)
    statuses: list[int] = []
    other: list[threading.Thread] = []

    class Remembered(dict[str, Any]):
        """Lets somebody else come while the oldest is looked for."""

        def __iter__(self) -> Iterator[str]:
            oldest = super().__iter__()
            if not other:
                other.append(threading.Thread(target=ask, args=("both",)))
                other[0].start()
                other[0].join(1)
            return oldest

    def ask(name: str) -> None:
        statuses.append(pushed(caller(app, people.tokens[name]))[0])

    found = app.extensions[context.EXTENSION]
    app.extensions[context.EXTENSION] = replace(found, callers=Remembered({"first of all": None}))
    ask("owner")
    other[0].join()

    assert statuses == [200, 200]
