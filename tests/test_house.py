"""The house stays in order: file sizes, roots, no globals, only the free part of xlwings."""

from __future__ import annotations

import importlib
from pathlib import Path

import pluggy
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from docs.generate import modules
from kizuna.config import Config
from kizuna.model.database import Database
from tests.checkout import ROOT, imported_names, python_files, top_packages

ABOUT_300_LINES = 320
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "stuff"}
PAID = ("xlwings.pro", "xlwings.server", "xlwings.reports")


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_outgrows_one_subject() -> None:
    lengths = {
        shown(path): len(path.read_text(encoding="utf-8").splitlines())
        for package, path in python_files()
        # LibreOffice loads a component from one file; migrations are written once and left alone.
        if package != "kizuna.migrations.versions" and "/oxt/inside/" not in shown(path)
    }

    assert {path: lines for path, lines in lengths.items() if lines > ABOUT_300_LINES} == {}


def test_source_roots_are_no_packages() -> None:
    roots = {folder.parent for folder in top_packages().values()}

    assert sorted(root.name for root in roots) == ["addin", "plugins", "server", "workbooks"]
    assert [shown(path) for root in roots for path in root.glob("*.py")] == []


def test_modules_are_named_after_a_subject() -> None:
    assert [shown(path) for _, path in python_files() if path.stem in VAGUE_NAMES] == []


def test_importing_the_server_builds_no_app_session_settings_or_manager() -> None:
    built = (Flask, sa.Engine, Session, pluggy.PluginManager, Config, Database)

    found = [
        f"{module.__name__}.{name}"
        for module in modules("kizuna")
        for name, value in vars(module).items()
        if isinstance(value, built)
    ]

    assert found == []


def test_the_paid_part_of_xlwings_is_never_imported() -> None:
    found = [
        (shown(path), name)
        for _, path in python_files()
        for name in imported_names(path)
        if any(name == paid or name.startswith(f"{paid}.") for paid in PAID)
    ]

    assert found == []


@pytest.mark.parametrize("name", sorted(top_packages()))
def test_a_top_package_says_what_it_is_for(name: str) -> None:
    assert (importlib.import_module(name).__doc__ or "").strip()
