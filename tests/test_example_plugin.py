"""The third-party plugin of the docs, as its author has it: beside the checkout, and as a wheel in a clean environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.test_packaging import NOT_SOURCE, clean_environment, run

EXAMPLE = ROOT / "docs" / "examples" / "kizuna_nps"
SOURCES = [str(ROOT / name) for name in ("server", "addin", "plugins", "workbooks")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "kizuna_nps", ignore=NOT_SOURCE))


def beside_the_checkout(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "PYTHONPATH": os.pathsep.join([*SOURCES, str(folder)])}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=told, capture_output=True, text=True, timeout=240, check=False
    )


def test_it_passes_its_own_tests(project: Path) -> None:
    done = beside_the_checkout(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error")

    assert done.returncode == 0, done.stdout + done.stderr


def test_it_keeps_every_rule_and_imports_only_what_an_outsider_has(project: Path) -> None:
    done = beside_the_checkout(project, "-m", "kizuna", "plugin", "check", ".", "--json")

    assert done.returncode == 0, done.stdout + done.stderr
    broken = {one["rule"] for one in json.loads(done.stdout)["nps"] if not one["kept"]}
    assert broken <= {"batched"}


@pytest.mark.timeout(900)
def test_as_a_wheel_in_a_clean_environment_it_works_with_the_wheel_of_kizuna(project: Path, tmp_path: Path) -> None:
    source = shutil.copytree(ROOT, tmp_path / "source", ignore=NOT_SOURCE)
    wheels = tmp_path / "wheels"
    for one in (source, project):
        run(
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--wheel-dir",
            wheels,
            one,
        )
    clean = clean_environment(tmp_path / "clean")
    clean.borrow_libraries()
    clean.python("-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", *sorted(wheels.glob("*.whl")))
    database = f"sqlite:///{tmp_path / 'shop.db'}"
    program = clean.program("kizuna")
    run(program, "init", "--database", database)
    listed = {one["name"]: one for one in json.loads(run(program, "plugin", "list", "--json"))}

    assert listed["nps"]["error"] is None
    assert listed["nps"]["version"] == "0.1.0"
    assert "NPS" in run(program, "call", "NPS_TREND", "--months", "2", "--database", database)
    tests = project / "tests"
    assert " passed" in clean.python("-m", "pytest", "-q", "-p", "no:cacheprovider", tests, cwd=tmp_path / "clean")
