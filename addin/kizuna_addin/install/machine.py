"""A PC as `doctor` sees it: every question it may ask of the system, so that another PC can be put in its place."""

from __future__ import annotations

import importlib.util
import os
import platform as platform_module
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keyring
import xlwings

from kizuna_addin.client import Client
from kizuna_addin.transport import own_version

REGISTRY_ROOTS = ("HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE", "HKEY_CLASSES_ROOT")


@dataclass(frozen=True)
class Machine:
    """One PC and the person on it."""

    platform: str
    home: Path
    environ: Mapping[str, str]
    executable: Path
    version: str
    xlwings_version: str
    client: Callable[[], Client]
    """Returns a signed-in client; raises AddinError."""
    registry: Callable[[str, str], Any | None]
    """Returns the value under ``ROOT\\key``, None when it is not there."""
    find: Callable[[str], str | None]
    """Returns the path of a program."""
    importable: Callable[[str], bool]
    """Says whether this Python can import a module."""
    system_python_has: Callable[[str], bool]
    program_python_has: Callable[[str], bool]
    """Says whether the system's Python can import a module where a program starts it in itself, as LibreOffice does."""
    keyring_name: Callable[[], str]
    proxies: Callable[[], Mapping[str, str]]
    bypassed: Callable[[str], bool]
    """Says whether a host is reached without the proxy."""


def this_machine(client: Callable[[], Client]) -> Machine:
    """Return the PC we run on."""
    return Machine(
        platform=sys.platform,
        home=Path.home(),
        environ=os.environ,
        executable=Path(sys.executable),
        version=own_version(),
        xlwings_version=xlwings.__version__,
        client=client,
        registry=_registry,
        find=shutil.which,
        importable=lambda name: importlib.util.find_spec(name) is not None,
        system_python_has=_system_python_has,
        program_python_has=lambda name: _system_python_has(name, called="python3"),
        keyring_name=lambda: f"{type(keyring.get_keyring()).__module__}.{type(keyring.get_keyring()).__name__}",
        proxies=urllib.request.getproxies,
        bypassed=lambda host: bool(urllib.request.proxy_bypass(host)),
    )


def _registry(key: str, name: str) -> Any | None:
    if sys.platform != "win32":
        return None
    import winreg  # type: ignore[unreachable,unused-ignore]  # Windows only

    root, _, path = key.partition("\\")
    try:
        with winreg.OpenKey(getattr(winreg, root), path) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except OSError:
        return None


def _system_python_has(name: str, *, called: str = "/usr/bin/python3") -> bool:
    """Say whether the system's own Python, which is the one LibreOffice's module is for on Linux, can import a module.

    `called` by its bare name it looks for its library beside the first ``python3`` on PATH, as it does within a program.
    """
    python = Path("/usr/bin/python3")
    if platform_module.system() != "Linux" or not python.exists():
        return False
    line = [called, "-c", f"import {name}"]
    try:
        done = subprocess.run(line, executable=python, capture_output=True, timeout=20, check=False)  # noqa: S603  # fixed program, our own word
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
