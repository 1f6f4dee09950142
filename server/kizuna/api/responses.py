"""JSON for success, JSON for failure, and the one place that chooses HTTP statuses."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any
from wsgiref.types import WSGIEnvironment

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from kizuna.errors import AccessError, KizunaError, NotFoundError, OperationError, RequestError, Text
from kizuna.model.trouble import file_trouble

log = logging.getLogger("kizuna.api")
RETRY_AFTER_SECONDS = {503: 2, 507: 60}
"""When to come back, by status: where waiting helps, and where somebody must free space first."""

STATUS_BY_CODE = {
    "token-missing": 401,
    "wrong-token": 401,
    "body-too-large": 413,
    "too-much-asked": 413,
    "too-many-cells": 413,
    "unknown-encoding": 415,
    "unknown-field": 400,
    "changeset-id-taken": 409,
    "field-taken": 409,
    "too-many-fields": 409,
    "answer-pruned": 410,
    "changeset-pruned": 410,
    "history-not-kept": 410,
    "too-many-pairings": 429,
    "plugin-write-refused": 422,
    "database-busy": 503,
    "disk-full": 507,
    "service-too-slow": 504,
    "action-too-slow": 504,
    "function-timeout": 504,
    "handle-closed": 504,
    "service-too-large": 413,
    # What a plugin or the server's setup is to blame for fails again, however often it is tried.
    "action-failed": 500,
    "action-does-not-write": 500,
    "function-failed": 500,
    "service-failed": 500,
    "report-failed": 500,
    "no-font": 500,
}
STATUS_BY_KIND: tuple[tuple[type[KizunaError], int], ...] = (
    (RequestError, 400),
    (AccessError, 403),
    (NotFoundError, 404),
    (OperationError, 503),
)

UNEXPECTED = Text(
    "サーバー内部のエラーです。何も変更されていません。サーバーの記録(ログ)を管理者に見てもらってください。",
    "The server failed inside; nothing was changed. Ask your administrator to look at the server's log.",
)
HTTP_MESSAGES = {
    404: (
        "not-found",
        Text(
            "この URL はありません。/api/v1/openapi.json を見てください。",
            "There is nothing at this URL. See /api/v1/openapi.json.",
        ),
    ),
    405: ("method-not-allowed", Text("この URL ではその操作はできません。", "This URL does not take that method.")),
    413: (
        "body-too-large",
        Text("送信内容が大きすぎます。分けて送ってください。", "The request is too large. Send it in parts."),
    ),
}


def language() -> str:
    """Return the language the caller wants messages in: Japanese unless English is asked for."""
    if "HTTP_ACCEPT_LANGUAGE" not in request.environ:
        return "ja"
    return request.accept_languages.best_match(["ja", "en"], default="ja")


class _Whole(Response):
    """An answer whose body is there, as bytes: nothing is left to join, measure or close when it goes out."""

    def get_wsgi_response(self, environ: WSGIEnvironment) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        if environ["REQUEST_METHOD"] == "HEAD" or not isinstance(self.response, list):
            return super().get_wsgi_response(environ)
        return self.response, self.status, self.headers.to_wsgi_list()


def json_response(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return ``value`` as JSON."""
    return json_bytes(orjson.dumps(value), status=status, headers=headers)


def json_bytes(body: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return JSON that is already text."""
    return _Whole(body, status=status, content_type="application/json", headers=headers)


def status_of(error: KizunaError) -> int:
    """Return the HTTP status of a failure."""
    if error.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[error.code]
    return next((status for kind, status in STATUS_BY_KIND if isinstance(error, kind)), 400)


def error_json(code: str, message: Text, details: dict[str, Any]) -> dict[str, Any]:
    """Return the one shape of a failure."""
    shown = {
        name: value for name, value in details.items() if isinstance(value, str | int | float | bool | list | None)
    }
    return {"error": {"code": code, "message": message.in_language(language()), "details": shown}}


def install_error_handlers(app: Flask) -> None:
    """Turn every failure into the one JSON shape."""

    @app.errorhandler(KizunaError)
    def _known(error: KizunaError) -> Response:
        status = status_of(error)
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS[status])} if status in RETRY_AFTER_SECONDS else None
        return json_response(error_json(error.code, error.message, dict(error.details)), status=status, headers=headers)

    @app.errorhandler(OSError)
    def _system(error: OSError) -> Response:
        trouble = file_trouble(error)
        return _unexpected(error) if trouble is None else _known(trouble)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        code, message = HTTP_MESSAGES.get(
            status, (f"http-{status}", Text(str(error.description), str(error.description)))
        )
        allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
        headers = {"Allow": ", ".join(sorted(allowed))} if allowed else None
        return json_response(error_json(code, message, {}), status=status, headers=headers)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("unexpected failure in %s %s", request.method, request.path, exc_info=error)
        return json_response(error_json("unexpected", UNEXPECTED, {}), status=500)
