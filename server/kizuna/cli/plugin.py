"""``kizuna plugin``: what plugin authors do at the command line."""

from __future__ import annotations

import logging
from importlib.metadata import entry_points
from pathlib import Path

import click

from kizuna.app import default_plugins_folder
from kizuna.cli.new_plugin import write_plugin
from kizuna.cli.plugin_rules import Graded, Subject, grade, subject_at
from kizuna.cli.speaking import SpeakingGroup, language, say, say_json, show_table
from kizuna.errors import Text
from kizuna.plugins import GROUP, load_plugins

WRITTEN = Text(
    '{folder} に作りました。次: cd {folder} && pip install -e ".[test]" && pytest',
    'Written to {folder}. Next: cd {folder} && pip install -e ".[test]" && pytest',
)
LEFT_OUT = Text("× {name} は読み込めませんでした: {reason}", "× {name} is left out: {reason}")
GRADE = Text("{name}: {kept}/{rules} の規則を満たしています。", "{name} keeps {kept} of {rules} rules.")


@click.group(cls=SpeakingGroup)
def plugin() -> None:
    """プラグインを作る・一覧・検査・追跡 / Make, list, check and trace plugins."""


@plugin.command()
@click.argument("name")
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="置き場所 / Where to.")
def new(name: str, *, into: Path) -> None:
    """テスト付きのプラグインの雛形を作る / Write a package with a function, a test and CI.

    例: kizuna plugin new my-plugin
    """
    say(WRITTEN, folder=write_plugin(name, into))


@plugin.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def list_all(*, as_json: bool) -> None:
    """入っているプラグイン / List the plugins that were found."""
    states = load_plugins(folder=default_plugins_folder()).states
    if as_json:
        say_json(
            [
                {
                    "name": one.name,
                    "version": one.version,
                    "hooks": one.hooks,
                    "declared": [{"kind": kind, "name": name} for kind, name in one.declared],
                    "error": one.error,
                }
                for one in states
            ]
        )
        return
    rows = []
    for one in states:
        functions = [name for kind, name in one.declared if kind == "function"]
        rows.append(("×" if one.error else "○", one.name, one.version, ", ".join(one.hooks), ", ".join(functions)))
    show_table(("", "名前 / Name", "版 / Version", "フック / Hooks", "関数 / Functions"), rows)
    for one in states:
        if one.error:
            say(LEFT_OUT, name=one.name, reason=one.error)


@plugin.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
@click.pass_context
def check(context: click.Context, path: Path | None, *, as_json: bool) -> None:
    """規則に合うか調べる / See what a plugin lacks: that of PATH, or every installed one."""
    subjects = [subject_at(path)] if path else [Subject(one.name, one) for one in entry_points(group=GROUP)]
    graded = {one.name: grade(one) for one in subjects}
    if as_json:
        say_json({name: [_as_json(one) for one in found] for name, found in graded.items()})
    else:
        for name, found in graded.items():
            _show(name, found)
    if any(one.rule.needed and one.problem for found in graded.values() for one in found):
        context.exit(1)


@plugin.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def trace(context: click.Context, command: tuple[str, ...]) -> None:
    """Kizuna のコマンドを実行し、フックと関数の呼び出しを表示 / Run a command and show every call of a plugin.

    例: kizuna plugin trace call RFM C0001
    """
    calls = logging.getLogger("kizuna.hooks")
    shown = logging.StreamHandler()
    shown.setFormatter(logging.Formatter("→ %(message)s"))
    calls.addHandler(shown)
    calls.setLevel(logging.DEBUG)
    try:
        main = context.find_root().command
        main.main(list(command), prog_name="kizuna", standalone_mode=False)
    finally:
        calls.setLevel(logging.NOTSET)
        calls.removeHandler(shown)


def _show(name: str, found: list[Graded]) -> None:
    if found[0].problem:
        # Nothing else can be told of a plugin that cannot be loaded.
        say(LEFT_OUT, name=name, reason=found[0].problem)
        return
    spoken = language()
    rows = [
        ("○" if not one.problem else "×" if one.rule.needed else "△", one.rule.says.in_language(spoken), one.problem)
        for one in found
    ]
    show_table(("", "規則 / Rule", "直すところ / To mend"), rows)
    say(GRADE, name=name, kept=sum(not one.problem for one in found), rules=len(found))


def _as_json(one: Graded) -> dict[str, object]:
    return {"rule": one.rule.name, "needed": one.rule.needed, "kept": not one.problem, "problem": one.problem}
