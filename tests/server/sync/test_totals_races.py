"""A customer is deleted in one process while a purchase of theirs is pushed in another: no orphan, no totals left behind."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from typing import Any

import pytest

from kizuna.app import create_app, open_database
from kizuna.config import Config
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from tests.fixtures.people import People, count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller, caller, op
from tests.server.sync.test_concurrency import together

BOUGHT = {"purchased_on": "2026-01-01", "amount": 5}
MOMENT = 1.0


class Pause:
    """A plugin that holds pushes of one table up, right before their rows are written, until it is told to go on."""

    def __init__(self, table: str) -> None:
        self.table, self.reached, self.go_on = table, threading.Event(), threading.Event()

        def check_rows(table: str) -> list[Any]:
            if table == self.table:
                self.reached.set()
                self.go_on.wait(60)
            return []

        self.plugin = plugin("pause", check_rows=check_rows)


def other_process(url: str, people: People, name: str, pause: Pause | None = None) -> tuple[Database, Caller]:
    """Return a person at a server with connections of its own."""
    database = open_database(url)
    if pause is not None:
        database = replace(database, plugins=loaded(pause.plugin))
    return database, caller(create_app(Config(url), database), people.tokens[name])


@pytest.mark.parametrize("held_up", ["purchases", "customers"])
def test_a_purchase_and_the_deletion_of_its_customer_come_one_after_the_other(
    template: Any, database_url: str, database: Database, people: People, held_up: str
) -> None:
    pause, outcomes = Pause(held_up), []
    one, seller = other_process(database_url, people, "owner", pause if held_up == "purchases" else None)
    two, deleter = other_process(database_url, people, "second", pause if held_up == "customers" else None)
    customer = caller(create_app(Config(database_url), database), people.tokens["owner"]).insert(
        "customers", name="客", store_id=2
    )

    def sell() -> None:
        [told] = seller.push(
            "purchases", op("insert", customer["id"][:-1] + "0", customer_id=customer["id"], store_id=1, **BOUGHT)
        )
        outcomes.append(("purchase", told["outcome"]))

    def delete() -> None:
        [told] = deleter.push("customers", op("delete", customer["id"], customer["revision"]))
        outcomes.append(("deletion", told["outcome"]))

    works = [sell, delete] if held_up == "purchases" else [delete, sell]
    first, second = (threading.Thread(target=work) for work in works)
    first.start()
    assert pause.reached.wait(60)
    second.start()
    second.join(MOMENT)
    waited = second.is_alive()
    pause.go_on.set()
    first.join()
    second.join()

    expected = {
        "purchases": [("purchase", "applied"), ("deletion", "applied")],
        "customers": [("deletion", "applied"), ("purchase", "rejected")],
    }
    assert waited, "one waits for the other"
    assert sorted(outcomes) == sorted(expected[held_up])
    assert count(database, "customer_totals") == 0
    for opened in (one, two):
        opened.backend.close()


def test_totals_are_right_however_sales_deletions_and_restorations_in_several_processes_meet(
    database_url: str, database: Database, people: People
) -> None:
    one, seller = other_process(database_url, people, "owner")
    two, deleter = other_process(database_url, people, "second")
    owner = caller(create_app(Config(database_url), database), people.tokens["owner"])
    customers = [owner.insert("customers", name="客", store_id=2)["id"] for _ in range(4)]

    def sell() -> None:
        dice = random.Random(1)
        for _ in range(20):
            fields = BOUGHT | {"customer_id": dice.choice(customers), "store_id": dice.choice([1, 3])}
            row = customers[0][:-12] + f"{dice.randrange(16**12):012x}"
            assert seller.push("purchases", op("insert", row, **fields))[0]["outcome"] in {"applied", "rejected"}

    def delete_and_restore() -> None:
        dice = random.Random(2)
        for _ in range(20):
            row = dice.choice(customers)
            shown = owner.row("customers", row)
            kind = "restore" if shown["deleted"] else "delete"
            assert deleter.push("customers", op(kind, row, shown["revision"]))[0]["outcome"] == "applied"

    together(sell, delete_and_restore)

    live = "deleted = " + ("0" if database.backend.name == "sqlite" else "false")
    with database.backend.read() as connection:
        counted = fetch_all(
            connection,
            f"select customer_id, store_id, count(*), sum(amount) from purchases where {live} and customer_id in "
            f"(select id from customers where {live}) group by customer_id, store_id order by 1, 2",
        )
        totals = fetch_all(
            connection, "select customer_id, store_id, purchases, amount from customer_totals order by 1, 2"
        )
    assert [tuple(row) for row in totals] == [tuple(row) for row in counted]
    for opened in (one, two):
        opened.backend.close()
