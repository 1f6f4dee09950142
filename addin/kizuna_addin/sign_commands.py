"""``kizuna-addin login`` and ``logout``."""

from __future__ import annotations

import click

from kizuna_addin import console
from kizuna_addin.errors import AddinError, NoServerError
from kizuna_addin.runner import FAILED
from kizuna_addin.signin import forget_token, keep_token
from kizuna_addin.transport import Transport


@click.command()
@click.option("--server", required=True, envvar="KIZUNA_SERVER", metavar="URL", help="サーバーのアドレス / server")
@click.option(
    "--language", envvar="KIZUNA_LANGUAGE", type=click.Choice(["ja", "en"]), default="ja", help="言葉 / language"
)
@click.password_option(
    "--token", prompt="トークン / token", confirmation_prompt=False, envvar="KIZUNA_TOKEN", help="トークン / token"
)
def login(server: str, language: str, token: str) -> None:
    """サインインし、トークンをこの PC に保管します。/ Sign in; the token is kept in this PC's keyring."""
    transport = Transport(server, token, language=language)
    try:
        me = transport.get("/me") or {}
        keep_token(transport.server, token)
    except AddinError as error:
        click.echo(error.message.in_language(language), err=True)
        click.get_current_context().exit(FAILED)
    finally:
        transport.close()
    click.echo(console.signed_in(str(me.get("staff", {}).get("name", "")), transport.server, language))


@click.command()
@click.option("--server", envvar="KIZUNA_SERVER", metavar="URL", help="サーバーのアドレス / server")
@click.option(
    "--language", envvar="KIZUNA_LANGUAGE", type=click.Choice(["ja", "en"]), default="ja", help="言葉 / language"
)
def logout(server: str | None, language: str) -> None:
    """保管したトークンを消します。/ Forget the kept token."""
    if not server:
        click.echo(NoServerError().message.in_language(language), err=True)
        click.get_current_context().exit(FAILED)
    click.echo(console.signed_out(server, known=forget_token(server), language=language))
