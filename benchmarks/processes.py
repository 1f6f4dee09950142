"""Servers as processes of ours: started, watched, ended by their own id; nobody else's are touched."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

READY_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")


class NotStartedError(Exception):
    """A server ended before it answered, or never did; says the end of its log."""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], port: int, ready: str, log: Path, *, env: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run a server until the block ends; yield its process id once ``ready`` is answered, with whatever status."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})}, start_new_session=True
        )
    try:
        _wait(process, port, ready, log)
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # the group we started
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, ready: str, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > until:
            raise NotStartedError(log.read_text(errors="replace")[-2_000:])
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", ready)
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.05)


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    waiting += map(int, (task / "children").read_text().split())
    return found


def peak_megabytes(pid: int) -> float:
    """Return the highest resident sizes of a process and its descendants, together; what they share counts once.

    Linux keeps each process's highest mark of all its pages, shared ones too. From that we take what the others account for:
    resident less proportional size (PSS), as it stands now.
    """
    total = 0
    for one in family(pid):
        with suppress(OSError):
            status = Path(f"/proc/{one}/status").read_text()
            proportional = _kilobytes(Path(f"/proc/{one}/smaps_rollup").read_text(), "Pss")
            total += _kilobytes(status, "VmHWM") - _kilobytes(status, "VmRSS") + proportional
    return total / 1024


def _kilobytes(text: str, name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0


def processor_seconds(pid: int) -> float:
    """Return the processor time a process and its living descendants have had."""
    total = 0
    for one in family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])  # user and system
    return total / TICKS
