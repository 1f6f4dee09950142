"""``/pairings``: a device asks for a code, a signed-in person approves it, the device fetches its token."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from flask import Blueprint, Response, request

from kizuna.access.pairing import CODE_LENGTH, LIFE, approve_pairing, collect_pairing, open_pairing
from kizuna.api.bodies import read_body, read_json
from kizuna.api.context import caller, context
from kizuna.api.responses import json_response

pairings = Blueprint("pairings", __name__, url_prefix="/api/v1/pairings")
POLL_SECONDS = 2
LARGEST_BODY = 10_000
T = TypeVar("T")


class NewPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device by the name people know it by."""

    device: str


class ApprovedCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The code a device shows."""

    code: str


class WaitingPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the device was given to fetch its token by."""

    secret: str


@pairings.post("")
def ask() -> Response:
    """Return a code to show and a secret to fetch the token by; asks for no token."""
    asked = _body(NewPairing)
    opened = open_pairing(context().database, asked.device, request.remote_addr or "?", now=datetime.now(UTC))
    half = CODE_LENGTH // 2
    answer = {
        "secret": opened.secret,
        "code": f"{opened.code[:half]}-{opened.code[half:]}",
        "expires_in": int(LIFE.total_seconds()),
        "interval": POLL_SECONDS,
    }
    return json_response(answer, status=201)


@pairings.post("/approve")
def approve() -> Response:
    """Let the device that shows a code sign in as the caller."""
    database, actor = caller()
    device = approve_pairing(database, actor.account_id, _body(ApprovedCode).code, now=datetime.now(UTC))
    return json_response({"device": device})


@pairings.post("/collect")
def collect() -> Response:
    """Return the token of an approved device, once; null while it waits."""
    token = collect_pairing(context().database, _body(WaitingPairing).secret, now=datetime.now(UTC))
    return json_response({"token": token})


def _body(kind: type[T]) -> T:
    body = read_body(request, packed_limit=LARGEST_BODY, unpacked_limit=LARGEST_BODY)
    return read_json(body, kind)
