"""Environments of the peers: made once below one folder, used again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.peers import NotHereError

MINUTES = 60


def python_environment(home: Path, name: str, *packages: str) -> Path:
    """Return the folder of programs of a virtual environment with ``packages``, made where it lacks."""
    folder = home / name
    programs = folder / "bin"
    if not (folder / "ready").exists():
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(programs / "pip"), "install", "-q", *packages])
        (folder / "ready").touch()
    return programs


def node_environment(home: Path, name: str, *packages: str) -> Path:
    """Return a folder with ``node_modules`` of ``packages``, made where it lacks."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotHereError("no node and npm on this machine")
    folder = home / name
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts=false", "--prefix", str(folder), *packages]
        )
        (folder / "ready").touch()
    return folder


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=20 * MINUTES)
    except subprocess.CalledProcessError as error:
        raise NotHereError((error.stderr or error.stdout or str(error)).strip()[-300:]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotHereError(str(error)) from error
