"""Read request bodies and compress answers, within bounds."""

from __future__ import annotations

import gzip
import zlib
from typing import TypeVar

import msgspec
import zstandard
from flask import Request, Response
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from kizuna.decoding import decode
from kizuna.errors import RequestError, Text
from kizuna.sync.changeset import MalformedError

T = TypeVar("T")
SMALLEST_COMPRESSED = 1_000
LARGEST_WINDOW = 2**27


class BodyTooLargeError(RequestError):
    """A body is over the limit, packed or unpacked."""

    code = "body-too-large"
    text = Text(
        "送信内容が大きすぎます(上限 {limit} バイト)。行を分けて、何回かに分けて送ってください。",
        "The request is too large (limit {limit} bytes). Split the rows over several changesets.",
    )


class UnknownEncodingError(RequestError):
    """A body is compressed in a way we don't know."""

    code = "unknown-encoding"
    text = Text(
        "Content-Encoding「{encoding}」は使えません。zstd か gzip で送ってください。",
        "Content-Encoding {encoding!r} is not understood. Send zstd or gzip.",
    )


NOT_PACKED = Text("{encoding} として展開できません", "it cannot be unpacked as {encoding}")
CUT_SHORT = Text("{encoding} の圧縮データが途中で切れています", "{encoding}: the body ends too early")


def read_body(request: Request, *, packed_limit: int, unpacked_limit: int) -> bytes:
    """Return the request's body, unpacked.

    Raises BodyTooLargeError, UnknownEncodingError and MalformedError.
    """
    if request.content_length is not None and request.content_length > packed_limit:
        raise BodyTooLargeError(limit=packed_limit)
    body = _received(request, packed_limit + 1)
    if len(body) > packed_limit:
        raise BodyTooLargeError(limit=packed_limit)
    encoding = request.environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding == "zstd":
        return _unzstd(body, unpacked_limit)
    if encoding == "gzip":
        return _gunzip(body, unpacked_limit)
    raise UnknownEncodingError(encoding=encoding[:40])


def read_json(body: bytes, kind: type[T]) -> T:
    """Return what a body says, as a value of ``kind``; raise MalformedError."""
    try:
        return decode(body, kind)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise MalformedError.of(error) from None


def _received(request: Request, most: int) -> bytes:
    """Return the bytes sent, at most ``most`` of them."""
    length = request.content_length
    if length is None:
        return request.stream.read(most)
    # The length is known and within bounds: Werkzeug's limiting stream would only count the same bytes again.
    received: bytes = request.environ["wsgi.input"].read(length)
    return received


def _unzstd(body: bytes, limit: int) -> bytes:
    try:
        reader = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW).stream_reader(body)
        unpacked = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise MalformedError(NOT_PACKED.format(encoding="zstd"), detail=str(error)) from None
    if len(unpacked) > limit:
        raise BodyTooLargeError(limit=limit)
    return unpacked


def _gunzip(body: bytes, limit: int) -> bytes:
    unpack = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpack.decompress(body, limit + 1)
    except zlib.error as error:
        raise MalformedError(NOT_PACKED.format(encoding="gzip"), detail=str(error)) from None
    if len(unpacked) > limit:
        raise BodyTooLargeError(limit=limit)
    if not unpack.eof:
        raise MalformedError(CUT_SHORT.format(encoding="gzip"))
    return unpacked


def compress(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """Return ``body`` in the best encoding of an Accept-Encoding header, and that encoding's name."""
    if len(body) < SMALLEST_COMPRESSED:
        return body, None
    coding = best_coding(accepted)
    if coding == "zstd":
        return zstandard.compress(body, 1), coding
    if coding == "gzip":
        return gzip.compress(body, 1, mtime=0), coding
    return body, None


def best_coding(accepted: str) -> str | None:
    """Return the best encoding an Accept-Encoding header names and does not rule out with ``q=0``; None: none of ours."""
    wanted = {name.lower() for name, quality in parse_accept_header(accepted, Accept) if quality > 0}
    return next((one for one in ("zstd", "gzip") if one in wanted), None)


def is_small(response: Response) -> bool:
    """Return whether a response is too short to gain from compression, as most are."""
    parts = response.response
    return isinstance(parts, list) and sum(map(len, parts)) < SMALLEST_COMPRESSED


def compress_response(response: Response, accepted: str) -> Response:
    """Compress a response that isn't yet."""
    if is_small(response) or response.direct_passthrough or response.is_streamed:
        return response
    if "Content-Encoding" in response.headers or response.status_code == 304:  # not modified
        return response
    body, encoding = compress(response.get_data(), accepted)
    if encoding is not None:
        response.set_data(body)
        response.headers["Content-Encoding"] = encoding
    return response
