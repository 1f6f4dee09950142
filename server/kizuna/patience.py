"""Wait for somebody else's code only so long."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
LAST_MOMENT = 1.0


class LateError(Exception):
    """Somebody else's code did not come to an end in time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"no answer after {seconds:g} seconds")


class Patience:
    """Runs work in a thread beside us, one piece after another, and gives up on what takes too long.

    Python cannot end a thread: late work goes on beside us until it ends by itself, and whatever it holds must be taken from
    it. The thread is kept for the next piece of work, since starting one costs more than most work.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._work: SimpleQueue[Callable[[], Any] | None] | None = None
        self._done: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def __enter__(self) -> Patience:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let the thread go once it has nothing to do."""
        if self._work is not None:
            self._work.put(None)
            self._work = None

    def run(self, work: Callable[[], T], *, stop: Callable[[], None] | None = None) -> T:
        """Return what ``work`` returns or raise what it raises; raise LateError when it takes too long.

        ``stop`` is called then: it may help the work to its end, such as by interrupting the database it waits for.
        """
        if self._work is None:
            self._work, self._done = SimpleQueue(), SimpleQueue()
            threading.Thread(target=_serve, args=(self._work, self._done), name="kizuna-plugin", daemon=True).start()
        self._work.put(work)
        done, value = self._answer(stop)
        if not done:
            raise value
        result: T = value
        return result

    def _answer(self, stop: Callable[[], None] | None) -> tuple[bool, Any]:
        with suppress(Empty):
            return self._done.get(timeout=self.seconds)
        assert self._work is not None
        self._work.put(None)  # the thread ends after this piece of work, if ever
        self._work = None
        if stop is not None:
            stop()
            with suppress(Empty):
                self._done.get(timeout=LAST_MOMENT)
        raise LateError(self.seconds)


class Helpers:
    """Patience for many at once: a thread that is done waits for the next piece of work, whoever brings it.

    A small push asks plugins twice; a thread started for each question would cost more than the push.
    """

    def __init__(self) -> None:
        self._idle: deque[Patience] = deque()

    def within(self, seconds: float, work: Callable[[], T], *, stop: Callable[[], None] | None = None) -> T:
        """Return what one piece of work returns or raise what it raises; raise LateError when it takes too long."""
        try:
            patience = self._idle.pop()
        except IndexError:
            patience = Patience(seconds)
        patience.seconds = seconds
        try:
            return patience.run(work, stop=stop)
        finally:
            self._idle.append(patience)


def within(seconds: float, work: Callable[[], T], *, stop: Callable[[], None] | None = None) -> T:
    """Return what one piece of work returns or raise what it raises; raise LateError when it takes too long."""
    with Patience(seconds) as patience:
        return patience.run(work, stop=stop)


def _serve(work: SimpleQueue[Callable[[], Any] | None], done: SimpleQueue[tuple[bool, Any]]) -> None:
    while (piece := work.get()) is not None:
        try:
            done.put((True, piece()))
        except BaseException as error:  # noqa: BLE001  # it is raised again where it is waited for
            done.put((False, error))
        # The next may be long in coming; what this one held, such as all rows of a push, shall not wait with us.
        del piece
