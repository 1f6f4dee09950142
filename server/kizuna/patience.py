"""Wait for somebody else's code only so long."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T], late: Exception, *, stop: Callable[[], None] | None = None) -> T:
    """Return what ``work`` returns or raise what it raises; raise ``late`` when it takes longer.

    Python cannot end a thread: late work goes on beside us until it ends by itself. ``stop`` may help it to, such as by
    interrupting the database it waits for; it gets a moment to come to its end then.
    """
    box: list[Any] = []
    ended = threading.Event()

    def run() -> None:
        try:
            box.append((True, work()))
        except BaseException as error:  # noqa: BLE001  # it is raised again where it is waited for
            box.append((False, error))
        finally:
            ended.set()

    threading.Thread(target=run, name="kizuna-plugin", daemon=True).start()
    if not ended.wait(seconds):
        if stop is not None:
            stop()
            ended.wait(1.0)
        raise late
    done, value = box[0]
    if not done:
        raise value
    result: T = value
    return result
