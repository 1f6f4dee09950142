from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from flask import Flask

from kizuna.app import create_app, open_database
from kizuna.cli.main import main
from kizuna.config import Config
from kizuna.ids import new_id
from tests.fixtures.people import People
from tests.fixtures.wire import Caller, caller, op

SIZES = [{"value": "s", "label": {"ja": "小", "en": "Small"}}, {"value": "l", "label": {"ja": "大", "en": "Large"}}]
DECLARED: dict[str, dict[str, Any]] = {
    "text": {},
    "integer": {},
    "money": {},
    "decimal": {},
    "date": {},
    "datetime": {},
    "boolean": {},
    "choice": {"choices": SIZES},
    "tags": {},
    "reference": {"references": "staff"},
}


def ask(who: Caller, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    response = who.http.open(f"/api/v1{path}", method=method, data=orjson.dumps(body or {}), headers=who.headers)
    return dict(response.get_json()) | {"status": response.status_code}


def add(owner: Caller, name: str, kind: str = "text", table: str = "customers", **more: Any) -> dict[str, Any]:
    declared = {"name": name, "type": kind, "label": {"ja": f"項目{name}", "en": f"Field {name}"}} | more
    return ask(owner, "POST", f"/tables/{table}/fields", declared)


def described(who: Caller, table: str = "customers") -> dict[str, dict[str, Any]]:
    tables = who.get("/tables").get_json()["tables"]
    return {one["name"]: one for found in tables if found["name"] == table for one in found["fields"]}


@pytest.fixture
def values(people: People) -> dict[str, tuple[Any, Any]]:
    """Two values of each type."""
    return {
        "text": ("赤", "青"),
        "integer": (3, -4),
        "money": (1200, 99.5),
        "decimal": (25.5, 26),
        "date": ("2006-03-31", "2007-01-01"),
        "datetime": ("2006-03-31T09:00:00Z", "2007-03-31T09:00:00Z"),
        "boolean": (True, False),
        "choice": ("s", "l"),
        "tags": (["a", "b"], ["c"]),
        "reference": (people.staff["first"], people.staff["second"]),
    }


@pytest.mark.parametrize("kind", DECLARED)
def test_a_field_of_every_type_goes_through_every_layer(
    kind: str, owner: Caller, first: Caller, values: dict[str, tuple[Any, Any]]
) -> None:
    one, two = values[kind]
    before = first.insert("customers", name="以前")

    made = add(owner, "extra", kind, **DECLARED[kind])
    row = first.insert("customers", name="山田", x_extra=one)
    [edited] = first.push("customers", op("update", row["id"], row["revision"], x_extra=two))

    pulled = first.rows("customers")
    assert (made["status"], made["name"], made["type"]) == (201, "x_extra", kind)
    assert described(first)["x_extra"]["custom"] is True
    assert pulled[row["id"]]["x_extra"] == two
    assert pulled[before["id"]]["x_extra"] is None
    history = first.get(f"/tables/customers/rows/{row['id']}/history").get_json()["changes"]
    assert history[0]["fields"] == {"x_extra": [one, two]}
    found = first.rows("customers", filter=json.dumps([["x_extra", "not-empty"]]), fields="name,x_extra")
    assert list(found) == [row["id"]]
    past = first.get("/tables/customers/rows", as_of="2999-01-01", fields="x_extra").get_json()["rows"]
    assert [row["id"], edited["revision"], two] in past


def test_a_moment_that_is_none_in_utc_is_refused_with_its_field(owner: Caller, first: Caller) -> None:
    add(owner, "seen", "datetime")

    [refused] = first.push("customers", op("insert", new_id(), name="山田", x_seen="0001-01-01T00:00:00+09:00"))

    assert [(one["field"], one["code"]) for one in refused["problems"]] == [("x_seen", "bad-date")]


def test_a_changeset_on_a_custom_field_is_undone(owner: Caller, first: Caller) -> None:
    add(owner, "shoe", "decimal")
    row = first.insert("customers", name="山田", x_shoe=25.5)
    changeset = new_id()
    first.push("customers", op("update", row["id"], row["revision"], x_shoe=26), changeset=changeset)

    first.post(f"/changesets/{changeset}/undo", orjson.dumps({"id": new_id()}))

    assert first.rows("customers")[row["id"]]["x_shoe"] == 25.5


def test_a_new_field_gives_a_snapshot_that_says_why(owner: Caller, first: Caller) -> None:
    first.insert("customers", name="山田")
    cursor, schema = first.pull("customers")["cursor"], first.get("/tables").get_json()["schema"]

    add(owner, "shoe")
    page = first.pull("customers", cursor=cursor)

    assert (page["mode"], page["reason"]) == ("snapshot", "fields-changed")
    assert page["fields"][-1] == "x_shoe"
    assert first.get("/tables").get_json()["schema"] != schema


def test_another_server_process_notices_at_its_next_request(owner: Caller, people: People, database_url: str) -> None:
    other_database = open_database(database_url)
    other = caller(create_app(Config(database_url), other_database), people.tokens["first"])
    assert "x_shoe" not in described(other)

    add(owner, "shoe", "choice", choices=SIZES)
    row = other.insert("customers", name="山田", x_shoe="大")
    ask(owner, "PATCH", "/tables/customers/fields/shoe", {"label": {"ja": "靴", "en": "Shoe"}})

    assert other.rows("customers")[row["id"]]["x_shoe"] == "l"
    assert described(other)["x_shoe"]["label"] == {"ja": "靴", "en": "Shoe"}
    other_database.backend.close()


def test_a_hidden_field_shows_nowhere_and_keeps_its_data(owner: Caller, first: Caller) -> None:
    add(owner, "shoe")
    row = first.insert("customers", name="山田", x_shoe="26")

    hidden = ask(owner, "DELETE", "/tables/customers/fields/x_shoe")
    gone = first.row("customers", row["id"])["fields"]
    refused = first.get("/tables/customers/rows", fields="x_shoe").get_json()
    back = ask(owner, "PATCH", "/tables/customers/fields/shoe", {"hidden": False})

    assert (hidden["hidden"], back["hidden"]) == (True, False)
    assert "x_shoe" not in gone
    assert refused["error"]["code"] == "unknown-field"
    assert first.row("customers", row["id"])["fields"]["x_shoe"] == "26"
    assert [one["name"] for one in ask(owner, "GET", "/tables/customers/fields")["fields"]] == ["x_shoe"]


def test_rules_of_a_custom_field_are_checked(owner: Caller, first: Caller) -> None:
    add(owner, "code", "text", required=True, max_length=3)

    [missing] = first.push("customers", op("insert", new_id(), name="山田"))
    [long] = first.push("customers", op("insert", new_id(), name="山田", x_code="abcd"))

    assert [(one["field"], one["code"]) for one in missing["problems"]] == [("x_code", "required")]
    assert [(one["field"], one["code"]) for one in long["problems"]] == [("x_code", "too-long")]


def test_a_personal_custom_field_is_withheld(owner: Caller, first: Caller, discreet: Caller) -> None:
    add(owner, "allergy", personal=True)
    row = first.insert("customers", name="山田", x_allergy="そば")

    assert "x_allergy" not in discreet.rows("customers")[row["id"]]
    assert "x_allergy" not in described(discreet)
    assert first.rows("customers")[row["id"]]["x_allergy"] == "そば"


def test_references_of_ones_own_show_keys(owner: Caller, first: Caller, people: People) -> None:
    add(owner, "helper", "reference", references="staff")
    row = first.insert("customers", name="山田", x_helper=people.staff["first"])
    number = first.get("/me").get_json()["staff"]["number"]

    assert first.rows("customers", refs="key")[row["id"]]["x_helper"] == number


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "phone"}, "field-taken"),
        ({"name": "revision"}, "field-taken"),
        ({"name": "a", "label": {"ja": "電話番号"}}, "field-taken"),
        ({"name": "Shoe"}, "bad-field"),
        ({"name": "a" * 32}, "bad-field"),
        ({"name": "a; drop table customers"}, "bad-field"),
        ({"name": "a", "type": "store"}, "bad-field"),
        ({"name": "a", "type": "choice"}, "bad-field"),
        ({"name": "a", "choices": SIZES}, "bad-field"),
        ({"name": "a", "type": "choice", "choices": [*SIZES, {"value": "x", "label": {"ja": "小"}}]}, "bad-field"),
        ({"name": "a", "type": "reference"}, "bad-field"),
        ({"name": "a", "type": "reference", "references": "nothing"}, "unknown-table"),
        ({"name": "a", "max_length": 0}, "bad-field"),
        ({"name": "a", "label": {"ja": " "}}, "bad-field"),
        ({"name": "a", "type": "blob"}, "malformed"),
    ],
)
def test_a_field_that_cannot_be_is_refused(owner: Caller, body: dict[str, Any], code: str) -> None:
    if body["name"] == "a" and body.get("label") == {"ja": "電話番号"}:
        body = body | {"label": {"ja": described(owner)["phone"]["label"]["ja"]}}
    declared = {"type": "text", "label": {"ja": "何か", "en": "Something"}} | body

    assert ask(owner, "POST", "/tables/customers/fields", declared)["error"]["code"] == code


def test_a_push_sent_again_after_its_field_was_hidden_is_answered_as_before(owner: Caller, first: Caller) -> None:
    add(owner, "shoe")
    sent = [{"table": "customers", "ops": [op("insert", new_id(), name="客", x_shoe="26")]}]
    changeset = new_id()
    before = first.send(sent, changeset=changeset)
    ask(owner, "DELETE", "/tables/customers/fields/x_shoe")

    again = first.send(sent, changeset=changeset)

    assert before.status_code == 200
    assert (again.status_code, again.get_data()) == (200, before.get_data())


def test_a_name_is_taken_once_shown_or_hidden(owner: Caller) -> None:
    add(owner, "shoe")
    ask(owner, "DELETE", "/tables/customers/fields/shoe")

    assert add(owner, "shoe", "integer")["error"]["code"] == "field-taken"
    assert add(owner, "x_shoe", "integer")["status"] == 409


def test_only_owners_may_change_fields(manager: Caller) -> None:
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/phone")):
        body = {"name": "a", "type": "text", "label": {"ja": "あ"}}
        answer = ask(manager, method, f"/tables/customers/fields{path}", body)
        assert (answer["status"], answer["error"]["code"]) == (403, "owner-only")


def test_a_field_of_the_core_cannot_be_hidden(owner: Caller) -> None:
    answer = ask(owner, "DELETE", "/tables/customers/fields/phone")

    assert (answer["status"], answer["error"]["code"]) == (404, "unknown-custom-field")


def test_sixty_fields_fit_and_the_next_is_refused(owner: Caller, first: Caller) -> None:
    for number in range(60):
        assert add(owner, f"f{number}")["status"] == 201

    row = first.insert("customers", name="山田", x_f0="first", x_f59="last")

    assert add(owner, "f60")["error"]["code"] == "too-many-fields"
    assert first.rows("customers")[row["id"]]["x_f59"] == "last"
    assert first.pull("customers", layout="columns")["columns"][-1] == ["last"]


def test_fields_are_added_and_hidden_on_the_command_line(first: Caller, database_url: str) -> None:
    def kizuna(*words: str) -> str:
        done = CliRunner().invoke(main, [*words, "--database", database_url], env={"KIZUNA_LANGUAGE": "en"})
        assert done.exit_code == 0, done.output
        return done.output

    kizuna("field", "add", "customers", "shoe", "--ja", "靴", "--en", "Shoe", "--type", "choice",
           "--choice", "s=小/Small", "--choice", "l=大/Large")  # fmt: skip
    row = first.insert("customers", name="山田", x_shoe="Large")
    listed = json.loads(kizuna("field", "list", "customers", "--json"))
    kizuna("field", "hide", "customers", "shoe")

    assert [(one["name"], one["type"], one["label"]) for one in listed] == [
        ("x_shoe", "choice", {"ja": "靴", "en": "Shoe"})
    ]
    assert row["fields"].get("x_shoe", "l") == "l"
    assert "x_shoe" not in described(first)


def test_a_file_whose_heading_is_the_label_fills_the_field(
    owner: Caller, first: Caller, database_url: str, tmp_path: Path
) -> None:
    add(owner, "shoe", "decimal", label={"ja": "靴のサイズ"})
    file = tmp_path / "customers.csv"
    file.write_text("氏名,靴のサイズ\n山田花子,24.5\n", encoding="utf-8")

    done = CliRunner().invoke(main, ["import", "customers", str(file), "--store", "1", "--database", database_url])

    assert done.exit_code == 0, done.output
    assert [one["x_shoe"] for one in first.rows("customers").values()] == [24.5]


def test_fields_are_added_while_others_push_and_pull(app: Flask, people: People, owner: Caller) -> None:
    stop, failures = threading.Event(), []

    def work(name: str) -> None:
        one = caller(app, people.tokens[name])
        while not stop.is_set():
            sent = one.send([{"table": "customers", "ops": [op("insert", new_id(), name="客", store_id=1)]}])
            pulled = one.get("/tables/customers/rows")
            failures.extend(each.get_data(as_text=True) for each in (sent, pulled) if each.status_code != 200)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("first", "both", "manager")]
    for one in threads:
        one.start()
    answers = [add(owner, f"f{number}")["status"] for number in range(5)]
    answers += [ask(owner, "DELETE", f"/tables/customers/fields/f{number}")["status"] for number in range(3)]
    stop.set()
    for one in threads:
        one.join()

    assert failures == []
    assert answers == [201] * 5 + [200] * 3
    assert {name for name in described(owner) if name.startswith("x_")} == {"x_f3", "x_f4"}
