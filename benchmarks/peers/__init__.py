"""Servers to compare: each driven the best way it has."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from benchmarks.load import Load
from benchmarks.workload import Row


class NotHereError(Exception):
    """A peer cannot be had on this machine; says why."""


class Session(Protocol):
    """A running server with an empty table."""

    port: int
    pid: int

    def push(self, rows: Sequence[Row]) -> None:
        """Add new rows."""

    def fill(self, rows: Sequence[Row]) -> None:
        """Add new rows that are not timed."""

    def pull(self) -> tuple[int, int]:
        """Fetch and decode every row, as a client that has none; return how many, and the bytes that travelled."""

    def catch_up(self) -> None:
        """Note where this client stands, so that the next delta begins there."""

    def push_edits(self, rows: Sequence[Row]) -> None:
        """Change rows, each only if nobody changed it since (where the server can check)."""

    def delta(self) -> int:
        """Fetch what changed since last time; return how many rows."""

    def one_row(self, row: Row) -> Load:
        """Return requests for one row."""

    def nothing_new(self) -> Load:
        """Return requests of a client that has everything."""

    def one_push(self, row: Row) -> Load:
        """Return requests that each write one row."""


class Peer(Protocol):
    """A server that can be installed and started."""

    name: str
    shown: str
    """What is measured, in a few words."""
    pushes_at_most: int | None
    """The most rows pushed when timed; larger tables are told by proportion."""

    def install(self, home: Path) -> None:
        """Bring the peer into its own environment below ``home``; raise NotHereError."""

    def session(self, home: Path, folder: Path) -> AbstractContextManager[Session]:
        """Start it on fresh data in ``folder``."""
