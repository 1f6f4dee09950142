"""JSON into what was declared for it, from any number of threads.

msgspec (0.22) keeps what it works out about a ``Struct`` on the class, and puts it there before it is complete: a second thread
that decodes into the same class meanwhile reads a null pointer and takes the process down. So a kind is worked out once, by one
thread, before anybody decodes into it, and everything of the server decodes here.
"""

from __future__ import annotations

import functools
import threading
from typing import Any, TypeVar, cast, overload

import msgspec

T = TypeVar("T")

_one_at_a_time = threading.RLock()


@overload
def decode(body: bytes | str) -> Any: ...
@overload
def decode(body: bytes | str, kind: type[T]) -> T: ...
def decode(body: bytes | str, kind: Any = Any) -> Any:
    """Return JSON as a value of ``kind``; raise msgspec's errors, and ValueError or RecursionError for JSON that is none."""
    return _decoder(kind).decode(body)


def convert(value: Any, kind: type[T], *, strict: bool = True) -> T:
    """Return what plain values stand for; raise msgspec.ValidationError. Without ``strict``, text stands for numbers too."""
    _decoder(cast("Any", kind))
    return msgspec.convert(value, type=kind, strict=strict)  # noqa: TID251  # safe, now that the kind is worked out


@functools.cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    with _one_at_a_time:
        return msgspec.json.Decoder(kind)
