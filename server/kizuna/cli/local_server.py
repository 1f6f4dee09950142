"""A server of our own on loopback, in a process of its own, for as long as a command needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from kizuna.errors import OperationError, Text

START_SECONDS = 30.0
STOP_SECONDS = 5.0


class ServerNotStartedError(OperationError):
    """The server did not come up."""

    code = "server-not-started"
    text = Text(
        "サーバーが起動しませんでした。記録 {log} を見てください。",
        "The server did not start. Look into its log, {log}.",
    )


class LocalServer:
    """``with LocalServer(url, log=…) as server:`` serves a database until the block ends."""

    def __init__(self, database_url: str, *, log: Path, port: int = 0) -> None:
        self._database_url = database_url
        self._log = log
        self._port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> LocalServer:
        """Start the server and wait until it answers; raise ServerNotStartedError."""
        command = [sys.executable, "-m", "kizuna", "serve", "--database", self._database_url, "--port", str(self._port)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ.copy())  # noqa: S603  # our own program
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                raise ServerNotStartedError(log=self._log)
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self._stop()

    def wait(self) -> None:
        """Wait until the server ends."""
        if self._process is not None:
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/health", timeout=1) as answer:  # noqa: S310  # our own loopback address
                return bool(answer.status == 200)  # OK
        except (URLError, OSError):
            return False

    def _stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
