"""Many clients at once, from a process of its own: wrk, which costs the server next to nothing of the machine."""

from __future__ import annotations

import re
import statistics
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


class LoadFailedError(Exception):
    """wrk is not there, said nothing readable, or met failures."""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests to repeat: the path, what travels with it, and Lua for wrk where each request differs."""

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    lua: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """Requests per second, and the middle and the slowest hundredth of the waits in milliseconds."""

    per_second: float
    p50: float
    p99: float


def under_load(
    port: int, load: Load, clients: int, folder: Path, *, seconds: int, runs: int, allow_failures: bool = False
) -> Rate:
    """Return the median of several runs; raise LoadFailedError when requests failed."""
    found = [_once(port, load, clients, folder, seconds, allow_failures=allow_failures) for _ in range(runs)]
    middle = statistics.median
    return Rate(
        middle(one.per_second for one in found), middle(one.p50 for one in found), middle(one.p99 for one in found)
    )


def _once(port: int, load: Load, clients: int, folder: Path, seconds: int, *, allow_failures: bool) -> Rate:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    for name, value in load.headers.items():
        command += ["-H", f"{name}: {value}"]
    if load.lua:
        script = folder / "load.lua"
        script.write_text(load.lua)
        command += ["-s", str(script)]
    try:
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{port}{load.path}"],
            capture_output=True, text=True, timeout=seconds + 90, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise LoadFailedError("wrk is not installed (Debian: apt-get install wrk)") from None
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    if failed and not allow_failures:
        raise LoadFailedError(f"{failed[1]} requests to {load.path} failed")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    waits = {share: re.search(rf"\n\s+{share}%\s+([\d.]+)(us|ms|s|m)", done.stdout) for share in (50, 99)}
    if not rate or not all(waits.values()):
        raise LoadFailedError(done.stdout + done.stderr)
    p50, p99 = (float(one[1]) * MILLISECONDS[one[2]] for one in waits.values() if one)
    return Rate(float(rate[1]), p50, p99)
