"""Headers of every answer, added where they cost nothing: as the answer leaves for the HTTP server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PROTECTION = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    # Answers hold customers' data: only the client that asked may keep them, and asks again before it shows them.
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Encoding, Authorization, Accept-Language",
}
"""No page of ours inside another's, no guessing of types, nothing in shared caches."""

_BY_LOWER_NAME = {name.lower(): (name, value) for name, value in PROTECTION.items()}


def protected(app: WSGIApplication) -> WSGIApplication:
    """Return ``app`` with the headers above on every answer that does not say otherwise itself."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *_missing(headers)], *rest)

        return app(environ, start)

    return call


def _missing(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    said = {name.lower() for name, _ in headers}
    return [line for name, line in _BY_LOWER_NAME.items() if name not in said]
