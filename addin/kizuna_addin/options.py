"""Options that the commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kizuna_addin.book_hosts import HOSTS, HostChoice
from kizuna_addin.runner import Settings

BOOKS = click.argument("books", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
TABLES = click.option(
    "--table", "-t", "tables", multiple=True, metavar="TABLE", help="この表だけ（既定はすべて） / only this table"
)


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that every command has, gathered into one `Settings` argument."""

    def called(
        server: str | None,
        language: str,
        as_json: bool,  # noqa: FBT001
        accept_losses: tuple[str, ...],
        host: str,
        connection: str | None,
        **others: Any,  # click passes by name
    ) -> None:
        command(Settings(server, language, as_json, HostChoice(host, connection, accept_losses)), **others)

    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]  # where click keeps options
    for option in (
        click.option(
            "--accept-loss", "accept_losses", multiple=True, metavar="KIND",
            help="保存で失われてよい内容（charts など） / content that saving may lose, such as charts",
        ),
        click.option(
            "--connect", "connection", metavar="UNO",
            help="動いている LibreOffice のアドレス（開いているブックをそのまま使う） / address of a running LibreOffice",
        ),
        click.option(
            "--host", type=click.Choice(HOSTS), default="files", show_default=True,
            help="ブックを開くもの / what opens the workbook: the file itself, or LibreOffice Calc",
        ),
        click.option("--json", "as_json", is_flag=True, help="結果を JSON で出す / print the result as JSON"),
        click.option(
            "--language", envvar="KIZUNA_LANGUAGE", type=click.Choice(["ja", "en"]), default="ja", show_default=True,
            help="言語 / language",
        ),
        click.option("--server", metavar="URL", help="サーバーのアドレス（または KIZUNA_SERVER） / server (or KIZUNA_SERVER)"),
    ):  # fmt: skip
        called = option(called)
    return called
