"""Every block of the page for plugin authors runs, in the order of the page, each reader with a fresh folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT

PAGE = (ROOT / "docs" / "writing-a-plugin.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^## (\d+\. .+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# file: (\S+)\n")
SOURCES = [str(ROOT / name) for name in ("server", "addin", "plugins", "workbooks")]
SECTIONS = {title: BLOCK.findall(body) for title, body in SECTION.findall(PAGE) if BLOCK.search(body)}


def run(folder: Path, *words: str) -> str:
    told = {**os.environ, "PYTHONPATH": os.pathsep.join([*SOURCES, str(folder)]), "KIZUNA_LANGUAGE": "en"}
    done = subprocess.run(
        [sys.executable, "-W", "error", *words],
        cwd=folder, env=told, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("title", SECTIONS)
def test_a_section_runs(title: str, tmp_path: Path) -> None:
    for name, text in files(SECTIONS["1. One file"]):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for kind, text in SECTIONS[title]:
        if kind == "console":
            consoled(tmp_path, text)
        elif named := FILE.match(text):
            place(tmp_path / named[1], text)
        else:
            run(tmp_path, "-c", text)


def place(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def files(blocks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(named[1], text) for _, text in blocks if (named := FILE.match(text))]


def consoled(folder: Path, text: str) -> None:
    """Run each ``$`` line; what follows it must be in what it prints."""
    said = ""
    for line in text.splitlines():
        if line.startswith("$ kizuna "):
            said = run(folder, "-m", "kizuna", *line.removeprefix("$ kizuna ").split())
        else:
            assert line in said, said


@pytest.mark.parametrize("name", ["hello.py", "purchases.py", "gifts.py", "manners.py", "birthdays.py"])
def test_the_pages_plugins_keep_every_needed_rule(name: str, tmp_path: Path) -> None:
    found = dict(one for blocks in SECTIONS.values() for one in files(blocks))
    (tmp_path / name).write_text(found[name], encoding="utf-8")

    run(tmp_path, "-m", "kizuna", "plugin", "check", name)
