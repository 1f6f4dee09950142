"""The laws of synchronisation (docs/protocol.md) under random edits, cuts, retries, moves and changing roles.

Several people work in workbooks of their own; an oracle of plain Python says what each push must come to. At the end all
pull, and everything is compared: each workbook with a fresh one, with the database, and with the oracle.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest
from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kizuna.access.accounts import create_account
from kizuna.app import create_app
from kizuna.config import Config
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database, backend_for, core_registry
from kizuna.plugins import Plugins, load_plugins
from tests.fixtures.oracle import WRITE_ORDER, Oracle
from tests.fixtures.replica import Replica
from tests.fixtures.wire import caller
from tests.server.conftest import Template

SCOPES = {"owner": {0, 1, 2, 3}, "first": {1}, "second": {2}, "both": {1, 2}, "discreet": {1, 2}}
PERSONAL = {"name", "phone"}
ACCEPTED = {"applied", "merged", "unchanged", "conflict"}
CUTS = st.sampled_from(["no", "no", "no", "later", "before", "within", "after"])
FIELDS = st.sampled_from(["phone", "phone", "industry", "notes", "name"])
CHANGES = st.sampled_from([{"amount": 7}, {"amount": 8.5}, {"status": "cancelled"}, {"kind": "return"}])
WORDS = st.one_of(st.sampled_from(["赤", 'x"\\', "髙﨑", None]), st.integers(0, 999).map(str))
NAMES = st.sampled_from(["山田", "佐藤", "鈴木", None])
STORES = st.sampled_from([1, 2, 3])
PEOPLE = st.sampled_from(sorted(SCOPES))


class Laws(RuleBasedStateMachine):
    """A chain at work."""

    template: ClassVar[Template]
    plugins: ClassVar[Plugins]

    @initialize()
    def open_the_shop(self) -> None:
        self.made = 0
        self.folder = tempfile.TemporaryDirectory()
        self.url = self.template.copy(Path(self.folder.name))
        self.database = Database(backend_for(self.url), core_registry(), self.plugins)
        self.app: Flask = create_app(Config(self.url), self.database)
        self.oracle = Oracle()
        self.scopes = {name: set(stores) for name, stores in SCOPES.items()}
        tokens = self.template.people.tokens
        self.people = {name: Replica(name, caller(self.app, tokens[name]), WRITE_ORDER) for name in SCOPES}
        self.answers: dict[bytes, tuple[int, bytes]] = {}
        owner = self.people["owner"]
        for place, store in enumerate((1, 1, 2)):
            customer = self._new_row()
            owner.type("customers", customer, "insert", {"name": f"客{place}", "phone": "0", "store_id": store})
            purchase = {"customer_id": customer, "purchased_on": "2026-01-01", "amount": 10, "store_id": store}
            owner.type("purchases", self._new_row(), "insert", purchase)
        self._send("owner", "no")
        for person in self.people.values():
            for table in WRITE_ORDER:
                person.pull(table, 100)

    # typing

    @rule(who=PEOPLE, name=NAMES, phone=WORDS, industry=WORDS, store=STORES)
    def type_a_customer(self, who: str, **typed: Any) -> None:
        fields = {"name": typed["name"], "phone": typed["phone"]} if who != "discreet" else {}
        fields |= {"industry": typed["industry"], "store_id": typed["store"]}
        self.people[who].type("customers", self._new_row(), "insert", fields)

    @rule(
        who=PEOPLE,
        data=st.data(),
        amount=st.sampled_from([1, 0.5, 1234.56, -3, None]),
        kind=st.sampled_from(["sale", "return"]),
        status=st.sampled_from(["completed", "cancelled"]),
        store=STORES,
    )
    def type_a_purchase(self, who: str, data: st.DataObject, store: int, **typed: Any) -> None:
        person = self.people[who]
        known = sorted({*person.rows["customers"], *person.pending["customers"]})
        if known:
            customer = data.draw(st.sampled_from(known))
            fields = typed | {"customer_id": customer, "purchased_on": "2026-01-02", "store_id": store}
            person.type("purchases", self._new_row(), "insert", fields)

    @rule(who=PEOPLE, data=st.data(), field=FIELDS, value=WORDS, cut=CUTS)
    def edit_a_customer(self, who: str, data: st.DataObject, field: str, value: Any, cut: str) -> None:
        row_id = self._some_row(who, "customers", data)
        if row_id and not (who == "discreet" and field in PERSONAL):
            self.people[who].type("customers", row_id, "update", {field: value})
            self._send(who, cut)

    @rule(who=PEOPLE, data=st.data(), change=CHANGES, cut=CUTS)
    def edit_a_purchase(self, who: str, data: st.DataObject, change: dict[str, Any], cut: str) -> None:
        if row_id := self._some_row(who, "purchases", data):
            self.people[who].type("purchases", row_id, "update", change)
            self._send(who, cut)

    @rule(who=PEOPLE, data=st.data(), table=st.sampled_from(WRITE_ORDER), store=STORES, cut=CUTS)
    def move_to_a_store(self, who: str, data: st.DataObject, table: str, store: int, cut: str) -> None:
        if row_id := self._some_row(who, table, data):
            self.people[who].type(table, row_id, "update", {"store_id": store})
            self._send(who, cut)

    @rule(who=PEOPLE, data=st.data(), table=st.sampled_from(WRITE_ORDER), cut=CUTS)
    def delete_a_row(self, who: str, data: st.DataObject, table: str, cut: str) -> None:
        if row_id := self._some_row(who, table, data):
            self.people[who].type(table, row_id, "delete", {})
            self._send(who, cut)

    @rule(who=PEOPLE, data=st.data(), with_number=st.booleans())
    def copy_a_customer(self, who: str, data: st.DataObject, with_number: bool) -> None:
        row_id = self._some_row(who, "customers", data)
        if row_id:
            row = self.people[who].rows["customers"][row_id]
            names = ("name", "phone", "industry", "store_id", *(("number",) if with_number else ()))
            fields = {name: row[name] for name in names if name in row}
            self.people[who].type("customers", self._new_row(), "insert", fields)

    # the wire

    @rule(who=PEOPLE, cut=CUTS)
    def push(self, who: str, cut: str) -> None:
        self._send(who, cut)

    def _send(self, who: str, cut: str) -> None:
        """Push what was typed, or what was cut before; ``cut`` says where the line breaks."""
        person = self.people[who]
        if cut == "later" or (person.in_flight is None and not any(person.pending.values())):
            return
        body = person.start()
        if cut == "before":
            return
        if cut == "within":
            state = self._positions()
            response = person.person.post("/changesets", body[: len(body) * 2 // 3])
            assert response.status_code == 400
            assert self._positions() == state
            return
        response = person.person.post("/changesets", body)
        if body in self.answers:
            assert (response.status_code, response.get_data()) == self.answers[body], "a repeat answers the same"
        else:
            self._compare(who, orjson.loads(body), response.get_json())
            self.answers[body] = (response.status_code, response.get_data())
        if cut == "no":
            person.settle(response.get_json())

    @rule(who=PEOPLE)
    def dry_run(self, who: str) -> None:
        person = self.people[who]
        state = self._positions()
        response = person.person.post("/changesets", person.packed(dry_run=True))

        assert response.status_code in {200, 422}
        assert self._positions() == state

    @rule(who=PEOPLE, table=st.sampled_from(WRITE_ORDER), limit=st.integers(1, 5), pages=st.integers(1, 3))
    def pull(self, who: str, table: str, limit: int, pages: int) -> None:
        self.people[who].pull(table, limit, pages=pages)
        self._check_scope(who)

    @rule(who=PEOPLE, table=st.sampled_from(WRITE_ORDER))
    def push_back_what_was_pulled(self, who: str, table: str) -> None:
        person = self.people[who].person
        rows = person.rows(table)
        ops = [
            {"op": "update", "id": row_id, "base": row["revision"],
             "fields": {name: value for name, value in row.items() if name not in {"id", "revision"}}}
            for row_id, row in rows.items()
        ]  # fmt: skip
        state = self._positions()
        answer = person.send([{"table": table, "ops": ops}]).get_json()

        assert {one["outcome"] for one in answer["outcomes"]} <= {"unchanged"}, answer
        assert self._positions() == state

    @rule(who=PEOPLE, data=st.data(), table=st.sampled_from(WRITE_ORDER))
    def restore_a_row(self, who: str, data: st.DataObject, table: str) -> None:
        deleted = sorted(row_id for row_id, row in self.oracle.rows[table].items() if row.deleted)
        if not deleted:
            return
        row_id = data.draw(st.sampled_from(deleted))
        shown = self.people[who].person.get(f"/tables/{table}/rows/{row_id}")
        assert (shown.status_code == 200) == (self.oracle.rows[table][row_id].store in self.scopes[who])
        if shown.status_code == 200:
            op = {"op": "restore", "id": row_id, "base": shown.get_json()["revision"], "fields": {}}
            body = {"id": new_id(), "tables": [{"table": table, "ops": [op]}]}
            answer = self.people[who].person.post("/changesets", orjson.dumps(body)).get_json()
            self._compare(who, body, answer)

    # the owner at the server

    @rule(stores=st.sampled_from([(1,), (2,), (1, 2), (1, 2, 3)]))
    def change_the_stores_of_both(self, stores: tuple[int, ...]) -> None:
        create_account(self.database, self.template.people.staff["both"], "staff", stores)
        self.scopes["both"] = set(stores)

    # what must hold

    def _new_row(self) -> str:
        """Return the next id: the same in every run, or what hypothesis draws would mean something else each time."""
        self.made += 1
        return f"0190c0de-0000-7000-8000-{self.made:012x}"

    def _some_row(self, who: str, table: str, data: st.DataObject) -> str | None:
        rows = sorted(self.people[who].rows[table])
        return data.draw(st.sampled_from(rows)) if rows else None

    def _compare(self, who: str, body: dict[str, Any], answer: dict[str, Any]) -> None:
        """Compare an answer with the oracle's, and tell the oracle what only the server knows."""
        tables = {one["table"]: one["ops"] for one in body["tables"]}
        hidden = PERSONAL if who == "discreet" else set()
        expected = self.oracle.take(tables, self.scopes[who], hidden)
        found = {one["id"]: one["outcome"] for one in answer["outcomes"]}
        sent = {one["id"]: one for ops in tables.values() for one in ops}
        assert found == {row_id: expected[row_id] for row_id in sent}
        for one in answer["outcomes"]:
            if one["outcome"] in ACCEPTED:
                filled = (one.get("fields") or {}) if sent[one["id"]]["op"] == "insert" else {}
                self.oracle.learn(one["table"], one["id"], one["revision"], filled)
            for conflict in one.get("conflicts") or []:
                if conflict["field"] is not None:
                    assert conflict["mine"] == sent[one["id"]]["fields"][conflict["field"]], "mine comes back"
            if who == "discreet":
                assert not PERSONAL & set(one.get("fields") or {})

    def _positions(self) -> list[Any]:
        with self.database.backend.read() as connection:
            return [
                fetch_all(connection, "select store_id, revision from feeds where revision > 0 order by 1"),
                fetch_all(connection, "select count(*) from changes"),
                fetch_all(connection, "select table_name, last from number_counters order by 1"),
            ]

    def _check_scope(self, who: str) -> None:
        for rows in self.people[who].rows.values():
            for row in rows.values():
                assert row.get("store_id", 0) in self.scopes[who] | {0} or who == "both"
                assert who != "discreet" or not PERSONAL & set(row)

    def teardown(self) -> None:
        if not hasattr(self, "people"):
            return
        try:
            self._everybody_pulls_and_sees_the_same()
            self._the_database_is_as_the_oracle_says()
            self._every_typed_value_is_in_the_history()
            self._feeds_are_in_order()
        finally:
            self.database.backend.close()
            self.template.drop(self.url)
            self.folder.cleanup()

    def _everybody_pulls_and_sees_the_same(self) -> None:
        for who, person in self.people.items():
            for table in WRITE_ORDER:
                person.pull(table, 2)
                fresh = person.person.rows(table)
                assert person.rows[table] == fresh, (who, table)
                live = {
                    row_id: row.values
                    for row_id, row in self.oracle.rows[table].items()
                    if not row.deleted and row.store in self.scopes[who]
                }
                assert fresh.keys() == live.keys()
                for row_id, values in live.items():
                    for name, value in values.items():
                        assert name not in fresh[row_id] or fresh[row_id][name] == value, (who, table, row_id, name)
            self._check_scope(who)

    def _the_database_is_as_the_oracle_says(self) -> None:
        with self.database.backend.read() as connection:
            totals = fetch_all(connection, "select customer_id, store_id, purchases, amount from customer_totals")
        assert {(row[0], row[1]): (row[2], row[3]) for row in totals} == self.oracle.totals()

    def _every_typed_value_is_in_the_history(self) -> None:
        owner = self.people["owner"].person
        for (table, row_id), typed in self.oracle.typed.items():
            changes = owner.get(f"/tables/{table}/rows/{row_id}/history").get_json()["changes"]
            held = set()
            for name, value in owner.row(table, row_id)["fields"].items():
                held.add((name, repr(value)))
            for change in changes:
                for name, values in change["fields"].items():
                    held |= {(name, repr(one)) for one in values}
            for name, value in typed:
                assert name == "store_id" or (name, repr(value)) in held, (table, row_id, name, value)
            last = owner.row(table, row_id)["revision"]
            assert [one["revision"] for one in changes] == sorted((one["revision"] for one in changes), reverse=True)
            assert changes[0]["revision"] == last

    def _feeds_are_in_order(self) -> None:
        with self.database.backend.read() as connection:
            feeds = dict(fetch_all(connection, "select store_id, revision from feeds"))
            last = dict(fetch_all(connection, "select store_id, max(revision) from changes group by store_id"))
            doubled = fetch_all(
                connection,
                "select changeset_id, row_id, table_name, kind from changes "
                "group by changeset_id, row_id, table_name, kind having count(*) > 1",
            )
        assert {store: revision for store, revision in feeds.items() if revision} == last
        assert doubled == []


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_the_laws_hold_whatever_people_do(backend: str, request: pytest.FixtureRequest) -> None:
    Laws.template = request.getfixturevalue(f"{backend}_template")
    Laws.plugins = load_plugins(())
    profile = settings()
    deep = profile.max_examples > 100
    examples = {"sqlite": 40, "postgresql": 12}[backend] if not deep else profile.max_examples
    steps = profile.stateful_step_count if deep else 40
    run_state_machine_as_test(Laws, settings=settings(profile, max_examples=examples, stateful_step_count=steps))
