"""A real server on loopback in front of a test's shop, and workbooks made by the real add-in."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kizuna.access.accounts import create_account
from kizuna.access.tokens import create_token
from kizuna.app import create_app
from kizuna.config import Config
from kizuna.testing.shop import Shop

ADDIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class LiveServer:
    """A server that answers at ``url`` to the owner's ``token``."""

    url: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """What travels with every request."""
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}


@contextmanager
def live_server(shop: Shop) -> Iterator[LiveServer]:
    """Serve a shop on a free port of loopback until the block ends."""
    from waitress.server import create_server
    from waitress.wasyncore import close_all

    [owner] = shop.add("staff", [{"name": "オーナー"}])
    token = create_token(shop.database, create_account(shop.database, owner, "owner", []), "test", now=shop.now)
    url = shop.database.backend.engine.url.render_as_string(hide_password=False)
    server = create_server(create_app(Config(url), shop.database), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, name="kizuna-live-server", daemon=True)
    thread.start()
    try:
        yield LiveServer(f"http://127.0.0.1:{server.effective_port}", token)
    finally:
        # Whoever still writes an answer would find the way back to the loop closed, and the loop what it listens to.
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(lambda: close_all(server._map, ignore_all=True))  # noqa: SLF001  # it has no other end
        thread.join(5)


def workbook(server: LiveServer, file: Path, *tables: str) -> Path:
    """Make a workbook with these tables pulled into it, by the add-in of this installation; return its path."""
    command = [sys.executable, "-m", "kizuna_addin", "new", str(file), "--server", server.url]
    for table in tables:
        command += ["--table", table]
    told = {**os.environ, "KIZUNA_TOKEN": server.token}
    done = subprocess.run(  # noqa: S603  # our own program
        command, env=told, capture_output=True, text=True, timeout=ADDIN_SECONDS, check=False
    )
    if done.returncode:
        raise AssertionError(f"kizuna-addin new failed: {done.stdout}{done.stderr}")
    return file
