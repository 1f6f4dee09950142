from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from kizuna.ids import new_id
from kizuna.model.backend import run
from kizuna.model.database import Database
from kizuna.ops.prune import KeepDaysError, prune, set_keep_days
from tests.fixtures.people import NOW, People, count
from tests.fixtures.wire import Caller, op

LATER = datetime(2027, 6, 1, tzinfo=UTC)


def age(database: Database, days: int = 400) -> None:
    """Make every changeset so far look ``days`` older than LATER."""
    hole = database.backend.holes(1)
    at = (LATER - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    database.backend.write(lambda c: run(c, f"update changesets set at = {hole} where at < {hole}", (at, "2027-01-01")))


def freshen(database: Database, changeset: str) -> None:
    hole = database.backend.holes(1)
    at = LATER.strftime("%Y-%m-%dT%H:%M:%SZ")
    database.backend.write(lambda c: run(c, f"update changesets set at = {hole} where id = {hole}", (at, changeset)))


def fresh(who: Caller, database: Database, table: str, *ops: dict[str, Any]) -> list[dict[str, Any]]:
    changeset = new_id()
    outcomes = who.push(table, *ops, changeset=changeset)
    freshen(database, changeset)
    return outcomes


def test_pruning_drops_old_changes_answers_and_deleted_rows_only(first: Caller, database: Database) -> None:
    kept = first.insert("customers", name="山田")
    dead = first.insert("customers", name="鈴木")
    first.push("customers", op("delete", dead["id"], dead["revision"]))
    age(database)
    [edited] = fresh(first, database, "customers", op("update", kept["id"], kept["revision"], phone="03-1"))

    done = prune(database, now=LATER, days=365)

    assert done.rows == 1
    assert count(database, "changes") == 1
    assert first.rows("customers").keys() == {kept["id"]}
    history = first.get(f"/tables/customers/rows/{kept['id']}/history").get_json()["changes"]
    assert [one["revision"] for one in history] == [edited["revision"]]


def test_an_older_cursor_gets_a_snapshot_once_and_deltas_after_it(both: Caller, database: Database) -> None:
    one = both.insert("customers", name="山田", store_id=1)
    cursor = both.pull("customers")["cursor"]
    dead = both.insert("customers", name="鈴木", store_id=1)
    both.insert("customers", name="佐藤", store_id=2)
    both.push("customers", op("delete", dead["id"], dead["revision"]))
    age(database)
    prune(database, now=LATER, days=365)

    page = both.pull("customers", cursor=cursor)
    fresh(both, database, "customers", op("update", one["id"], one["revision"], phone="03-1"))
    after = both.pull("customers", cursor=page["cursor"])
    fresh(both, database, "customers", op("update", one["id"], both.row("customers", one["id"])["revision"], phone="2"))
    last = both.pull("customers", cursor=after["cursor"])

    assert (page["mode"], page["reason"], len(page["rows"])) == ("snapshot", "history-pruned", 2)
    assert last["mode"] == "delta"
    assert len(last["rows"]) == 1


def test_a_snapshot_of_many_pages_comes_to_its_end_after_pruning(both: Caller, database: Database) -> None:
    for number in range(6):
        both.insert("customers", name=f"客{number}", store_id=1 + number % 2)
    age(database)
    prune(database, now=LATER, days=365)

    assert len(both.rows("customers", limit=1)) == 6


def test_a_client_with_nothing_new_keeps_its_cursor(both: Caller, database: Database) -> None:
    both.insert("customers", name="山田", store_id=1)
    cursor = both.pull("customers")["cursor"]
    both.insert("ads", title="チラシ", ran_on="2026-01-02", medium="チラシ", store_id=1)
    age(database)
    prune(database, now=LATER, days=365)

    assert both.pull("customers", cursor=cursor)["mode"] == "delta"


def test_merging_still_sees_what_changed_long_ago(first: Caller, both: Caller, database: Database) -> None:
    made = first.insert("customers", name="山田", phone="03-1", mail="a@example.jp")
    both.push("customers", op("update", made["id"], made["revision"], phone="03-2"))
    age(database)
    prune(database, now=LATER, days=365)

    [outcome] = first.push("customers", op("update", made["id"], made["revision"], phone="03-3", mail="b@example.jp"))

    assert outcome["outcome"] == "conflict"
    assert [(one["field"], one["mine"], one["theirs"]) for one in outcome["conflicts"]] == [("phone", "03-3", "03-2")]
    assert first.row("customers", made["id"])["fields"]["mail"] == "b@example.jp"


def test_totals_stay(first: Caller, database: Database) -> None:
    customer = first.insert("customers", name="山田")
    first.insert("purchases", customer_id=customer["id"], purchased_on="2026-01-02", amount=100)
    taken_back = first.insert("purchases", customer_id=customer["id"], purchased_on="2026-01-03", amount=50)
    first.push("purchases", op("delete", taken_back["id"], taken_back["revision"]))
    age(database)

    done = prune(database, now=LATER, days=365)

    assert done.rows == 1
    assert count(database, "customer_totals", "amount = 10000 and purchases = 1") == 1


def test_a_deleted_row_others_still_point_to_keeps_its_number(first: Caller, database: Database) -> None:
    customer = first.insert("customers", name="山田", number="C0042")
    first.insert("purchases", customer_id=customer["id"], purchased_on="2026-01-02", amount=100)
    first.push("customers", op("delete", customer["id"], customer["revision"]))
    age(database)

    done = prune(database, now=LATER, days=365)

    assert count(database, "customer_totals") == 0
    assert done.rows == 0
    assert count(database, "customers", "number = 'C0042'") == 1


def test_a_changeset_repeated_after_its_answer_went_is_not_applied_again(first: Caller, database: Database) -> None:
    changeset, row = new_id(), new_id()
    body = [{"table": "customers", "ops": [op("insert", row, name="山田")]}]
    first.send(body, changeset=changeset)
    first.push("customers", op("delete", row, first.row("customers", row)["revision"]))
    age(database)
    prune(database, now=LATER, days=365)

    again = first.send(body, changeset=changeset)

    assert (again.status_code, again.get_json()["error"]["code"]) == (410, "answer-pruned")
    assert first.rows("customers") == {}


def test_what_was_pruned_is_neither_undone_nor_shown_as_it_was(first: Caller, database: Database) -> None:
    changeset = new_id()
    first.push("customers", op("insert", new_id(), name="山田"), changeset=changeset)
    age(database)
    prune(database, now=LATER, days=365)

    undone = first.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": new_id()}))
    past = first.get("/tables/customers/rows", as_of="2026-01-01")
    shown = first.get(f"/changesets/{changeset}").get_json()

    assert (undone.status_code, undone.get_json()["error"]["code"]) == (410, "changeset-pruned")
    assert (past.status_code, past.get_json()["error"]["code"]) == (410, "history-not-kept")
    assert (shown["pruned"], shown["who"], "answer" in shown) == (True, "first", False)
    assert len(first.get("/tables/customers/rows", as_of="2999-01-01").get_json()["rows"]) == 1


def test_the_owners_setting_says_how_long_history_is_kept(database: Database, people: People) -> None:
    with pytest.raises(KeepDaysError):
        prune(database, now=NOW)
    set_keep_days(database, 30)

    done = prune(database, now=NOW + timedelta(days=31))

    assert done.before == "2026-11-21T03:00:00Z"
    assert done.changes > 0
    assert prune(database, now=NOW + timedelta(days=31)).changes == 0
