"""Accounts: which member of staff may sign in, as what, for which stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kizuna.errors import OperationError, Text
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run, run_many
from kizuna.model.database import Database
from kizuna.model.roles import LEADERS, Role
from kizuna.model.scope import Actor


class NoSuchStaffError(OperationError):
    """No member of staff has that number, name or id."""

    code = "no-such-staff"
    text = Text(
        "スタッフ「{named}」が見つかりません。kizuna staff list で番号を確かめてください。",
        "No member of staff is called {named!r}. See kizuna staff list for numbers.",
    )


class SeveralStaffError(OperationError):
    """More than one member of staff has that name."""

    code = "several-staff"
    text = Text(
        "「{named}」というスタッフは {count} 人います。番号で指定してください: {numbers}",
        "{count} members of staff are called {named!r}. Give one of their numbers: {numbers}",
    )


class NoSuchStoreError(OperationError):
    """No store has that number."""

    code = "no-such-store"
    text = Text(
        "店舗番号 {code} の店舗がありません。kizuna store list で確かめてください。",
        "There is no store number {code}. See kizuna store list.",
    )


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the command line shows it."""

    id: str
    staff_id: str
    number: str
    name: str
    role: Role
    stores: tuple[int, ...]
    all_stores: bool
    active: bool


SYSTEM = Actor("system", "kizuna", "owner", (), all_stores=True, may_export=True)
"""Who commands on the server machine act as: whoever can open the database file is its owner."""


def system_actor(database: Database, connection: sa.Connection) -> Actor:
    """Return the actor of commands on the server, with every store in scope."""
    false = "0" if database.backend.name == "sqlite" else "false"
    stores = fetch_all(
        connection, f"select code from stores where deleted = {false} and code is not null order by code"
    )
    return Actor(
        SYSTEM.account_id, SYSTEM.name, "owner", tuple(row[0] for row in stores), all_stores=True, may_export=True
    )


def check_stores(connection: sa.Connection, stores: Sequence[int]) -> None:
    """Raise NoSuchStoreError unless every code names a store."""
    known = {row[0] for row in fetch_all(connection, "select code from stores where not deleted")}
    for code in stores:
        if code not in known:
            raise NoSuchStoreError(code=code)


def create_account(database: Database, staff_id: str, role: Role, stores: Sequence[int]) -> str:
    """Make (or change) the account of a member of staff; no ``stores`` means every store. Return its id.

    Owners and managers see personal fields and may export; staff see them; read-only accounts do neither.
    """

    def work(connection: sa.Connection) -> str:
        check_stores(connection, stores)
        hole = database.backend.holes(1)
        found = fetch_all(connection, f"select id from accounts where staff_id = {hole}", (staff_id,))
        account_id = str(found[0][0]) if found else new_id()
        run(connection, f"delete from account_stores where account_id = {hole}", (account_id,))
        run(connection, f"delete from accounts where id = {hole}", (account_id,))
        run(
            connection,
            "insert into accounts(id, staff_id, role, all_stores, may_see_personal, may_export, active) "
            f"values ({database.backend.holes(7)})",
            (account_id, staff_id, role, not stores, role != "read-only", role in LEADERS, True),
        )
        run_many(
            connection,
            f"insert into account_stores(account_id, store_id) values ({database.backend.holes(2)})",
            [(account_id, code) for code in stores],
        )
        return account_id

    return database.backend.write(work)


def list_accounts(connection: sa.Connection) -> list[AccountRow]:
    """Return every account with its stores, by staff number."""
    stores: dict[str, list[int]] = {}
    for account_id, store_id in fetch_all(
        connection, "select account_id, store_id from account_stores order by store_id"
    ):
        stores.setdefault(account_id, []).append(store_id)
    sql = (
        "select a.id, a.staff_id, s.number, s.name, a.role, a.all_stores, a.active "
        "from accounts a join staff s on s.id = a.staff_id order by s.number"
    )
    return [
        AccountRow(row[0], row[1], row[2], row[3], row[4], tuple(stores.get(row[0], ())), bool(row[5]), bool(row[6]))
        for row in fetch_all(connection, sql)
    ]


def find_account(connection: sa.Connection, named: str) -> AccountRow:
    """Return the account whose staff number, id or name is ``named``; raise NoSuchStaffError or SeveralStaffError."""
    accounts = list_accounts(connection)
    found = [one for one in accounts if named in {one.number, one.id, one.staff_id}]
    found = found or [one for one in accounts if named == one.name]
    if not found:
        raise NoSuchStaffError(named=named)
    if len(found) > 1:
        numbers = "、".join(one.number or one.id for one in found)
        raise SeveralStaffError(named=named, count=len(found), numbers=numbers)
    return found[0]
