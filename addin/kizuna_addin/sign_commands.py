"""``kizuna-addin login``, ``logout`` and ``approve``."""

from __future__ import annotations

from typing import NoReturn

import click

from kizuna_addin import console
from kizuna_addin.errors import AddinError, NoServerError, NoTokenError
from kizuna_addin.messages import Text
from kizuna_addin.pairing import approve, ask_for_code, wait_for_token
from kizuna_addin.preferences import preferences_file, read_preferences
from kizuna_addin.runner import FAILED
from kizuna_addin.signin import device_name, forget_token, keep_token, kept_token, prove_keyring
from kizuna_addin.transport import Transport

SHOW_CODE = Text(
    "コード: {code}　（{minutes} 分以内に、サインイン済みの PC で「kizuna-addin approve {code}」、"
    "またはサーバーで「kizuna pair {code} スタッフ番号」を実行してもらってください。）",
    "Code: {code}  (within {minutes} minutes have “kizuna-addin approve {code}” run on a PC that is signed in, "
    "or “kizuna pair {code} STAFF” on the server.)",
)
APPROVED = Text("端末「{device}」がサインインできるようになりました。", "The device “{device}” may sign in now.")

SERVER = click.option("--server", envvar="KIZUNA_SERVER", metavar="URL", help="サーバーのアドレス / server")
LANGUAGE = click.option(
    "--language", envvar="KIZUNA_LANGUAGE", type=click.Choice(["ja", "en"]), default="ja", help="言語 / language"
)


@click.command()
@SERVER
@LANGUAGE
@click.option(
    "--token", prompt="トークン / token", prompt_required=False, hide_input=True, envvar="KIZUNA_TOKEN", metavar="TOKEN",
    help="発行されたトークン。値を省くと入力を求め、指定しないと短いコードでサインイン / a token; without it by a short code",
)  # fmt: skip
def login(server: str | None, language: str, token: str | None) -> None:
    """サインインし、トークンをこの PC に保管します。/ Sign in; the token is kept in this PC's keyring."""
    try:
        address = _server(server)
        with Transport(address, token or "", language=language) as transport:
            token = token or _by_code(transport, language)
        with Transport(address, token, language=language) as transport:
            me = transport.get("/me") or {}
        keep_token(address, token)
    except AddinError as error:
        _fail(error, language)
    click.echo(console.signed_in(str(me.get("staff", {}).get("name", "")), address, language))


@click.command("approve")
@click.argument("code")
@SERVER
@LANGUAGE
def approve_command(code: str, server: str | None, language: str) -> None:
    """別の端末に表示された CODE を承認し、自分としてサインインさせます。/ Sign in the device that shows CODE as yourself."""
    try:
        address = _server(server)
        token = kept_token(address)
        if not token:
            raise NoTokenError(server=address)
        with Transport(address, token, language=language) as transport:
            device = approve(transport, code)
    except AddinError as error:
        _fail(error, language)
    click.echo(APPROVED.format(device=device).in_language(language))


@click.command()
@SERVER
@LANGUAGE
def logout(server: str | None, language: str) -> None:
    """保管したトークンを消します。/ Forget the kept token."""
    try:
        address = _server(server)
    except AddinError as error:
        _fail(error, language)
    click.echo(console.signed_out(address, known=forget_token(address), language=language))


def _by_code(transport: Transport, language: str) -> str:
    prove_keyring()
    waiting = ask_for_code(transport, device_name())
    minutes = round(waiting.expires_in / 60)
    click.echo(SHOW_CODE.format(code=waiting.code, minutes=minutes).in_language(language))
    return wait_for_token(transport, waiting)


def _server(named: str | None) -> str:
    found = named or read_preferences(preferences_file()).server
    if not found:
        raise NoServerError
    return found.rstrip("/")


def _fail(error: AddinError, language: str) -> NoReturn:
    click.echo(error.message.in_language(language), err=True)
    raise click.exceptions.Exit(FAILED)
