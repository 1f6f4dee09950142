"""Read parameters of the URL."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request

from kizuna.errors import RequestError, Text

LONGEST_LIMIT = 9
"""Digits; no limit has as many."""


class BadParameterError(RequestError):
    """A parameter of the URL has a value it cannot have."""

    code = "bad-parameter"
    text = Text(
        "{name}={value} は使えません。使える値: {known}", "{name}={value} is not understood. It may be: {known}"
    )


def one_of(name: str, known: Sequence[str], default: str) -> str:
    """Return a parameter that has few possible values; raise BadParameterError."""
    value = request.args.get(name, default)
    if value not in known:
        raise BadParameterError(name=name, value=value[:40], known=", ".join(known))
    return value


def limit(default: int, largest: int) -> int:
    """Return ``limit``, at least 1; raise BadParameterError."""
    value = request.args.get("limit", str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= LONGEST_LIMIT and 0 < int(value) <= largest):
        raise BadParameterError(name="limit", value=value[:40], known=f"1 … {largest}")
    return int(value)


def words(name: str) -> str | None:
    """Return a parameter that is any text, None where it is absent or empty."""
    return (request.args.get(name) or "").replace("\0", "")[:200] or None
