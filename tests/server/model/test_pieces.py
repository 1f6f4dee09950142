"""Answers read a part at a time, on both databases: nothing lacks, nothing comes twice, nobody sees more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest
import sqlalchemy as sa

from kizuna.ids import new_id
from kizuna.model import Customer, Purchase, RowIds
from kizuna.model.ahead import one_ahead
from kizuna.model.backend import fetch_all
from kizuna.model.data import ScopedData, UnscopedSelectError
from kizuna.model.database import Database
from tests.fixtures.people import NOW, People
from tests.fixtures.wire import Caller

CUSTOMERS, EACH = 700, 2
IDS = sa.select(sa.type_coerce(Customer.id, RowIds))


@pytest.fixture
def customers(first: Caller, second: Caller) -> dict[int, list[str]]:
    """The ids of the customers of two stores."""
    ids = {store: sorted(new_id() for _ in range(CUSTOMERS)) for store in (1, 2)}
    for caller, store in ((first, 1), (second, 2)):
        names = [f"客{place}" for place in range(CUSTOMERS)]
        sent = {"fields": ["id", "name"], "columns": [ids[store], names]}
        assert caller.send([{"table": "customers", "inserts": sent}]).status_code == 200
    return ids


@pytest.fixture
def data(database: Database, people: People) -> Iterator[ScopedData]:
    """What somebody of store 1 sees."""
    with database.backend.read() as connection:
        yield ScopedData(database, connection, people.actor(database, "first"), today=NOW.date())


def test_parts_hold_every_visible_row_once_and_come_in_order(customers: dict[int, list[str]], data: ScopedData) -> None:
    parts = [sorted(ids.tolist()) for (ids,) in data.pieces(IDS, by=Customer.id, rows=200)]

    assert len(parts) > 3
    assert [one for part in parts for one in part] == [one.encode() for one in customers[1]]


def test_rows_that_share_a_value_come_together(
    customers: dict[int, list[str]], first: Caller, data: ScopedData
) -> None:
    bought = [one for one in customers[1] for _ in range(EACH)]
    sent = {
        "fields": ["id", "customer_id", "purchased_on", "amount"],
        "columns": [[new_id() for _ in bought], bought, ["2006-03-31"] * len(bought), [1] * len(bought)],
    }
    assert first.send([{"table": "purchases", "inserts": sent}]).status_code == 200

    select = sa.select(sa.type_coerce(Purchase.customer_id, RowIds))
    parts = [ids for (ids,) in data.again().pieces(select, by=Purchase.customer_id, rows=300)]

    counts = [np.unique(part, return_counts=True)[1].tolist() for part in parts if len(part)]
    assert len(counts) > 1
    assert {one for part in counts for one in part} == {EACH}
    assert sum(map(sum, counts)) == EACH * CUSTOMERS


def test_few_rows_are_one_part(first: Caller, data: ScopedData) -> None:
    first.insert("customers", name="山田")

    parts = list(data.again().pieces(IDS, by=Customer.id))

    assert [len(one) for (one,) in parts] == [1]


def test_something_else_can_be_read_between_two_parts(customers: dict[int, list[str]], data: ScopedData) -> None:
    found = []
    for (ids,) in data.pieces(IDS, by=Customer.id, rows=200):
        few = [one.decode() for one in ids.tolist()[:5]]
        found.append((data.resolve("customers", few), few))
        assert len(data.columns(sa.select(Customer.name))[0]) == CUSTOMERS

    assert all(resolved == few for resolved, few in found)


def test_who_stops_halfway_leaves_the_connection_to_others(customers: dict[int, list[str]], data: ScopedData) -> None:
    parts = data.pieces(IDS, by=Customer.id, rows=200)
    next(parts)
    parts.close()  # type: ignore[attr-defined]

    assert len(data.arrays(IDS)[0]) == CUSTOMERS


def test_a_select_round_the_scope_is_refused(data: ScopedData) -> None:
    with pytest.raises(UnscopedSelectError):
        list(data.pieces(sa.select(Customer.__table__.c.id), by=Customer.id))


def test_keys_apart_rise_and_have_about_so_many_rows_between(
    customers: dict[int, list[str]], database: Database
) -> None:
    everybody = sorted([*customers[1], *customers[2]])
    with database.backend.read() as connection:
        keys = list(database.backend.keys_apart(connection, Customer.__table__.c.id, 250))
        assert fetch_all(connection, "select count(*) from customers") == [(len(everybody),)]

    places = [everybody.index(one) for one in keys]
    gaps = np.diff([0, *places, len(everybody)])
    assert len(keys) >= 3
    assert (gaps > 0).all()
    assert gaps.max() <= 500


def test_the_next_is_made_while_somebody_works_on_the_one_before() -> None:
    began, let = threading.Event(), threading.Event()

    def items() -> Iterator[int]:
        yield 1
        began.set()
        let.wait(10)
        yield 2

    found = one_ahead(items())

    assert next(found) == 1
    assert began.wait(10)
    let.set()
    assert list(found) == [2]


def test_what_fails_ahead_fails_in_its_turn() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    found = one_ahead(items())

    assert next(found) == 1
    with pytest.raises(ValueError, match="broken"):
        next(found)


def test_the_thread_ahead_ends_with_whoever_stops_halfway() -> None:
    def items() -> Iterator[int]:
        while True:
            time.sleep(0.001)
            yield 1

    found = one_ahead(items())
    next(found)
    found.close()  # type: ignore[attr-defined]

    assert not [one for one in threading.enumerate() if one.name.startswith("kizuna-ahead")]
