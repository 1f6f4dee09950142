"""Where the workbooks of these tests are opened: plain files, or a running LibreOffice; the tests are the same.

`opened` and `Shop.book` open workbooks in the host that the fixture `host` chose for the running test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import xlwings as xw

from kizuna_addin.hosts import files
from kizuna_addin.hosts.payload import actions_of, open_payload
from tests.fixtures import payload_client

HOSTS = ("files", "libreoffice")
_EVERY_FLOW = "KIZUNA_EVERY_FLOW"
_FLOWS = {"test_sync", "test_conflicts", "test_healing", "test_sheets"}


def on_every_host(test: Callable[..., None]) -> Callable[..., None]:
    """Have a test run on every host: its flow asks something of the host that others do not."""
    test.on_every_host = True  # type: ignore[attr-defined]  # read by hosts_for
    return test


def hosts_for(test: Callable[..., None], module: str) -> tuple[str, ...]:
    """Return the hosts a test runs on; with KIZUNA_EVERY_FLOW=1 all flows of the suite run on all."""
    everything = os.environ.get(_EVERY_FLOW) == "1" and module.rpartition(".")[2] in _FLOWS
    if module.rpartition(".")[2] == "test_sync_without_python":
        return ()
    return HOSTS if everything or hasattr(test, "on_every_host") else ()


class Files:
    """No program: each workbook in an app of its own."""

    name = "files"

    @contextmanager
    def opened(self, path: Path) -> Iterator[xw.Book]:
        book = files.open_book(path)
        try:
            yield book
        finally:
            book.app.quit()

    @contextmanager
    def made(self) -> Iterator[xw.Book]:
        book = files.new_book()
        try:
            yield book
        finally:
            book.app.quit()


class Calc:
    """One running Calc for all workbooks."""

    name = "libreoffice"

    def __init__(self, app: xw.App) -> None:
        self.app = app

    @contextmanager
    def opened(self, path: Path) -> Iterator[xw.Book]:
        book = self.app.books.open(path)
        try:
            yield book
        finally:
            book.close()

    @contextmanager
    def made(self) -> Iterator[xw.Book]:
        book = self.app.books.add()
        try:
            yield book
        finally:
            book.close()


class Payload:
    """A (simulated) client without Python that sends its workbook and does what it is told."""

    name = "payload"

    @contextmanager
    def opened(self, path: Path) -> Iterator[xw.Book]:
        client = payload_client.opened(path)
        book = open_payload(client.payload())
        try:
            yield book
        finally:
            actions = actions_of(book)
            last = max((place for place, one in enumerate(actions) if one["func"] == "kizunaSave"), default=-1)
            client.do(actions[: last + 1])
            book.app.quit()
            client.book.app.quit()

    def made(self) -> AbstractContextManager[xw.Book]:
        # A new workbook is made by whoever has a program for it; the client then opens it.
        return Files().made()


class Chosen:
    """The host of the test that runs; set by the fixture `host` alone."""

    host: Files | Calc | Payload = Files()


def start_calc(program: Path | None = None) -> Iterator[xw.App]:
    """Give a Calc; skip (or fail, where everything is required) without LibreOffice."""
    from kizuna_addin.hosts.libreoffice import LibreOfficeError, running

    try:
        session = running(soffice=program)
        app = session.__enter__()
    except LibreOfficeError as error:
        if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
            raise
        pytest.skip(f"LibreOffice: {error}")
    # Which engine is active is each test's own matter.
    xw.engines.active = session.before
    try:
        yield app
    finally:
        session.__exit__()
