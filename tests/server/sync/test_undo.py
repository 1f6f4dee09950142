from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna import RowChanges, Write
from kizuna.access.accounts import create_account
from kizuna.ids import new_id
from kizuna.model import Product
from kizuna.model.database import Database
from tests.fixtures.people import People, contents, count
from tests.fixtures.plugins import loaded, plugin
from tests.fixtures.wire import Caller, op


def undo(who: Caller, changeset: str, **more: Any) -> dict[str, Any]:
    import orjson

    response = who.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": new_id(), **more}))
    return dict(response.get_json()) | {"status": response.status_code}


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in answer["outcomes"]]


def pushed(who: Caller, table: str, *ops: dict[str, Any]) -> str:
    changeset = new_id()
    assert all(one["outcome"] == "applied" for one in who.push(table, *ops, changeset=changeset))
    return changeset


def test_undo_of_an_insert_deletes_the_row(first: Caller) -> None:
    row = new_id()
    changeset = pushed(first, "customers", op("insert", row, name="山田花子"))

    answer = undo(first, changeset)

    assert outcomes(answer) == ["applied"]
    assert first.rows("customers") == {}
    assert first.row("customers", row)["deleted"] is True


def test_undo_of_an_update_puts_back_what_was_there(first: Caller) -> None:
    made = first.insert("customers", name="山田", phone="03-1", tags=["VIP"], birthday="1980-02-29")
    edited = pushed(
        first,
        "customers",
        op("update", made["id"], made["revision"], phone=None, tags=["a", "b"], birthday="1981-01-01"),
    )

    undo(first, edited)

    fields = first.row("customers", made["id"])["fields"]
    assert (fields["phone"], fields["tags"], fields["birthday"]) == ("03-1", ["VIP"], "1980-02-29")


def test_undo_of_a_delete_restores_the_row(first: Caller) -> None:
    made = first.insert("customers", name="山田")
    deleted = pushed(first, "customers", op("delete", made["id"], made["revision"]))

    answer = undo(first, deleted)

    assert outcomes(answer) == ["applied"]
    assert first.rows("customers")[made["id"]]["name"] == "山田"


def test_undo_of_a_move_moves_the_row_back(both: Caller, first: Caller, second: Caller) -> None:
    made = both.insert("customers", name="山田", store_id=1)
    moved = pushed(both, "customers", op("update", made["id"], made["revision"], store_id=2))
    assert made["id"] in second.rows("customers")

    undo(both, moved)

    assert made["id"] in first.rows("customers")
    assert made["id"] not in second.rows("customers")


def test_undo_of_a_restore_that_also_moved_the_row_deletes_it_again(both: Caller) -> None:
    made = both.insert("customers", name="山田", store_id=1)
    both.push("customers", op("delete", made["id"], made["revision"]))
    now = both.row("customers", made["id"])["revision"]
    restored = pushed(both, "customers", op("restore", made["id"], now, store_id=2))

    undo(both, restored)

    assert both.row("customers", made["id"])["deleted"] is True


def test_undo_of_an_undo_is_a_redo(first: Caller) -> None:
    made = first.insert("customers", name="山田", phone="03-1")
    edited = pushed(first, "customers", op("update", made["id"], made["revision"], phone="03-2"))
    undone = undo(first, edited)["changeset"]
    assert first.row("customers", made["id"])["fields"]["phone"] == "03-1"

    answer = undo(first, undone)

    assert outcomes(answer) == ["applied"]
    assert first.row("customers", made["id"])["fields"]["phone"] == "03-2"


def test_a_redone_insert_can_be_undone_once_more(first: Caller) -> None:
    row = new_id()
    changeset = pushed(first, "customers", op("insert", row, name="山田"))
    undo(first, undo(first, changeset)["changeset"])
    assert row in first.rows("customers")

    answer = undo(first, changeset)

    assert outcomes(answer) == ["applied"]
    assert first.rows("customers") == {}


def test_changesets_undone_in_reverse_order_leave_no_conflict(first: Caller) -> None:
    row = new_id()
    one = pushed(first, "customers", op("insert", row, name="山田", phone="03-1"))
    two = pushed(first, "customers", op("update", row, first.row("customers", row)["revision"], phone="03-2"))
    three = pushed(first, "customers", op("update", row, first.row("customers", row)["revision"], phone="03-3"))

    answers = [undo(first, changeset) for changeset in (three, two, one)]

    assert [outcomes(answer) for answer in answers] == [["applied"]] * 3
    assert first.rows("customers") == {}


def test_a_field_changed_since_is_a_conflict_and_the_others_go_back(first: Caller, both: Caller) -> None:
    made = first.insert("customers", name="山田", phone="03-1", mail="a@example.jp")
    edited = pushed(first, "customers", op("update", made["id"], made["revision"], phone="03-2", mail="b@example.jp"))
    both.push("customers", op("update", made["id"], first.row("customers", made["id"])["revision"], phone="03-3"))

    answer = undo(first, edited)

    [outcome] = answer["outcomes"]
    [conflict] = outcome["conflicts"]
    assert outcome["outcome"] == "conflict"
    assert {name: conflict[name] for name in ("field", "base", "mine", "theirs", "who")} == {
        "field": "phone",
        "base": "03-2",
        "mine": "03-1",
        "theirs": "03-3",
        "who": "both",
    }
    fields = first.row("customers", made["id"])["fields"]
    assert (fields["phone"], fields["mail"]) == ("03-3", "a@example.jp")


def test_undo_of_an_insert_others_changed_since_is_a_conflict(first: Caller, both: Caller) -> None:
    row = new_id()
    changeset = pushed(first, "customers", op("insert", row, name="山田"))
    both.push("customers", op("update", row, first.row("customers", row)["revision"], phone="03-3"))

    answer = undo(first, changeset)

    assert outcomes(answer) == ["conflict"]
    assert answer["outcomes"][0]["conflicts"][0]["theirs"] == "changed"
    assert row in first.rows("customers")


def test_an_undo_sent_again_is_answered_from_the_first(first: Caller, database: Database) -> None:
    made = first.insert("customers", name="山田")
    deleted = pushed(first, "customers", op("delete", made["id"], made["revision"]))
    key = new_id()
    once = undo(first, deleted, id=key)
    before = count(database, "changes")

    again = undo(first, deleted, id=key)

    assert again == once
    assert count(database, "changes") == before


def test_an_undo_under_the_id_of_another_changeset_is_refused(first: Caller) -> None:
    one = pushed(first, "customers", op("insert", new_id(), name="山田"))
    two = pushed(first, "customers", op("insert", new_id(), name="鈴木"))

    answer = undo(first, one, id=two)

    assert (answer["status"], answer["error"]["code"]) == (409, "changeset-id-taken")


def test_a_second_undo_under_a_new_id_changes_nothing(first: Caller) -> None:
    made = first.insert("customers", name="山田", phone="03-1")
    edited = pushed(first, "customers", op("update", made["id"], made["revision"], phone="03-2"))
    undo(first, edited)

    assert outcomes(undo(first, edited)) == ["unchanged"]


def test_a_dry_run_of_an_undo_that_was_done_answers_from_the_first_time(first: Caller, database: Database) -> None:
    made = first.insert("customers", name="a")
    changeset, again = pushed(first, "customers", op("update", made["id"], made["revision"], name="b")), new_id()
    done = undo(first, changeset, id=again)
    before = contents(database)

    assert undo(first, changeset, id=again, dry_run=True) == done
    assert contents(database) == before


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(first: Caller, database: Database) -> None:
    changeset = pushed(first, "customers", op("insert", new_id(), name="山田"))
    before = count(database, "changesets"), count(database, "changes")

    answer = undo(first, changeset, dry_run=True)

    assert answer["dry_run"] is True
    assert outcomes(answer) == ["applied"]
    assert (count(database, "changesets"), count(database, "changes")) == before


def test_rows_of_several_tables_go_back_together_with_their_totals(first: Caller, database: Database) -> None:
    customer, purchase = new_id(), new_id()
    changeset = new_id()
    first.send(
        [
            {"table": "customers", "ops": [op("insert", customer, name="山田")]},
            {
                "table": "purchases",
                "ops": [op("insert", purchase, customer_id=customer, purchased_on="2026-01-02", amount=1200)],
            },
        ],
        changeset=changeset,
    )
    assert count(database, "customer_totals") == 1

    gone = undo(first, changeset)
    assert count(database, "customer_totals") == 0
    back = undo(first, gone["changeset"])

    assert outcomes(gone) == outcomes(back) == ["applied", "applied"]
    assert count(database, "customer_totals", "amount = 120000") == 1
    assert first.rows("purchases")[purchase]["customer_id"] == customer


def test_a_number_taken_meanwhile_keeps_a_deleted_row_from_coming_back(first: Caller) -> None:
    made = first.insert("customers", name="山田", number="C0007")
    deleted = pushed(first, "customers", op("delete", made["id"], made["revision"]))
    first.insert("customers", name="鈴木", number="C0007")

    answer = undo(first, deleted)

    assert (answer["status"], answer["error"]["code"]) == (422, "not-unique")


def test_staff_may_not_undo_what_others_did_but_managers_may(first: Caller, both: Caller, manager: Caller) -> None:
    changeset = pushed(first, "customers", op("insert", new_id(), name="山田"))

    refused = undo(both, changeset)
    done = undo(manager, changeset)

    assert (refused["status"], refused["error"]["code"]) == (403, "not-yours-to-undo")
    assert outcomes(done) == ["applied"]


def pricing(write: Write, table: str, changes: RowChanges) -> None:
    """Write what staff may not: a product and an ad of every store for each new customer, and a price for one who marries."""
    if table != "customers":
        return
    for name, kind in zip(changes.after("name"), changes.kinds, strict=True):
        if kind == "insert":
            write.insert("products", {"name": [f"{name}の品"], "price": [100]})
            write.insert(
                "ads", {"title": [f"{name}の広告"], "medium": ["看板"], "ran_on": [write.today], "store_id": [0]}
            )
        elif kind == "update" and name == "山本":
            [found] = write.data.columns(sa.select(Product.id))
            write.update("products", {row: {"price": 900} for row in found})


@pytest.fixture
def with_pricing(database: Database) -> None:
    database.plugins = loaded(plugin("pricing", rows_written=pricing), strict=True)


@pytest.mark.usefixtures("with_pricing")
def test_staff_take_back_what_plugins_wrote_with_their_push_where_they_may_not_write_themselves(first: Caller) -> None:
    row = new_id()
    inserted = pushed(first, "customers", op("insert", row, name="山田"))
    renamed = pushed(first, "customers", op("update", row, 1, name="山本"))
    prices = [{one["price"] for one in first.rows("products").values()}]
    answers = [undo(first, renamed)]
    prices.append({one["price"] for one in first.rows("products").values()})
    answers.append(undo(first, inserted))

    assert [sorted(outcomes(one)) for one in answers] == [["applied"] * 2, ["applied"] * 3]
    assert prices == [{900}, {100}]
    assert first.rows("products") == first.rows("customers") == first.rows("ads") == {}

    again = undo(first, answers[1]["changeset"])

    assert sorted(outcomes(again)) == ["applied"] * 3
    assert len(first.rows("products")) == len(first.rows("ads")) == 1


@pytest.mark.usefixtures("with_pricing")
def test_what_others_changed_of_a_plugins_row_stays_when_staff_undo_their_push(first: Caller, manager: Caller) -> None:
    inserted = pushed(first, "customers", op("insert", new_id(), name="山田"))
    [(product, held)] = manager.rows("products").items()
    manager.push("products", op("update", product, held["revision"], price=777))

    answer = undo(first, inserted)

    assert sorted(outcomes(answer)) == ["applied", "applied", "conflict"]
    assert first.rows("products")[product]["price"] == 777


def test_who_pushed_as_a_manager_may_not_take_it_back_as_staff(
    manager: Caller, database: Database, people: People
) -> None:
    made = pushed(manager, "products", op("insert", new_id(), name="茶"))
    create_account(database, people.staff["manager"], "staff", [1, 2])

    answer = undo(manager, made)

    assert outcomes(answer) == ["forbidden"]
    assert len(manager.rows("products")) == 1


def test_a_changeset_of_another_store_is_not_there(first: Caller, second: Caller) -> None:
    changeset = pushed(second, "customers", op("insert", new_id(), name="山田"))

    answer = undo(first, changeset)

    assert (answer["status"], answer["error"]["code"]) == (404, "unknown-changeset")


def test_a_changeset_that_reaches_beyond_the_scope_is_not_undone(owner: Caller, manager: Caller) -> None:
    changeset = new_id()
    rows = [op("insert", new_id(), name="山田", store_id=1), op("insert", new_id(), name="鈴木", store_id=3)]
    owner.push("customers", *rows, changeset=changeset)

    answer = undo(manager, changeset)

    assert (answer["status"], answer["error"]["code"]) == (403, "undo-beyond-scope")
    assert len(owner.rows("customers")) == 2


def test_undo_and_its_source_appear_in_the_history(first: Caller) -> None:
    made = first.insert("customers", name="山田", phone="03-1")
    edited = pushed(first, "customers", op("update", made["id"], made["revision"], phone="03-2"))
    undone = undo(first, edited, note="間違い")

    newest = first.get(f"/tables/customers/rows/{made['id']}/history").get_json()["changes"][0]

    assert (newest["origin"], newest["changeset"], newest["note"]) == ("undo", undone["changeset"], "間違い")
    assert newest["fields"] == {"phone": ["03-2", "03-1"]}


@pytest.mark.parametrize("claim", [{"origin": "undo"}, {"origin": "plugin"}, {"undoes": new_id()}])
def test_no_client_may_claim_to_be_an_undo(first: Caller, claim: dict[str, Any]) -> None:
    answer = first.send([], **claim)

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == "malformed"


def test_undo_of_many_rows_costs_no_more_than_a_few_such_pushes(first: Caller, database: Database) -> None:
    ids = [new_id() for _ in range(10_000)]
    columns = {"fields": ["id", "name", "phone"], "columns": [ids, ["客"] * len(ids), ["0"] * len(ids)]}
    first.send([{"table": "customers", "inserts": columns}])
    rows = first.rows("customers", fields="phone")
    start = time.process_time()
    edited = pushed(first, "customers", *(op("update", one, rows[one]["revision"], phone="1") for one in ids))
    pushing = time.process_time() - start

    start = time.process_time()
    answer = undo(first, edited)
    undoing = time.process_time() - start

    assert outcomes(answer) == ["applied"] * len(ids)
    assert {row["phone"] for row in first.rows("customers", fields="phone").values()} == {"0"}
    assert undoing < 4 * pushing + 1
    redone = undo(first, answer["changeset"])
    assert outcomes(redone) == ["applied"] * len(ids)
    assert count(database, "customers", "phone = '1'") == len(ids)
