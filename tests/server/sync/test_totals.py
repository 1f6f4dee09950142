"""Totals per customer equal a recomputation from the receipts after every write, undo and merge, on both databases."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from tests.fixtures.wire import Caller, op

Totals = dict[tuple[str, int], tuple[str, str, str, int, int]]
CUSTOMERS, RECEIPTS = 3, 4
CHANGES = st.one_of(
    st.fixed_dictionaries({"amount": st.integers(-50, 9_999)}),
    st.fixed_dictionaries({"status": st.sampled_from(["completed", "cancelled"])}),
    st.fixed_dictionaries({"kind": st.sampled_from(["sale", "return"])}),
    st.fixed_dictionaries({"purchased_on": st.sampled_from(["2004-02-29", "2005-12-31", "2006-03-31"])}),
    st.fixed_dictionaries({"store_id": st.sampled_from([1, 2])}),
    st.fixed_dictionaries({"customer": st.integers(0, CUSTOMERS - 1)}),
)
BUY = st.tuples(st.just("buy"), st.integers(0, RECEIPTS - 1), st.tuples(CHANGES, CHANGES, CHANGES))
STEPS = st.lists(
    st.one_of(
        BUY,
        BUY,
        st.tuples(st.just("change"), st.integers(0, RECEIPTS - 1), CHANGES),
        st.tuples(
            st.sampled_from(["delete", "restore"]), st.sampled_from(["customers", "purchases"]), st.integers(0, 3)
        ),
        st.tuples(st.just("merge"), st.integers(0, CUSTOMERS - 1), st.integers(0, CUSTOMERS - 1)),
        st.tuples(st.just("undo"), st.integers(0, 5), st.none()),
    ),
    min_size=3,
    max_size=12,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_totals_equal_a_recomputation_after_every_write_undo_and_merge(
    both: Caller, database: Database, steps: list[Any]
) -> None:
    shop = Shop(both)
    for kind, what, how in steps:
        getattr(shop, kind)(what, how)

        assert kept(database) == recomputed(database), (kind, what, how)
        assert buyers_asked_of(both) == len({customer for customer, _ in kept_buyers(database)})


class Shop:
    """A few customers and receipts, and who changes them."""

    def __init__(self, both: Caller) -> None:
        self.both = both
        self.customers = [new_id() for _ in range(CUSTOMERS)]
        self.receipts = [new_id() for _ in range(RECEIPTS)]
        self.done: list[str] = []
        people = [
            op("insert", row, name=f"客{place}", store_id=1 + place % 2) for place, row in enumerate(self.customers)
        ]
        self._push("customers", *people)

    def buy(self, place: int, changes: tuple[dict[str, Any], ...]) -> None:
        """Insert a receipt, unless there is one at that place."""
        fields = {"customer": place % CUSTOMERS, "purchased_on": "2006-01-01", "amount": 100, "store_id": 1}
        for one in changes:
            fields |= one
        self._push("purchases", op("insert", self.receipts[place], **self._fields(fields)))

    def change(self, place: int, change: dict[str, Any]) -> None:
        """Change a receipt."""
        self._on("update", "purchases", self.receipts[place], self._fields(change))

    def delete(self, table: str, place: int) -> None:
        """Delete a row."""
        self._on("delete", table, self._row(table, place), {})

    def restore(self, table: str, place: int) -> None:
        """Bring a row back."""
        self._on("restore", table, self._row(table, place), {})

    def merge(self, winner: int, loser: int) -> None:
        """Merge two customers, where that can be."""
        changeset = new_id()
        body = {"id": changeset, "winner": self.customers[winner], "loser": self.customers[loser]}
        if self.both.post("/tables/customers/merges", orjson.dumps(body)).status_code == 200:
            self.done.append(changeset)

    def undo(self, back: int, _: None) -> None:
        """Take back one of the last changesets, an undo or a merge among them."""
        changeset = new_id()
        undone = self.done[-1 - back % len(self.done)]
        body = orjson.dumps({"id": changeset})
        if self.both.post(f"/changesets/{undone}/undo", body).status_code == 200:
            self.done.append(changeset)

    def _row(self, table: str, place: int) -> str:
        return self.customers[place % CUSTOMERS] if table == "customers" else self.receipts[place]

    def _fields(self, fields: dict[str, Any]) -> dict[str, Any]:
        plain = {name: value for name, value in fields.items() if name != "customer"}
        return plain | ({"customer_id": self.customers[fields["customer"]]} if "customer" in fields else {})

    def _on(self, kind: str, table: str, row: str, fields: dict[str, Any]) -> None:
        known = self.both.row(table, row)
        if "error" not in known:
            self._push(table, op(kind, row, known["revision"], **fields))

    def _push(self, table: str, *ops: dict[str, Any]) -> None:
        self.done.append(new_id())
        self.both.push(table, *ops, changeset=self.done[-1])


def kept(database: Database) -> Totals:
    """Return the totals the server keeps."""
    with database.backend.read() as connection:
        sql = (
            "select customer_id, store_id, first_on, last_on, last_activity_on, purchases, amount from customer_totals"
        )
        rows = fetch_all(connection, sql)
    return {
        (row[0], row[1]): (str(row[2] or ""), str(row[3] or ""), str(row[4]), int(row[5]), int(row[6])) for row in rows
    }


def kept_buyers(database: Database) -> list[tuple[str, int]]:
    """Return customer and store of the totals that hold a purchase."""
    return [key for key, total in kept(database).items() if total[3] > 0]


def recomputed(database: Database) -> Totals:
    """Return what the totals must be, from every receipt there is, one by one."""
    with database.backend.read() as connection:
        living = {row[0] for row in fetch_all(connection, "select id, deleted from customers") if not row[1]}
        sql = "select customer_id, store_id, purchased_on, kind, status, amount, deleted from purchases"
        receipts = fetch_all(connection, sql)
    found: Totals = {}
    for customer, store, day, kind, status, amount, deleted in receipts:
        if deleted or status == "cancelled" or customer not in living:
            continue
        on, sold = str(day), kind != "return"
        first, last, active, times, total = found.get((customer, store), ("", "", "", 0, 0))
        if sold:
            first, last, times = min(first or on, on), max(last, on), times + 1
        found[customer, store] = first, last, max(active, on), times, total + (amount if sold else -abs(amount))
    return found


def buyers_asked_of(who: Caller) -> int:
    """Return how many buyers the ranking knows, as a cell would."""
    calls = {"calls": [{"function": "RFM_GRID", "arguments": {}}]}
    [answer] = who.post("/functions", orjson.dumps(calls)).get_json()["results"]
    return int(answer["columns"][6][-1])
