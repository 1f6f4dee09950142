"""Answers as they are kept for repeats: the many short ones as they are, long ones packed."""

from __future__ import annotations

import zstandard

SMALLEST_PACKED = 2_000
"""Bytes; packing less takes longer than it saves."""


def packed(answer: bytes) -> bytes:
    """Return an answer (JSON) as it is kept."""
    return answer if len(answer) < SMALLEST_PACKED else zstandard.compress(answer, 1)


def unpacked(kept: bytes) -> bytes:
    """Return the JSON of a kept answer; zstd's first byte is none that JSON begins with."""
    return kept if kept[:1] == b"{" else zstandard.decompress(kept)
