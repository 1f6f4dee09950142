"""What rankings keep between questions and mend after a purchase equals what is read anew, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from kizuna.access.accounts import system_actor
from kizuna.ids import new_id
from kizuna.model import Customer, changed
from kizuna.model.backend import run
from kizuna.model.data import ScopedData
from kizuna.model.database import Database
from kizuna.model.kept import Kept
from kizuna_rfm import source
from tests.fixtures.wire import Caller, op
from tests.server.sync.test_totals import STEPS, Shop

DAYS = (date(2004, 2, 28), date(2004, 2, 29), date(2006, 1, 1), date(2006, 3, 31))
Figures = dict[str, tuple[int, ...]]


def buyers(database: Database, day: date, *, stores: tuple[int, ...] | None = None) -> Figures:
    """Return first day, last day, purchases and amount of each buyer as the rankings have them."""
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
        if stores is not None:
            actor = replace(actor, stores=stores, all_stores=False)
            database.backend.narrow(connection, actor.walls)
        ledger = source.read_everybody(ScopedData(database, connection, actor, today=DAYS[-1]), day)
    found = ledger.buyers
    columns = (found.first_day, found.last_day, found.purchases, found.amount)
    figures = zip(*(one.tolist() for one in columns), strict=True)
    return dict(zip(ledger.ids_at(range(len(ledger))), figures, strict=True))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_mended_buyers_equal_those_read_anew_after_every_write_undo_and_merge(
    both: Caller, database: Database, steps: list[Any]
) -> None:
    shop = Shop(both)
    asked = [(day, stores) for day in DAYS for stores in (None, (1,), (2,))]
    for kind, what, how in steps:
        getattr(shop, kind)(what, how)
        kept = database.kept
        mended = [buyers(database, day, stores=stores) for day, stores in asked]
        database.kept = Kept()
        anew = [buyers(database, day, stores=stores) for day, stores in asked]
        database.kept = kept

        assert mended == anew, (kind, what, how)


def test_after_a_purchase_only_the_buyer_is_read_again(database: Database, owner: Caller) -> None:
    people, _ = ten_buyers(owner)
    before = buyers(database, DAYS[-1])
    owner.insert("purchases", customer_id=people[7], purchased_on="2006-02-01", amount=50, store_id=2)
    with reads_noted() as read:
        after = buyers(database, DAYS[-1])

    assert read == [2]
    assert {one for one in before if before[one] != after[one]} == {people[7]}


def test_a_receipt_that_changes_hands_is_read_for_both(database: Database, owner: Caller) -> None:
    people, receipts = ten_buyers(owner)
    before = buyers(database, DAYS[-1])
    row = owner.row("purchases", receipts[0])
    owner.push("purchases", op("update", receipts[0], row["revision"], customer_id=people[1]))
    with reads_noted() as read:
        after = buyers(database, DAYS[-1])

    assert read == [1]
    assert people[0] not in after
    assert after[people[1]][2:] == (before[people[1]][2] + 1, before[people[1]][3] + 10_000)


def test_a_new_buyer_and_one_who_is_deleted_are_mended(database: Database, owner: Caller) -> None:
    people, _ = ten_buyers(owner)
    before = buyers(database, DAYS[-1])
    new = owner.insert("customers", name="新", store_id=2)["id"]
    owner.insert("purchases", customer_id=new, purchased_on="2006-03-01", amount=1, store_id=2)
    row = owner.row("customers", people[3])
    owner.push("customers", op("delete", people[3], row["revision"]))
    with reads_noted() as read:
        after = buyers(database, DAYS[-1])

    assert read == [1]
    assert set(after) == (set(before) | {new}) - {people[3]}


def test_all_is_read_anew_where_much_changed_or_history_is_gone(database: Database, owner: Caller) -> None:
    people, _ = ten_buyers(owner)
    buyers(database, DAYS[-1])
    for spoil in ("much", "gone"):
        owner.insert("purchases", customer_id=people[0], purchased_on="2006-02-01", amount=50, store_id=1)
        owner.insert("purchases", customer_id=people[1], purchased_on="2006-02-01", amount=50, store_id=1)
        if spoil == "gone":
            database.backend.write(lambda connection: run(connection, "update feeds set pruned_revision = revision"))
        with reads_noted() as read, pytest.MonkeyPatch.context() as patch:
            if spoil == "much":
                patch.setattr(changed, "MOST_CHANGES", 1)
            buyers(database, DAYS[-1])

        assert read == [len(people)], spoil


def test_who_reads_an_older_state_is_not_given_a_newer_one(database: Database, owner: Caller) -> None:
    people, _ = ten_buyers(owner)
    with database.backend.read() as connection:
        older = ScopedData(database, connection, system_actor(database, connection), today=DAYS[-1])
        assert older.columns(sa.select(sa.func.count(Customer.id))) == [[10]]
        owner.insert("purchases", customer_id=people[0], purchased_on="2006-02-01", amount=50, store_id=1)
        newer = buyers(database, DAYS[-1])
        seen = source.read_everybody(older, DAYS[-1]).buyers.purchases.sum()

    assert seen == 10
    assert sum(one[2] for one in newer.values()) == 11


def ten_buyers(owner: Caller) -> tuple[list[str], list[str]]:
    """Insert ten customers with a receipt of 100 yen each; return both's ids."""
    people = [new_id() for _ in range(10)]
    receipts = [new_id() for _ in range(10)]
    owner.push("customers", *(op("insert", one, name="客", store_id=1) for one in people))
    bought = {"purchased_on": "2006-01-01", "amount": 100, "store_id": 1}
    owner.push(
        "purchases",
        *(op("insert", one, customer_id=who, **bought) for one, who in zip(receipts, people, strict=True)),
    )
    return people, receipts


@contextmanager
def reads_noted() -> Iterator[list[int]]:
    """Yield how many totals each reading of the rankings brought."""
    read: list[int] = []
    real = source.as_totals

    def noted(columns: Any) -> Any:
        read.append(len(columns[0]))
        return real(columns)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "as_totals", noted)
        yield read
