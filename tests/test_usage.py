"""Wrong command lines of both programs: what is wrong is told in Japanese and English, and nothing ends in a traceback."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from kizuna.cli.main import main as server
from kizuna_addin.cli import main as addin

PROGRAMS = {"kizuna": server, "kizuna-addin": addin}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def run(line):
    program, *arguments = line.split()
    return CliRunner().invoke(PROGRAMS[program], arguments, prog_name=program)


def commands(program):
    def below(command, path):
        if not isinstance(command, click.Group):
            yield path, command
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from below(command.get_command(context, name), (*path, name))

    return list(below(PROGRAMS[program], ()))


EVERY = [pytest.param(program, path, command, id=" ".join((program, *path)))
         for program in PROGRAMS for path, command in commands(program)]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "ja", "en"),
    [
        ("kizuna nope", "コマンド nope はありません。", "No such command 'nope'."),
        ("kizuna --nope", "オプション --nope はありません。", "No such option"),
        ("kizuna staff nope", "コマンド nope はありません。", "No such command 'nope'."),
        ("kizuna import", "引数 TABLE が必要です。", "Missing argument 'TABLE'."),
        ("kizuna duplicates --limit 0", "--limit の値が正しくありません。0 は範囲 1<=x<=1000 に", "not in the range"),
        ("kizuna duplicates --limit x", "'x' は整数ではありません。", "is not a valid integer"),
        ("kizuna staff add 鈴木 --role king", "次のどれかにしてください: 'owner'", "is not one of"),
        ("kizuna prune --json --json --keep-days", "オプション --keep-days には値が必要です。", "requires an argument"),
        ("kizuna follow-up start P --on 2026-13-45", "正しい形: '%Y-%m-%d'", "does not match the format"),
        ("kizuna follow-up start P --list nowhere.csv", "nowhere.csv' が見つかりません。", "does not exist."),
        ("kizuna call", "引数 FUNCTION が必要です。", "Missing argument"),
        ("kizuna-addin nope", "コマンド nope はありません。", "No such command"),
        ("kizuna-addin pull", "引数 BOOKS... が必要です。", "Missing argument 'BOOKS...'."),
        ("kizuna-addin pull a --jsn", "オプション --jsn はありません。もしかして: --json", "No such option"),
        ("kizuna-addin pull a --row", "オプション --row には値が必要です。", "requires an argument"),
        ("kizuna-addin pull a --restore=1", "オプション --restore に値は付けられません。", "does not take a value"),
        ("kizuna-addin history a b c", "余分な引数があります: c", "Got unexpected extra argument"),
        ("kizuna-addin new a", "オプション --table / -t が必要です。", "Missing option"),
        ("kizuna-addin resolve a --take both", "次のどれかにしてください: 'mine', 'theirs'", "is not one of"),
        ("kizuna-addin build-oxt --catalogue nowhere.json", "nowhere.json' が見つかりません。", "does not exist."),
    ],
)  # fmt: skip
def test_what_click_finds_wrong_is_told_in_japanese_first_and_in_english_beside_it(line, ja, en):
    done = run(line)

    assert done.exit_code == 2
    said = next(text for text in done.output.splitlines() if text.startswith("誤り: "))
    assert ja in said
    assert en in done.output.partition("\nError: ")[2]


def test_what_is_ours_to_tell_is_told_once():
    done = run("kizuna-addin new a -t customers --filter x")

    assert done.output.splitlines()[-1] == "誤り / Error: --filter: x: 例 / such as prefecture=東京都"


def test_how_a_command_is_called_is_told_with_where_to_read_more():
    lines = run("kizuna-addin pull --nope").output.splitlines()

    assert lines[:2] == [
        "使い方 / Usage: kizuna-addin pull [OPTIONS] BOOKS...",
        "詳しくは「kizuna-addin pull --help」を実行してください。/ Try 'kizuna-addin pull --help' for help.",
    ]


@pytest.mark.parametrize(("program", "path", "command"), EVERY)
def test_every_commands_help_has_its_headings_in_both_languages(program, path, command):
    shown = run(" ".join((program, *path, "--help"))).output

    assert shown.startswith("使い方 / Usage: ")
    assert "オプション / Options:" in shown
    assert "この説明を表示して終わる" in shown
    assert not re.search(r"^(Usage|Options|Commands):|\[(required|default)", shown, re.MULTILINE)


@pytest.mark.parametrize(("program", "path", "command"), EVERY)
def test_every_option_says_in_japanese_what_is_wrong_with_its_value(program, path, command):
    # A function's own arguments may begin with a dash.
    lines = [] if command.context_settings.get("ignore_unknown_options") else [[*path, "--no-such-option"]]
    for one in command.params:
        if not isinstance(one, click.Option) or one.is_flag or one.prompt:
            continue
        lines.append([*path, one.opts[-1]])
        if isinstance(one.type, click.Choice | click.DateTime | type(click.INT) | type(click.FLOAT)):
            lines.append([*path, one.opts[-1], "\u5909"])

    for line in lines:
        done = CliRunner().invoke(PROGRAMS[program], line)
        assert (done.exit_code, type(done.exception)) == (2, SystemExit), line
        assert JAPANESE.search(done.output.rpartition("誤り: ")[2].partition("\nError: ")[0]), (line, done.output)
        assert "書き方が正しくありません" not in done.output, (line, done.output)


@pytest.mark.parametrize(
    "line",
    [
        ["kizuna", "staff", "list", "--database", "http://[::1"],
        ["kizuna", "staff", "list", "--database", "mysql://user:geheim@host/x"],
        ["kizuna", "staff", "list", "--database", "/"],
        ["kizuna", "history", "customers", "\udc8d", "--database", "{db}"],
        ["kizuna", "store", "add", "\udc8d", "--database", "{db}"],
        ["kizuna", "store", "add", "支店", "--code", "99999999999999999999", "--database", "{db}"],
        ["kizuna", "staff", "add", "鈴木", "--store", "99999999999999999999", "--database", "{db}"],
        ["kizuna", "plugin", "trace", ""],
        ["kizuna", "export", "customers", "/nowhere/at/all.csv", "--database", "{db}"],
        ["kizuna", "follow-up", "today", "--csv", "/nowhere/at/all.csv", "--database", "{db}"],
        ["kizuna", "workbook", "/nowhere/at/all.xlsx", "--database", "{db}"],
        ["kizuna-addin", "build-oxt", "--catalogue", "{catalogue}", "--out", "/nowhere/at/all.oxt"],
        ["kizuna-addin", "new", "{folder}/a.xlsx", "-t", "customers", "--server", "ftp://x"],
    ],
)
def test_no_wrong_value_ends_in_a_traceback(line, tmp_path, monkeypatch):
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path / "settings"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("KIZUNA_DATABASE", raising=False)
    (tmp_path / "catalogue.json").write_text('{"functions": []}')
    places = {"db": tmp_path / "k.db", "catalogue": tmp_path / "catalogue.json", "folder": tmp_path}
    made = ["init", "--database", str(places["db"]), "--store", "本店", "--owner", "山田"]
    assert CliRunner().invoke(server, made).exit_code == 0

    program, *arguments = [one.format(**places) for one in line]
    done = CliRunner().invoke(PROGRAMS[program], arguments)

    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in {1, 2}
    assert JAPANESE.search(done.output)
    assert "geheim" not in done.output


def test_a_question_that_is_not_answered_ends_in_both_languages(monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    done = CliRunner().invoke(addin, ["login", "--server", "http://127.0.0.1:9", "--token"], input="")

    assert (done.exit_code, done.output.splitlines()[-1]) == (1, "中止しました。/ Aborted.")
