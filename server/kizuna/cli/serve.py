"""``kizuna serve``: the server."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

import click
import msgspec

import kizuna
from kizuna.cli.opening import database_option, database_url
from kizuna.cli.prepare import FIRST, READY, first_shop, is_empty, prepared
from kizuna.cli.speaking import say
from kizuna.config import Config
from kizuna.errors import OperationError, Text

SERVING = Text(
    "Kizuna を {url} で開始します(終了は Ctrl+C)。ブラウザで開くと案内が出ます。",
    "Kizuna is serving at {url} (Ctrl+C ends it). Open it in a browser for a guide.",
)
CONFIG_VARIABLE = "KIZUNA_CONFIG"
OURS = Path(kizuna.__file__).resolve().parent
APPLICATION = f"{OURS / 'wsgi.py'}:application"
"""Named by its file: a name alone granian looks for in the folder somebody happens to stand in first."""
LEAN = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1048576", "MALLOC_TRIM_THRESHOLD_": "1048576"}
"""How glibc shall give back what a large push or page took; without it each worker keeps its highest mark."""
ONE_PROCESSOR_EACH = {"OPENBLAS_NUM_THREADS": "1"}
"""Workers and their threads use the processors already; numpy's own threads would also be there when we fork."""

THREADS = 8
"""So that pushes which arrive together meet in one transaction; more than eight gain little."""
ONLY_ERRORS = "error"
"""What granian tells: it warns of eight threads on two processors, in words that help no shop."""
PYTHON = (sys.executable, "-P")
"""Python that takes no module from there either."""


class PortTakenError(OperationError):
    """Another program listens on the port."""

    code = "port-taken"
    text = Text(
        "ポート {port} は別のプログラム(動作中の Kizuna など)が使っています。"
        "それを終了するか、--port で別の番号を指定してください。",
        "Port {port} is in use by another program, perhaps a Kizuna that runs already. End it or choose another --port.",
    )


@click.command()
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="待ち受けるアドレス / Address to listen on.")
@click.option("--port", default=8765, show_default=True, help="待ち受けるポート / Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="プロセス数(PostgreSQLでは2以上も) / Processes.")
@click.option("--threads", default=THREADS, show_default=True, help="プロセスごとのスレッド数 / Threads per process.")
@click.option(
    "--server",
    type=click.Choice(["granian", "waitress"]),
    default="granian",
    show_default=True,
    help="HTTPサーバー / HTTP server.",
)
def serve(named: str | None, *, host: str, port: int, workers: int, threads: int, server: str) -> None:
    """サーバーを開始(初回はデータベースも用意) / Serve; makes the database the first time."""
    url = database_url(named)
    database = prepared(url)
    if is_empty(database):
        say(READY, database=url)
        say(FIRST, store="本店", owner="オーナー", **first_shop(database, store="本店", owner="オーナー"))
    database.backend.close()
    run_server(Config(url), host=host, port=port, workers=workers, threads=threads, server=server)


def run_server(config: Config, *, host: str, port: int, workers: int, threads: int, server: str) -> None:
    """Serve until told to stop."""
    refuse_taken_port(host, port)
    say(SERVING, url=f"http://{host}:{port}/")
    os.environ[CONFIG_VARIABLE] = msgspec.json.encode(config).decode()
    if server == "waitress":
        from waitress import serve as waitress_serve

        from kizuna.wsgi import application

        waitress_serve(application(), host=host, port=port, threads=threads)
        return
    if os.name == "posix":
        _become_granian(host=host, port=port, workers=workers, threads=threads)
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        APPLICATION,
        working_dir=OURS.parent,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        factory=True,
        respawn_failed_workers=True,
        log_level=LogLevels(ONLY_ERRORS),
    ).serve()


def _become_granian(*, host: str, port: int, workers: int, threads: int) -> NoReturn:
    """Go on as granian's own command, under the same process id.

    The process that watches over the workers needs nothing of ours: kept, it would hold 80 MB for as long as the server runs.
    """
    for name, value in (LEAN | ONE_PROCESSOR_EACH).items():
        os.environ.setdefault(name, value)
    command = granian_command(host, port, workers, threads)
    if workers > 1 and sys.platform == "linux":
        # Several workers would each hold what one parent can hold for all of them.
        command = [*PYTHON, "-m", "kizuna.cli.workers", host, str(port), str(workers), str(threads)]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command)  # noqa: S606  # our own arguments, no shell


def granian_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Return the command line of granian whose workers load the application themselves."""
    command = [*PYTHON, "-m", "granian", "--interface", "wsgi", "--factory", "--log-level", ONLY_ERRORS]
    command += ["--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads)]
    command += ["--respawn-failed-workers", "--working-dir", str(OURS.parent)]
    return [*command, APPLICATION]


def refuse_taken_port(host: str, port: int) -> None:
    """Raise PortTakenError where something listens: granian would share the port, and answer from either database."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            if os.name == "posix":
                # On Windows this option would let two programs share the port, which is what we look for.
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port=port) from None
