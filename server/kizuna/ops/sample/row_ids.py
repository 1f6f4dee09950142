"""Make row ids that look like UUIDv7 but come from the row's own day and a seeded generator."""

from __future__ import annotations

import random
from datetime import date

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MS_PER_DAY = 86_400_000


class RowIds:
    """A source of ids that gives the same ones in every run."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def on(self, day: date) -> str:
        """Return a new id made at some moment of `day` (UTC)."""
        bits = self._rng.getrandbits(101)
        moment = (day.toordinal() - _EPOCH_DAY) * _MS_PER_DAY + (bits >> 74) % _MS_PER_DAY
        low = 0x8000_0000_0000_0000 | (bits & 0x3FFF_FFFF_FFFF_FFFF)
        text = f"{moment:012x}7{bits >> 62 & 0xFFF:03x}{low:016x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
