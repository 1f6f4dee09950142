"""Which server, and under which token: named outright, or kept in the operating system's keyring; never in a workbook."""

from __future__ import annotations

import ipaddress
import os
import platform
import uuid
from urllib.parse import urlsplit

import keyring
import keyring.errors

from kizuna_addin.client import Client
from kizuna_addin.errors import NoKeyringError, NoServerError, NoTokenError, UnconfirmedServerError
from kizuna_addin.transport import Transport

SERVICE = "kizuna"
SERVER_VARIABLE = "KIZUNA_SERVER"
TOKEN_VARIABLE = "KIZUNA_TOKEN"  # noqa: S105  # the name of a variable, not a token


def sign_in(*, named: str | None, remembered: str | None, language: str, attempts: int = 3) -> Client:
    """Return a client for the server a person named, else for the one a workbook remembers.

    A token from the environment goes only to a server that a person named (or to this machine): a workbook from elsewhere
    must not be able to draw it to a server of its choice. Raises NoServerError, NoTokenError, UnconfirmedServerError.
    """
    server = (named or os.environ.get(SERVER_VARIABLE) or remembered or "").rstrip("/")
    if not server:
        raise NoServerError
    confirmed = bool(named or os.environ.get(SERVER_VARIABLE)) or _is_this_machine(server)
    token = os.environ.get(TOKEN_VARIABLE)
    if token and not confirmed:
        raise UnconfirmedServerError(server=server)
    token = token or kept_token(server)
    if not token:
        raise NoTokenError(server=server)
    return Client(Transport(server, token, language=language, attempts=attempts))


def kept_token(server: str) -> str | None:
    """Return the token in the keyring, None when there is none or no keyring."""
    try:
        return keyring.get_password(SERVICE, server.rstrip("/"))
    except Exception:  # noqa: BLE001  # see `keep_token`; signing in then says what is wrong with the keyring
        return None


def keep_token(server: str, token: str) -> None:
    """Put a token into the keyring; raise NoKeyringError where it is not found there afterwards."""
    try:
        keyring.set_password(SERVICE, server.rstrip("/"), token)
        kept = keyring.get_password(SERVICE, server.rstrip("/"))
    except Exception as error:
        # A keyring lets through what its system raises: on Windows a logon over the network raises pywintypes.error.
        raise NoKeyringError from error
    if kept != token:
        # The null keyring takes everything and keeps nothing.
        raise NoKeyringError


def prove_keyring() -> None:
    """Keep something and forget it again; raise NoKeyringError where that fails.

    Before a code is asked for: a token that is issued and cannot be kept would be good for ever on the server, and for nobody.
    """
    probe = f"probe-{uuid.uuid4()}"
    keep_token(probe, probe)
    forget_token(probe)


def forget_token(server: str) -> bool:
    """Take a server's token out of the keyring; return whether there was one."""
    try:
        keyring.delete_password(SERVICE, server.rstrip("/"))
    except keyring.errors.KeyringError:
        return False
    return True


def device_name() -> str:
    """Return what this PC is called."""
    return platform.node() or "unknown"


def _is_this_machine(server: str) -> bool:
    host = urlsplit(server).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
