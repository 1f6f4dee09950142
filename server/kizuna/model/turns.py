"""Let writers of several processes take turns on one SQLite file.

SQLite makes a writer that finds the file locked sleep and look again, ever longer: whoever has just written wins the next
round, and the others wait for a second. Here whoever waits longest writes next. It is a courtesy among processes that know of
it; SQLite's own lock stays the law, so nothing breaks where there is no such file or a process does not come.

A lock cannot be waited for with a limit, and looking at it again and again costs a busy server a seventh of its time. So whoever
has written rings a bell, a named pipe, and who is next listens; a look now and then is for those who die without a sound.
"""

from __future__ import annotations

import hashlib
import os
import select
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

GATE, SEAT = 0, 1
"""Bytes of the file: who holds the gate is next, who holds the seat writes."""
SHORTEST, LONGEST = 0.0001, 0.0002
"""Seconds between two looks at a lock."""
LONGEST_SILENCE = 0.01
"""Seconds after which who listens looks all the same: a process that was killed rings no bell."""
RINGS = 65_536
"""Bytes a pipe holds at most: those of whoever wrote while nobody listened."""


class Turns:
    """Turns at writing a database, kept by locks on two bytes of a file beside it; one thread at a time uses it."""

    def __init__(self, database: Path | None, *, patience: float) -> None:
        """After ``patience`` seconds a writer goes on without its turn, and SQLite tells it whether the file is free."""
        self._path = database and database.with_name(database.name + "-turns")
        self._patience = patience
        self._file: int | None = None
        self._bell: Bell | None = None
        self._bell_path: Path | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn, and give it on at the end."""
        if sys.platform == "win32" or not self._opened():
            yield
            return
        until = time.monotonic() + self._patience
        held = False
        try:
            try:
                held = self._take(GATE, until) and self._take(SEAT, until)
            finally:
                # Also where we are told to end while we wait: with the gate shut everybody else would lose their patience.
                self._give(GATE)
            yield
        finally:
            self._give(SEAT)
            if held:
                self._ring()

    def close(self) -> None:
        """Close the files."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._bell is not None:
            self._bell.close()
            self._bell = None

    def _opened(self) -> bool:
        if self._file is None and self._path is not None:
            try:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                # A folder that takes no new file: SQLite itself will say so if it cannot write either.
                self._path = None
            else:
                # Without a folder for temporary files there is no bell, and turns are taken by looking.
                with suppress(OSError):
                    self._bell_path = bell_of(self._path)
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
            else:
                return True
            # The gate is free again as soon as its holder sits; only the seat is worth listening for.
            if byte == SEAT and (bell := self._hung(anew=True)) is not None:
                bell.listen(LONGEST_SILENCE)
            else:
                time.sleep(wait)
                wait = min(wait * 1.5, LONGEST)

    def _ring(self) -> None:
        # Whoever has to wait hangs the bell; where nobody ever had to there is none.
        if (bell := self._hung(anew=False)) is not None:
            bell.ring()

    def _hung(self, *, anew: bool) -> Bell | None:
        """Return the bell, if it hangs or can be hung ``anew``."""
        if self._bell is None and self._bell_path is not None:
            self._bell = Bell.at(self._bell_path, anew=anew)
        return self._bell

    def _give(self, byte: int) -> None:
        assert self._file is not None
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)


class Bell:
    """A named pipe: each byte in it is a turn that ended.

    Whoever hears it looks at the lock before they listen again, so no ring is missed: either the lock is theirs then, or
    somebody holds it who will ring.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._ear = select.poll()
        self._ear.register(pipe, select.POLLIN)

    @classmethod
    def at(cls, path: Path, *, anew: bool) -> Bell | None:
        """Return the bell that hangs there, or is hung there ``anew``; None where it does not or cannot."""
        try:
            if anew:
                with suppress(FileExistsError):
                    os.mkfifo(path, 0o600)
            # For reading and writing, or else opening it would wait for somebody at the other end.
            pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return None
        found = os.fstat(pipe)
        if stat.S_ISFIFO(found.st_mode) and found.st_uid == os.getuid():
            return cls(pipe)
        # Everybody may put files there.
        os.close(pipe)
        return None

    def ring(self) -> None:
        """Let whoever listens look."""
        # A full pipe rings loudly enough.
        with suppress(BlockingIOError):
            os.write(self._pipe, b"!")

    def listen(self, seconds: float) -> None:
        """Return once somebody rings, at the latest after so long."""
        if self._ear.poll(seconds * 1_000):
            # Another listener may have been quicker.
            with suppress(BlockingIOError):
                os.read(self._pipe, RINGS)

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._pipe)


def bell_of(file: Path) -> Path:
    """Return where the bell of a file of turns hangs, the same for every process of one user.

    It is the folder for temporary files: a pipe beside the database would be in the way of whoever copies that.
    """
    name = hashlib.sha256(os.fsencode(file.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"kizuna-{os.getuid()}-{name}.bell"
