"""The installer for a Windows PC without Python, as far as it can be checked where there is no PowerShell."""

from __future__ import annotations

import re

import pytest
import tree_sitter_powershell
from click.testing import CliRunner
from tree_sitter import Language, Parser

from kizuna_addin.cli import main
from tests.checkout import ROOT, setup_cfg

SCRIPT = ROOT / "addin" / "install-kizuna.ps1"


@pytest.fixture(scope="module")
def source():
    return SCRIPT.read_bytes()


@pytest.fixture(scope="module")
def tree(source):
    return Parser(Language(tree_sitter_powershell.language())).parse(source.removeprefix(b"\xef\xbb\xbf"))


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


def test_the_script_parses(tree):
    bad = [(one.start_point, one.text) for one in nodes(tree.root_node) if one.is_error or one.is_missing]

    assert bad == []


def test_old_powershell_reads_its_japanese(source):
    assert source.startswith(b"\xef\xbb\xbf")
    assert source.count(b"\r\n") == source.count(b"\n")


def test_every_function_it_calls_is_there(tree):
    defined = {one.text.decode() for one in nodes(tree.root_node) if one.type == "function_name"}
    called = {one.text.decode() for one in nodes(tree.root_node) if one.type == "command_name"}
    known = {
        "Get-ChildItem", "Get-Command", "Get-Process", "Join-Path", "New-Item", "Out-Null", "Remove-Item", "Resolve-Path",
        "Select-Object", "Set-StrictMode", "Sort-Object", "ForEach-Object", "Test-Path", "Write-Host",
    }  # fmt: skip

    assert {one for one in called if "-" in one} <= defined | known
    assert defined <= called


def test_it_names_no_host(source):
    assert re.findall(rb"https?://(?!\.\.\.)", source) == []


def test_the_commands_it_runs_exist_with_these_options(source):
    for command in ("install", "doctor", "uninstall", "login"):
        text = CliRunner().invoke(main, [command, "--help"]).output
        assert "--language" in text
        assert f"'{command}'" in source.decode("utf-8-sig") or f"kizuna_addin {command}" in source.decode("utf-8-sig")


def test_what_it_installs_is_what_the_package_asks_for(source):
    inside = re.search(r"\$Requirements = @\((.*?)\)\r?\n", source.decode("utf-8-sig"), re.DOTALL)[1]
    wanted = set(re.findall(r"'([^']+)'", inside))
    declared = set(setup_cfg()["options"]["install_requires"].split())
    declared |= set(setup_cfg()["options.extras_require"]["xlam"].split())

    assert wanted - declared == {"pywin32"}
