"""Services: calls by name that a plugin offers to clients, as an author declares them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kizuna.errors import Text

if TYPE_CHECKING:
    # Every process that knows plugins reads this file; few of them ever carry a request.
    import httpx

MEBIBYTE = 1024 * 1024
NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z")


@dataclass(frozen=True, slots=True)
class ServiceCaller:
    """On whose behalf a service works.

    ``transport`` carries HTTP requests to this very server, inside the process; with ``token`` they see and may do what the
    caller may. It ends with a named failure when the service's time or data is used up. ``server`` is the URL the caller
    used, ``language`` is ``ja`` or ``en``.
    """

    server: str
    token: str = field(repr=False)
    language: str
    transport: httpx.BaseTransport


@dataclass(frozen=True, slots=True)
class Service:
    """A call that clients make with ``POST /api/v1/services/<name>``.

    ``name`` is words joined by dots, such as ``workbook.pull``. ``takes`` and ``gives`` are msgspec Struct classes: the
    body is read as the one, the answer is written as the other. ``call`` gets what was sent and on whose behalf it works.
    ``body_limit`` bounds the body, unpacked; ``data_limit`` what the service reads from the server; ``seconds`` its time.
    Both sizes are in bytes.
    """

    name: str
    label: Text
    takes: type[Any]
    gives: type[Any]
    call: Callable[[Any, ServiceCaller], Any] = field(repr=False)
    body_limit: int = 32 * MEBIBYTE
    data_limit: int = 64 * MEBIBYTE
    seconds: float = 60.0

    def __post_init__(self) -> None:
        if not NAME.match(self.name):
            raise ValueError(f"{self.name!r}: use lower-case words joined by dots, such as workbook.pull")
