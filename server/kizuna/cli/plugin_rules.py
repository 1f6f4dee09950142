"""The quality ladder: what a plugin that people like has, as rules a program can tell."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

from kizuna import hookspecs
from kizuna.errors import OperationError, Text
from kizuna.finding import DroppedIn, Found
from kizuna.ops.declared_tables import flaws_of_migrations
from kizuna.ops.settings import titles_of
from kizuna.plugins import GROUP, Plugins, load_plugins

PUBLIC = (
    "kizuna",
    "kizuna.cli.for_plugins",
    "kizuna.errors",
    "kizuna.model",
    "kizuna.printing.fonts",
    "kizuna.printing.tables",
    "kizuna.testing",
    "kizuna.testing.fixtures",
)
HOOKS = frozenset(name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec"))
STRANGERS = ("flask", "sqlite3", "psycopg")
SPREADSHEETS = ("kizuna_addin", "xlwings")


class NoPluginHereError(OperationError):
    """A path holds no plugin."""

    code = "no-plugin-here"
    text = Text(
        '{path} にプラグインが見つかりません。.py ファイルか、[project.entry-points."kizuna.plugins"] のある pyproject.toml の'
        "フォルダを指定してください。",
        'No plugin at {path}. Give a .py file, or a folder whose pyproject.toml has [project.entry-points."kizuna.plugins"].',
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """A plugin to be graded, and the folder of its project where there is one."""

    name: str
    found: Found
    project: Path | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """A plugin that was loaded alone: what it declares, its sources, its project."""

    module: Any
    plugins: Plugins
    sources: tuple[Path, ...]
    project: Path | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rung of the ladder; ``ask`` returns what is to be mended, empty when nothing is."""

    name: str
    says: Text
    ask: Callable[[Examined], str]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Graded:
    """A rule and what is to be mended."""

    rule: Rule
    problem: str


@dataclass(frozen=True, slots=True)
class _Packaged:
    """The plugin of a project that may not be installed."""

    name: str
    module: str
    folder: Path
    dist: None = None

    def load(self) -> Any:
        for place in (self.folder / "src", self.folder):
            if str(place) not in sys.path:
                sys.path.insert(0, str(place))
        return import_module(self.module)


def subject_at(path: Path) -> Subject:
    """Return the plugin at a path: one file, or a project's folder; raise NoPluginHereError."""
    path = path.resolve()
    if path.is_file() and path.suffix == ".py":
        return Subject(path.stem, DroppedIn(path.stem, path))
    told = path / "pyproject.toml"
    if told.is_file():
        points = (
            tomllib.loads(told.read_text(encoding="utf-8")).get("project", {}).get("entry-points", {}).get(GROUP, {})
        )
        for name, module in points.items():
            return Subject(name, _Packaged(name, str(module), path), path)
    if (path / "__init__.py").is_file():
        return Subject(path.name, DroppedIn(path.name, path / "__init__.py"))
    raise NoPluginHereError(path=path)


def grade(subject: Subject) -> list[Graded]:
    """Return every rule with what is to be mended; a plugin that cannot be loaded keeps no other rule."""
    plugins = load_plugins([subject.found], strict=False)
    [state] = plugins.states
    if state.error is not None:
        return [Graded(LOADS, state.error), *(Graded(rule, "-") for rule in RULES)]
    module = plugins.manager.get_plugin(subject.found.name)
    file = Path(str(getattr(module, "__file__", "")))
    found = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
    # A migration speaks to the database as it was on its day: SQL of its own is what it is for.
    sources = tuple(one for one in found if "migrations" not in one.relative_to(file.parent).parts)
    examined = Examined(module, plugins, sources, subject.project)
    return [Graded(LOADS, ""), *(Graded(rule, rule.ask(examined)) for rule in RULES)]


def _listed(names: Iterator[str] | list[str]) -> str:
    found = sorted(set(names))
    return ", ".join(found[:5]) + (" …" if len(found) > 5 else "")  # five are enough to begin with


def _says_what_it_does(one: Examined) -> str:
    return "" if (one.module.__doc__ or "").strip() else "module docstring"


def _hooks(one: Examined) -> str:
    """Return the functions named like a hook that are none, and say so where a plugin has no hook at all."""
    state = one.plugins.states[0]
    forgotten = [
        name for name, value in vars(one.module).items()
        if name in HOOKS and isinstance(value, FunctionType) and name not in state.hooks
    ]  # fmt: skip
    if forgotten:
        return ", ".join(f"@hookimpl: def {name}()" for name in forgotten)
    return "" if state.hooks else "@hookimpl"


def _submodules(one: Examined) -> str:
    """Return the submodules that take a hook's place: a package's attribute becomes the module when it is imported.

    One that was imported before the hook was defined does no harm: the hook took its place.
    """
    file = Path(str(getattr(one.module, "__file__", "")))
    if file.name != "__init__.py":
        return ""
    hooks = one.plugins.states[0].hooks
    return _listed([
        path.name
        for path in file.parent.iterdir()
        if path.stem in HOOKS and _is_module(path)
        and not (path.stem in hooks and f"{one.module.__name__}.{path.stem}" in sys.modules)
    ])  # fmt: skip


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def _spreadsheet_names(one: Examined) -> str:
    from openpyxl.utils import FORMULAE

    return _listed([name for name in one.plugins.functions if name in FORMULAE])


def _japanese(one: Examined) -> str:
    return _listed([f.name for f in one.plugins.functions.values() if f.description.ja in {"", f.label.ja}])


def _english(one: Examined) -> str:
    return _listed([f.name for f in one.plugins.functions.values() if f.description.en in {"", f.label.en, f.name}])


def _arguments(one: Examined) -> str:
    return _listed(
        f"{function.name}({argument.name})"
        for function in one.plugins.functions.values()
        for argument in function.arguments
        if argument.label.ja == argument.name
    )


def _examples(one: Examined) -> str:
    shown = [(f.name, text) for f in one.plugins.functions.values() for text in (f.example, f.example_en)]
    return _listed([name for name, text in shown if not text.startswith(f"={name}(")])


def _headings(one: Examined) -> str:
    return _listed([f.name for f in one.plugins.functions.values() if f.kind == "table" and not f.returns])


def _batches(one: Examined) -> str:
    return _listed(
        f.name
        for f in one.plugins.functions.values()
        if f.takes_data and f.kind != "table" and f.arguments and not any(a.per_cell for a in f.arguments)
    )


def _settings(one: Examined) -> str:
    found = []
    for name, model in one.plugins.settings.items():
        if not model.__struct_config__.frozen:
            found.append(f"{name}: frozen=True")
        found += [
            f"{name}.{field}" for field, title in titles_of(model).items() if title.ja == field or title.en == field
        ]
    return _listed(found)


def _defaults(one: Examined) -> str:
    found = []
    for name, model in one.plugins.settings.items():
        try:
            model()
        except TypeError as error:
            found.append(f"{name}: {error}")
    return _listed(found)


def _migrations(one: Examined) -> str:
    return _listed(flaws_of_migrations(one.plugins.tables, one.plugins.migrations))


def imports_of(source: Path) -> set[str]:
    """Return the modules a source file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def _public_names(one: Examined) -> str:
    found = {name for source in one.sources for name in imports_of(source)}
    return _listed([name for name in found if name.split(".")[0] == "kizuna" and name not in PUBLIC])


def _no_strangers(one: Examined) -> str:
    found = {name.split(".")[0] for source in one.sources for name in imports_of(source)}
    # Services may run the add-in for those who cannot; nothing else has business with a spreadsheet program.
    strangers = STRANGERS if hasattr(one.module, "services") else (*STRANGERS, *SPREADSHEETS)
    return _listed([name for name in strangers if name in found])


def _raw_sql(one: Examined) -> str:
    return _listed(
        f"{source.name}:{node.lineno}"
        for source in one.sources
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"text", "execute"}
        and isinstance(node.func.value, ast.Name) and node.func.value.id in {"sa", "sqlalchemy", "session", "connection"}
    )  # fmt: skip


def _has_tests(one: Examined) -> str:
    if one.project is None:
        return ""
    return "" if any(one.project.rglob("test_*.py")) else "tests/test_….py"


def _has_readme(one: Examined) -> str:
    return "" if one.project is None or any(one.project.glob("README*")) else "README.md"


LOADS = Rule("loads", Text("読み込める", "It can be loaded"), lambda _: "", needed=True)
RULES = (
    Rule("docstring", Text("モジュールの説明がある", "The module says what it does"), _says_what_it_does),
    Rule("hooks", Text("フックに @hookimpl がある", "Hooks are marked with @hookimpl"), _hooks, needed=True),
    Rule("submodules", Text("フックと同じ名前のモジュールがない", "No submodule is named like a hook"), _submodules),
    Rule(
        "own-names",
        Text("Excelの関数と同じ名前を使わない", "Functions take no name of Excel's own"),
        _spreadsheet_names,
        needed=True,
    ),
    Rule("japanese-help", Text("関数の説明が日本語である", "Functions are explained in Japanese"), _japanese),
    Rule("english-help", Text("関数の説明が英語である", "Functions are explained in English"), _english),
    Rule("arguments", Text("引数の説明がある", "Arguments are explained"), _arguments),
    Rule("example", Text("例がその関数を呼んでいる", "Examples call their function"), _examples, needed=True),
    Rule("headings", Text("表を返す関数に見出しがある", "Tables have headings"), _headings, needed=True),
    Rule("batched", Text("データを読む関数は列で受け取る", "Functions that read data take columns"), _batches),
    Rule("settings-explained", Text("設定の項目に説明がある", "Settings are explained"), _settings),
    Rule("settings-defaults", Text("設定に既定値がある", "Settings have defaults"), _defaults, needed=True),
    Rule(
        "migrations",
        Text("表とマイグレーションが合っている", "Migrations make the tables as declared"),
        _migrations,
        needed=True,
    ),
    Rule("public-names", Text("公開された名前だけを使う", "Only public names are imported"), _public_names),
    Rule(
        "no-strangers",
        Text("FlaskやDBドライバを使わない", "Neither Flask nor database drivers"),
        _no_strangers,
        needed=True,
    ),
    Rule("no-raw-sql", Text("SQL文を書かない", "No raw SQL"), _raw_sql, needed=True),
    Rule("tests", Text("テストがある", "There are tests"), _has_tests),
    Rule("readme", Text("READMEがある", "There is a README"), _has_readme),
)
