"""``kizuna plugin``, and commands that plugins bring."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kizuna.cli.main import main
from kizuna.plugins import load_plugins
from kizuna.worksheet import DeclarationError, worksheet_function
from tests.checkout import ROOT

FOLDER = '''
"""Greets."""
import click
from kizuna import hookimpl


@click.command("greet")
def greet():
    """Say hello."""
    click.echo("hello from a plugin")


@click.command("serve")
def serve():
    """Never run."""


@hookimpl
def commands():
    return [greet, serve]
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "plugins"
    made.mkdir()
    monkeypatch.setenv("KIZUNA_PLUGINS", str(made))
    monkeypatch.setenv("KIZUNA_LANGUAGE", "en")
    (made / "greeting.py").write_text(FOLDER, encoding="utf-8")
    return made


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.output


@pytest.mark.usefixtures("folder")
def test_a_plugins_command_is_a_command_of_kizuna() -> None:
    assert run("greet")[1].endswith("hello from a plugin\n")
    assert "greet" in run("--help")[1]


@pytest.mark.usefixtures("folder")
def test_a_command_that_is_taken_is_left_out_and_named() -> None:
    code, said = run("greet")

    assert code == 0
    assert "Command serve of plugin greeting" in said


def test_the_plugins_option_names_the_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIZUNA_PLUGINS", "/nowhere")

    assert "greeting" in run("--plugins", str(folder), "plugin", "list")[1]


def test_list_shows_what_was_found_and_what_is_broken(folder: Path) -> None:
    (folder / "broken.py").write_text("import nothing_of_that_name", encoding="utf-8")
    found = {one["name"]: one for one in json.loads(run("plugin", "list", "--json")[1])}

    assert found["greeting"]["hooks"] == ["commands"]
    assert {"kind": "command", "name": "greet"} in found["greeting"]["declared"]
    assert "nothing_of_that_name" in found["broken"]["error"]
    assert {"rfm", "ad_roi", "follow_up", "lost_deals"} <= set(found)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("new")
    done = CliRunner().invoke(main, ["plugin", "new", "tea-club", "--into", str(into)])
    assert done.exit_code == 0, done.output
    return into / "tea-club"


def python_of(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    places = [str(ROOT / name) for name in ("server", "addin", "plugins", "workbooks")]
    told = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=told, capture_output=True, text=True, timeout=240, check=False
    )


def test_a_new_plugin_passes_its_tests_at_once(written: Path) -> None:
    done = python_of(written, "-m", "pytest", "-q", "-p", "no:cacheprovider")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_a_new_plugin_keeps_every_rule(written: Path) -> None:
    done = python_of(written, "-m", "kizuna", "plugin", "check", ".", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    assert [one for one in json.loads(done.stdout)["tea_club"] if not one["kept"]] == []


@pytest.mark.parametrize("name", ["Tea", "9lives", "a b", "../x", ""])
def test_a_name_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    assert run("plugin", "new", name, "--into", str(tmp_path))[0] == 1
    assert list(tmp_path.iterdir()) == []


BAD = """
import flask
import sqlalchemy as sa
from kizuna import Data, worksheet_function, hookimpl
from kizuna.sync.push import push


@worksheet_function("BAD_ONE", ja="悪い")
def bad(data: Data, name: str) -> str:
    sa.text("select 1")
    return name


@hookimpl
def worksheet_functions():
    return [bad]
"""


def test_check_tells_what_is_to_be_mended(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text(BAD, encoding="utf-8")
    code, said = run("plugin", "check", str(file), "--json")
    broken = {one["rule"] for one in json.loads(said)["bad"] if not one["kept"]}

    assert code == 1
    assert broken == {
        "docstring",
        "japanese-help",
        "english-help",
        "arguments",
        "batched",
        "public-names",
        "no-strangers",
        "no-raw-sql",
    }


TRAPS = {
    "forgotten": (
        "from kizuna import worksheet_function\n\ndef worksheet_functions():\n    return []\n",
        "hooks",
        "def worksheet_functions()",
    ),
    "no_hook": ("HELLO = 1\n", "hooks", "@hookimpl"),
    "taken": (
        "from kizuna import hookimpl, worksheet_function\n\n@worksheet_function('SUM', ja='合計')\ndef add(one: float) -> float:"
        "\n    return one\n\n@hookimpl\ndef worksheet_functions():\n    return [add]\n",
        "own-names",
        "SUM",
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_check_warns_of_traps_that_load_all_the_same(name: str, tmp_path: Path) -> None:
    source, rule, told = TRAPS[name]
    file = tmp_path / f"{name}.py"
    file.write_text(source, encoding="utf-8")
    code, said = run("plugin", "check", str(file), "--json")
    [problem] = [one["problem"] for one in json.loads(said)[name] if one["rule"] == rule]

    assert code == 1
    assert told in problem


def test_check_warns_of_submodules_that_take_a_hooks_place(tmp_path: Path) -> None:
    package = tmp_path / "shopkit"
    package.mkdir()
    hooks = "from kizuna import hookimpl\nfrom . import settings as own\n"
    for name in ("settings", "commands"):
        hooks += f"\n@hookimpl\ndef {name}():\n    return []\n"
    (package / "__init__.py").write_text(hooks, encoding="utf-8")
    for name in ("settings.py", "commands.py", "reports.py", "texts.py"):
        (package / name).write_text("", encoding="utf-8")
    code, said = run("plugin", "check", str(package), "--json")
    [problem] = [one["problem"] for one in json.loads(said)["shopkit"] if one["rule"] == "submodules"]

    assert code == 0
    assert problem == "commands.py, reports.py"


def test_list_and_check_name_the_line_of_the_plugin_and_spare_its_author_our_own(tmp_path: Path) -> None:
    (tmp_path / "typo.py").write_text("from kizuna import hookimpl\n\nimport nothing_of_that_name\n", encoding="utf-8")
    checked = python_of(tmp_path, "-m", "kizuna", "plugin", "check", "typo.py")
    listed = python_of(tmp_path, "-m", "kizuna", "--plugins", ".", "plugin", "list")

    for done in (checked, listed):
        assert "(typo.py, line 3)" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr


def test_a_package_in_the_plugins_folder_is_told_to_import_its_modules_with_a_dot(tmp_path: Path) -> None:
    package = tmp_path / "shopkit"
    package.mkdir()
    (package / "__init__.py").write_text("from shopkit.tables import Coupon\n", encoding="utf-8")
    (package / "tables.py").write_text("Coupon = 1\n", encoding="utf-8")
    _, said = run("--plugins", str(tmp_path), "plugin", "list")

    assert "`from .module import …`" in said


@pytest.mark.parametrize("name", ["R2", "RFM1", "C", "R1C1"])
def test_a_function_named_like_a_cell_is_refused(name: str) -> None:
    with pytest.raises(DeclarationError, match="name of a cell"):
        worksheet_function(name, ja="点")(lambda: 1)


def test_check_of_a_plugin_that_cannot_be_loaded_says_so(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text("def (", encoding="utf-8")
    code, said = run("plugin", "check", str(file))

    assert code == 1
    assert "SyntaxError" in said


def test_the_plugins_we_ship_keep_every_needed_rule() -> None:
    code, said = run("plugin", "check", "--json")
    broken = {(name, one["rule"]) for name, found in json.loads(said).items() for one in found if not one["kept"]}

    assert code == 0
    assert {rule for _, rule in broken} <= {"public-names", "batched"}, broken


def test_trace_shows_every_call(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kizuna.db'}"
    run("init", "--database", url)
    done = python_of(tmp_path, "-m", "kizuna", "plugin", "trace", "call", "RFM_TOP", "--database", url)

    assert done.returncode == 0, done.stderr
    assert "import rfm" in done.stderr
    assert "RFM_TOP rfm" in done.stderr


def test_nothing_is_traced_otherwise(caplog: pytest.LogCaptureFixture) -> None:
    load_plugins()

    assert "import rfm" not in caplog.text
