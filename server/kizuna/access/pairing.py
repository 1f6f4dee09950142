"""Signing a device in by a short code: it shows the code, a signed-in person approves it, it fetches its token.

The code is good for ten minutes and one device. What is kept are hashes; the token comes to be when the device fetches it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from kizuna.access.tokens import insert_token, token_hash
from kizuna.errors import AccessError, NotFoundError, Text
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database

LIFE = timedelta(minutes=10)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""No I, O, 0, 1: they look alike on paper and sound alike on the telephone."""
CODE_LENGTH = 8
MOST_FROM_ONE_ADDRESS = 10
MOST_AT_ALL = 200
LONGEST_DEVICE = 100
LONGEST_SECRET = 200


class TooManyPairingsError(AccessError):
    """More devices wait for approval than can be meant."""

    code = "too-many-pairings"
    text = Text(
        "承認待ちの端末が多すぎます。10 分ほど待ってから、もう一度サインインしてください。",
        "Too many devices are waiting for approval. Sign in again in ten minutes.",
    )


class PairingUnknownError(NotFoundError):
    """No device waits with that code or secret, or no longer."""

    code = "pairing-unknown"
    text = Text(
        "そのコードは正しくないか、期限(10 分)が切れています。端末でもう一度サインインして、新しいコードを使ってください。",
        "That code is wrong or older than ten minutes. Sign in again on the device and use its new code.",
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """What the device keeps (``secret``) and shows (``code``)."""

    secret: str
    code: str


def open_pairing(database: Database, device: str, address: str, *, now: datetime) -> Opened:
    """Let a device wait for approval; raise TooManyPairingsError."""
    opened = Opened(secrets.token_urlsafe(32), "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH)))
    hole = database.backend.holes(1)

    def work(connection: sa.Connection) -> Opened:
        run(connection, f"delete from pairings where expires_at <= {hole}", (_moment(now),))
        waiting = fetch_all(connection, "select address from pairings")
        if len(waiting) >= MOST_AT_ALL or sum(row[0] == address for row in waiting) >= MOST_FROM_ONE_ADDRESS:
            raise TooManyPairingsError
        run(
            connection,
            "insert into pairings(secret_hash, code_hash, device, address, expires_at) "
            f"values ({database.backend.holes(5)})",
            (
                token_hash(opened.secret),
                token_hash(opened.code),
                device[:LONGEST_DEVICE] or "?",
                address,
                _moment(now + LIFE),
            ),
        )
        return opened

    return database.backend.write(work)


def approve_pairing(database: Database, account_id: str, code: str, *, now: datetime) -> str:
    """Let the device that shows a code sign in as an account; return its name. Raises PairingUnknownError."""
    hole = database.backend.holes(1)
    # As people type it: small letters, blanks or a dash between the halves.
    plain = "".join(letter for letter in code.upper() if letter in LETTERS)

    def work(connection: sa.Connection) -> str:
        values = (token_hash(plain), _moment(now))
        waiting = f"code_hash = {hole} and expires_at > {hole} and account_id is null"
        rows = fetch_all(connection, f"select device from pairings where {waiting}", values)
        if not rows:
            raise PairingUnknownError
        run(connection, f"update pairings set account_id = {hole} where {waiting}", (account_id, *values))
        return str(rows[0][0])

    return database.backend.write(work)


def collect_pairing(database: Database, secret: str, *, now: datetime) -> str | None:
    """Return the token of a device that was approved, once; None while it waits. Raises PairingUnknownError."""
    hole = database.backend.holes(1)
    if len(secret) > LONGEST_SECRET:
        raise PairingUnknownError

    def approval(connection: sa.Connection) -> tuple[str | None, str]:
        rows = fetch_all(
            connection,
            f"select account_id, device from pairings where secret_hash = {hole} and expires_at > {hole}",
            (token_hash(secret), _moment(now)),
        )
        if not rows:
            raise PairingUnknownError
        account_id, device = rows[0]
        return account_id, device

    def work(connection: sa.Connection) -> str | None:
        account_id, device = approval(connection)
        if account_id is None:
            return None
        # Whoever deletes the row makes the token: two fetches at once cannot both.
        if run(connection, f"delete from pairings where secret_hash = {hole}", (token_hash(secret),)) != 1:
            raise PairingUnknownError
        return insert_token(database, connection, account_id, device, now=now)

    # A device asks every few seconds, and anybody may: the writer's turn is for those who were approved.
    with database.backend.read() as connection:
        if approval(connection)[0] is None:
            return None
    return database.backend.write(work)


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
