"""The functions in the cells of one LibreOffice: asked of the add-in's own process, told to wait while a workbook loads."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from .sheets import looked_at, memory, read
from .worker import Worker

# So many looks at sheets within so many seconds mean that the asking cells are not there yet.
HURRY_LOOKS, HURRY_SECONDS = 5, 1.0


class Questions:
    """The functions in the cells of one LibreOffice.

    While a workbook is being loaded nobody can see its sheets, so every cell would be a request of its own. Such cells are
    told to wait, and are computed again when the workbook is there.
    """

    def __init__(self, known: dict[str, Any]) -> None:
        self._names: list[str] = known["functions"]
        self._no_python: str = known["no_python"]
        self._waiting: str = known["waiting"]
        self._worker = Worker(known["python"], language=known["language"])
        self._lock = threading.RLock()
        self._looking = False
        self._looked: list[float] = []
        self._behind = False
        self._timers_running = False

    def answer(self, function: str, given: list[Any], document: Any) -> Any:
        """Return what goes into the calling cell: a value, or lines of values."""
        with self._lock:
            if document is None:
                self._behind = True
                return self._waiting
            answer = self._worker.ask(
                {"function": function, "arguments": given, "book": document.URL or document.RuntimeUID}
            )
            if answer is not None and "need" in answer:
                hurried = self._is_hurried()
                sheets = [] if hurried else self._sheets(document)
                kept = [] if hurried else memory(document)
                answer = self._worker.ask({"memory": kept, "sheets": sheets, "wait": hurried})
                if hurried:
                    self._again(document)
        if answer is None:
            return self._no_python
        value = answer.get("answer", "")
        return tuple(tuple(line) for line in value) if isinstance(value, list) else value

    def expire(self, document: Any) -> None:
        """Have everything asked for again and the workbook computed anew: a verb may have changed what is true."""
        with self._lock:
            self._worker.tell({"order": "expire"})
        document.calculateAll()

    def loaded(self, document: Any) -> None:
        """Have the cells of a workbook computed again that were told to wait while it was being loaded."""
        with self._lock:
            behind, self._behind = self._behind, False
        if behind:
            self._again(document)

    def _is_hurried(self) -> bool:
        """Say whether sheets were looked at so often just now that the calling cell cannot be in one of them."""
        now = time.monotonic()
        self._looked = [at for at in self._looked if now - at < HURRY_SECONDS]
        if len(self._looked) >= HURRY_LOOKS:
            return True
        self._looked.append(now)
        return False

    def _again(self, document: Any) -> None:
        self._behind = True
        if not self._timers_running:
            self._timers_running = True
            threading.Timer(HURRY_SECONDS, self._compute, (document,)).start()

    def _compute(self, document: Any) -> None:
        self._timers_running = False
        with contextlib.suppress(Exception):  # closed meanwhile
            document.calculateAll()

    def _sheets(self, document: Any) -> list[dict[str, Any]]:
        # Looking at a cell may make Calc compute another of ours; that one is asked for on its own.
        if self._looking:
            return []
        self._looking = True
        try:
            return [read(sheet, self._names) for sheet in looked_at(document)]
        finally:
            self._looking = False
