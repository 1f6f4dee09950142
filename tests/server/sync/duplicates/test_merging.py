from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.ids import new_id
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from kizuna.sync.duplicates.merging import merged_fields
from tests.fixtures.people import contents, count
from tests.fixtures.wire import Caller, op

MOVED_ON = ("changes", "changesets", "feeds", "feed_positions")


def merge(who: Caller, winner: str, loser: str, table: str = "customers", **more: Any) -> dict[str, Any]:
    body = orjson.dumps({"id": new_id(), "winner": winner, "loser": loser, **more})
    response = who.post(f"/tables/{table}/merges", body)
    return dict(response.get_json()) | {"status": response.status_code}


def totals(database: Database) -> list[Any]:
    with database.backend.read() as connection:
        sql = "select customer_id, store_id, purchases, amount from customer_totals order by customer_id, store_id"
        return [tuple(row) for row in fetch_all(connection, sql)]


def business(who: Caller, customer: str, **fields: Any) -> str:
    """Give a customer one row of every kind that refers to customers."""
    row = new_id()
    ad, purchase = new_id(), new_id()
    answer = who.send(
        [
            {
                "table": "customers",
                "ops": [op("insert", row, name="山田花子", number=customer, store_id=1, **fields)],
            },
            {"table": "ads", "ops": [op("insert", ad, title="広告", medium="チラシ", ran_on="2026-01-01", store_id=1)]},
            {"table": "contacts", "ops": [op("insert", new_id(), customer_id=row, store_id=1, name="担当")]},
            {
                "table": "interactions",
                "ops": [op("insert", new_id(), customer_id=row, store_id=1, held_on="2026-01-02", kind="visit")],
            },
            {
                "table": "ad_responses",
                "ops": [op("insert", new_id(), customer_id=row, store_id=1, ad_id=ad, responded_on="2026-01-03")],
            },
            {
                "table": "purchases",
                "ops": [
                    op(
                        "insert",
                        purchase,
                        customer_id=row,
                        store_id=1,
                        purchased_on="2026-01-04",
                        amount=1000,
                        kind="sale",
                    )
                ],
            },
            {
                "table": "deals",
                "ops": [
                    op(
                        "insert",
                        new_id(),
                        customer_id=row,
                        store_id=1,
                        title="商談",
                        stage="proposal",
                        opened_on="2026-01-01",
                    )
                ],
            },
        ]
    ).get_json()
    assert [one for one in answer["outcomes"] if one["outcome"] != "applied"] == []
    return row


def test_merging_moves_everything_that_refers_to_the_loser_and_deletes_it(both: Caller, database: Database) -> None:
    winner = business(both, "C0001")
    business(both, "C0002")

    answer = merge(both, "C0001", "C0002")

    assert answer["status"] == 200, answer
    assert both.rows("customers").keys() == {winner}
    for table in ("contacts", "interactions", "ad_responses", "purchases", "deals"):
        assert {row["customer_id"] for row in both.rows(table).values()} == {winner}, table
        assert len(both.rows(table)) == 2
    assert [(row[0], row[2], Decimal(row[3])) for row in totals(database)] == [(winner, 2, 200_000)]


def test_the_losers_history_names_the_winner(both: Caller) -> None:
    business(both, "C0001")
    loser = business(both, "C0002")

    merge(both, "C0001", "C0002")

    newest = both.get(f"/tables/customers/rows/{loser}/history").get_json()["changes"][0]
    assert (newest["kind"], newest["note"]) == ("delete", "C0002 merged into C0001")


def test_a_merge_undone_leaves_everything_as_it_was_totals_included(both: Caller, database: Database) -> None:
    business(both, "C0001", phone="03-1")
    business(both, "C0002", mail="a@example.jp", tags=["VIP"], no_mail=True)
    tables = ("customers", "contacts", "interactions", "ad_responses", "purchases", "deals")

    def state() -> Any:
        rows = {table: both.rows(table) for table in tables}
        return {
            table: {key: {n: v for n, v in row.items() if n != "revision"} for key, row in found.items()}
            for table, found in rows.items()
        }, totals(database)

    before = state()
    changeset = merge(both, "C0001", "C0002")["changeset"]
    between = state()
    undone = both.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": new_id()})).get_json()

    assert {one["outcome"] for one in undone["outcomes"]} == {"applied"}
    assert between != before
    assert state() == before


def test_what_was_deleted_after_a_merge_finds_its_customer_when_the_merge_is_undone_once_more(
    both: Caller, database: Database
) -> None:
    business(both, "C0001")
    loser = business(both, "C0002")
    [moved] = [row_id for row_id, row in both.rows("purchases").items() if row["customer_id"] == loser]
    changeset = merge(both, "C0001", "C0002")["changeset"]
    both.push("purchases", op("delete", moved, both.row("purchases", moved)["revision"]))

    def undo() -> dict[str, str]:
        answer = both.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": new_id()})).get_json()
        return {one["id"]: one["outcome"] for one in answer["outcomes"]}

    first = undo()
    both.push("purchases", op("restore", moved, both.row("purchases", moved)["revision"]))
    stranded = both.rows("purchases")[moved]["customer_id"]
    second = undo()

    assert first.pop(moved) == "conflict", "a deleted row takes no change, and is named"
    assert set(first.values()) == {"applied"}
    assert stranded != loser
    assert second[moved] == "applied"
    assert set(second.values()) <= {"applied", "unchanged"}
    assert both.rows("purchases")[moved]["customer_id"] == loser
    assert [row[2:] for row in totals(database)] == [(1, 100_000)] * 2


def test_the_winner_takes_what_it_lacks_and_what_was_chosen(both: Caller) -> None:
    winner = both.insert("customers", name="山田花子", number="C0001", store_id=1, phone="03-1", tags=["a"])["id"]
    both.insert(
        "customers",
        name="山田 花子",
        number="C0002",
        store_id=2,
        phone="03-2",
        mail="h@example.jp",
        tags=["b"],
        no_post=True,
    )

    answer = merge(both, "C0001", "C0002", fields={"name": "loser"})

    assert answer["status"] == 200, answer
    fields = both.row("customers", winner)["fields"]
    assert (fields["name"], fields["phone"], fields["mail"]) == ("山田 花子", "03-1", "h@example.jp")
    assert (fields["tags"], fields["no_post"], fields["number"]) == (["a", "b"], True, "C0001")
    assert both.row("customers", winner)["store_id"] == 1


def test_a_dry_run_changes_nothing(both: Caller, database: Database) -> None:
    business(both, "C0001")
    business(both, "C0002")
    before = contents(database)

    answer = merge(both, "C0001", "C0002", dry_run=True)

    assert answer["status"] == 200
    assert contents(database) == before


def test_the_same_merge_again_is_answered_from_the_first_time(both: Caller, database: Database) -> None:
    business(both, "C0001")
    business(both, "C0002")
    changeset = new_id()

    first = merge(both, "C0001", "C0002", id=changeset)
    before = contents(database)
    again = merge(both, "C0001", "C0002", id=changeset)

    assert again == first
    assert contents(database) == before


def test_a_row_that_other_stores_refer_to_is_not_merged_behind_their_back(
    first: Caller, both: Caller, database: Database
) -> None:
    business(both, "C0001")
    loser = business(both, "C0002")
    both.insert("purchases", customer_id=loser, store_id=2, purchased_on="2026-02-01", amount=500)
    before = contents(database)

    answer = merge(first, "C0001", "C0002")

    assert (answer["status"], answer["error"]["code"]) == (403, "merge-beyond-scope")
    assert contents(database) == before


@pytest.mark.parametrize(
    ("winner", "loser", "status", "code"),
    [
        ("C0001", "C0001", 400, "same-row"),
        ("C0001", "C0003", 404, "no-row-to-merge"),  # of store 2
        ("C0001", "C9999", 404, "no-row-to-merge"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_its_reason(
    first: Caller, both: Caller, winner: str, loser: str, status: int, code: str
) -> None:
    business(both, "C0001")
    both.insert("customers", name="山田", number="C0003", store_id=2)

    answer = merge(first, winner, loser)

    assert (answer["status"], answer["error"]["code"]) == (status, code)


def test_nobody_without_personal_fields_or_the_right_to_write_merges(
    both: Caller, discreet: Caller, reader: Caller, database: Database
) -> None:
    business(both, "C0001")
    business(both, "C0002")

    assert merge(discreet, "C0001", "C0002")["error"]["code"] == "personal-withheld"
    assert merge(reader, "C0001", "C0002")["status"] == 403
    assert count(database, "customers", "deleted = false") == 2


def test_a_reference_of_the_winner_to_the_loser_is_emptied(owner: Caller) -> None:
    field = {"name": "introducer", "type": "reference", "references": "customers", "label": {"ja": "紹介者"}}
    assert owner.post("/tables/customers/fields", orjson.dumps(field)).status_code == 201
    loser = owner.insert("customers", name="山田", number="C0002", store_id=1)["id"]
    winner = owner.insert("customers", name="山田", number="C0001", store_id=1, x_introducer=loser)["id"]
    other = owner.insert("customers", name="鈴木", number="C0003", store_id=1, x_introducer=loser)["id"]

    answer = merge(owner, "C0001", "C0002")

    assert answer["status"] == 200, answer
    assert owner.row("customers", winner)["fields"]["x_introducer"] is None
    assert owner.row("customers", other)["fields"]["x_introducer"] == winner


@pytest.mark.parametrize("order", list(itertools.permutations(("C0002", "C0003", "C0004")))[:4])
def test_totals_do_not_depend_on_the_order_of_merges(both: Caller, database: Database, order: tuple[str, ...]) -> None:
    winner = business(both, "C0001")
    for place, number in enumerate(("C0002", "C0003", "C0004"), start=1):
        row = business(both, number)
        both.insert("purchases", customer_id=row, store_id=2, purchased_on="2026-02-01", amount=place * 10)

    for loser in order:
        assert merge(both, "C0001", loser)["status"] == 200

    assert [(row[0], row[1], row[2], row[3]) for row in totals(database)] == [
        (winner, 1, 4, 400_000),
        (winner, 2, 3, 6_000),
    ]


VALUES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["山田", "鈴木"]),
        "phone": st.sampled_from([None, "03-1", "03-2"]),
        "tags": st.sampled_from([None, ["a"], ["b"], ["a", "b"]]),
        "no_mail": st.sampled_from([None, False, True]),
    }
)


@given(rows=st.lists(VALUES, min_size=2, max_size=5))
@settings(max_examples=60)
def test_merging_loses_no_tag_and_no_wish_not_to_be_written_to(rows: list[dict[str, Any]]) -> None:
    from kizuna.model.database import core_registry

    spec = core_registry().table("customers")
    winner = dict(rows[0])
    for loser in rows[1:]:
        winner |= merged_fields(spec, winner, loser, {})

    assert set(winner["tags"] or []) == {tag for row in rows for tag in row["tags"] or []}
    assert bool(winner["no_mail"]) == any(row["no_mail"] for row in rows)
    assert (winner["phone"] is None) == all(row["phone"] is None for row in rows)


def test_duplicates_are_listed_within_scope_with_reasons(first: Caller, both: Caller, discreet: Caller) -> None:
    both.insert("customers", name="髙橋 純", phone="03-1234-5678", mail="j@example.jp", number="C0001", store_id=1)
    both.insert(
        "customers", name="高橋純", phone="０３１２３４５６７８", mail="J@example.jp", number="C0002", store_id=1
    )
    both.insert("customers", name="高橋純", phone="0312345678", mail="j@example.jp", number="C0003", store_id=2)

    mine = first.get("/tables/customers/duplicates").get_json()
    ours = both.get("/tables/customers/duplicates").get_json()
    withheld = discreet.get("/tables/customers/duplicates")

    [found] = mine["candidates"]
    assert [one["fields"]["number"] for one in found["rows"]] == ["C0001", "C0002"]
    assert [one["code"] for one in found["reasons"]] == ["same-phone", "same-mail", "variant-name"]
    assert found["reasons"][0]["text"] == {"ja": "電話番号が同じ", "en": "same phone number"}
    assert mine["compared"] == 2
    assert len(ours["candidates"]) == 3
    assert (withheld.status_code, withheld.get_json()["error"]["code"]) == (403, "personal-withheld")


def test_tables_without_rules_say_so(both: Caller) -> None:
    answer = both.get("/tables/purchases/duplicates")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "no-match-rules")


def test_two_persons_of_one_company_are_found_and_merged(both: Caller) -> None:
    company = both.insert("customers", name="絆商事", kind="company", number="C0001", store_id=1)["id"]
    for name in ("髙橋 純", "高橋純"):
        both.insert("contacts", customer_id=company, name=name, phone="03-1234-5678", store_id=1)

    [found] = both.get("/tables/contacts/duplicates").get_json()["candidates"]
    winner, loser = (row["id"] for row in found["rows"])
    answer = merge(both, winner, loser, table="contacts")

    assert answer["status"] == 200, answer
    assert both.rows("contacts").keys() == {winner}
