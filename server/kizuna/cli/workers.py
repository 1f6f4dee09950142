"""Several workers that share memory: ``python -m kizuna.cli.workers HOST PORT WORKERS THREADS``, as `serve` goes on.

The process that watches over them loads everything once and forks. What nobody writes to, which is most of what was loaded,
is then there once for all of them; each on its own would take some 60 MB for it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from kizuna.cli.daily import keep_daily
from kizuna.cli.serve import APPLICATION, ONLY_ERRORS, granian_command
from kizuna.wsgi import prepared

MOST_SECONDS_FOR_THREADS = 2.0


def main(arguments: Sequence[str]) -> None:
    """Serve until told to stop."""
    host, port, workers, threads = arguments
    app, database = prepared()
    if not _alone():
        # Some plugin started a thread while it was loaded. A fork would leave it behind, so every worker loads for itself.
        os.execv(sys.executable, granian_command(host, int(port), int(workers), int(threads)))  # noqa: S606  # our own arguments

    def load() -> Any:
        keep_daily(database)
        return app

    multiprocessing.set_start_method("fork")
    Server(
        APPLICATION,
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=int(threads),
        respawn_failed_workers=True,
        log_level=LogLevels(ONLY_ERRORS),
    ).serve(target_loader=load, wrap_loader=False)


def _alone() -> bool:
    """Return whether there is no thread but this one, once those that loaded plugins have had time to end."""
    until = time.monotonic() + MOST_SECONDS_FOR_THREADS
    while threading.active_count() > 1 and time.monotonic() < until:
        time.sleep(0.01)
    return threading.active_count() == 1


if __name__ == "__main__":
    main(sys.argv[1:])
