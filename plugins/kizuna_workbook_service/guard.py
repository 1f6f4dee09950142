"""The add-in's connection to this server, on the caller's behalf, that lets no push out before the workbook has it."""

from __future__ import annotations

from typing import Any

from kizuna import ServiceCaller
from kizuna_addin.errors import OfflineError
from kizuna_addin.transport import Transport


class Guarded(Transport):
    """Holds back every changeset but the one that the client's workbook was seen to hold.

    The add-in writes a push into the workbook and saves it before sending. Here that writing reaches the workbook only with
    the answer; so the first call ends where the add-in would send, as if the network were gone, and the next call, made
    with the workbook that now holds the push, finishes it under its id. Whatever cuts in between, nothing is sent twice.
    """

    def __init__(self, caller: ServiceCaller, *, allowed: str | None) -> None:
        super().__init__(caller.server, caller.token, language=caller.language, attempts=1, http=caller.transport)
        self._allowed = allowed
        self.held = False

    def post(self, path: str, body: Any, *, once: bool = False) -> Any:
        """Return the JSON answer of a POST; raises OfflineError for a push that has to wait."""
        if path == "/changesets" and not body.get("dry_run") and body.get("id") != self._allowed:
            self.held = True
            raise OfflineError(server=self.server)
        return super().post(path, body, once=once)
