"""The docs cannot lie: links resolve, generated pages are fresh, what they tell people to type exists."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import kizuna
from docs import generate
from kizuna import model, testing
from kizuna.cli import for_plugins
from kizuna.errors import RowProblem
from tests.checkout import ROOT, imported_names, python_files, top_packages

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!`)\[[^\]`]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?<![\w/.-])(kizuna(?:-addin)?)((?: [a-z][a-z-]*)+)")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    headings = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_in(text: str) -> Iterator[str]:
    """Yield what a page shows as code: blocks, line by line, and words between backticks."""
    for _, block in FENCE.findall(text):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = target.partition("#")
        if "://" in path or path.startswith("mailto:"):
            continue
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("name", ["errors.md", "api.md", "commands.md", "functions.md", "hooks.md"])
def test_a_generated_page_is_what_the_code_says(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generate.pages()[name], "run make docs"


def test_every_code_in_the_source_is_on_the_errors_page_and_the_other_way_round() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for _, path in python_files())
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")

    declared = set(re.findall(r'^    code(?:: ClassVar\[str\])? = "([a-z-]+)"', sources, re.MULTILINE))
    answered_without_a_class = {"not-found", "method-not-allowed", "body-too-large", "unexpected"}

    assert set(re.findall(r"^\| `([a-z-]+)`", page, re.MULTILINE)) == declared | answered_without_a_class


def test_one_code_means_one_failure_of_the_server() -> None:
    by_code: dict[str, set[str]] = {}
    for one in generate.error_classes("kizuna"):
        if not issubclass(one, RowProblem):
            by_code.setdefault(one.code, set()).add(one.__qualname__)

    assert {code: names for code, names in by_code.items() if len(names) > 1} == {}


def test_every_message_speaks_both_languages() -> None:
    packages = ("kizuna", *generate.PLUGINS, "kizuna_addin")
    silent = [
        one.__qualname__
        for package in packages
        for one in generate.error_classes(package)
        if not one.text.ja or not one.text.en or one.text.ja == one.text.en != "{message}"
    ]

    assert silent == []


def test_the_newest_change_is_of_this_version() -> None:
    headings = re.findall(r"^## +(\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings[0] == kizuna.__version__


def test_the_page_of_public_names_lists_exactly_what_is_public() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")

    assert re.findall(r"^## `(\w+)`", page, re.MULTILINE) == kizuna.__all__
    parts = [*model.__all__, *testing.__all__, *for_plugins.__all__]
    assert re.findall(r"^### `(\w+)`", page, re.MULTILINE) == parts
    assert sorted(set(kizuna.__all__)) == sorted(kizuna.__all__)
    assert all(hasattr(kizuna, name) for name in kizuna.__all__)


def unknown_commands(text: str) -> list[str]:
    """Return the commands named in ``text`` that no program of ours has."""
    unknown = []
    for program, words in COMMAND.findall(text):
        command = generate.command_of(generate.COMMANDS[program])
        for word in words.split():
            if not isinstance(command, click.Group):
                break
            command = command.get_command(click.Context(command), word)
            if command is None:
                unknown.append(f"{program}{words}")
                break
    return unknown


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "errors.md"], ids=shown)
def test_every_command_a_page_shows_exists(page: Path) -> None:
    code = "\n".join(code_in(page.read_text(encoding="utf-8")))

    assert unknown_commands(code) == []


def test_every_command_a_message_names_exists() -> None:
    assert unknown_commands((ROOT / "docs" / "errors.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_make_target_a_page_shows_exists(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for code in code_in(page.read_text(encoding="utf-8"))
        for target in re.findall(r"^(?:\$ )?make (\w+)", code)
    }

    assert named <= targets


def test_ci_runs_the_readmes_test_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert script.splitlines()[-1] == "exec ./test"
    assert "./test" in {line.strip() for line in code_in(readme)}
    assert (ROOT / "test").stat().st_mode & 0o111


def test_the_protocol_names_every_reason_for_a_snapshot() -> None:
    source = (ROOT / "server" / "kizuna" / "sync" / "pull.py").read_text(encoding="utf-8")
    protocol = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")

    given = set(re.findall(r'return "([a-z-]+)"', source))

    assert given
    assert {reason for reason in given if f"`{reason}`" not in protocol} == set()


def test_the_list_for_a_shop_pc_names_what_the_add_in_imports() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    listed = re.search(r"^pip install (click .*)$", page, re.MULTILINE)
    assert listed is not None
    folder = top_packages()["kizuna_addin"]

    imported = {name.partition(".")[0] for path in folder.rglob("*.py") for name in imported_names(path)}
    from_elsewhere = (
        imported - set(sys.stdlib_module_names) - {"kizuna_addin", "kizuna_in_calc", "kizuna_usage"} - generate.HOST_MODULES
    )

    sold_as = {"PIL": "pillow", "pyopenvba": "pyOpenVBA"}
    assert {one.partition("==")[0] for one in listed[1].split()} == {sold_as.get(one, one) for one in from_elsewhere}
    assert f"xlwings=={importlib.metadata.version('xlwings')}" in listed[1]
