"""Values made from tables that have not changed since, kept between requests."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

MEBIBYTE = 1024 * 1024
WAITING_SECONDS = 10.0
LEAST_BYTES = 4096
"""What a value counts at least: one that tells no size, or a small one, takes room with its key too."""


@dataclass(frozen=True, slots=True)
class _Held:
    position: Hashable
    value: Any
    size: int


class Kept:
    """The values asked for last, at most ``size`` bytes of them by their own ``nbytes``, each counting a little at least.

    Each belongs to the position its tables were at, so a value never goes stale, and two servers never disagree.
    """

    def __init__(self, size: int = 128 * MEBIBYTE) -> None:
        self._size = size
        self._held: OrderedDict[Hashable, _Held] = OrderedDict()
        self._makers: dict[Hashable, tuple[threading.Lock, int]] = {}
        self._lock = threading.Lock()

    @property
    def nbytes(self) -> int:
        """How much memory the values say they take."""
        with self._lock:
            return sum(one.size for one in self._held.values())

    def value(
        self,
        key: Hashable,
        position: Hashable,
        make: Callable[[], Any],
        mend: Callable[[Any, Any], Any] | None = None,
    ) -> Any:
        """Return the value of ``key`` at ``position``, made where it lacks; who asks meanwhile waits for the one maker.

        ``mend`` takes a value of another position and that position; what it gives is kept instead, unless it is None.
        """
        found, _ = self._get(key, position)
        if found is None:
            with self._turn((key, position)):
                found, stale = self._get(key, position, let_go=True)
                if found is None:
                    value = None if stale is None or mend is None else mend(stale.value, stale.position)
                    # The next one is made while this would still take its room.
                    del stale
                    value = make() if value is None else value
                    found = _Held(position, value, max(LEAST_BYTES, int(getattr(value, "nbytes", 0))))
                    self._put(key, found)
        return found.value

    def _get(self, key: Hashable, position: Hashable, *, let_go: bool = False) -> tuple[_Held | None, _Held | None]:
        """Return what is kept for the position, or what is kept for another one, which nobody gets again when let go."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None, None
            if found.position != position:
                if let_go:
                    del self._held[key]
                return None, found
            self._held.move_to_end(key)
            return found, None

    def _put(self, key: Hashable, made: _Held) -> None:
        with self._lock:
            self._held.pop(key, None)
            self._held[key] = made
            size = sum(one.size for one in self._held.values())
            while size > self._size:
                _, dropped = self._held.popitem(last=False)
                size -= dropped.size

    @contextmanager
    def _turn(self, key: Hashable) -> Iterator[None]:
        """Let one after the other through; nobody waits for ever for a maker that hangs."""
        with self._lock:
            turn, waiting = self._makers.get(key, (threading.Lock(), 0))
            self._makers[key] = turn, waiting + 1
        mine = turn.acquire(timeout=WAITING_SECONDS)
        try:
            yield
        finally:
            if mine:
                turn.release()
            with self._lock:
                _, waiting = self._makers[key]
                if waiting == 1:
                    del self._makers[key]
                else:
                    self._makers[key] = turn, waiting - 1
