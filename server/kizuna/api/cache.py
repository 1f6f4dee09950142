"""Finished pages of pulls, kept compressed: the same bytes for everybody at the same position in the same scope."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

OVERHEAD_BYTES = 1024
"""What a page takes besides its bytes: its key, which holds the question, and its place."""


class PageCache:
    """The pages asked for last, at most ``size`` bytes of them with what keeping them takes.

    A key holds the position of the data, so a page never goes stale, and two servers never disagree.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> bytes | None:
        """Return the page kept under ``key``."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: bytes) -> None:
        """Keep a page; let go of those not asked for longest."""
        if len(page) > self._size // 2:
            return
        with self._lock:
            replaced = self._pages.pop(key, None)
            self._held += len(page) - len(replaced) if replaced is not None else len(page) + OVERHEAD_BYTES
            self._pages[key] = page
            while self._held > self._size:
                _, dropped = self._pages.popitem(last=False)
                self._held -= len(dropped) + OVERHEAD_BYTES
