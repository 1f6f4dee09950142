"""What rankings keep between questions and mend after a purchase equals what is read anew, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from kizuna.access.accounts import system_actor
from kizuna.model.data import ScopedData
from kizuna.model.database import Database
from kizuna.model.kept import Kept
from kizuna_rfm import source
from tests.fixtures.wire import Caller
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
    people = [owner.insert("customers", name=f"客{place}", store_id=1)["id"] for place in range(20)]
    for one in people:
        owner.insert("purchases", customer_id=one, purchased_on="2006-01-01", amount=100, store_id=1)
    before = buyers(database, DAYS[-1])
    read: list[int] = []
    real = source.as_totals

    def noted(columns: Any) -> Any:
        read.append(len(columns[0]))
        return real(columns)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "as_totals", noted)
        owner.insert("purchases", customer_id=people[7], purchased_on="2006-02-01", amount=50, store_id=2)
        after = buyers(database, DAYS[-1])

    assert read == [2]
    assert {one for one in before if before[one] != after[one]} == {people[7]}
