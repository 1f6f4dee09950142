"""Which answers of worksheet functions stand where, so that the next ones may replace them and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kizuna_addin.grid import Grid
from kizuna_addin.memory import Memory


@dataclass(frozen=True, slots=True)
class Spot:
    """One request: its sheet, cell and text."""

    sheet: str
    row: int
    column: int
    text: str


class Answers:
    """Answers last written: size and checksum, found by the request's cell or, when rows have moved, by its text."""

    def __init__(self, known: dict[str, list[Any]]) -> None:
        self._known = known
        self._now: dict[str, list[Any]] = {}

    @classmethod
    def read(cls, memory: Memory) -> Answers:
        """Return what a workbook remembers of answers."""
        return cls(dict(memory.answers()))

    def place_of(self, spot: Spot, grid: Grid) -> tuple[int, int] | None:
        """Return height and width of the answer that still stands at a request, None when it is gone or was changed."""
        for key in _keys(spot):
            if key in self._known:
                height, width, checksum = self._known[key]
                if checksum == _checksum(grid.block(spot.row, spot.column + 1, height, width)):
                    return height, width
        return None

    def remember(self, spot: Spot, lines: Sequence[Sequence[Any]]) -> None:
        """Note an answer that was written."""
        entry = [len(lines), len(lines[0]) if lines else 0, _checksum(lines)]
        for key in _keys(spot):
            self._now[key] = entry

    def keep(self, memory: Memory) -> None:
        """Put the answers of this time into the workbook's memory."""
        memory.put_answers(self._now)


def _keys(spot: Spot) -> tuple[str, str]:
    return f"{spot.sheet}!{spot.row},{spot.column}", f"{spot.sheet}|{spot.text}"


def _checksum(lines: Sequence[Sequence[Any]]) -> str:
    plain = [[_plain(value) for value in line] for line in lines]
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or value == "":
        return value or None
    return float(value) if isinstance(value, int | float) else str(value)
