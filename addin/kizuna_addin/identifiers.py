"""Row and changeset ids: UUIDs of version 7, made where the row is made, so also without a network."""

from __future__ import annotations

import secrets
import time
import uuid


def new_id() -> str:
    """Return a new UUIDv7 as text; ids made later sort later (RFC 9562, millisecond clock)."""
    value = (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_id(text: object) -> bool:
    """Return whether a cell holds an id in its usual form."""
    if not isinstance(text, str) or len(text) != 36:
        return False
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
