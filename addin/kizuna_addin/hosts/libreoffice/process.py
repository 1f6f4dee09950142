"""Start, find and end a soffice of our own: its own profile, its own pipe, nobody else's documents."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .bridge import load_uno, office_context
from .errors import SofficeMissingError, SofficeNotReadyError

PROFILE_PREFIX = "kizuna-calc-"
OWNER_FILE = "kizuna-owner.json"
_DYING_SECONDS = 10.0

LIKELY_PROGRAMS = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)

# English (USA) makes number formats and error texts the same on every PC; recovery would ask questions nobody sees.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale" oor:op="fuse"><value>en-US</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>en-US</value>
</prop></item>
<item oor:path="/org.openoffice.Office.Recovery/AutoSave"><prop oor:name="Enabled" oor:op="fuse"><value>false</value>
</prop></item>
<item oor:path="/org.openoffice.Office.Recovery/RecoveryInfo"><prop oor:name="Enabled" oor:op="fuse">
<value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop>
</item>
</oor:items>
"""


def find_soffice(named: str | Path | None = None) -> Path:
    """Return the program soffice: the one named, else KIZUNA_SOFFICE, else PATH, else the usual folders.

    Raises SofficeMissingError.
    """
    wanted = named or os.environ.get("KIZUNA_SOFFICE")
    if wanted:
        found = shutil.which(str(wanted))
        if found is None:
            raise SofficeMissingError(str(wanted))
        return Path(found)
    for name in ("soffice", "libreoffice", *LIKELY_PROGRAMS):
        if found := shutil.which(name):
            return Path(found)
    raise SofficeMissingError("PATH, " + ", ".join(LIKELY_PROGRAMS))


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Return what soffice is started with: with the system's programs first on PATH, where the system has a Python.

    The Python within soffice takes its library from the first ``python3`` on PATH: in an activated virtual environment that
    is one without `uno`, and LibreOffice aborts as soon as an extension in Python is loaded.
    """
    system = Path("/usr/bin")
    first = f"{system}{os.pathsep}" if (system / "python3").exists() else ""
    return {**ours, "PATH": first + ours.get("PATH", os.defpath)}


@dataclass(slots=True)
class Office:
    """A soffice that answers: its component context and address, its process and profile where they are ours."""

    context: Any
    connection: str
    process: subprocess.Popen[bytes] | None = None
    profile: Path | None = None

    @property
    def is_ours(self) -> bool:
        return self.process is not None

    @property
    def pid(self) -> int:
        """The process id; of an office we only joined, a positive number that stays the same."""
        return self.process.pid if self.process else 1_000_000_000 + id(self) % 1_000_000_000

    def end(self, *, patience: float = 5.0) -> None:
        """End our own process and remove its profile; an office we only joined goes on."""
        if self.process is None:
            return
        try:
            desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
            desktop.terminate()
        except Exception:  # noqa: BLE001 - whatever the bridge says of a dying office, the process ends below
            patience = min(patience, 1.0)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        _kill_group(self.process.pid)
        self.process.wait()
        self.process = None
        if self.profile is not None:
            shutil.rmtree(self.profile, ignore_errors=True)


def start(soffice: str | Path | None = None, *, timeout: float = 90.0) -> Office:
    """Start a soffice without a window and wait until it answers.

    Raises UnoMissingError, SofficeMissingError, SofficeNotReadyError.
    """
    load_uno()
    program = find_soffice(soffice)
    end_orphans()
    profile = Path(tempfile.mkdtemp(prefix=PROFILE_PREFIX))
    (profile / "user").mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    pipe = f"kizuna{os.getpid()}x{secrets.token_hex(4)}"
    process = subprocess.Popen(  # noqa: S603 - the program found above, arguments of our own
        [
            str(program),
            "--headless",
            "--invisible",
            "--norestore",
            "--nologo",
            "--nodefault",
            "--nofirststartwizard",
            f"-env:UserInstallation={profile.as_uri()}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=_environment(os.environ),
    )
    owner = {"owner": os.getpid(), "owner_started": _started(os.getpid()), "soffice": process.pid}
    (profile / OWNER_FILE).write_text(json.dumps(owner), encoding="utf-8")
    connection = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    try:
        return Office(_wait_for(connection, timeout, process), connection, process, profile)
    except BaseException:
        _kill_group(process.pid)
        process.wait()
        shutil.rmtree(profile, ignore_errors=True)
        raise


def join(connection: str, *, timeout: float = 10.0) -> Office:
    """Join a soffice that somebody else started with `--accept=…`; raises SofficeNotReadyError."""
    return Office(_wait_for(connection, timeout, None), connection)


def _wait_for(connection: str, timeout: float, process: subprocess.Popen[bytes] | None) -> Any:
    deadline = time.monotonic() + timeout
    while True:
        try:
            return office_context(connection)
        except Exception as error:  # UNO's exceptions share no base class that could be imported here.
            died = process is not None and process.poll() not in (None, 0)
            if died or time.monotonic() > deadline:
                raise SofficeNotReadyError(connection, timeout) from error
            time.sleep(0.05)


def _kill_group(pid: int) -> None:
    """Kill what is left of a soffice we started: its launcher and its worker share a process group of their own."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], check=False, capture_output=True)  # noqa: S603, S607
        return
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def end_orphans() -> None:
    """End the soffice of a program of ours that was killed, and remove its profile.

    Only a process whose command line names such a profile is touched, so a reused process id is safe.
    """
    for profile in Path(tempfile.gettempdir()).glob(PROFILE_PREFIX + "*"):
        try:
            owner = json.loads((profile / OWNER_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if _started(owner["owner"]) == owner["owner_started"]:
            continue
        if profile.as_uri() in _command_line(owner["soffice"]):
            _kill_group(owner["soffice"])
            # A process that is told to die goes on for a moment, and would write into what is being removed.
            until = time.monotonic() + _DYING_SECONDS
            while profile.as_uri() in _command_line(owner["soffice"]) and time.monotonic() < until:
                time.sleep(0.02)
        shutil.rmtree(profile, ignore_errors=True)


def _started(pid: int) -> str | None:
    """Return when a process started, in the kernel's own count; where there is no /proc, whether it lives."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            return stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
        except OSError:
            return None
    if sys.platform == "win32":
        return "unknown"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return "unknown"
    return "unknown"


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
