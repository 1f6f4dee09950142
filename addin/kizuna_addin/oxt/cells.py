"""The process behind the functions in Calc's cells: questions come in by lines of JSON, answers go out the same way.

Calc computes cell by cell and lets nobody look at the sheet meanwhile, so whoever asks sends the sheets along when they are
needed: the answer ``{"need": "sheets"}`` asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, cast

import orjson
import xlwings as xw

from kizuna_addin.book_errors import NotOursError
from kizuna_addin.cell_desk import CellDesk
from kizuna_addin.grid import Grid
from kizuna_addin.kept_answers import KeptAnswers
from kizuna_addin.memory import Memory
from kizuna_addin.messages import WAITING

_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a sheet's days know no time zone


class NotNowError(Exception):
    """Whoever asks would not have the server asked for one cell."""


@dataclass
class Conversation:
    """One Calc's questions; `more` sends for what is needed and returns it."""

    desk: CellDesk
    more: Callable[[], Mapping[str, Any]]
    _sent: Mapping[str, Any] | None = None
    _servers: dict[str, str | None] = field(default_factory=dict)
    _kept: dict[str, KeptAnswers] = field(default_factory=dict)

    @property
    def _is_to_wait(self) -> bool:
        return bool(self._sheets().get("wait"))

    def answer(self, asked: Mapping[str, Any]) -> Any:
        """Return what goes into the calling cell and those it spills into."""
        self._sent = None
        if asked.get("order") == "expire":
            self.desk.expire()
            self._kept.clear()
            return None
        book = str(asked["book"])
        try:
            found = self.desk.answer(
                str(asked["function"]),
                asked["arguments"],
                lambda: self._server(book),
                self._grids,
                lambda: self._answers(book),
            )
        except NotNowError:
            return WAITING.in_language(self.desk.language)
        return _as_calc(found)

    def _sheets(self) -> Mapping[str, Any]:
        if self._sent is None:
            self._sent = self.more()
        return self._sent

    def _server(self, book: str) -> str | None:
        if book not in self._servers:
            memory = self._memory()
            try:
                self._servers[book] = memory.book().server
            except NotOursError:
                self._servers[book] = None
        return self._servers[book]

    def _answers(self, book: str) -> KeptAnswers:
        if book not in self._kept:
            self._kept[book] = KeptAnswers.read(self._memory())
        return self._kept[book]

    def _memory(self) -> Memory:
        if self._is_to_wait:
            raise NotNowError
        return Memory({line[0]: line for line in self._sheets().get("memory", ()) if line})

    def _grids(self) -> Mapping[str, Grid]:
        if self._is_to_wait:
            raise NotNowError
        # Nothing is written through these: there is no sheet behind them.
        nothing = cast("xw.Sheet", None)
        return {
            one["name"]: Grid(nothing, one["top"], one["left"], one["texts"], one["values"], ())
            for one in self._sheets().get("sheets", ())
        }


def serve(desk: CellDesk, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer until the other side ends."""

    def say(message: Mapping[str, Any]) -> None:
        outgoing.write(orjson.dumps(message) + b"\n")
        outgoing.flush()

    def more() -> Mapping[str, Any]:
        say({"need": "sheets"})
        sent: Mapping[str, Any] = orjson.loads(incoming.readline())
        return sent

    talk = Conversation(desk, more)
    for line in incoming:
        say({"answer": talk.answer(orjson.loads(line))})


def _as_calc(value: Any) -> Any:
    """Return a value as Calc's cells take it: days as their number, True as 1."""
    if isinstance(value, list):
        lines: Sequence[Any] = value if value and isinstance(value[0], list) else [value]
        return [[_as_calc(one) for one in line] for line in lines]
    if isinstance(value, datetime):
        return (value - _DAY_ZERO).total_seconds() / 86400
    if isinstance(value, date):
        return float((value - _DAY_ZERO.date()).days)
    return float(value) if isinstance(value, bool | int) else value
