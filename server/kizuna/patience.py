"""Wait for somebody else's code only so long."""

from __future__ import annotations

import threading
import time
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


def told(error: BaseException, *, letters: int = 200) -> str:
    """Return the kind and text of a failure of somebody else's code, so many letters; its own text may fail too."""
    try:
        return f"{type(error).__name__}: {error}"[:letters]
    except Exception:  # noqa: BLE001  # the text is the plugin's code
        return type(error).__name__


class QuitError(Exception):
    """Somebody else's code asked for the end of the program (`sys.exit` and the like), which is not its to ask."""

    def __init__(self, asked: BaseException) -> None:
        super().__init__(told(asked))


class _TimeIsUp(BaseException):  # not an Exception: what catches every error must not catch this
    """Raised inside late code, so that a loop without end comes to one."""


class Patience:
    """Runs work in a thread beside us, one piece after another, and gives up on what takes too long.

    Late work is told to end at its next line of Python; what waits inside a library goes on beside us until it comes back
    from there, so whatever it holds must be taken from it. The thread is kept for the next piece of work, since starting
    one costs more than most work.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._work: SimpleQueue[Callable[[], Any] | None] | None = None
        self._thread: threading.Thread | None = None
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

        ``stop`` is called then: it may help the work to its end, such as by interrupting the database it waits for. Work
        that asks for the end of the program raises QuitError.
        """
        if self._work is None:
            self._work, self._done = SimpleQueue(), SimpleQueue()
            served = (self._work, self._done)
            self._thread = threading.Thread(target=_serve, args=served, name="kizuna-plugin", daemon=True)
            self._thread.start()
        self._work.put(work)
        answered = False
        try:
            done, value = self._answer(stop)
            answered = True
        finally:
            if not answered:
                # We were told to end while we waited: what this work comes to must not answer the next piece.
                self.end()
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
        late, self._thread = self._thread, None
        if stop is not None:
            stop()
            with suppress(Empty):
                self._done.get(timeout=LAST_MOMENT)
                raise LateError(self.seconds)
        _tell_to_end(late)
        if stop is not None and late is not None:
            # What it held is used by others from here on: it is better gone by then.
            late.join(LAST_MOMENT)
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


class SpentError(Exception):
    """Somebody else's code was not asked: the time there is for all of it was spent before."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the {seconds:g} seconds for all plugins of one changeset are spent")


class Allowance:
    """Time that many pieces of somebody else's work have together, while others wait for its end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._left = seconds
        self._going = False

    def within(
        self, helpers: Helpers, seconds: float, work: Callable[[], T], *, stop: Callable[[], None] | None = None
    ) -> T:
        """Do as `Helpers.within`, for no longer than what is left; raise SpentError where nothing is."""
        if self._left <= 0:
            raise SpentError(self._seconds)
        # A plugin that writes has others asked before it comes to its end: their time is part of its own.
        outermost, self._going = not self._going, True
        began = time.monotonic()
        try:
            return helpers.within(min(seconds, self._left), work, stop=stop)
        finally:
            if outermost:
                self._left -= time.monotonic() - began
                self._going = False


def within(seconds: float, work: Callable[[], T], *, stop: Callable[[], None] | None = None) -> T:
    """Return what one piece of work returns or raise what it raises; raise LateError when it takes too long."""
    with Patience(seconds) as patience:
        return patience.run(work, stop=stop)


def _serve(work: SimpleQueue[Callable[[], Any] | None], done: SimpleQueue[tuple[bool, Any]]) -> None:
    # Told too late to end, the thread may be waiting for work already.
    with suppress(_TimeIsUp):
        while (piece := work.get()) is not None:
            try:
                done.put((True, piece()))
            except _TimeIsUp:
                return
            except Exception as error:  # noqa: BLE001  # it is raised again where it is waited for
                done.put((False, error))
            except BaseException as error:  # noqa: BLE001  # only the main thread may end the program
                done.put((False, QuitError(error)))
            # The next may be long in coming; what this one held, such as all rows of a push, shall not wait with us.
            del piece


def _tell_to_end(late: threading.Thread | None) -> None:
    """Raise _TimeIsUp in a thread at its next line of Python: a loop left running would slow everybody for ever."""
    import ctypes  # what is late is rare, and the library costs memory in every process

    if late is not None and late.ident is not None and late.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(late.ident), ctypes.py_object(_TimeIsUp))
