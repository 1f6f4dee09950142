"""Device tokens: made, looked up on every request, revoked."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from kizuna.errors import AccessError, Text
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.model.scope import Actor

PREFIX = "kzn_"
LONGEST_TOKEN = 200
OWN_STORE, EVERY_STORE = 9, 10
"""Where `actor_with` reads a store: one given to the account, or one of all there are."""
Access = list[tuple[Any, ...]]
"""What the database says of a token: the account, and a row per store."""


class TokenMissingError(AccessError):
    """The request names no token."""

    code = "token-missing"
    text = Text(
        "トークンがありません。kizuna-addin login を実行するか、Authorization: Bearer <トークン> を付けてください。",
        "No token. Run kizuna-addin login, or send Authorization: Bearer <token>.",
    )


class WrongTokenError(AccessError):
    """No device has that token, or it was revoked."""

    code = "wrong-token"
    text = Text(
        "トークンが正しくないか、失効しています。管理者に新しいトークンを発行してもらってください(kizuna token create)。",
        "The token is wrong or was revoked. Ask your administrator for a new one (kizuna token create).",
    )


def token_hash(token: str) -> str:
    """Return what is kept of a token: its SHA-256; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_token(database: Database, account_id: str, device: str, *, now: datetime) -> str:
    """Make a token for a device of an account and return it; it is shown this once and kept only as a hash."""
    return database.backend.write(lambda connection: insert_token(database, connection, account_id, device, now=now))


def insert_token(database: Database, connection: sa.Connection, account_id: str, device: str, *, now: datetime) -> str:
    """Make a token within a transaction and return it."""
    token = PREFIX + secrets.token_urlsafe(32)
    run(
        connection,
        f"insert into tokens(hash, account_id, device, created_at) values ({database.backend.holes(4)})",
        (token_hash(token), account_id, device, now.astimezone(UTC).isoformat(timespec="seconds")),
    )
    return token


def list_tokens(connection: sa.Connection) -> list[tuple[str, str, str, str, str | None]]:
    """Return staff number, name, device, when made and when revoked of every token, newest first."""
    sql = (
        "select s.number, s.name, t.device, t.created_at, t.revoked_at from tokens t "
        "join accounts a on a.id = t.account_id join staff s on s.id = a.staff_id order by t.created_at desc"
    )
    return [tuple(row) for row in fetch_all(connection, sql)]


def revoke_tokens(database: Database, account_id: str, device: str | None, *, now: datetime) -> int:
    """Revoke an account's tokens, or those of one device; return how many."""
    hole = database.backend.holes(1)
    condition = f"account_id = {hole} and revoked_at is null" + (f" and device = {hole}" if device else "")
    values = (now.astimezone(UTC).isoformat(timespec="seconds"), account_id, *([device] if device else []))
    sql = f"update tokens set revoked_at = {hole} where {condition}"
    return database.backend.write(lambda connection: run(connection, sql, values))


def actor_of(database: Database, connection: sa.Connection, token: str | None) -> Actor:
    """Return who the token belongs to, with their scope as it is now; the connection reads no more than that from here on.

    Raises TokenMissingError and WrongTokenError.
    """
    return actor_with(access_of(database, connection, token))


def access_of(database: Database, connection: sa.Connection, token: str | None) -> Access:
    """Return what is known of a token now; like `actor_of`, for those who only ask whether it is still the same."""
    if not token:
        raise TokenMissingError
    if len(token) > LONGEST_TOKEN:
        raise WrongTokenError
    backend = database.backend
    sql = (
        "select a.id, s.name, a.role, a.all_stores, a.may_see_personal, a.may_export, t.device, a.staff_id, s.number, "
        f"st.store_id, every.code, (select version from schema_version where id = 1), {backend.narrowing} "
        "from tokens t join accounts a on a.id = t.account_id join staff s on s.id = a.staff_id "
        "left join account_stores st on st.account_id = a.id "
        f"left join stores every on a.all_stores = {_true(database)} and every.deleted <> {_true(database)} "
        f"where t.hash = {backend.holes(1)} and t.revoked_at is null and a.active = {_true(database)} "
        f"and s.deleted <> {_true(database)}"
    )
    rows = fetch_all(connection, sql, (token_hash(token),))
    if not rows:
        raise WrongTokenError
    return rows


def actor_with(rows: Access) -> Actor:
    """Return who has that access."""
    account_id, name, role, all_stores, personal, export, device, staff_id, number, _, _, schema, _ = rows[0]
    place = EVERY_STORE if all_stores else OWN_STORE
    stores = tuple(sorted({row[place] for row in rows if row[place] is not None}))
    return Actor(
        account_id=account_id,
        name=name,
        role=role,
        stores=stores,
        device=device,
        staff_id=staff_id,
        staff_number=number,
        all_stores=bool(all_stores),
        may_see_personal=bool(personal),
        may_export=bool(export),
        schema_version=schema or 0,
    )


def _true(database: Database) -> str:
    return "1" if database.backend.name == "sqlite" else "true"
