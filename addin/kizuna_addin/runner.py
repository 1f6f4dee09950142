"""Commands run over several books: one that fails is told and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import orjson
import xlwings as xw
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from kizuna_addin.book_errors import NoBookError, NotOursError
from kizuna_addin.book_hosts import HostChoice, OpenHost
from kizuna_addin.client import Client
from kizuna_addin.console import as_data
from kizuna_addin.errors import AddinError
from kizuna_addin.hosts.errors import HostError
from kizuna_addin.memory import Memory
from kizuna_addin.signin import sign_in

DONE, FAILED, WAITING = 0, 1, 3


@dataclass(frozen=True)
class Result:
    """What a command did to one book: data for programs, lines for people, and the exit code it asks for."""

    data: Any
    lines: Sequence[str]
    code: int = DONE


@dataclass(frozen=True)
class Settings:
    """The options every command has."""

    server: str | None
    language: str
    json: bool
    host: HostChoice

    def client(self, remembered: str | None = None) -> Client:
        """Return a signed-in client."""
        return sign_in(named=self.server, remembered=remembered, language=self.language)


@dataclass
class Run:
    """The books of one command line and how they fared."""

    settings: Settings
    results: list[dict[str, Any]] = field(default_factory=list)
    code: int = DONE

    def over(self, paths: Sequence[Path], act: Callable[[xw.Book, Bar], Result], *, writes: bool = True) -> None:
        """Open each book, act on it and report; then leave with the gravest exit code."""
        with OpenHost(self.settings.host) as host:
            for path in paths:
                self.one(path, lambda bar, path=path: self._act(host, path, act, bar, writes))  # type: ignore[misc]  # mypy cannot infer the default
        self.finish()

    def one(self, path: Path, act: Callable[[Bar], Result]) -> None:
        """Do one thing about a path and report it, its failure included."""
        try:
            with _bar(quiet=self.settings.json) as bar:
                result = act(bar)
        except (AddinError, HostError) as error:
            self._failed(path, error.code, error.message.in_language(self.settings.language))
            return
        self.code = max(self.code, result.code) if self.code != FAILED else FAILED
        self.results.append({"book": str(path), "result": as_data(result.data)})
        if not self.settings.json:
            click.echo(f"{path.name}")
            for line in result.lines:
                click.echo(f"  {line}")

    def finish(self) -> None:
        """Print the JSON that was asked for and leave."""
        if self.settings.json:
            click.echo(orjson.dumps(self.results, option=orjson.OPT_INDENT_2, default=str).decode())
        click.get_current_context().exit(self.code)

    def _failed(self, path: Path, code: str, message: str) -> None:
        self.code = FAILED
        self.results.append({"book": str(path), "error": {"code": code, "message": message}})
        if not self.settings.json:
            click.echo(f"{path.name}: {message} [{code}]", err=True)

    @staticmethod
    def _act(
        host: OpenHost,
        path: Path,
        act: Callable[[xw.Book, Bar], Result],
        bar: Bar,
        writes: bool,  # noqa: FBT001  # called in one place
    ) -> Result:
        if not path.is_file():
            raise NoBookError(book=path)
        with host.opened(path, writes=writes) as book:
            return act(book, bar)


def remembered_server(book: xw.Book) -> str | None:
    """Return the server a workbook was made from, None when that cannot be read."""
    try:
        return Memory.read(book).book().server
    except NotOursError:
        return None


def _bar(*, quiet: bool) -> Bar:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    return Bar(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
