"""Law 5 for fields and people: what a role may not see or do, it does not, from the moment it may not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from kizuna.access.tokens import revoke_tokens
from kizuna.functions.catalogue import catalogue
from kizuna.ids import new_id
from kizuna.model.backend import run
from kizuna.model.data import ScopedData
from kizuna.model.database import Database
from kizuna.model.people import Customer
from kizuna.model.sales import Purchase
from kizuna.model.scope import PersonalWithheldError
from tests.fixtures.people import NOW, People
from tests.fixtures.wire import Caller, op

SECRET = "秘密花子"


@pytest.fixture
def secret(both: Caller) -> str:
    """A customer with a purchase, whose name, phone and mail are nobody's business."""
    row = both.insert(
        "customers",
        store_id=1,
        name=SECRET,
        kana="ヒミツ",
        phone="03-1111-9999",
        mail="himitsu@example.jp",
        number="C0001",
    )["id"]
    both.insert("purchases", store_id=1, customer_id=row, purchased_on="2026-11-01", amount=5000)
    both.push(
        "customers", op("update", row, both.row("customers", row)["revision"], name=SECRET + "改", notes="見える")
    )
    return str(row)


def hidden(answer: Any) -> bool:
    text = answer.get_data(as_text=True)
    return not any(one in text for one in ("秘密", "ヒミツ", "1111-9999", "himitsu"))


def test_no_list_row_history_or_past_shows_a_withheld_field(discreet: Caller, secret: str) -> None:
    for path, query in (
        ("/tables/customers/rows", {}),
        ("/tables/customers/rows", {"layout": "columns", "refs": "key"}),
        ("/tables/customers/rows", {"as_of": "2026-12-31"}),
        (f"/tables/customers/rows/{secret}", {}),
        (f"/tables/customers/rows/{secret}/history", {}),
        ("/changesets", {}),
        ("/tables/customers/duplicates", {}),
        ("/tables", {}),
    ):
        assert hidden(discreet.get(path, **query)), path

    [newest, *_] = discreet.get(f"/tables/customers/rows/{secret}/history").get_json()["changes"]
    assert newest["fields"] == {"notes": [None, "見える"]}


@pytest.mark.parametrize("name", ["name", "phone", "birthday"])
def test_a_withheld_field_cannot_be_asked_for_filtered_by_or_written(discreet: Caller, secret: str, name: str) -> None:
    condition = json.dumps([[name, "=", "1980-01-01" if name == "birthday" else SECRET]])

    for query in ({"fields": name}, {"filter": condition}, {"filter": condition, "as_of": "2026-12-31"}):
        answer = discreet.get("/tables/customers/rows", **query)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "unknown-field"), query
    changed = discreet.send([{"table": "customers", "ops": [op("update", secret, 1, **{name: None})]}])
    assert changed.get_json()["error"]["code"] == "unknown-field"


def test_answers_to_pushes_and_undos_tell_no_withheld_field(discreet: Caller, both: Caller, secret: str) -> None:
    stale = discreet.send([{"table": "customers", "ops": [op("update", secret, 1, notes="別")]}])
    changeset = new_id()
    discreet.send([{"table": "customers", "ops": [op("update", secret, both.row("customers", secret)["revision"], notes="新")]}],
                  changeset=changeset)  # fmt: skip
    both.push(
        "customers", op("update", secret, both.row("customers", secret)["revision"], name=SECRET + "再", notes="後")
    )
    undone = discreet.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": new_id()}))

    assert hidden(stale)
    assert hidden(undone)
    assert undone.get_json()["outcomes"][0]["outcome"] == "conflict"


def test_functions_that_need_no_arguments_show_no_withheld_field(
    discreet: Caller, both: Caller, database: Database, secret: str
) -> None:
    ready = [
        one["name"] for one in catalogue(database.plugins) if all(not given["required"] for given in one["arguments"])
    ]
    calls = [{"function": name, "arguments": {}} for name in ready]
    keyed = [
        {"function": "RFM", "arguments": {"customer": ["C0001"]}},
        {"function": "RFM_TOP", "arguments": {"count": 10}},
    ]

    answer = discreet.post("/functions", orjson.dumps({"calls": [*calls, *keyed]}))
    open_answer = both.post("/functions", orjson.dumps({"calls": [*calls, *keyed]}))

    assert ready
    assert hidden(answer)
    assert not hidden(open_answer)
    codes = {one["error"]["code"] for one in answer.get_json()["results"] if "error" in one}
    open_codes = {one["error"]["code"] for one in open_answer.get_json()["results"] if "error" in one}
    assert codes <= open_codes | {"personal-withheld"}


@pytest.fixture
def withheld(database: Database, people: People, secret: str) -> Any:
    """Data as somebody without personal fields asks plugins for it."""
    actor = people.actor(database, "discreet")
    with database.backend.read() as connection:
        yield ScopedData(database, connection, actor, today=date(2026, 11, 20))


def test_a_plugins_select_has_withheld_columns_empty(withheld: ScopedData) -> None:
    select = sa.select(Customer.number, Customer.name.label("who"), Customer.notes)

    assert withheld.columns(select) == [["C0001"], [None], ["見える"]]
    assert [list(one) for one in withheld.arrays(select)] == [["C0001"], [None], ["見える"]]
    assert withheld.columns(sa.select(Customer.name)) == [[None]]


@pytest.mark.parametrize(
    "select",
    [
        sa.select(Customer.number).where(Customer.name.contains("秘")),
        sa.select(Customer.number).order_by(Customer.kana),
        sa.select(sa.func.substr(Customer.phone, 1, 3)),
        sa.select(Customer.name + "様"),
        sa.select(Customer),
        sa.select(Purchase.amount).join(Customer, Customer.id == Purchase.customer_id).where(Customer.mail.is_not(None)),
        sa.select(Purchase.amount).where(
            Purchase.customer_id.in_(sa.select(Customer.id).where(Customer.name == SECRET))
        ),
        sa.select(sa.func.count()).select_from(sa.select(Customer.id, Customer.name).subquery()),
        sa.select(sa.select(Customer.name).where(Customer.number == "C0001").scalar_subquery()),
    ],
)  # fmt: skip
def test_a_withheld_field_decides_nothing_in_a_plugins_select(withheld: ScopedData, select: Any) -> None:
    with pytest.raises(PersonalWithheldError):
        withheld.columns(select)
    with pytest.raises(PersonalWithheldError):
        withheld.arrays(select)


def status(who: Caller) -> int:
    return who.get("/tables/customers/rows").status_code


def change_account(database: Database, account: str, column: str, value: Any) -> None:
    hole = database.backend.holes(1)
    sql = f"update accounts set {column} = {hole} where id = {hole}"
    database.backend.write(lambda connection: run(connection, sql, (value, account)))


def test_a_revoked_token_is_refused_at_once_also_where_the_answer_is_remembered(
    first: Caller, database: Database, people: People
) -> None:
    etag = first.get("/tables/customers/rows").headers["ETag"]

    revoke_tokens(database, people.accounts["first"], None, now=NOW)

    for answer in (
        first.get("/tables/customers/rows", headers={"If-None-Match": etag}),
        first.get("/tables"),
        first.post("/functions", b'{"calls": []}'),
        first.send([{"table": "customers", "ops": [op("insert", new_id(), name="山田")]}]),
        first.get("/tables/customers/export"),
    ):
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "wrong-token")


def test_who_left_the_staff_is_out_at_once(owner: Caller, first: Caller, people: People) -> None:
    before = status(first)
    row = owner.row("staff", people.staff["first"])
    owner.push("staff", op("delete", row["id"], row["revision"]))

    assert (before, status(first)) == (200, 401)


def test_a_closed_account_is_out_at_once(first: Caller, database: Database, people: People) -> None:
    change_account(database, people.accounts["first"], "active", False)

    assert status(first) == 401


def test_a_changed_role_counts_from_the_next_request(
    both: Caller, database: Database, people: People, secret: str
) -> None:
    row = both.row("customers", secret)
    change_account(database, people.accounts["both"], "role", "read-only")
    change_account(database, people.accounts["both"], "may_see_personal", False)

    pulled = both.get("/tables/customers/rows")
    pushed = both.send([{"table": "customers", "ops": [op("update", secret, row["revision"], notes="x")]}])

    assert hidden(pulled)
    assert pushed.get_json()["outcomes"][0]["outcome"] == "forbidden"


def test_a_cursor_from_before_a_right_was_lost_gives_a_snapshot_without_the_fields(
    both: Caller, database: Database, people: People, secret: str
) -> None:
    first_page = both.get("/tables/customers/rows")
    change_account(database, people.accounts["both"], "may_see_personal", False)

    again = both.get(
        "/tables/customers/rows",
        headers={"If-None-Match": first_page.headers["ETag"]},
        cursor=first_page.get_json()["cursor"],
    )

    assert (again.get_json()["mode"], again.get_json()["reason"]) == ("snapshot", "scope-changed")
    assert hidden(again)


def test_errors_about_rows_of_other_stores_tell_nothing_of_them(second: Caller, secret: str) -> None:
    for answer in (
        second.get(f"/tables/customers/rows/{secret}"),
        second.get(f"/tables/customers/rows/{secret}/history"),
        second.send([{"table": "customers", "ops": [op("update", secret, 1, name="x")]}]),
        second.send([{"table": "customers", "ops": [op("insert", secret, name="x")]}]),
        second.send([{"table": "customers", "ops": [op("insert", new_id(), name="x", number="C0001")]}]),
        second.post(
            "/functions", orjson.dumps({"calls": [{"function": "RFM", "arguments": {"customer": ["C0001", secret]}}]})
        ),
        second.post("/tables/customers/merges", orjson.dumps({"id": new_id(), "winner": secret, "loser": "C0001"})),
    ):
        assert hidden(answer)
        assert "見える" not in answer.get_data(as_text=True)
