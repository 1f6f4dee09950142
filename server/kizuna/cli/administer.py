"""``kizuna store | staff | token``: stores, people, devices."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from kizuna.access.accounts import check_stores, create_account, find_account, list_accounts
from kizuna.access.pairing import approve_pairing
from kizuna.access.tokens import create_token, list_tokens, revoke_tokens
from kizuna.cli.opening import database_option, insert_row, open_current
from kizuna.cli.speaking import SpeakingGroup, say, say_json, show_table
from kizuna.errors import Text
from kizuna.model.backend import fetch_all
from kizuna.model.roles import ROLES, Role
from kizuna.sync.moments import local_moment

ADDED_STORE = Text("店舗 {code}「{name}」を登録しました。", "Store {code} {name!r} is registered.")
ADDED_STAFF = Text(
    "スタッフ {number}「{name}」を登録しました(役割: {role})。次: kizuna token create {number}",
    "Staff {number} {name!r} is registered ({role}). Next: kizuna token create {number}",
)
TOKEN = Text("トークン(この一度だけ表示): {token}", "Token (shown this once): {token}")
PAIRED = Text("端末「{device}」を {name} さんとして承認しました。", "The device {device!r} may sign in as {name}.")
REVOKED = Text("{count} 個のトークンを失効させました。", "{count} token(s) revoked.")
json_option = click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")


@click.command("pair")
@click.argument("code")
@click.argument("who")
@database_option
def pair(code: str, who: str, *, named: str | None) -> None:
    """端末に表示された CODE を承認し、WHO(スタッフ番号か氏名)としてサインインさせる / Sign in the device that shows CODE as WHO."""
    database = open_current(named)
    with database.backend.read() as connection:
        account = find_account(connection, who)
    device = approve_pairing(database, account.id, code, now=datetime.now(UTC))
    say(PAIRED, device=device, name=account.name)


MOST_CODE = 2**31 - 1
"""Of a store's number, which PostgreSQL keeps in 32 bits."""


@click.group(cls=SpeakingGroup)
def store() -> None:
    """店舗の登録と一覧 / Stores."""


@store.command("add")
@click.argument("name")
@click.option(
    "--code", type=click.IntRange(1, MOST_CODE), help="店舗番号(省略すると次の番号) / Number; default: the next one."
)
@database_option
@json_option
def add_store(name: str, *, code: int | None, named: str | None, as_json: bool) -> None:
    """店舗を登録 / Register a store."""
    database = open_current(named)
    if code is None:
        with database.backend.read() as connection:
            code = int(fetch_all(connection, "select coalesce(max(code), 0) + 1 from stores")[0][0])
    row = insert_row(database, "stores", {"code": code, "name": name})
    say_json(row) if as_json else say(ADDED_STORE, code=code, name=name)


@store.command("list")
@database_option
@json_option
def show_stores(*, named: str | None, as_json: bool) -> None:
    """店舗の一覧 / List stores."""
    database = open_current(named)
    false = "0" if database.backend.name == "sqlite" else "false"
    with database.backend.read() as connection:
        rows = fetch_all(
            connection, f"select code, name, prefecture, city from stores where deleted = {false} order by code"
        )
    if as_json:
        say_json([dict(zip(("code", "name", "prefecture", "city"), row, strict=True)) for row in rows])
    else:
        show_table(("番号 / No.", "店舗名 / Name", "都道府県 / Prefecture", "市区町村 / City"), rows)


@click.group(cls=SpeakingGroup)
def staff() -> None:
    """スタッフとアカウント / Staff and their accounts."""


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="staff", show_default=True, help="役割 / Role.")
@click.option(
    "--store",
    "stores",
    type=click.IntRange(1, MOST_CODE),
    multiple=True,
    help="見える店舗番号(複数可、省略すると全店) / Stores in scope; default: all.",
)
@database_option
@json_option
def add_staff(name: str, *, role: Role, stores: tuple[int, ...], named: str | None, as_json: bool) -> None:
    """スタッフを登録してアカウントを作る / Register a member of staff with an account."""
    database = open_current(named)
    with database.backend.read() as connection:
        check_stores(connection, stores)
    row = insert_row(database, "staff", {"name": name})
    row["account"] = create_account(database, row["id"], role, stores)
    if as_json:
        say_json(row | {"role": role, "stores": stores})
    else:
        say(ADDED_STAFF, number=row["number"], name=name, role=role)


@staff.command("list")
@database_option
@json_option
def show_staff(*, named: str | None, as_json: bool) -> None:
    """アカウントの一覧 / List accounts."""
    database = open_current(named)
    with database.backend.read() as connection:
        accounts = list_accounts(connection)
    rows = [
        (one.number, one.name, one.role, "*" if one.all_stores else ", ".join(map(str, one.stores)), one.active)
        for one in accounts
    ]
    if as_json:
        say_json([dict(zip(("number", "name", "role", "stores", "active"), row, strict=True)) for row in rows])
    else:
        show_table(("番号 / No.", "氏名 / Name", "役割 / Role", "店舗 / Stores", "有効 / Active"), rows)


@click.group(cls=SpeakingGroup)
def token() -> None:
    """端末のトークン / Device tokens."""


@token.command("create")
@click.argument("who")
@click.option("--device", default="kizuna token create", help="端末の名前 / Name of the device.")
@database_option
@json_option
def make_token(who: str, *, device: str, named: str | None, as_json: bool) -> None:
    """WHO(スタッフ番号か氏名)のトークンを発行 / Make a token for WHO (staff number or name)."""
    database = open_current(named)
    with database.backend.read() as connection:
        account = find_account(connection, who)
    made = create_token(database, account.id, device, now=datetime.now(UTC))
    say_json({"token": made, "staff": account.number, "device": device}) if as_json else say(TOKEN, token=made)


@token.command("list")
@database_option
@json_option
def show_tokens(*, named: str | None, as_json: bool) -> None:
    """トークンの一覧(中身は表示しない) / List devices; tokens themselves are not kept."""
    database = open_current(named)
    with database.backend.read() as connection:
        rows = list_tokens(connection)
    if as_json:
        names = ("staff", "name", "device", "created_at", "revoked_at")
        say_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        zone = database.timezone
        shown = [
            (number, name, device, local_moment(made, zone), local_moment(ended, zone) if ended else None)
            for number, name, device, made, ended in rows
        ]
        show_table(("番号 / No.", "氏名 / Name", "端末 / Device", "発行 / Made", "失効 / Revoked"), shown)


@token.command("revoke")
@click.argument("who")
@click.option("--device", help="この名前の端末だけ / Only the device of this name.")
@database_option
def end_tokens(who: str, *, device: str | None, named: str | None) -> None:
    """WHO のトークンを失効させる / Revoke the tokens of WHO."""
    database = open_current(named)
    with database.backend.read() as connection:
        account = find_account(connection, who)
    say(REVOKED, count=revoke_tokens(database, account.id, device, now=datetime.now(UTC)))
