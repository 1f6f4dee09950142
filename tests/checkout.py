"""The checkout as tests see it: its folders, its packages, its Python files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def setup_cfg() -> ConfigParser:
    """Return what setup.cfg says."""
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def top_packages() -> dict[str, Path]:
    """Return every top package with its folder, as setup.cfg maps them."""
    lines = setup_cfg()["options"]["package_dir"].strip().splitlines()
    return {name.strip(): ROOT / folder.strip() for name, _, folder in (line.partition("=") for line in lines)}


def python_files() -> Iterator[tuple[str, Path]]:
    """Yield every Python file we ship, with the dotted name of its folder."""
    for name, folder in top_packages().items():
        for path in sorted(folder.rglob("*.py")):
            yield ".".join((name, *path.relative_to(folder).parent.parts)), path


def imported_names(path: Path) -> set[str]:
    """Return the dotted names that ``path`` imports, ``from a import b`` as ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{one.name}" for one in node.names}
    return names
