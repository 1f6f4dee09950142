"""``kizuna field``: an owner's own fields, without code."""

from __future__ import annotations

from typing import Any, get_args

import click

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import SpeakingGroup, say, say_json, show_table
from kizuna.errors import Text
from kizuna.model.custom import ChoiceWords, Words, shown
from kizuna.model.database import Database
from kizuna.model.fields import FieldType
from kizuna.model.scope import Actor
from kizuna.ops.fields import FieldEdit, NewField, add_field, edit_field, list_fields

ADDED = Text(
    "表「{table}」に項目「{label}」({name})を追加しました。次の取得からシートに出ます。",
    "Table {table!r} has a new field {name} ({label}); sheets show it from their next pull.",
)
CHANGED = Text("項目 {name}({label})を変更しました。", "Field {name} ({label}) is changed.")
TYPES = tuple(one for one in get_args(FieldType) if one != "store")
json_option = click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")


@click.group(cls=SpeakingGroup)
def field() -> None:
    """表に項目を追加・変更・非表示 / Fields of your own."""


@field.command("add")
@click.argument("table")
@click.argument("name")
@click.option("--ja", required=True, help="日本語の見出し / Japanese label.")
@click.option("--en", help="英語の見出し / English label.")
@click.option("--type", "kind", type=click.Choice(TYPES), default="text", show_default=True, help="種類 / Type.")
@click.option("--choice", "choices", multiple=True, metavar="VALUE=JA/EN", help="選択肢(複数可) / A choice; repeat.")
@click.option("--required", is_flag=True, help="必須 / Required.")
@click.option("--personal", is_flag=True, help="個人情報 / Personal data.")
@click.option("--references", metavar="TABLE", help="参照先の表 / The table a reference points to.")
@click.option("--max-length", type=int, help="最大文字数 / Longest text.")
@database_option
@json_option
def add(
    table: str,
    name: str,
    *,
    ja: str,
    en: str | None,
    kind: FieldType,
    choices: tuple[str, ...],
    required: bool,
    personal: bool,
    references: str | None,
    max_length: int | None,
    named: str | None,
    as_json: bool,
) -> None:
    """TABLE に項目 NAME を追加 / Add field NAME to TABLE.

    例: kizuna field add customers shoe --ja 靴のサイズ --en "Shoe size" --type decimal
    """
    database = open_current(named)
    asked = NewField(
        name,
        kind,
        Words(ja, en),
        required=required,
        personal=personal,
        choices=tuple(map(_choice, choices)),
        references=references,
        max_length=max_length,
    )
    done = shown(table, *add_field(database, _actor(database), table, asked))
    say_json(done) if as_json else say(ADDED, table=table, name=done["name"], label=ja)


@field.command("list")
@click.argument("table")
@database_option
@json_option
def show_all(table: str, *, named: str | None, as_json: bool) -> None:
    """TABLE に追加した項目の一覧 / List the fields added to TABLE."""
    database = open_current(named)
    with database.backend.read() as connection:
        found = list_fields(database, connection, system_actor(database, connection), table)
    if as_json:
        say_json([shown(table, *one) for one in found])
        return
    rows = [(name, one.label.ja, one.label.text().en, one.type, one.hidden) for name, one in found]
    show_table(("name", "日本語", "English", "種類 / Type", "非表示 / Hidden"), rows)


@field.command("hide")
@click.argument("table")
@click.argument("name")
@database_option
def hide(table: str, name: str, *, named: str | None) -> None:
    """項目を非表示(データは残る) / Hide a field; its data stays."""
    _edit(named, table, name, FieldEdit(hidden=True))


@field.command("show")
@click.argument("table")
@click.argument("name")
@database_option
def show(table: str, name: str, *, named: str | None) -> None:
    """非表示の項目を再表示 / Show a hidden field again."""
    _edit(named, table, name, FieldEdit(hidden=False))


def _edit(named: str | None, table: str, name: str, asked: FieldEdit) -> None:
    database = open_current(named)
    done: dict[str, Any] = shown(table, *edit_field(database, _actor(database), table, name, asked))
    say(CHANGED, name=done["name"], label=done["label"]["ja"])


def _actor(database: Database) -> Actor:
    with database.backend.read() as connection:
        return system_actor(database, connection)


def _choice(text: str) -> ChoiceWords:
    value, _, labels = text.partition("=")
    ja, _, en = labels.partition("/")
    return ChoiceWords(value, Words(ja or value, en or None))
