"""Arrays the database builds itself equal the rows it would hand out, and stay in the caller's scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from kizuna.model import Customer, CustomerTotals, RowIds
from kizuna.model.data import ScopedData
from kizuna.model.database import Database, core_registry
from kizuna.model.scope import Actor
from kizuna.model.sqlite import SqliteBackend
from kizuna.model.synced import Base
from kizuna.plugins import load_plugins


@pytest.fixture
def data(tmp_path: Any) -> Iterator[ScopedData]:
    backend = SqliteBackend(f"sqlite:///{tmp_path / 'shop.db'}")
    Base.metadata.create_all(backend.engine)
    row = {"revision": 1, "deleted": False}
    customers = [
        {"id": "a", "store_id": 1, "number": "C0001", "name": '山田"\n\\', "no_mail": True, "birthday": None, **row},
        {
            "id": "b",
            "store_id": 1,
            "number": None,
            "name": "鈴木",
            "no_mail": None,
            "birthday": date(1980, 1, 2),
            **row,
        },
        {"id": "c", "store_id": 2, "number": "C0003", "name": "他店", "no_mail": False, "birthday": None, **row},
        {"id": "d", "store_id": 1, "number": "C0004", "name": "削除", "no_mail": True, "birthday": None, **row},
    ]
    customers[3]["deleted"] = True
    totals = [
        {"customer_id": key, "store_id": store, "last_activity_on": date(2006, 3, 1), "purchases": 2, "amount": amount}
        for key, store, amount in (("a", 1, Decimal("10.50")), ("c", 2, Decimal(7)))
    ]
    with backend.engine.begin() as connection:
        connection.execute(sa.insert(Customer), customers)
        connection.execute(sa.insert(CustomerTotals), totals)
    database = Database(backend, core_registry(), load_plugins([]))
    actor = Actor(account_id="x", name="x", role="staff", stores=(1,))
    with backend.read() as connection:
        yield ScopedData(database, connection, actor, today=date(2006, 3, 31))
    backend.engine.dispose()


def test_arrays_have_the_type_of_their_column_and_hold_visible_rows_only(data: ScopedData) -> None:
    ids, names, birthdays = data.arrays(sa.select(Customer.id, Customer.name, Customer.birthday).order_by(Customer.id))

    assert ids.tolist() == ["a", "b"]
    assert names.tolist() == ['山田"\n\\', "鈴木"]
    assert birthdays.dtype == np.dtype("datetime64[D]")
    assert birthdays.tolist() == [None, date(1980, 1, 2)]


def test_a_figure_that_is_missing_makes_an_array_of_objects(data: ScopedData) -> None:
    (revisions, no_mail) = data.arrays(sa.select(Customer.revision, Customer.no_mail).order_by(Customer.id))

    assert revisions.dtype == np.int64
    assert [None if one is None else bool(one) for one in no_mail.tolist()] == [True, None]


def test_money_comes_as_decimals_or_as_stored_hundredths(data: ScopedData) -> None:
    (decimals,) = data.arrays(sa.select(CustomerTotals.amount))
    (hundredths,) = data.arrays(sa.select(sa.type_coerce(CustomerTotals.amount, sa.BigInteger)))

    assert decimals.tolist() == [Decimal("10.50")]
    assert hundredths.dtype == np.int64
    assert hundredths.tolist() == [1050]


def test_no_rows_are_empty_arrays_of_the_same_types(data: ScopedData) -> None:
    ids, birthdays, revisions = data.arrays(
        sa.select(Customer.id, Customer.birthday, Customer.revision).where(Customer.number == "nobody")
    )

    assert [len(one) for one in (ids, birthdays, revisions)] == [0, 0, 0]
    assert [str(one.dtype) for one in (ids, birthdays, revisions)] == ["object", "datetime64[D]", "int64"]


def test_columns_stay_side_by_side_where_a_row_has_no_partner(data: ScopedData) -> None:
    select = sa.select(
        Customer.id,
        sa.type_coerce(CustomerTotals.customer_id, RowIds),
        CustomerTotals.purchases,
        sa.type_coerce(Customer.number, RowIds),
    ).outerjoin(CustomerTotals, CustomerTotals.customer_id == Customer.id)
    first_last, last_first = (
        [column.tolist() for column in data.arrays(select.order_by(order))]
        for order in (Customer.id, Customer.id.desc())
    )

    assert first_last == [["a", "b"], [b"a", b""], [2, None], [b"C0001", b""]]
    assert last_first == [["b", "a"], [b"", b"a"], [None, 2], [b"", b"C0001"]]


def test_one_row_without_an_id_is_one_row(data: ScopedData) -> None:
    (numbers,) = data.arrays(sa.select(sa.type_coerce(Customer.number, RowIds)).where(Customer.number.is_(None)))

    assert numbers.tolist() == [b""]
