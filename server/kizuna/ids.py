"""New ids: UUIDv7 (RFC 9562), whose order is that of their making."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """Return a new UUIDv7; of two made by one clock a quarter of a microsecond apart, the later is the greater.

    The twelve bits after the milliseconds are the fraction of the millisecond (RFC 9562, section 6.2, method 3), so
    that what is listed newest first by moment and id is in order within a millisecond too, without anything to share
    between threads; 62 bits remain random.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
