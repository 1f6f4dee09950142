"""A client that costs little: one connection kept open."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson


class RefusedError(Exception):
    """A server answered with a failure."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; ``body`` as it travelled."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Client:
    """A connection to a server on loopback."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._headers = {"Content-Type": "application/json", **(headers or {})}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=900)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send a request and read the whole answer; raise RefusedError when it is no success."""
        for again in (False, True):
            try:
                if self._connection.sock is None:
                    self._connection.connect()
                    self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connection.request(method, path, body, {**self._headers, **(headers or {})})
                answer = self._connection.getresponse()
                reply = Reply(answer.status, answer.headers, answer.read())
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection.close()  # the server let an idle connection go
                if again:
                    raise
        if reply.status >= 400:  # the first status that is a failure
            raise RefusedError(f"{method} {path}: {reply.status} {reply.body[:500]!r}")
        return reply

    def json(self, method: str, path: str, value: Any = None) -> Any:
        """Send and receive JSON."""
        return orjson.loads(self.ask(method, path, None if value is None else orjson.dumps(value)).body)
