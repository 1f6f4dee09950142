"""RFM over what really was pushed: totals stay right through every write, and answers come as the wire gives them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.access.accounts import SYSTEM
from kizuna.app import open_database
from kizuna.functions.evaluate import FunctionCall, evaluate
from kizuna.model import CustomerTotals
from kizuna.model.data import ScopedData
from kizuna.model.database import Database, sqlite_url
from kizuna.model.scope import Actor
from kizuna.ops.migrate import migrate
from kizuna.sync.changeset import ChangesetRequest, Op, TableChanges
from kizuna.sync.push import push

TODAY = date(2006, 3, 31)
FIRST, SECOND = Actor("a", "a", "owner", (1,)), Actor("b", "b", "owner", (2,))
BOTH = Actor("c", "c", "owner", (1, 2))


class Counter:
    """A database that takes changes and answers functions, with ids counted up."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.count = 0

    def new_id(self) -> str:
        self.count += 1
        return f"01900000-0000-7000-8000-{self.count:012d}"

    def push(self, table: str, *ops: Op, actor: Actor = BOTH) -> list[str]:
        request = ChangesetRequest(self.new_id(), [TableChanges(table, list(ops))])
        done = push(self.database, actor, request, now=datetime.now(UTC), request_hash=request.id)
        assert done.answer is not None
        return [one.outcome for one in done.answer.outcomes]

    def insert(self, table: str, *, actor: Actor = BOTH, **fields: Any) -> str:
        row = self.new_id()
        assert self.push(table, Op("insert", row, None, fields), actor=actor) == ["applied"]
        return row

    def change(self, op: str, table: str, row: str, **fields: Any) -> None:
        with self.database.backend.read() as connection:
            query = f"select revision from {table} where id = '{row}'"
            revision = connection.exec_driver_sql(query).scalar_one()
        assert self.push(table, Op(op, row, revision, fields)) == ["applied"]  # type: ignore[arg-type]

    def ask(self, function: str, *, actor: Actor = BOTH, language: str = "ja", **arguments: Any) -> dict[str, Any]:
        with self.database.backend.read() as connection:
            data = ScopedData(self.database, connection, actor, today=TODAY)
            (answer,) = evaluate(self.database.plugins, data, [FunctionCall(function, arguments)], language=language)
        assert "error" not in answer or answer["error"]["code"] != "function-failed", answer
        return answer


def opened(folder: Any) -> Counter:
    database = open_database(sqlite_url(folder / "kizuna.db"))
    migrate(database.backend, database.plugins.migrations)
    counter = Counter(database)
    for code in (1, 2):
        counter.insert("stores", actor=SYSTEM, code=code, name=f"店{code}")
    return counter


@pytest.fixture
def counter(tmp_path: Any) -> Iterator[Counter]:
    counter = opened(tmp_path)
    yield counter
    counter.database.backend.engine.dispose()


def test_pushed_purchases_are_answered_in_the_sheet(counter: Counter) -> None:
    buyer = counter.insert("customers", name="山田花子", number="C0001", store_id=1)
    for day in ("2006-03-21", "2006-02-01", "2006-01-05", "2005-12-24", "2005-11-03"):
        counter.insert("purchases", customer_id=buyer, purchased_on=day, amount=5000, store_id=1)

    answer = counter.ask("RFM", customer=["C0001", "C0009", buyer])

    assert answer["columns"] == [[5, None, 5], [4, None, 4], [4, None, 4], [13, None, 13]]
    assert answer["reasons"]["1"]["code"] == "unknown-key"
    assert counter.ask("RFM_TOP")["columns"][8] == ["2006-03-21"]
    assert counter.ask("RFM_SELECT", selection="よい客")["error"]["code"] == "bad-selection"
    assert "R>=4" in counter.ask("RFM_SELECT", selection="good", language="en")["error"]["message"]


def test_the_very_first_purchase_of_a_shop_shows_in_tables_asked_before(counter: Counter) -> None:
    customer = counter.insert("customers", name="佐藤", number="C0001", store_id=1)
    before = counter.ask("RFM_TOP")["columns"][1]
    counter.insert("purchases", customer_id=customer, purchased_on="2006-03-01", amount=3000, store_id=1)

    assert before == []
    assert counter.ask("RFM_TOP")["columns"][1] == ["C0001"]


def test_a_return_without_a_sale_is_no_purchase_and_no_failure(counter: Counter) -> None:
    customer = counter.insert("customers", name="返品", number="C0001", store_id=1)

    counter.insert("purchases", customer_id=customer, purchased_on="2006-03-01", amount=300, kind="return", store_id=1)

    assert counter.ask("RFM", customer=["C0001"])["reasons"]["0"]["code"] == "no-purchase"
    assert counter.ask("RFM_GRID")["columns"][6][-1] == 0


def test_a_deleted_customer_counts_nowhere_until_restored(counter: Counter) -> None:
    customers = [counter.insert("customers", name="客", number=f"C{one:04}", store_id=1) for one in range(3)]
    for customer in customers:
        counter.insert("purchases", customer_id=customer, purchased_on="2006-03-01", amount=300, store_id=1)

    counter.change("delete", "customers", customers[0])

    assert counter.ask("RFM_GRID")["columns"][6][-1] == 2
    assert counter.ask("RFM_TOP")["columns"][1] == ["C0001", "C0002"]
    assert counter.ask("RFM", customer=["C0000"])["reasons"]["0"]["code"] == "unknown-key"
    counter.change("restore", "customers", customers[0])
    assert counter.ask("RFM_TOP")["columns"][1] == ["C0000", "C0001", "C0002"]


def test_each_store_sees_its_own_purchases_and_never_anothers_customer(counter: Counter) -> None:
    own = counter.insert("customers", name="本店の客", number="C0001", store_id=1)
    other = counter.insert("customers", name="支店の客", number="C0002", store_id=2)
    counter.insert("purchases", customer_id=own, purchased_on="2006-03-01", amount=6000, store_id=1)
    counter.insert("purchases", customer_id=own, purchased_on="2006-03-02", amount=6000, store_id=2)
    counter.insert("purchases", customer_id=other, purchased_on="2006-03-03", amount=100, store_id=2)

    assert counter.ask("RFM", customer=["C0001"], actor=BOTH)["columns"] == [[5], [2], [3], [10]]
    assert counter.ask("RFM", customer=["C0001"], actor=FIRST)["columns"] == [[5], [1], [2], [8]]
    assert counter.ask("RFM", customer=["C0002"], actor=FIRST)["reasons"]["0"]["code"] == "unknown-key"
    seen = counter.ask("RFM_TOP", actor=SECOND)
    assert seen["columns"][1] == [None, "C0002"]
    assert seen["columns"][2] == [None, "支店の客"]
    assert seen["reasons"]["0"]["code"] == "other-store"


DAY = st.sampled_from(["2005-01-10", "2005-09-01", "2006-01-01", "2006-03-30", "2006-05-01"])
STEP = st.tuples(
    st.sampled_from(["buy", "return", "cancel", "delete", "amount", "move", "drop-customer"]),
    st.integers(0, 2),
    DAY,
    st.integers(1, 9_999),
)


@given(steps=st.lists(STEP, min_size=1, max_size=12))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_stay_equal_to_a_recomputation_through_any_writes(tmp_path_factory: Any, steps: list[Any]) -> None:
    counter = opened(tmp_path_factory.mktemp("totals"))
    customers = [counter.insert("customers", name="客", number=f"C{one:04}", store_id=1) for one in range(3)]
    gone: set[str] = set()
    kept: dict[str, dict[str, Any]] = {}
    for action, who, day, amount in steps:
        customer, some = customers[who], next(iter(kept), None)
        if action == "drop-customer":
            if customer not in gone:
                counter.change("delete", "customers", customer)
                gone.add(customer)
        elif action in {"buy", "return"} and customer not in gone:
            fields = {"customer_id": customer, "purchased_on": day, "amount": amount, "store_id": 1 + amount % 2}
            fields |= {"kind": "return" if action == "return" else "sale", "status": "completed"}
            kept[counter.insert("purchases", **fields)] = fields
        elif some and action == "delete":
            counter.change("delete", "purchases", some)
            del kept[some]
        elif some and action in {"cancel", "amount"}:
            change = {"status": "cancelled"} if action == "cancel" else {"amount": amount}
            if kept[some] | change != kept[some]:
                counter.change("update", "purchases", some, **change)
                kept[some] |= change
        elif some and action == "move" and customer not in gone and kept[some]["customer_id"] != customer:
            counter.change("update", "purchases", some, customer_id=customer)
            kept[some] |= {"customer_id": customer}

    with counter.database.backend.read() as connection:
        found = {
            (one.customer_id, one.store_id): one for one in connection.execute(sa.select(CustomerTotals.__table__))
        }

    counter.database.backend.engine.dispose()
    counting = [one for one in kept.values() if one["status"] != "cancelled" and one["customer_id"] not in gone]
    assert set(found) == {(one["customer_id"], one["store_id"]) for one in counting}
    for key, totals in found.items():
        own = [one for one in counting if (one["customer_id"], one["store_id"]) == key]
        sales = [one["purchased_on"] for one in own if one["kind"] == "sale"]
        assert totals.purchases == len(sales)
        assert [str(one) if one else None for one in (totals.first_on, totals.last_on)] == [
            min(sales, default=None),
            max(sales, default=None),
        ]
        assert str(totals.last_activity_on) == max(one["purchased_on"] for one in own)
        assert totals.amount == Decimal(sum(one["amount"] * (1 if one["kind"] == "sale" else -1) for one in own))
