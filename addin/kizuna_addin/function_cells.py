"""Answers for the cells of a spreadsheet program: asked for in bulk, kept for a while, and never waited for long.

A program calls a worksheet function cell by cell. The first cell whose answer is not at hand asks for every cell of its
sheet in one request; the others find their answers here. No cells, no workbook, no HTTP in this module.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from dataclasses import dataclass
from typing import Any, TypeAlias

from kizuna_addin.errors import NOT_AS_AGREED, AddinError, BadAnswerError, ConnectionTrouble
from kizuna_addin.messages import WAITING
from kizuna_addin.questions import Question, Reply, plan, question_key, replies

Ask: TypeAlias = Callable[[Sequence[dict[str, Any]]], tuple[str, Sequence[Mapping[str, Any]]]]
"""Sends calls to the server; returns the position of the data and a result for each call. Raises AddinError."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: answers are taken as fresh, a cell waits for the server at most, and a silent server is left alone."""

    fresh: float = 60.0
    wait: float = 8.0
    retry: float = 15.0


@dataclass(slots=True)
class _Kept:
    reply: Reply
    position: str
    at: float


class FunctionCells:
    """The answers of one server for one person; safe to call from several threads."""

    def __init__(
        self,
        ask: Ask,
        *,
        language: str = "ja",
        patience: Patience = Patience(),  # frozen
        now: Callable[[], float] = time.monotonic,
        most: int = 500_000,
    ) -> None:
        self._ask, self._language, self._patience, self._now, self._most = ask, language, patience, now, most
        self._kept: dict[Any, _Kept] = {}
        self._position: str | None = None
        self._alone_until = float("-inf")
        self._trouble: AddinError | None = None
        self._under_way: tuple[list[Question], Future[Any]] | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="kizuna-functions")
        self._lock = threading.RLock()

    def reply(self, question: Question, neighbours: Callable[[], Iterable[Question]] = tuple) -> Reply:
        """Return the answer for one cell.

        `neighbours` is called only when the server has to be asked; it yields what other cells are about to ask. While the
        server is silent the last answer stands, however old, else 接続待ち; a refusal is told in its own words.
        """
        with self._lock:
            self._take_in_finished()
            kept = self._kept.get(question_key(question))
            if kept is not None and self._is_fresh(kept):
                return kept.reply
            if self._under_way is None and self._now() >= self._alone_until:
                self._start([question, *neighbours()])
                self._wait()
                kept = self._kept.get(question_key(question))
            if self._trouble is not None and not isinstance(self._trouble, ConnectionTrouble):
                return Reply((), self._trouble.message.in_language(self._language))
            return kept.reply if kept is not None else Reply((), WAITING.in_language(self._language), waits=True)

    def expire(self) -> None:
        """Have every answer asked for again, as after a push; the last answers stand until then."""
        with self._lock:
            self._position = None
            self._alone_until = float("-inf")
            for kept in self._kept.values():
                kept.at = float("-inf")

    def close(self) -> None:
        """Stop waiting for the server."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _is_fresh(self, kept: _Kept) -> bool:
        return kept.position == self._position and self._now() - kept.at < self._patience.fresh

    def _start(self, wanted: Iterable[Question]) -> None:
        questions: dict[Any, Question] = {}
        for question in wanted:
            key = question_key(question)
            kept = self._kept.get(key)
            if kept is None or not self._is_fresh(kept):
                questions.setdefault(key, question)
        asked = list(questions.values())
        planned = plan(asked)

        def send() -> tuple[str, list[Reply]]:
            position, results = self._ask(planned.calls)
            return position, replies(asked, planned, results)

        self._under_way = asked, self._worker.submit(send)

    def _wait(self) -> None:
        if self._under_way is None:
            return
        try:
            self._under_way[1].exception(self._patience.wait)
        except TooSlowError:
            return
        self._take_in_finished()

    def _take_in_finished(self) -> None:
        if self._under_way is None or not self._under_way[1].done():
            return
        (asked, future), self._under_way = self._under_way, None
        now = self._now()
        try:
            self._position, found = future.result()
        except AddinError as error:
            self._trouble, self._alone_until = error, now + self._patience.retry
            return
        except NOT_AS_AGREED:
            self._trouble, self._alone_until = BadAnswerError(), now + self._patience.retry
            return
        self._trouble = None
        if len(self._kept) + len(asked) > self._most:
            self._kept.clear()
        for question, reply in zip(asked, found, strict=True):
            self._kept[question_key(question)] = _Kept(reply, self._position, now)
