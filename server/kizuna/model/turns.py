"""Let writers of several processes take turns on one SQLite file.

SQLite makes a writer that finds the file locked sleep and look again, ever longer: whoever has just written wins the next
round, and the others wait for a second. Here whoever waits longest writes next. It is a courtesy among processes that know of
it; SQLite's own lock stays the law, so nothing breaks where there is no such file or a process does not come.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

GATE, SEAT = 0, 1
"""Bytes of the file: who holds the gate is next, who holds the seat writes."""
SHORTEST, LONGEST = 0.0001, 0.0002
"""Seconds between two looks at a lock."""


class Turns:
    """Turns at writing a database, kept by locks on two bytes of a file beside it; one thread at a time uses it."""

    def __init__(self, database: Path | None, *, patience: float) -> None:
        """After ``patience`` seconds a writer goes on without its turn, and SQLite tells it whether the file is free."""
        self._path = database and database.with_name(database.name + "-turns")
        self._patience = patience
        self._file: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and give it on at the end."""
        if sys.platform == "win32" or not self._opened():
            yield
            return
        until = time.monotonic() + self._patience
        held = self._take(GATE, until) and self._take(SEAT, until)
        self._give(GATE)
        try:
            yield
        finally:
            if held:
                self._give(SEAT)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> bool:
        if self._file is None and self._path is not None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                # A folder that takes no new file: SQLite itself will say so if it cannot write either.
                self._path = None
        return self._file is not None

    def _take(self, byte: int, until: float) -> bool:
        assert self._file is not None
        wait = SHORTEST
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            except OSError:
                if time.monotonic() > until:
                    return False
                time.sleep(wait)
                wait = min(wait * 1.5, LONGEST)
            else:
                return True

    def _give(self, byte: int) -> None:
        assert self._file is not None
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)
