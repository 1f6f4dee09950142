"""Signing this PC in by a short code that somebody signed in elsewhere approves."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from kizuna_addin.errors import AddinError, NotAServerError
from kizuna_addin.messages import Text
from kizuna_addin.transport import Transport


class CodeExpiredError(AddinError):
    """Nobody approved the code in time."""

    code: ClassVar[str] = "code-expired"
    text = Text(
        "コードの期限が切れました。もう一度サインインして、新しいコードを承認してもらってください。",
        "The code has expired. Sign in again and have the new code approved.",
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A PC that waits: the code to show, the secret to fetch the token by; seconds it is good for and between questions."""

    code: str
    secret: str
    expires_in: float
    interval: float


def ask_for_code(transport: Transport, device: str) -> Waiting:
    """Ask the server for a code; raises AddinError."""
    raw = transport.post("/pairings", {"device": device}, once=True)
    try:
        return Waiting(str(raw["code"]), str(raw["secret"]), float(raw["expires_in"]), float(raw["interval"]))
    except (KeyError, TypeError, ValueError) as error:
        raise NotAServerError(server=transport.server) from error


def collect(transport: Transport, waiting: Waiting) -> str | None:
    """Return the token once the code was approved, None before; raises AddinError."""
    raw: Any = transport.post("/pairings/collect", {"secret": waiting.secret}, once=True)
    token = raw.get("token") if isinstance(raw, dict) else None
    return str(token) if token else None


def wait_for_token(
    transport: Transport,
    waiting: Waiting,
    *,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> str:
    """Ask until the code is approved and return the token; raise CodeExpiredError, or what the server says."""
    end = now() + waiting.expires_in
    while now() < end:
        token = collect(transport, waiting)
        if token is not None:
            return token
        sleep(waiting.interval)
    raise CodeExpiredError


def approve(transport: Transport, code: str) -> str:
    """Let the device that shows a code sign in as the person whose token the transport carries; return its name."""
    raw: Any = transport.post("/pairings/approve", {"code": code})
    return str(raw.get("device", "")) if isinstance(raw, dict) else ""
