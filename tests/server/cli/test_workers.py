"""Several workers are forked from one process that loaded everything, unless that would leave something behind."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from kizuna.cli import workers
from kizuna.cli.serve import granian_command
from tests.fixtures.live import free_port

SECONDS = 120

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers share memory on Linux only")


@contextmanager
def served(
    folder: Path, number: int = 2, standing_in: Path | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run ``kizuna serve`` with so many workers and the plugins of a folder; give the process and its URL."""
    port = free_port()
    command = [
        sys.executable,
        "-P",
        "-m",
        "kizuna",
        "serve",
        "--database",
        str(folder / "kizuna.db"),
        "--port",
        str(port),
    ]
    env = {**os.environ, "KIZUNA_PLUGINS": str(folder), "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    process = subprocess.Popen([*command, "--workers", str(number), "--threads", "2"], env=env, cwd=standing_in)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(process, url)
        yield process, url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(httpx.HTTPError):
            httpx.get(f"{url}/health")
            return
        time.sleep(0.2)
    raise AssertionError("the server did not start")


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _workers(pid: int) -> list[int]:
    """Return the processes that hold the whole application; multiprocessing keeps a small one of its own beside them."""
    return [one for one in _children(pid) if "resource_tracker" not in Path(f"/proc/{one}/cmdline").read_text()]


def _runs(pid: int, module: str) -> bool:
    return f"\0{module}\0" in Path(f"/proc/{pid}/cmdline").read_text()


def test_workers_forked_from_a_loaded_process_answer_and_end_with_it(tmp_path: Path) -> None:
    with served(tmp_path) as (process, url):
        forked = _children(process.pid)
        answers = [httpx.get(f"{url}{path}").status_code for path in ("/health", "/api/v1/me") * 8]

        assert _runs(process.pid, "kizuna.cli.workers")
        assert len(forked) == 2
        assert set(answers) == {200, 401}

    assert process.returncode == 0
    assert not [one for one in forked if Path(f"/proc/{one}").exists()]


@pytest.mark.parametrize("number", [1, 2])
def test_a_worker_that_dies_is_replaced_and_the_server_goes_on(tmp_path: Path, number: int) -> None:
    with served(tmp_path, number) as (process, url):
        before = _workers(process.pid)
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + SECONDS
        while (after := _workers(process.pid)) == before or len(after) < number:
            assert time.monotonic() < until
            time.sleep(0.05)
        _wait_for(process, url)

        assert before[0] not in after
        assert process.poll() is None


@pytest.mark.parametrize("number", [1, 2])
def test_modules_are_not_taken_from_the_folder_somebody_stands_in(tmp_path: Path, number: int) -> None:
    standing_in = tmp_path / "here"
    for name in ("flask", "kizuna/plugins"):
        (standing_in / name).mkdir(parents=True)
    for name in ("flask", "kizuna"):
        (standing_in / name / "__init__.py").write_text("raise RuntimeError('somebody else’s')\n", encoding="utf-8")

    with served(tmp_path, number, standing_in) as (process, url):
        assert httpx.get(f"{url}/health").status_code == 200
        assert process.poll() is None


def test_workers_load_for_themselves_where_a_plugin_starts_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[list[str]] = []
    monkeypatch.setenv("KIZUNA_DATABASE", str(tmp_path / "kizuna.db"))
    monkeypatch.setattr(workers, "MOST_SECONDS_FOR_THREADS", 0.1)
    end = threading.Event()
    busy = threading.Thread(target=end.wait)
    busy.start()

    def become(_: str, command: list[str]) -> NoReturn:
        became.append(command)
        raise SystemExit

    monkeypatch.setattr(os, "execv", become)
    with pytest.raises(SystemExit):
        workers.main(["127.0.0.1", "8765", "2", "4"])
    gc.unfreeze()
    end.set()
    busy.join()

    assert became == [granian_command("127.0.0.1", 8765, 2, 4)]
