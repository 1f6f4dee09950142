"""What a server is told at its start."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one server process; sizes in bytes.

    ``body_limit`` bounds what a client sends, ``unpacked_limit`` what it unpacks to; ``cache_size`` what finished pages
    of pulls may occupy in memory.
    """

    database_url: str
    name: str = "Kizuna"
    body_limit: int = 64 * MEBIBYTE
    unpacked_limit: int = 128 * MEBIBYTE
    cache_size: int = 32 * MEBIBYTE
