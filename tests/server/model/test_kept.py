"""What plugins make of whole tables is kept exactly as long as it is true, and never more of it than there is room for."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna.access.accounts import system_actor
from kizuna.model import Customer, among
from kizuna.model.data import ScopedData
from kizuna.model.database import Database
from kizuna.model.kept import MEBIBYTE, Kept
from tests.fixtures.wire import Caller

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Sized:
    nbytes: int


def count_customers(database: Database, *, stores: tuple[int, ...] | None = None) -> int:
    """Return how many customers there are, by a value that is kept."""
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
        actor = actor if stores is None else replace(actor, stores=stores, all_stores=False)
        data = ScopedData(database, connection, actor, today=TODAY)

        def count() -> int:
            return len(data.columns(sa.select(Customer.id))[0])

        return data.keep(("test", "count"), ("customers",), count)


def test_a_value_is_made_anew_once_its_table_has_changed(database: Database, owner: Caller) -> None:
    made = database.kept
    owner.insert("customers", name="山田", store_id=1)
    assert count_customers(database) == 1
    held = dict(made._held)  # whether the very same value is given is what is tested

    owner.insert("products", name="石けん")
    assert count_customers(database) == 1
    assert {key: id(one) for key, one in made._held.items()} == {key: id(one) for key, one in held.items()}

    owner.insert("customers", name="佐藤", store_id=2)
    assert count_customers(database) == 2


def test_each_scope_has_values_of_its_own(database: Database, owner: Caller) -> None:
    for store in (1, 2, 2):
        owner.insert("customers", name="客", store_id=store)

    assert [count_customers(database, stores=one) for one in ((1,), (2,), (1, 2))] == [1, 2, 3]


def test_a_writing_transaction_keeps_nothing(database: Database) -> None:
    def work(connection: sa.Connection) -> list[int]:
        actor = system_actor(database, connection)
        data = ScopedData(database, connection, actor, today=TODAY, walled=False)
        return [data.keep(("test", "writing"), ("customers",), lambda made=made: made) for made in (1, 2)]  # type: ignore[misc]

    assert database.backend.write(work, keep=False) == [1, 2]


def test_no_more_is_kept_than_there_is_room_for() -> None:
    kept = Kept(size=10 * MEBIBYTE)
    for name in range(5):
        kept.value(name, 0, lambda: Sized(4 * MEBIBYTE))

    assert kept.nbytes == 8 * MEBIBYTE
    assert kept.value(4, 0, lambda: pytest.fail("it is kept")) == Sized(4 * MEBIBYTE)
    assert kept.value(0, 0, lambda: Sized(1)) == Sized(1)
    kept.value("too large", 0, lambda: Sized(100 * MEBIBYTE))
    assert kept.nbytes == 0


def test_values_that_tell_no_size_are_not_kept_without_end() -> None:
    kept = Kept(size=MEBIBYTE)
    for name in range(2_000):
        kept.value(name, 0, dict)

    assert kept.nbytes <= MEBIBYTE
    assert kept.value(1_999, 0, lambda: pytest.fail("it is kept")) == {}
    assert kept.value(0, 0, lambda: "made anew") == "made anew"


def test_who_asks_while_a_value_is_made_waits_for_it() -> None:
    kept, made, found = Kept(), [], []

    def make() -> int:
        made.append(1)
        time.sleep(0.05)
        return len(made)

    threads = [threading.Thread(target=lambda: found.append(kept.value("a", 0, make))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert (made, set(found)) == ([1], {1})


def test_a_maker_that_fails_leaves_the_next_one_to_try() -> None:
    kept = Kept()

    def fail() -> Any:
        raise ValueError("not yet")

    with pytest.raises(ValueError, match="not yet"):
        kept.value("a", 0, fail)

    assert kept.value("a", 0, lambda: 5) == 5


def test_among_finds_rows_by_any_number_of_ids(database: Database, owner: Caller) -> None:
    ids = [owner.insert("customers", name=f"客{one}", store_id=1)["id"] for one in range(3)]
    with database.backend.read() as connection:
        data = ScopedData(database, connection, system_actor(database, connection), today=TODAY)
        nobody = [f"nobody-{one}" for one in range(40_000)]

        for wanted in ([], ids[:1], ids[1:], [*ids, *nobody]):
            [found] = data.columns(sa.select(Customer.id).where(among(Customer.id, wanted)))

            assert set(found) == {one for one in wanted if one in ids}
