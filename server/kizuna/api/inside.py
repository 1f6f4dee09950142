"""Requests of services to the server they run in, within bounds of time and data."""

from __future__ import annotations

import time
from typing import Any

import httpx

from kizuna.errors import OperationError, RequestError, Text
from kizuna.services import Service


class ServiceTooSlowError(OperationError):
    """A service used up its time."""

    code = "service-too-slow"
    text = Text(
        "「{service}」は {seconds} 秒以内に終わりませんでした。表や行を減らすか、Python 入りのアドインを使ってください。",
        "{service} did not end within {seconds} seconds. Use fewer tables or rows, or the add-in with Python.",
    )


class ServiceTooLargeError(RequestError):
    """A service read more than it may."""

    code = "service-too-large"
    text = Text(
        "「{service}」で扱う量が上限（{limit} バイト）を超えました。表や行を減らすか、Python 入りのアドインを使ってください。",
        "{service} needs more data than {limit} bytes. Use fewer tables or rows, or the add-in with Python.",
    )


class Inside(httpx.BaseTransport):
    """Carries requests to this server without a network, while the service has time and data left."""

    def __init__(self, service: Service, app: Any) -> None:
        self._service = service
        self._wsgi = httpx.WSGITransport(app=app)
        self._until = time.monotonic() + service.seconds
        self._left = service.data_limit

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the server's answer; raises ServiceTooSlowError and ServiceTooLargeError."""
        if time.monotonic() > self._until:
            raise ServiceTooSlowError(service=self._service.name, seconds=self._service.seconds)
        # Packing and unpacking an answer that never leaves the process would only cost time.
        request.headers["Accept-Encoding"] = "identity"
        response = self._wsgi.handle_request(request)
        self._left -= len(response.read())
        if self._left < 0:
            raise ServiceTooLargeError(service=self._service.name, limit=self._service.data_limit)
        return response
