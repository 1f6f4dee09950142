"""The add-in's own Python, started and spoken to."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from typing import Any

# The process gives up on the server after eight.
PATIENCE_SECONDS = 60.0


def start(python: str, *arguments: str, language: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """Start the add-in's Python without the paths that LibreOffice sets for its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    kept.setdefault("KIZUNA_LANGUAGE", language)
    return subprocess.Popen(  # the Python the extension was built with, words of its own menu
        [python, "-m", "kizuna_addin.oxt", *arguments], env=kept, stderr=subprocess.DEVNULL, **pipes
    )


class Worker:
    """The add-in's own process for functions, started at the first call and again when it has ended."""

    def __init__(self, python: str, *, language: str = "ja") -> None:
        self._python = python
        self._language = language
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._tried = float("-inf")

    def ask(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer to one message, None when the process cannot be had."""
        for _ in range(2):
            process = self._running()
            if process is None:
                return None
            late = threading.Event()
            # It may hang, whatever on, before it has read a long message or after: Calc must not hang with it.
            patience = threading.Timer(PATIENCE_SECONDS, _give_up, (process, self._lines, late))
            patience.daemon = True
            patience.start()
            try:
                process.stdin.write(json.dumps(message).encode() + b"\n")  # type: ignore[union-attr]
                process.stdin.flush()  # type: ignore[union-attr]
                line = self._lines.get()
                if line:
                    answer: dict[str, Any] = json.loads(line)
                    return answer
            except (OSError, ValueError):
                pass
            finally:
                patience.cancel()
            self.end()
            if late.is_set():
                # The other cells of this computation shall not each wait as long.
                self._tried = time.monotonic()
                return None
        return None

    def end(self) -> None:
        """End the process; the next call starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        with contextlib.suppress(OSError):
            process.stdin.close()  # type: ignore[union-attr]

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message to the process where it runs; one that is started later knows nothing that could be out of date."""
        if self._process is not None and self._process.poll() is None:
            self.ask(message)

    def _running(self) -> subprocess.Popen[bytes] | None:
        if self._process is not None and self._process.poll() is None:
            return self._process
        if time.monotonic() - self._tried < 5:
            return None
        self._tried = time.monotonic()
        self.end()
        try:
            self._process = start(
                self._python, "cells", language=self._language, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        except OSError:
            self._process = None
            return None
        self._lines = queue.SimpleQueue()
        threading.Thread(target=_read_lines, args=(self._process.stdout, self._lines), daemon=True).start()
        return self._process


def _give_up(process: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes], late: threading.Event) -> None:
    """End a process that took too long, which lets go whoever writes to it, and whoever waits for its line."""
    late.set()
    process.kill()
    lines.put(b"")


def _read_lines(stream: Any, lines: queue.SimpleQueue[bytes]) -> None:
    """Hand on what a process says, line by line, and an empty line at its end."""
    with contextlib.suppress(OSError, ValueError), stream:
        for line in stream:
            lines.put(line)
    lines.put(b"")
