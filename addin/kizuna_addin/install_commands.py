"""``kizuna-addin build-xlam``, ``install``, ``uninstall`` and ``doctor``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import orjson

from kizuna_addin.client import Client
from kizuna_addin.console import as_data
from kizuna_addin.errors import AddinError, NoServerError, NoTokenError
from kizuna_addin.install.doctor import examine, lines
from kizuna_addin.install.errors import BadCatalogueError, MissingPartsError
from kizuna_addin.install.installing import install, uninstall
from kizuna_addin.install.machine import this_machine
from kizuna_addin.install.places import places_on
from kizuna_addin.messages import Text
from kizuna_addin.oxt.build import build as build_extension
from kizuna_addin.preferences import Preferences, preferences_file, read_preferences, write_preferences
from kizuna_addin.ribbon import GROUPS, Group, with_actions
from kizuna_addin.runner import DONE, FAILED
from kizuna_addin.signin import sign_in
from kizuna_addin.xlam.catalogue import Function, read_functions

BUILT = Text("{path} を作りました（関数 {count} 個）。", "Made {path} ({count} functions).")
LEFT_OUT = Text(
    'セルの名前として使えないため KIZUNA("名前", …) で呼ぶ関数: {names}',
    'Called through KIZUNA("name", …), as Excel reads their names as cells: {names}',
)
WITHOUT_FUNCTIONS = Text(
    'サインインしていないため、関数は KIZUNA("名前", …) だけです。サインイン後にもう一度 install すると個々の関数が入ります。',
    'Not signed in: only KIZUNA("name", …) is built in. Install again once signed in for the functions by name.',
)
INSTALL_OXT = Text(
    "LibreOffice の「ツール」→「拡張機能」→「追加」で {path} を入れ、再起動してください（または unopkg add {path}）。",
    "Add {path} in LibreOffice's Tools → Extensions and start it again (or: unopkg add {path}).",
)
INSTALLED = Text("{path} を置きました。", "Put {path} in place.")
START_EXCEL = Text(
    "Excel を起動すると「Kizuna 絆」タブが出ます。出ないときは「kizuna-addin doctor」を実行してください。",
    "Start Excel: it shows the tab “Kizuna 絆”. If not, run “kizuna-addin doctor”.",
)
REMOVED = Text("{path} を消しました。", "Removed {path}.")
NOTHING_INSTALLED = Text("消すものはありません。", "Nothing was installed.")

SERVER = click.option("--server", envvar="KIZUNA_SERVER", metavar="URL", help="サーバーのアドレス / server")
LANGUAGE = click.option(
    "--language", envvar="KIZUNA_LANGUAGE", type=click.Choice(["ja", "en"]), default="ja", help="言語 / language"
)
CATALOGUE = click.option(
    "--catalogue", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
    help="サーバーに聞かず、保存した関数カタログ（JSON）を使う / a saved catalogue instead of asking the server",
)  # fmt: skip


@click.command("build-xlam")
@SERVER
@CATALOGUE
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("kizuna.xlam"), metavar="FILE",
              show_default=True, help="作るファイル / the file to make")  # fmt: skip
@LANGUAGE
def build_xlam(server: str | None, catalogue: Path | None, out: Path, language: str) -> None:
    """Excel アドイン（.xlam）を作ります。/ Build the Excel add-in."""

    def act() -> list[Text]:
        offered = _catalogue(server, catalogue, language)
        addin, left_out = _built(offered)
        out.write_bytes(addin)
        told = [BUILT.format(path=out, count=len(offered.functions) - len(left_out))]
        return [*told, LEFT_OUT.format(names=", ".join(left_out))] if left_out else told

    _telling(act, language)


@click.command("build-oxt")
@SERVER
@CATALOGUE
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("kizuna.oxt"), metavar="FILE",
              show_default=True, help="作るファイル / the file to make")  # fmt: skip
@LANGUAGE
def build_oxt(server: str | None, catalogue: Path | None, out: Path, language: str) -> None:
    """LibreOffice の拡張機能（.oxt）を作ります。/ Build the extension for LibreOffice."""

    def act() -> list[Text]:
        found = _catalogue(server, catalogue, language)
        functions = found.functions
        extension, left_out = build_extension(functions, found.groups, python=Path(sys.executable), language=language)
        out.write_bytes(extension)
        told = [BUILT.format(path=out, count=len(functions) - len(left_out)), INSTALL_OXT.format(path=out)]
        return [*told, LEFT_OUT.format(names=", ".join(left_out))] if left_out else told

    _telling(act, language)


@click.command("install")
@SERVER
@CATALOGUE
@click.option("--xlam", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="作ってあるアドインを使う / an add-in that was built before")  # fmt: skip
@LANGUAGE
def install_command(server: str | None, catalogue: Path | None, xlam: Path | None, language: str) -> None:
    """アドインを Excel の起動フォルダーに置きます。/ Put the add-in where Excel starts it."""

    def act() -> list[Text]:
        places = places_on(sys.platform, home=Path.home(), environ=os.environ)
        told = []
        if xlam is not None:
            addin = xlam.read_bytes()
        else:
            try:
                offered = _catalogue(server, catalogue, language)
            except (NoServerError, NoTokenError):
                offered, told = _Catalogue(), [WITHOUT_FUNCTIONS]
            addin, _ = _built(offered)
        written = install(places, addin, interpreter=Path(sys.executable))
        known = read_preferences(preferences_file())
        write_preferences(preferences_file(), Preferences(server or known.server, language))
        return [*(INSTALLED.format(path=path) for path in written), *told, START_EXCEL]

    _telling(act, language)


@click.command("uninstall")
@LANGUAGE
def uninstall_command(language: str) -> None:
    """アドインを Excel から外します。ブックとトークンは残ります。/ Take the add-in out of Excel."""

    def act() -> list[Text]:
        removed = uninstall(places_on(sys.platform, home=Path.home(), environ=os.environ))
        return [REMOVED.format(path=path) for path in removed] or [NOTHING_INSTALLED]

    _telling(act, language)


@click.command("doctor")
@SERVER
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で出す / print the result as JSON")
def doctor_command(server: str | None, language: str, as_json: bool) -> None:  # noqa: FBT001  # click passes by name
    """この PC を点検し、直し方を示します。/ Examine this PC and tell the cures."""
    findings = examine(this_machine(lambda: _client(server, language)))
    if as_json:
        click.echo(orjson.dumps(as_data(findings), option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join(lines(findings, language)))
    click.get_current_context().exit(FAILED if any(one.state == "trouble" for one in findings) else DONE)


def _client(server: str | None, language: str) -> Client:
    return sign_in(named=server, remembered=read_preferences(preferences_file()).server, language=language, attempts=1)


@dataclass(frozen=True)
class _Catalogue:
    """What a server offers: functions for cells, and the ribbon with its plugins' buttons."""

    functions: tuple[Function, ...] = ()
    groups: tuple[Group, ...] = GROUPS


def _catalogue(server: str | None, saved: Path | None, language: str) -> _Catalogue:
    """Return a saved catalogue, else the server's; raise BadCatalogueError when it is something else."""
    try:
        if saved is not None:
            raw: Any = json.loads(saved.read_text(encoding="utf-8"))
            offered = raw if isinstance(raw, dict) else {"functions": raw}
            return _Catalogue(read_functions(offered["functions"]), with_actions(offered.get("actions") or ()))
        with _client(server, language) as client:
            return _Catalogue(read_functions(client.functions()), with_actions(client.actions()))
    except (KeyError, TypeError, ValueError) as error:
        raise BadCatalogueError(source=saved or server) from error


def _built(catalogue: _Catalogue) -> tuple[bytes, tuple[str, ...]]:
    from kizuna_addin.xlam.build import build

    try:
        made = build(catalogue.functions, catalogue.groups)
    except ModuleNotFoundError as error:
        raise MissingPartsError(module=error.name) from error
    return made.addin, made.left_out


def _telling(act: Callable[[], list[Text]], language: str) -> None:
    try:
        told = act()
    except AddinError as error:
        click.echo(error.message.in_language(language), err=True)
        click.get_current_context().exit(FAILED)
    for text in told:
        click.echo(text.in_language(language))
