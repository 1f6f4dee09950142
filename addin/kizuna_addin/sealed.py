"""Records as text for cells: compressed, in base64, with version and checksum."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
import zstandard

VERSION = 1
CHUNK = 30_000
"""Characters in one cell; a cell holds 32,767."""


class DamagedRecordError(Exception):
    """A record's text does not give what was kept; told to people as BaseDamagedError, healed by a pull."""


def seal(name: str, record: Any) -> list[str]:
    """Return a record as one line of cells: name, version, checksum, and its text in chunks."""
    packed = zstandard.compress(orjson.dumps(record), 3)
    text = base64.b64encode(packed).decode()
    chunks = [text[start : start + CHUNK] for start in range(0, len(text), CHUNK)]
    return [name, f"v{VERSION}", _checksum(name, text), *chunks]


def unseal(line: Sequence[Any]) -> Any:
    """Return the record of one line of cells; raise DamagedRecordError when it is not whole."""
    name, version, checksum, *chunks = line
    text = "".join(str(chunk) for chunk in chunks if chunk)
    if version != f"v{VERSION}" or checksum != _checksum(str(name), text):
        raise DamagedRecordError(name)
    try:
        return orjson.loads(zstandard.decompress(base64.b64decode(text, validate=True)))
    except (binascii.Error, zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise DamagedRecordError(name) from error


def _checksum(name: str, text: str) -> str:
    return hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()
