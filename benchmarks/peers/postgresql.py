"""A PostgreSQL of our own for whoever needs one: its durability left as it comes, only memory raised."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers import NotHereError
from benchmarks.processes import free_port

SETTINGS = ("shared_buffers=256MB", "max_wal_size=4GB", "max_connections=120")


@contextmanager
def database(_home: Path, *, kept: Path | None = None, settings: Sequence[str] = SETTINGS) -> Iterator[str]:
    """Start a server on fresh data; yield its URL; stop it and remove the data.

    With ``kept`` the data is in that folder, made where it lacks, and stays there.
    """
    binaries = _binaries()
    account = _account()
    folder = kept or Path(tempfile.mkdtemp(prefix="kizuna-benchmarks-pg-"))
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()

    def run(*command: str) -> None:
        subprocess.run(
            [str(binaries / command[0]), *command[1:]],
            cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, timeout=120, **account,
        )  # fmt: skip

    try:
        if account:
            os.chown(folder, account["user"], account["group"])
        data = folder / "data"
        if not data.exists():
            run("initdb", "-D", str(data), "-U", "kizuna", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        told = " ".join(f"-c {one}" for one in settings)
        options = f"-h 127.0.0.1 -p {port} -k {folder} {told}"
        run("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql://kizuna@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "fast", "-w", "stop")
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if on_path := shutil.which("pg_ctl"):
        found.append(Path(on_path))
    if not found:
        raise NotHereError("no PostgreSQL on this machine (Debian: apt-get install postgresql)")
    return found[-1].parent


def _account() -> dict[str, Any]:
    """Return how to run as somebody else, where we are root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise NotHereError("running as root, and there is no account postgres") from None
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
