"""The loader: one plugin at a time, all of a plugin or nothing, and a message that names the cure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Any, ClassVar

import click
import pytest
from msgspec import Struct

from kizuna import Action, ActionResult, Report, Service, SheetTemplate, Text, hookimpl, worksheet_function
from kizuna._version import __version__
from kizuna.declarations import DeclarationError
from kizuna.plugins import load_plugins
from tests.fixtures.plugins import Made, loaded, plugin

BOTH = Text("あ", "a")


@worksheet_function("HELLO", ja="挨拶")
def hello(name: str) -> str:
    """Greet."""
    return f"Hello {name}!"


good = plugin("good", worksheet_functions=lambda: [hello])


def error_of(bad: Made) -> str:
    """Load a bad plugin beside a good one; return what is said of it."""
    plugins = loaded(bad, good)
    assert "HELLO" in plugins.functions
    [error] = [one.error for one in plugins.states if one.name == bad.name]
    assert error is not None
    return error


@pytest.mark.parametrize(
    "failure", [ImportError("no module named 'x'"), SyntaxError("bad"), SystemExit(3), ValueError("at import")]
)
def test_a_plugin_that_cannot_be_imported_is_named_and_the_others_live(failure: BaseException) -> None:
    assert type(failure).__name__ in error_of(Made("bad", failure))


def test_a_misspelt_hook_is_named_with_those_there_are() -> None:
    error = error_of(plugin("bad", worksheet_function=lambda: [hello]))

    assert "no hook 'worksheet_function'" in error
    assert "worksheet_functions" in error


def test_an_argument_the_hook_does_not_give_is_named() -> None:
    assert "'session'" in error_of(plugin("bad", every_day=lambda write, session: None))


def test_a_default_value_is_refused_since_it_would_hide_the_argument() -> None:
    assert "'today' has a default value" in error_of(plugin("bad", every_day=lambda write, today=None: None))


@pytest.mark.parametrize("answer", [None, 7, "HELLO", {"HELLO": hello}, [print], [hello, "x"]])
def test_a_hook_that_gives_back_the_wrong_thing_is_named(answer: Any) -> None:
    assert "worksheet_functions() gave" in error_of(plugin("bad", worksheet_functions=lambda: answer))


def test_a_hook_that_raises_at_the_start_is_named() -> None:
    def worksheet_functions() -> list[Any]:
        raise RuntimeError("no")

    assert error_of(plugin("bad", worksheet_functions=worksheet_functions)).startswith(
        "RuntimeError: no (test_loader.py, line "
    )


DECLARED: dict[str, Callable[[], Any]] = {
    "worksheet_functions": lambda: hello,
    "sheets": lambda: SheetTemplate("one", BOTH, BOTH, ()),
    "actions": lambda: Action("one", BOTH, BOTH, lambda write, arguments: ActionResult(BOTH)),
    "reports": lambda: Report("one", BOTH, BOTH, lambda data: None),  # type: ignore[arg-type, return-value]
    "commands": lambda: click.Command("one"),
}


@pytest.mark.parametrize("hook", DECLARED)
def test_names_that_collide_name_both_plugins(hook: str) -> None:
    plugins = loaded(
        plugin("a-first", **{hook: lambda: [DECLARED[hook]()]}),
        plugin("b-second", **{hook: lambda: [DECLARED[hook]()]}),
    )

    assert [one.error is None for one in plugins.states] == [True, False]
    assert "'b-second' is already declared by 'a-first'" in str(plugins.states[1].error)


def test_nothing_of_a_refused_plugin_stays() -> None:
    bad = plugin("bad", worksheet_functions=lambda: [hello], reports=lambda: [7], every_day=lambda write: None)
    plugins = loaded(bad)

    assert plugins.functions == {}
    assert plugins.implementations("every_day") == ()


def test_a_reports_arguments_must_be_those_of_its_function() -> None:
    report = Report("one", BOTH, BOTH, lambda data, month: None)  # type: ignore[arg-type, return-value]

    assert "build() must take data" in error_of(plugin("bad", reports=lambda: [report]))


class Unset(Struct, frozen=True, kw_only=True):
    """Settings that cannot be had without the owner's saying."""

    name: ClassVar[str] = "unset"
    must: int


class Unwritable(Struct, frozen=True, kw_only=True):
    """Settings that no JSON can hold."""

    name: ClassVar[str] = "unwritable"
    value: Any = object()


class Table:
    """What looks like a table of a plugin."""

    __tablename__ = "odd"
    __sync__ = "no Sync"


NO_TEXT: Any = "no Text"
FLAWED: list[tuple[str, Callable[[], Any], str]] = [
    ("settings", lambda: Unset, "settings unset: every field needs a default"),
    ("settings", lambda: Unwritable, "settings unwritable: TypeError"),
    ("tables", lambda: Table, "table odd: its __sync__ must be a kizuna.model.Sync"),
    ("sheets", lambda: SheetTemplate("one", NO_TEXT, BOTH, ()), "sheet one: its label must be a Text"),
    ("sheets", lambda: SheetTemplate("one", BOTH, BOTH, (object(),)), "sheet one: TypeError"),  # type: ignore[arg-type]
    ("actions", lambda: Action("one", BOTH, NO_TEXT, print), "action one: its help must be a Text"),  # type: ignore[arg-type]
    ("actions", lambda: Action("one", BOTH, BOTH, NO_TEXT), "action one: its run must be a function"),
    ("reports", lambda: Report("one", NO_TEXT, BOTH, lambda data: NO_TEXT), "report one: its label must be a Text"),
    ("services", lambda: Service("a.b", BOTH, object, NO_TEXT, print), "service a.b: TypeError"),
    ("worksheet_functions", lambda: replace(hello, label=NO_TEXT), "function HELLO: its label must be a Text"),
    (
        "worksheet_functions",
        lambda: replace(hello, arguments=(replace(hello.arguments[0], default=object()),)),
        "function HELLO: the default of name must be a text, a number",
    ),
]


@pytest.mark.parametrize(("hook", "value", "told"), FLAWED)
def test_what_would_make_a_catalogue_fail_is_left_out_with_its_cure(
    hook: str, value: Callable[[], Any], told: str
) -> None:
    plugins = loaded(plugin("bad", **{hook: lambda: [value()]}))

    assert told in str(plugins.states[0].error)
    assert not plugins.implementations(hook)


def test_strict_raises_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIZUNA_STRICT_PLUGINS", "1")

    with pytest.raises(DeclarationError, match="no hook"):
        load_plugins([plugin("bad", nothing=lambda: [hello])])  # type: ignore[list-item]


def test_an_import_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    ended = threading.Event()

    class Hanging(Made):
        def load(self) -> Any:
            ended.wait(20)

    plugins = load_plugins([Hanging("bad", None), good], patience=0.2)  # type: ignore[list-item]
    ended.set()

    assert "LateError" in str(plugins.states[0].error)
    assert "HELLO" in plugins.functions


ONE_FILE = '''
"""Say hello from a cell: =HELLO(A2)"""
from kizuna import WorksheetFunction, hookimpl, worksheet_function


@worksheet_function("HI", ja="挨拶")
def hi(name: str) -> str:
    """Greet ``name``."""
    return f"Hi {name}!"


@hookimpl
def worksheet_functions() -> list[WorksheetFunction]:
    return [hi]
'''


def test_one_file_dropped_into_the_folder_is_a_plugin(tmp_path: Path) -> None:
    (tmp_path / "hi.py").write_text(ONE_FILE, encoding="utf-8")
    (tmp_path / "_draft.py").write_text("raise RuntimeError", encoding="utf-8")
    (tmp_path / "broken.py").write_text("def (", encoding="utf-8")
    (tmp_path / "my-plugin.py").write_text("", encoding="utf-8")
    package = tmp_path / "packed"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    plugins = load_plugins([], folder=tmp_path)

    assert {one.name: one.error is None for one in plugins.states} == {
        "broken": False,
        "hi": True,
        "my-plugin": False,
        "packed": True,
    }
    assert plugins.functions["HI"].call("you") == "Hi you!"


def installed(folder: Path, *requires: str) -> list[EntryPoint]:
    """Return the plugin of an installed package that asks for these."""
    told = folder / "greeting-1.2.dist-info"
    told.mkdir()
    asked = "".join(f"Requires-Dist: {one}\n" for one in requires)
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: greeting\nVersion: 1.2\n{asked}", encoding="utf-8")
    (told / "entry_points.txt").write_text("[kizuna.plugins]\ngreeting = email\n", encoding="utf-8")
    return list(Distribution.at(told).entry_points)


def test_a_plugin_for_another_version_is_left_out_with_the_cure(tmp_path: Path) -> None:
    [state] = load_plugins(installed(tmp_path, "numpy", "kizuna>=99")).states

    assert state.error is not None
    assert f"greeting 1.2 asks for kizuna>=99, and this is kizuna {__version__}" in state.error


@pytest.mark.parametrize(
    "requires", [(), ("kizuna",), ("kizuna>=0.1",), ('kizuna>=99; extra == "later"',), ("kizuna ???",)]
)
def test_a_plugin_for_this_version_is_loaded(tmp_path: Path, requires: tuple[str, ...]) -> None:
    [state] = load_plugins(installed(tmp_path, *requires)).states

    assert state.error is None


def test_tests_written_beside_a_plugin_are_no_plugins(tmp_path: Path) -> None:
    for name in ("hello.py", "test_hello.py", "hello_test.py", "conftest.py", "tests/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("import kizuna_nowhere" if "test" in name else "", encoding="utf-8")

    plugins = load_plugins([], folder=tmp_path)

    assert [one.name for one in plugins.states] == ["hello"]


def test_a_state_tells_hooks_and_what_is_declared() -> None:
    [state] = loaded(good).states

    assert (state.hooks, state.declared) == (("worksheet_functions",), (("function", "HELLO"),))


def test_an_instance_of_a_class_can_be_a_plugin() -> None:
    class Greeting:
        @hookimpl
        def worksheet_functions(self) -> list[Any]:
            return [hello]

    assert "HELLO" in loaded(Made("greeting", Greeting())).functions
