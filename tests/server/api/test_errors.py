"""Bad requests: each a 4xx with code and cure, nothing changed, no traceback."""

from __future__ import annotations

import gzip
import json
import logging
import re
from typing import Any

import pytest
import zstandard
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kizuna.access.accounts import create_account
from kizuna.api.bodies import compress
from kizuna.ids import new_id
from kizuna.model.backend import run
from kizuna.model.database import Database
from kizuna.unreadable import why
from tests.fixtures.people import People, contents
from tests.fixtures.wire import Caller, caller, op


def body(**more: Any) -> bytes:
    return json.dumps({"id": new_id(), "tables": []} | more).encode()


def table(name: str, *ops: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"table": name, "ops": list(ops)}]


INSERT = {"op": "insert", "id": new_id(), "fields": {"name": "a"}}
BAD_BODIES: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "malformed"),
    "no JSON": (b"{", 400, "malformed"),
    "half a body": (body(tables=table("customers", INSERT))[:-9], 400, "malformed"),
    "a list": (b"[]", 400, "malformed"),
    "no UTF-8": (b'{"id":"\xff"}', 400, "malformed"),
    "a lone surrogate": (b'{"id":"\\ud800","tables":[]}', 400, "malformed"),
    "deep lists": (b"[" * 500_000, 400, "malformed"),
    "deep objects": (b'{"a":' * 200_000, 400, "malformed"),
    "a deep value": (
        b'{"id":"x","tables":[{"table":"customers","ops":[{"op":"insert","id":"x","fields":{"name":'
        + b"[" * 100_000 + b"]" * 100_000 + b"}}]}]}", 400, "malformed",
    ),
    "a number of 6,000 digits": (body(tables="X").replace(b'"X"', b"1" * 6_000), 400, "malformed"),
    "a value of 6,000 digits": (
        body(tables=table("customers", INSERT | {"fields": {"name": "X"}})).replace(b'"X"', b"1" * 6_000),
        400, "malformed",
    ),
    "NaN": (body(tables="X").replace(b'"X"', b"NaN"), 400, "malformed"),
    "an unknown member": (body(colour="red"), 400, "malformed"),
    "an unknown op": (body(tables=table("customers", INSERT | {"op": "upsert"})), 400, "malformed"),
    "an unknown origin": (body(origin="moon"), 400, "malformed"),
    "a note with NUL": (body(note="a\0"), 400, "malformed"),
    "a device with NUL": (body(device="a\0"), 400, "malformed"),
    "an endless note": (body(note="a" * 10_000), 400, "malformed"),
    "an id that is no UUID": (body(id="7"), 400, "bad-changeset-id"),
    "an unknown table": (body(tables=table("custmers")), 404, "unknown-table"),
    "an SQL table": (body(tables=table("customers; drop table customers")), 404, "unknown-table"),
    "a table twice": (body(tables=table("customers") * 2), 400, "table-twice"),
    "an unknown field": (
        body(tables=table("customers", INSERT | {"fields": {"nmae": "a"}})), 400, "unknown-field",
    ),
    "an SQL field": (
        body(tables=table("customers", INSERT | {"fields": {"name) values(1);--": "a"}})), 400, "unknown-field",
    ),
    "a system field": (body(tables=table("customers", INSERT | {"fields": {"revision": 5}})), 400, "unknown-field"),
    "an unknown field in an update": (
        body(tables=table("customers", op("update", new_id(), 1, deleted=True))), 400, "unknown-field",
    ),
    "too much": (body(note="x" * 2_000_000), 413, "body-too-large"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_push_that_cannot_be_read_is_refused_with_a_code_and_a_cure(
    database: Database, first: Caller, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent, status, code = BAD_BODIES[name]
    before = contents(database)
    with caplog.at_level(logging.ERROR):
        response = first.post("/changesets", sent)

    error = response.get_json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["message"]
    assert "Traceback" not in response.get_data(as_text=True)
    assert contents(database) == before
    assert not caplog.records


BOMB = b'{"id":"' + b"0" * 50_000_000 + b'"}'
BAD_PACKED: dict[str, tuple[bytes, str, int, str]] = {
    "a gzip bomb": (gzip.compress(BOMB), "gzip", 413, "body-too-large"),
    "a zstd bomb": (zstandard.compress(BOMB), "zstd", 413, "body-too-large"),
    "no gzip": (b"{}", "gzip", 400, "malformed"),
    "no zstd": (b"{}", "zstd", 400, "malformed"),
    "half a gzip": (gzip.compress(body(), mtime=0)[:-9], "gzip", 400, "malformed"),
    "half a zstd": (zstandard.compress(body())[:-9], "zstd", 400, "malformed"),
    "an unknown encoding": (body(), "br", 415, "unknown-encoding"),
    "two encodings": (body(), "gzip, zstd", 415, "unknown-encoding"),
}


@pytest.mark.parametrize("name", BAD_PACKED)
def test_a_packed_push_that_cannot_be_unpacked_is_refused(database: Database, first: Caller, name: str) -> None:
    sent, encoding, status, code = BAD_PACKED[name]
    before = contents(database)
    response = first.post("/changesets", sent, {"Content-Encoding": encoding})

    error = response.get_json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["message"]
    assert contents(database) == before


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "identity", "GZIP"])
def test_a_packed_push_is_taken(first: Caller, encoding: str) -> None:
    pack = {"gzip": gzip.compress, "zstd": zstandard.compress}.get(encoding.lower(), bytes)
    sent = pack(body(tables=table("customers", op("insert", new_id(), name="a"))))
    response = first.post("/changesets", sent, {"Content-Encoding": encoding})

    assert [one["outcome"] for one in response.get_json()["outcomes"]] == ["applied"]


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Basic x", "Bearer " + "x" * 10_000, "bearer kzn_\xff", "kzn_x"],
)
@pytest.mark.parametrize("path", ["/me", "/tables", "/tables/customers/rows", "/changesets"])
def test_a_wrong_token_opens_nothing(app: Flask, authorization: str | None, path: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    send = app.test_client().post if path == "/changesets" else app.test_client().get
    response = send(f"/api/v1{path}", headers=headers)

    assert response.status_code == 401
    assert response.get_json()["error"]["code"] in {"token-missing", "wrong-token"}


def test_a_revoked_token_and_a_closed_account_open_nothing(database: Database, app: Flask, people: People) -> None:
    first, second = caller(app, people.tokens["first"]), caller(app, people.tokens["second"])
    hole = database.backend.holes(1)
    database.backend.write(
        lambda own: run(
            own, f"update tokens set revoked_at = 'now' where account_id = {hole}", (people.accounts["first"],)
        )
    )
    database.backend.write(
        lambda own: run(
            own, f"update accounts set active = {hole} where id = {hole}", (False, people.accounts["second"])
        )
    )

    assert [first.get("/me").status_code, second.get("/me").status_code] == [401, 401]


def test_a_changed_role_counts_from_the_next_request(database: Database, people: People, first: Caller) -> None:
    create_account(database, people.staff["first"], "read-only", [2])
    me = first.get("/me").get_json()
    [outcome] = first.push("customers", op("insert", new_id(), name=None))

    assert (me["role"], me["stores"], me["may_see_personal"]) == ("read-only", [2], False)
    assert outcome["outcome"] == "forbidden"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "not-found"),
        ("/tables/custmers/rows", 404, "unknown-table"),
        ("/tables/customers%00/rows", 404, "unknown-table"),
        ("/tables/customers/rows?fields=nmae", 400, "unknown-field"),
        ("/tables/customers/rows?fields=name%00", 400, "unknown-field"),
        ("/tables/customers/rows?refs=name", 400, "bad-parameter"),
        ("/tables/customers/rows?layout=tree", 400, "bad-parameter"),
        ("/tables/customers/rows?limit=0", 400, "bad-parameter"),
        ("/tables/customers/rows?limit=-1", 400, "bad-parameter"),
        ("/tables/customers/rows?limit=50001", 400, "bad-parameter"),
        ("/tables/customers/rows?limit=%EF%BC%91", 400, "bad-parameter"),
        ("/tables/customers/rows?limit=" + "9" * 5_000, 400, "bad-parameter"),
        ("/tables/customers/rows/7", 404, "unknown-row"),
        ("/tables/customers/rows/%00", 404, "unknown-row"),
        ("/tables/customers/rows/a%00/history", 404, "unknown-row"),
        ("/tables/customers/rows/0190c0de-0000-7000-8000-000000000000", 404, "unknown-row"),
    ],
)
def test_a_read_that_cannot_be_answered_is_refused(first: Caller, path: str, status: int, code: str) -> None:
    response = first.http.get(f"/api/v1{path}", headers=first.headers)

    error = response.get_json()["error"]
    assert (response.status_code, error["code"]) == (status, code)
    assert error["message"]


def test_a_method_a_url_does_not_take_is_refused(first: Caller) -> None:
    response = first.http.delete("/api/v1/tables", headers=first.headers)

    assert (response.status_code, response.get_json()["error"]["code"]) == (405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_hostile_texts_come_back_as_they_were_sent(first: Caller, shared_data: Any) -> None:
    [found] = sorted(shared_data.glob("payloads/**/blns.json"))
    texts = [one for one in json.loads(found.read_text(encoding="utf-8")) if one and "\0" not in one]
    ids = [new_id() for _ in texts]
    outcomes = first.push(
        "customers", *(op("insert", row_id, name="a", notes=text) for row_id, text in zip(ids, texts, strict=True))
    )
    rows, columns = first.rows("customers"), first.pull("customers", layout="columns", fields="notes")

    assert {one["outcome"] for one in outcomes} == {"applied"}
    assert [rows[row_id]["notes"] for row_id in ids] == texts
    assert columns["columns"][2] == texts


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("zstd;q=0, gzip", "gzip"), ("zstd;q=0, gzip;q=0", None), ("zstdx", None), (",;q==", None), ("GZIP", "gzip")],
)
def test_an_answer_is_packed_only_as_the_caller_accepts(accepted: str, encoding: str | None) -> None:
    assert compress(b"a" * 5_000, accepted)[1] == encoding


def test_every_answer_forbids_framing_guessing_and_shared_caches(first: Caller) -> None:
    for answer in (first.get("/me"), first.get("/nothing"), first.http.get("/")):
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("name", [name for name, (_, _, code) in BAD_BODIES.items() if code == "malformed"])
def test_what_cannot_be_read_is_told_wholly_in_the_readers_language_with_the_readers_words_apart(
    first: Caller, name: str
) -> None:
    first.language = "ja"
    error = first.post("/changesets", BAD_BODIES[name][0]).get_json()["error"]

    assert error["message"].startswith("送信内容を読めません: ")
    assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", error["message"])
    assert error["details"]["detail"] not in error["message"]
    assert error["details"]["detail"].isascii()


@given(st.text())
def test_a_reason_of_a_kind_nobody_knows_is_told_all_the_same(said: str) -> None:
    found = why(ValueError(said))

    assert found.ja
    assert found.en == said[:300]


@pytest.mark.parametrize(
    ("said", "japanese"),
    [
        ("Object missing required field `id` - at `$.tables[0]`", "「id」がありません(場所: tables[0])"),
        ("Expected `str`, got `int` - at `$.id`", "str が必要ですが int です(場所: id)"),
        ("Invalid enum value 'moon' - at `$.origin`", "「moon」は選べません(場所: origin)"),
        ("Object contains unknown field `colour`", "「colour」という項目はありません"),
        ("JSON is malformed: trailing comma in object (byte 22)", "22 バイト目から JSON として読めません"),
        ("something new", "JSON の形が正しくありません"),
    ],
)
def test_reasons_of_msgspec_have_japanese_words(said: str, japanese: str) -> None:
    assert why(ValueError(said)).ja == japanese


@pytest.mark.parametrize("host", ["localhost", "a" * 300, "a..b", "[::1"])
@pytest.mark.parametrize(
    ("path", "meant"), [("/reports", "/reports/"), ("/api//v1/tables/é/rows", "/api/v1/tables/%C3%A9/rows")]
)
def test_who_asks_for_a_path_written_otherwise_is_sent_on_by_path_whatever_the_host_is_called(
    app: Flask, host: str, path: str, meant: str
) -> None:
    answer = app.test_client().get(path, query_string={"a": "b"}, environ_overrides={"HTTP_HOST": host})

    assert (answer.status_code, answer.headers["Location"]) == (308, f"{meant}?a=b")


def test_behind_a_prefix_who_is_sent_on_stays_behind_it(app: Flask) -> None:
    answer = app.test_client().get("/reports", environ_overrides={"SCRIPT_NAME": "/kizuna"})

    assert (answer.status_code, answer.headers["Location"]) == (308, "/kizuna/reports/")
