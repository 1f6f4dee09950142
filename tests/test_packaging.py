"""What is shipped is what is here, and it works where nothing else is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import kizuna
from tests.checkout import ROOT, python_files, setup_cfg, top_packages

NOT_SOURCE = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", "*.egg-info", "build", "dist", ".*_cache", ".hypothesis"
)
SERVER_ONLY = (
    "kizuna",
    "flask",
    "werkzeug",
    "sqlalchemy",
    "alembic",
    "granian",
    "waitress",
    "argon2",
    "reportlab",
    "numpy",
)


def listed(section: str, key: str) -> set[str]:
    return set(setup_cfg()[section][key].split())


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command outside the checkout's own paths; return what it prints, fail with it."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(one) for one in command],
        cwd=cwd,
        env=environment | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@dataclass(frozen=True)
class Environment:
    """A virtual environment made for one test."""

    folder: Path

    def program(self, name: str) -> Path:
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin") / name

    def python(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        return run(self.program("python"), *arguments, cwd=cwd or self.folder)

    def borrow_libraries(self) -> None:
        """Let this environment see the libraries of the running one, without what is installed editable there."""
        site = Path(self.python("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
        paths = [one for one in sys.path if one.endswith(("site-packages", "dist-packages"))]
        (site / "borrowed.pth").write_text("\n".join(paths), encoding="utf-8")


def clean_environment(folder: Path) -> Environment:
    venv.create(folder, with_pip=True)
    return Environment(folder)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, so that building leaves nothing behind in it."""
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("source") / "kizuna", ignore=NOT_SOURCE))


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel that was built from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, source, cwd=folder)
    return folder


def wheel_in(folder: Path) -> Path:
    return next(folder.glob("*.whl"))


def test_the_list_of_packages_equals_what_is_on_disk() -> None:
    on_disk = {package for package, _ in python_files()}

    assert listed("options", "packages") == on_disk


def test_every_folder_of_python_files_is_a_package() -> None:
    assert [path.parent for _, path in python_files() if not (path.parent / "__init__.py").exists()] == []


def test_every_data_file_is_listed() -> None:
    patterns = setup_cfg()["options.package_data"]
    unlisted = []
    for name, folder in top_packages().items():
        for path in folder.rglob("*"):
            if path.is_dir() or path.suffix in {".py", ".pyc"}:
                continue
            within = [(name, folder)] + [
                (".".join((name, *parent.relative_to(folder).parts)), parent)
                for parent in path.parents
                if parent.is_relative_to(folder) and parent != folder
            ]
            if not any(
                path in set(where.glob(pattern))
                for package, where in within
                for pattern in patterns.get(package, "").split()
            ):
                unlisted.append(path.relative_to(ROOT).as_posix())

    assert unlisted == []


@pytest.mark.timeout(600)
def test_the_wheel_holds_every_package_and_data_file(built: Path) -> None:
    expected = {
        path.relative_to(folder.parent).as_posix()
        for folder in top_packages().values()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    held = {name for name in zipfile.ZipFile(wheel_in(built)).namelist() if ".dist-info/" not in name}

    assert held == expected


@pytest.mark.timeout(600)
def test_the_sdist_carries_licence_and_readme(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"LICENSE", "README.md", "setup.cfg", "pyproject.toml", "server/kizuna/py.typed"} <= names


@pytest.mark.timeout(900)
def test_the_wheel_installs_with_its_requirements_into_a_clean_environment(built: Path, tmp_path: Path) -> None:
    clean = clean_environment(tmp_path / "clean")
    clean.python("-m", "pip", "install", "--quiet", "--no-compile", wheel_in(built))

    assert kizuna.__version__ in run(clean.program("kizuna"), "--version")
    assert "serve" in run(clean.program("kizuna"), "--help")
    assert "pull" in run(clean.program("kizuna-addin"), "--help")
    assert "No broken requirements" in clean.python("-m", "pip", "check")
    assert clean.python("-c", "import kizuna_addin; print(kizuna_addin.__file__)").strip().startswith(str(clean.folder))


@pytest.mark.timeout(600)
def test_pip_install_of_the_folder_gives_the_same_commands(source: Path, tmp_path: Path) -> None:
    clean = clean_environment(tmp_path / "clean")
    clean.borrow_libraries()
    clean.python("-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall", source)

    assert kizuna.__version__ in run(clean.program("kizuna"), "--version")
    assert "Usage" in run(clean.program("kizuna-addin"), "--help")


ADDIN_ALONE = """
import importlib, pkgutil, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {refused!r}:
            raise ImportError(f"a shop PC has no {{name}}", name=name)

sys.meta_path.insert(0, Refuse())
import kizuna_addin
for found in pkgutil.walk_packages(kizuna_addin.__path__, "kizuna_addin."):
    if found.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(found.name)
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {{"uno", "unohelper", "com"}}:
            raise
print("alone")
"""


def test_the_add_in_needs_nothing_of_the_server() -> None:
    paths = [str(folder.parent) for folder in top_packages().values()]
    program = f"import sys; sys.path[:0] = {paths!r}\n" + ADDIN_ALONE.format(refused=SERVER_ONLY)

    assert run(sys.executable, "-c", program).splitlines()[-1] == "alone"
