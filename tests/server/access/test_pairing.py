"""Devices signed in by a short code, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kizuna.access.pairing import (
    LETTERS,
    MOST_FROM_ONE_ADDRESS,
    PairingUnknownError,
    TooManyPairingsError,
    approve_pairing,
    collect_pairing,
    open_pairing,
)
from kizuna.model.backend import fetch_all
from kizuna.model.database import Database
from tests.fixtures.people import People
from tests.fixtures.wire import Caller

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def post(who: Caller, path: str, body: Any, *, token: bool = True) -> Any:
    headers = who.headers if token else {"Accept-Language": "en"}
    return who.http.post(f"/api/v1/pairings{path}", data=json.dumps(body), headers=headers)


def test_a_device_shows_a_code_and_fetches_its_token_once_it_is_approved(first: Caller) -> None:
    opened = post(first, "", {"device": "counter-pc"}, token=False).get_json()
    waiting = post(first, "/collect", {"secret": opened["secret"]}, token=False).get_json()
    approved = post(first, "/approve", {"code": opened["code"].lower()}).get_json()
    token = post(first, "/collect", {"secret": opened["secret"]}, token=False).get_json()["token"]

    assert (waiting, approved) == ({"token": None}, {"device": "counter-pc"})
    me = first.http.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).get_json()
    assert me["staff"] == first.get("/me").get_json()["staff"]
    assert me["device"] == "counter-pc"
    assert post(first, "/collect", {"secret": opened["secret"]}, token=False).status_code == 404


def test_only_somebody_signed_in_may_approve(first: Caller) -> None:
    opened = post(first, "", {"device": "pc"}, token=False).get_json()

    assert post(first, "/approve", {"code": opened["code"]}, token=False).status_code == 401


@pytest.mark.parametrize("body", [{}, {"device": 1}, [], "x", {"device": "pc", "more": 1}])
def test_an_unreadable_request_is_refused(first: Caller, body: Any) -> None:
    assert post(first, "", body, token=False).status_code == 400


def test_neither_code_nor_secret_nor_token_is_kept(database: Database, people: People) -> None:
    opened = open_pairing(database, "pc", "192.0.2.1", now=NOW)
    with database.backend.read() as connection:
        [kept] = fetch_all(connection, "select * from pairings")

    assert opened.secret not in map(str, kept)
    assert opened.code not in map(str, kept)
    assert set(opened.code) <= set(LETTERS)


def test_a_code_ends_after_ten_minutes(database: Database, people: People) -> None:
    opened = open_pairing(database, "pc", "192.0.2.1", now=NOW)
    late = NOW + timedelta(minutes=10)

    with pytest.raises(PairingUnknownError):
        approve_pairing(database, people.accounts["first"], opened.code, now=late)
    with pytest.raises(PairingUnknownError):
        collect_pairing(database, opened.secret, now=late)


def test_a_code_is_approved_once(database: Database, people: People) -> None:
    opened = open_pairing(database, "pc", "192.0.2.1", now=NOW)
    typed = f" {opened.code[:4].lower()} - {opened.code[4:]} "
    approve_pairing(database, people.accounts["first"], typed, now=NOW)

    with pytest.raises(PairingUnknownError):
        approve_pairing(database, people.accounts["second"], opened.code, now=NOW)


def test_the_code_alone_fetches_no_token(database: Database, people: People) -> None:
    opened = open_pairing(database, "pc", "192.0.2.1", now=NOW)
    approve_pairing(database, people.accounts["first"], opened.code, now=NOW)

    with pytest.raises(PairingUnknownError):
        collect_pairing(database, opened.code, now=NOW)


def test_too_many_waiting_devices_are_refused_until_the_first_codes_end(database: Database, people: People) -> None:
    for _ in range(MOST_FROM_ONE_ADDRESS):
        open_pairing(database, "pc", "192.0.2.1", now=NOW)

    with pytest.raises(TooManyPairingsError):
        open_pairing(database, "pc", "192.0.2.1", now=NOW)
    open_pairing(database, "pc", "192.0.2.2", now=NOW)
    open_pairing(database, "pc", "192.0.2.1", now=NOW + timedelta(minutes=10))


def test_the_refusal_is_told_as_such(first: Caller) -> None:
    answers = [post(first, "", {"device": "pc"}, token=False) for _ in range(MOST_FROM_ONE_ADDRESS + 1)]

    assert answers[-1].status_code == 429
    assert answers[-1].get_json()["error"]["code"] == "too-many-pairings"
