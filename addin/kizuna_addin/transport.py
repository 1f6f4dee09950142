"""One HTTP request, sent again where sending again is harmless, and its failures by name."""

from __future__ import annotations

import time
import types
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import orjson
import zstandard

from kizuna_addin.errors import (
    BadAddressError,
    NotAllowedError,
    NotAServerError,
    OfflineError,
    RefusedError,
    ServerFailedError,
    ServerTroubleError,
    TooLargeError,
    WrongTokenError,
)
from kizuna_addin.messages import Text

COMPRESS_FROM = 4096
"""Bytes from which compressing a body costs less than sending it plain."""

LONGEST_WAIT = 10.0
"""Seconds a person waits at most before hearing that the server is busy."""

_REFUSALS: Mapping[int, type[RefusedError]] = {401: WrongTokenError, 403: NotAllowedError, 413: TooLargeError}


class ServerFullError(ServerTroubleError):
    """The server has no room left to write."""

    code = "server-full"
    text = Text(
        "サーバーのディスクがいっぱいで保存できません。入力した内容はこのシートに残っています。"
        "管理者に空きを作ってもらってから、もう一度実行してください。",
        "The server's disk is full, so nothing was saved; what you typed is still in this sheet. "
        "Ask your administrator to free some space, then run the command again.",
    )


class Transport:
    """Talks JSON with one server under one token; an empty one for the few requests that ask for none.

    Nearly every request of the wire may be repeated: reads change nothing, and a changeset carries its own id. So a request
    that was cut is sent again, up to `attempts` times; a post that must not be repeated says so with `once`.
    """

    def __init__(
        self,
        server: str,
        token: str,
        *,
        language: str = "ja",
        attempts: int = 3,
        http: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = server.rstrip("/")
        if not is_address(self.server):
            raise BadAddressError(server=server)
        self._attempts = attempts
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=f"{self.server}/api/v1",
            transport=http,
            timeout=httpx.Timeout(120, connect=5),
            headers={
                **({"Authorization": f"Bearer {token}"} if token else {}),
                "Accept-Language": language,
                "User-Agent": f"kizuna-addin/{own_version()}",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def get(self, path: str, parameters: Mapping[str, str] | None = None) -> Any | None:
        """Return the JSON answer of a GET, None for “nothing new” (304)."""
        return self._send("GET", path, parameters=parameters)

    def post(self, path: str, body: Any, *, once: bool = False) -> Any:
        """Return the JSON answer of a POST."""
        content, headers = orjson.dumps(body), {"Content-Type": "application/json"}
        if len(content) >= COMPRESS_FROM:
            content, headers["Content-Encoding"] = zstandard.compress(content, 1), "zstd"
        return self._send("POST", path, content=content, headers=headers, attempts=1 if once else self._attempts)

    def _send(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        attempts: int | None = None,
    ) -> Any | None:
        attempts = attempts or self._attempts
        for attempt in range(1, attempts + 1):
            last = attempt == attempts
            try:
                response = self._http.request(method, path, params=parameters, content=content, headers=headers)
            except (httpx.TransportError, httpx.InvalidURL, httpx.DecodingError) as error:
                if last or isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol | httpx.InvalidURL):
                    raise OfflineError(server=self.server) from error
                self._sleep(0.2 * attempt)
                continue
            if response.status_code in {429, 502, 503, 504} and not last:
                self._sleep(_wait(response, attempt))
                continue
            return self._read(response)
        raise OfflineError(server=self.server)

    def _read(self, response: httpx.Response) -> Any | None:
        status = response.status_code
        if status == httpx.codes.NOT_MODIFIED:
            return None
        try:
            body = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            if status >= 500:
                raise ServerTroubleError(status=status) from error
            raise NotAServerError(server=self.server) from error
        # A push whose every row was refused is answered in full, but with the status of a failure.
        if response.is_success or (isinstance(body, dict) and "outcomes" in body):
            return body
        failure = body.get("error") if isinstance(body, dict) else None
        if not isinstance(failure, dict):
            raise NotAServerError(server=self.server)
        if status == httpx.codes.INSUFFICIENT_STORAGE:
            raise ServerFullError
        if status >= 500 or status == httpx.codes.TOO_MANY_REQUESTS:
            # Too many requests say nothing against this one, which may even have been done before its answer was cut.
            named = f"{status} {failure.get('code', '')}".strip()
            if failure.get("message"):
                raise ServerFailedError(status=named, message=failure["message"])
            raise ServerTroubleError(status=named)
        raise _REFUSALS.get(status, RefusedError)(
            status=status,
            code=str(failure.get("code", "")),
            message=str(failure.get("message", "")),
            details=failure.get("details"),
        )


def is_address(server: str) -> bool:
    """Say whether a text is an address that a request can be sent to."""
    try:
        parts = urlsplit(server)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0 and " " not in server
        )
    except ValueError:
        return False


def own_version() -> str:
    """Return the installed version, ``unknown`` when the add-in runs without being installed."""
    try:
        return version("kizuna")
    except PackageNotFoundError:
        return "unknown"


def _wait(response: httpx.Response, attempt: int) -> float:
    try:
        return max(0.0, min(float(response.headers.get("Retry-After", "")), LONGEST_WAIT))
    except ValueError:
        return 0.5 * attempt
