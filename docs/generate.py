"""Write the pages that come from the code: errors.md, api.md, commands.md, functions.md, hooks.md.

``python docs/generate.py`` writes them; the test command compares them with what this would write, so they cannot lie.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from click.testing import CliRunner

import kizuna
from kizuna import WorksheetFunction, hookspecs, model, testing
from kizuna.api import responses
from kizuna.cli import for_plugins
from kizuna.errors import KizunaError, OperationError, RowProblem
from kizuna.model.database import core_registry
from kizuna.model.fields import FieldSpec
from kizuna.plugins import GROUP, Plugins, load_plugins

DOCS = Path(__file__).resolve().parent
PLUGINS = ("kizuna_rfm", "kizuna_ad_roi", "kizuna_follow_up", "kizuna_lost_deals")
SERVICES = "kizuna_workbook_service"
COMMANDS = {"kizuna": "kizuna.cli.main", "kizuna-addin": "kizuna_addin.cli"}
MARK = "<!-- Written by docs/generate.py from the code; do not edit. -->"
# Modules that only a spreadsheet program on the machine brings.
HOST_MODULES = frozenset({"uno", "unohelper", "com", "org", "pywintypes", "win32com"})


@dataclass(frozen=True, slots=True)
class Failure:
    """One error class as the page shows it."""

    code: str
    answered: str
    ja: str
    en: str


def pages() -> dict[str, str]:
    """Return the text of every generated page by its file name."""
    return {
        "errors.md": errors_page(),
        "api.md": api_page(),
        "commands.md": commands_page(),
        "functions.md": functions_page(),
        "hooks.md": hooks_page(),
    }


EVERY_ROW = (
    "Every row of a table also has `id`, `store_id`, `revision` and `deleted`. Money is `Decimal`, tags are lists, empty is None; "
    "a new row is given as plain JSON values, and a reference as the id or the number of its row."
)


def errors_page() -> str:
    """List every failure with its code, HTTP status and message."""
    server = list(error_classes("kizuna"))
    sections = [
        ("Answers to requests", (one for one in server if not issubclass(one, RowProblem | OperationError))),
        ("Problems of one row in a push", (one for one in server if issubclass(one, RowProblem))),
        ("Commands on the server", (one for one in server if issubclass(one, OperationError))),
        *((f"Plugin {name}", error_classes(name)) for name in PLUGINS),
        ("The add-in", error_classes("kizuna_addin")),
    ]
    parts = [
        MARK,
        "# Errors",
        "Every failure has a stable code and a message that names the cure, in Japanese and English. On the wire it is "
        '`{"error": {"code", "message", "details"}}` with the status given here ([protocol](protocol.md)); a problem of one row '
        "is part of that row's outcome; a command ends with exit code 1. `{…}` stands for a value.",
    ]
    for title, classes in sections:
        failures = sorted({failure(one) for one in classes}, key=lambda one: (one.code, one.en))
        if title == "Answers to requests":
            failures += unnamed_failures()
        if failures:
            parts += [f"## {title}", table(failures)]
    return "\n\n".join(parts) + "\n"


def error_classes(package: str) -> Iterator[type[Any]]:
    """Yield the exception classes below ``package`` that have a code of their own."""
    seen: set[type[Any]] = set()
    for module in modules(package):
        for value in vars(module).values():
            if not inspect.isclass(value) or not issubclass(value, Exception) or value.__module__ != module.__name__:
                continue
            if "code" in vars(value) and hasattr(value, "text") and value not in seen:
                seen.add(value)
                yield value


def modules(package: str) -> Iterator[ModuleType]:
    """Yield ``package`` and every module below it, but for migrations and what only runs inside a spreadsheet program."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if ".migrations" in found.name or found.name.endswith("__main__"):
            continue
        try:
            yield importlib.import_module(found.name)
        except ImportError as error:
            # Once LibreOffice's module is loaded, it raises an error of its own that names nothing.
            from_uno = getattr(error, "_uno_import_failed", False)
            if not from_uno and (error.name or "").split(".")[0] not in HOST_MODULES:
                raise


def failure(error: type[Any]) -> Failure:
    """Return what the page says about one class."""
    answered = ""
    if issubclass(error, KizunaError) and not issubclass(error, RowProblem):
        answered = str(responses.status_of(error.__new__(error)))
    return Failure(error.code, answered, error.text.ja, error.text.en)


def unnamed_failures() -> list[Failure]:
    """Return the answers that come from the web framework, and the one to what nobody expected."""
    known = [
        Failure(code, str(status), text.ja, text.en) for status, (code, text) in sorted(responses.HTTP_MESSAGES.items())
    ]
    return [*known, Failure("unexpected", "500", responses.UNEXPECTED.ja, responses.UNEXPECTED.en)]


def table(failures: Iterable[Failure]) -> str:
    """Return failures as a Markdown table; the status column only where there is a status."""
    rows = list(failures)
    with_status = any(one.answered for one in rows)
    heading = ["code", *(["status"] if with_status else []), "日本語", "English"]
    lines = [heading, ["---"] * len(heading)]
    lines += [[f"`{one.code}`", *([one.answered] if with_status else []), plain(one.ja), plain(one.en)] for one in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def plain(text: str) -> str:
    """Return a message as a table cell: ``{label.ja}`` becomes ``{label}``."""
    return re.sub(r"\{(\w+)(?:\.\w+)?[^}]*\}", r"{\1}", text).replace("|", "\\|").replace("\n", " ")


def api_page() -> str:
    """List the names plugin authors import, each with its signature and docstring."""
    parts = [
        MARK,
        "# What a plugin imports",
        "Everything in `kizuna.__all__`, the tables in `kizuna.model`, for tests `kizuna.testing` and for commands "
        "`kizuna.cli.for_plugins`; nothing else of `kizuna` is promised.",
    ]
    for name in kizuna.__all__:
        value = getattr(kizuna, name)
        parts += [f"## `{name}`", *describe(name, value)]
    parts += ["## The tables: `kizuna.model`", inspect.getdoc(model) or "", EVERY_ROW]
    parts += [part for name in model.__all__ for part in of_the_model(name, getattr(model, name))]
    parts += ["## For tests: `kizuna.testing`", inspect.getdoc(testing) or ""]
    for name in testing.__all__:
        parts += [f"### `{name}`", *describe(name, getattr(testing, name))]
    parts += ["## For commands: `kizuna.cli.for_plugins`", inspect.getdoc(for_plugins) or ""]
    for name in for_plugins.__all__:
        parts += [f"### `{name}`", *describe(name, getattr(for_plugins, name))]
    return "\n\n".join(parts) + "\n"


def describe(name: str, value: Any) -> list[str]:
    """Return the paragraphs about one public name."""
    if name == "__version__":
        return ["The version of Kizuna, as text."]
    if inspect.isfunction(value):
        return [f"```python\n{name}{inspect.signature(value)}\n```", inspect.getdoc(value) or ""]
    if inspect.isclass(value):
        return [inspect.getdoc(value) or "", *shape_of(value)]
    return [told_after(name)]


def of_the_model(name: str, value: Any) -> list[str]:
    """Return the paragraphs about one public name of the tables."""
    if not inspect.isclass(value) or value is model.SyncedRow or not issubclass(value, model.SyncedRow):
        return [f"### `{name}`", *describe(name, value)]
    table = next(one for one in core_registry() if one.model is value)
    return [f"### `{name}`", inspect.getdoc(value) or "", fields_of_table(value, table.fields)]


def shape_of(made: type[Any]) -> list[str]:
    """Return the paragraph that shows a class as code; none where it has nothing to show."""
    lines = [*_fields(made), *_methods(made)]
    return ["```python\n" + "\n".join(lines) + "\n```"] if lines else []


def fields_of_table(table: type[model.SyncedRow], fields: tuple[FieldSpec, ...]) -> str:
    """Return the fields of a synced table, one line each."""
    lines = [f"`{table.__tablename__}`", "", "| field | kind | 名前 | Name |", "|---|---|---|---|"]
    lines += [f"| `{one.name}` | {_kind(one)} | {one.label.ja} | {one.label.en} |" for one in fields]
    return "\n".join(lines)


def _kind(one: FieldSpec) -> str:
    if one.references:
        return f"id of `{one.references}`"
    return f"{one.type}: {', '.join(f'`{choice.value}`' for choice in one.choices)}" if one.choices else one.type


def _fields(made: type[Any]) -> Iterator[str]:
    if not dataclasses.is_dataclass(made):
        return
    for one in dataclasses.fields(made):
        if not one.name.startswith("_"):
            default = "" if one.default is dataclasses.MISSING else f" = {_plain(one.default)}"
            yield f"{one.name}: {one.type}{default}"


def _methods(made: type[Any]) -> Iterator[str]:
    for name, value in vars(made).items():
        told = value.fget if isinstance(value, property) else getattr(value, "__wrapped__", value)
        told = getattr(told, "__func__", told)
        if name.startswith("_") or not inspect.isfunction(told):
            continue
        said = (inspect.getdoc(told) or "").split("\n\n")[0].replace("\n", " ")
        unquoted = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(told)))
        given = re.sub(r"\(self(, )?", "(", unquoted)
        yield f"{name}{given.removeprefix('()') if isinstance(value, property) else given}  # {said}"


def _plain(value: Any) -> str:
    """Return a default as the formatter writes it, which reads the blocks of these pages too."""
    if inspect.isfunction(value):
        return value.__name__
    said = f"frozenset({sorted(value)})" if isinstance(value, frozenset) else repr(value)
    return said if '"' in said else said.replace("'", '"')


def told_after(name: str) -> str:
    """Return the text that stands after the assignment of ``name`` in the module that makes it."""
    for module in modules("kizuna"):
        statements = ast.parse(inspect.getsource(module)).body
        for made, told in pairwise(statements):
            target = (
                made.target
                if isinstance(made, ast.AnnAssign)
                else made.targets[0]
                if isinstance(made, ast.Assign)
                else None
            )
            if isinstance(target, ast.Name) and target.id == name and isinstance(told, ast.Expr):
                return str(ast.literal_eval(told.value))
    return ""


def functions_page() -> str:
    """Show every worksheet function of the plugins we ship, in both languages."""
    plugins = shipped_plugins()
    parts = [
        MARK,
        "# 関数 / Worksheet functions",
        "シートで使える関数の一覧です。番号を取る引数には範囲も渡せ、表を返す関数は下と右に広がります。\n"
        "`kizuna call` でも同じ関数を呼べます。",
        "Every function of the plugins that come with Kizuna. Arguments that take a number take a range as well; tables spill. "
        "`kizuna call` calls the same functions without a spreadsheet.",
    ]
    for plugin in (one.removeprefix("kizuna_") for one in PLUGINS):
        parts.append(f"## {plugin}")
        for name in sorted(plugins.functions):
            if plugins.function_plugins[name] == plugin:
                parts += told_function(plugins.functions[name])
    return "\n\n".join(parts) + "\n"


def shipped_plugins() -> Plugins:
    """Return the plugins that come with Kizuna and no others."""
    found = [EntryPoint(one.removeprefix("kizuna_"), one, GROUP) for one in (*PLUGINS, SERVICES)]
    return load_plugins(found, strict=True)


def told_function(function: WorksheetFunction) -> list[str]:
    """Return the paragraphs about one function."""
    parts = [
        f"### `{function.name}` — {function.label.ja} / {function.label.en}",
        "```text\n" + "\n".join(dict.fromkeys((function.example, function.example_en))) + "\n```",
        f"{function.description.ja}\n\n{function.description.en}",
    ]
    if function.arguments:
        lines = ["| 引数 / argument | 型 / type | 省略時 / default | 説明 | Meaning |", "|---|---|---|---|---|"]
        for one in function.arguments:
            default = "必須 / required" if one.required else "" if one.default is None else f"`{one.default}`"
            cells = (f"`{one.name}`", one.type, default, plain(one.label.ja), plain(one.label.en))
            lines.append("| " + " | ".join(cells) + " |")
        parts.append("\n".join(lines))
    if len(function.returns) > 1:
        parts.append("→ " + " · ".join(function.returns))
    return parts


def hooks_page() -> str:
    """Show every hook with its signature and docstring, by life cycle, as hookspecs.py has them."""
    source = inspect.getsource(hookspecs)
    parts = [
        MARK,
        "# Hooks",
        "A plugin implements what it needs with `@kizuna.hookimpl`, naming only the arguments it uses, without default values. "
        "Each plugin is asked alone: one that raises, hangs or gives back the wrong thing is named, and the others live on. "
        "The types are on the page of [public names](api.md); to learn them in order, see [Writing a plugin](writing-a-plugin.md).",
    ]
    users = hook_users()
    for stage, body in re.findall(r"^# ([A-Z][^\n]+)\n(.*?)(?=^# [A-Z]|\Z)", source, re.MULTILINE | re.DOTALL):
        parts.append(f"## {stage}")
        for name in re.findall(r"^@hookspec\ndef (\w+)", body, re.MULTILINE):
            hook = getattr(hookspecs, name)
            parts += [
                f"### `{name}`",
                f"```python\ndef {name}{str(inspect.signature(hook)).replace(chr(39), '')}\n```",
                inspect.getdoc(hook) or "",
                f"Used by: {', '.join(users[name]) or '—'}.",
            ]
    return "\n\n".join(parts) + "\n"


def hook_users() -> dict[str, list[str]]:
    """Return the shipped plugins and examples that implement each hook."""
    users: dict[str, list[str]] = defaultdict(list)
    for state in shipped_plugins().states:
        for hook in state.hooks:
            users[hook].append(state.name)
    for example in sorted((DOCS / "examples").glob("*/*/__init__.py")):
        for hook in re.findall(r"^@hookimpl\n(?:@.*\n)*def (\w+)", example.read_text(encoding="utf-8"), re.MULTILINE):
            users[hook].append(f"[{example.parent.name}](examples/{example.parent.parent.name}/README.md)")
    return users


def commands_page() -> str:
    """Show the help of every command, as the programs print it."""
    parts = [MARK, "# Commands", "Each command's own help, as it prints it."]
    for program, module in COMMANDS.items():
        command = command_of(module)
        if command is not None:
            parts += [f"## {program}", *helps(program, command, ())]
    return "\n\n".join(parts) + "\n"


def command_of(module: str) -> click.Command | None:
    """Return the click command that ``module`` starts, None while there is no such module."""
    try:
        loaded = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name and module.startswith(error.name):
            return None
        raise
    main = loaded.main
    if isinstance(main, click.Command):
        return main
    return next(value for value in vars(loaded).values() if isinstance(value, click.Group))


def helps(program: str, command: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    """Yield what ``--help`` prints for the command at ``path`` below ``command``, and for every command below that."""
    asked = CliRunner().invoke(command, [*path, "--help"], prog_name=program, terminal_width=100)
    if asked.exit_code:
        raise RuntimeError(asked.output)
    yield f"```text\n{asked.output.rstrip()}\n```"
    here = command
    for name in path:
        assert isinstance(here, click.Group)
        found = here.get_command(click.Context(here), name)
        assert found is not None
        here = found
    below = here.list_commands(click.Context(here)) if isinstance(here, click.Group) else []
    for name in sorted(below):
        child = here.get_command(click.Context(here), name) if isinstance(here, click.Group) else None
        if child is not None and not child.hidden:
            yield f"### {' '.join((program, *path, name))}"
            yield from helps(program, command, (*path, name))


def write() -> None:
    """Write every generated page."""
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
