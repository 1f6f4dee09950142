"""``kizuna settings``: what the owner can set of plugins."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import SpeakingGroup, language, say, say_json, show_table
from kizuna.errors import OperationError, Text
from kizuna.ops.settings import label_of, set_settings, settings_history, show_settings
from kizuna.sync.moments import local_moment

SET = Text("設定「{label}」を変更しました。", "{label} is changed.")


class NotNameAndValueError(OperationError):
    """A value is not given as name=value."""

    code = "not-name-and-value"
    text = Text("「{given}」は 名前=値 の形で指定してください。", "Give {given!r} as name=value.")


@click.group(cls=SpeakingGroup)
def settings() -> None:
    """プラグインの設定を表示・変更 / Show and change what plugins let the owner set."""


@settings.command("list")
@database_option
def list_all(named: str | None) -> None:
    """設定の一覧 / List the settings there are."""
    plugins = open_current(named).plugins
    rows = [
        (name, label_of(model).in_language(language()), plugins.owner("settings", name))
        for name, model in sorted(plugins.settings.items())
    ]
    show_table(("名前 / Name", "設定 / Settings", "プラグイン / Plugin"), rows)


@settings.command()
@click.argument("name")
@click.option("--history", "with_history", is_flag=True, help="変更の履歴 / Who changed what when.")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
@database_option
def show(name: str, *, with_history: bool, as_json: bool, named: str | None) -> None:
    """設定 NAME の値 / Show the values of NAME."""
    database = open_current(named)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
        view = show_settings(database, connection, actor, name)
        changes = settings_history(database, connection, actor, name) if with_history else []
    if with_history:
        if as_json:
            say_json([{"at": one.at, "who": one.who, "fields": one.fields} for one in changes])
            return
        rows = [
            (local_moment(one.at, database.timezone), one.who, field, _text(before), _text(after))
            for one in changes
            for field, (before, after) in one.fields.items()
        ]
        show_table(("日時 / At", "誰 / Who", "項目 / Field", "前 / Before", "後 / After"), rows)
    elif as_json:
        say_json(dict(view.values))
    else:
        spoken = language()
        titles = {field: title.in_language(spoken) for field, title in view.titles.items()}
        shown = [(field, _text(value), titles[field]) for field, value in view.values.items()]
        show_table(("項目 / Field", "値 / Value", "説明 / Meaning"), shown)


@settings.command("set")
@click.argument("name")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@database_option
def set_values(name: str, values: tuple[str, ...], *, named: str | None) -> None:
    """設定 NAME の値を変更 / Change values of NAME.

    例: kizuna settings set rfm recency_5=60 mode=quantile
    """
    database = open_current(named)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
    set_settings(database, actor, name, dict(map(_pair, values)), now=datetime.now(UTC), merge=True)
    say(SET, label=label_of(database.plugins.settings[name]).in_language(language()))


def _pair(given: str) -> tuple[str, Any]:
    name, equals, value = given.partition("=")
    if not equals:
        raise NotNameAndValueError(given=given[:60])
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
