"""Cursors: opaque to clients, to us the position in each feed and what was asked for."""

from __future__ import annotations

import base64
import binascii
import hashlib

import msgspec

from kizuna.decoding import decode

LONGEST = 20_000
LARGEST_REVISION = 2**53


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a client stands.

    ``positions`` is the last revision seen per feed; ``started`` the feeds' positions when a snapshot began that is still
    under way. The hashes tell what was asked for: who saw what, which fields, which rows.
    """

    scope: str
    fields: str
    filter: str
    positions: dict[int, int]
    started: dict[int, int] | None = None

    def encode(self) -> str:
        """Return the cursor as the wire shows it."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    @property
    def etag(self) -> str:
        """Return the name of this position of the data, the same with and without a cursor."""
        named = repr((self.scope, self.fields, self.filter, sorted(self.positions.items())))
        return f'"{hashlib.sha256(named.encode()).hexdigest()[:24]}"'


def decode_cursor(text: str) -> Cursor | None:
    """Return the cursor a client sent back, None where it cannot be read."""
    if len(text) > LONGEST:
        return None
    try:
        cursor = decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), Cursor)
    except (binascii.Error, ValueError, RecursionError, msgspec.MsgspecError):
        return None
    return cursor if _possible(cursor) else None


def _possible(cursor: Cursor) -> bool:
    """Whether we could have made the cursor: anybody can send one."""
    revisions = list(cursor.positions.values())
    if cursor.started is not None:
        if cursor.started.keys() != cursor.positions.keys():
            return False
        revisions += cursor.started.values()
    return all(0 <= one < LARGEST_REVISION for one in revisions)
