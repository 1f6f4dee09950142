"""One LibreOffice for all tests of this folder."""

import os
from collections.abc import Iterator

import pytest
import xlwings as xw

from kizuna_addin.hosts import libreoffice
from kizuna_addin.hosts.libreoffice.bridge import load_uno


@pytest.fixture(scope="session")
def calc() -> Iterator[xw.App]:
    """A running LibreOffice Calc; skipped without one unless KIZUNA_REQUIRE_ALL is 1."""
    try:
        load_uno()
        libreoffice.find_soffice()
    except libreoffice.LibreOfficeError as error:
        if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
            raise
        pytest.skip(f"needs LibreOffice Calc and python3-uno: {error}")
    with libreoffice.running() as app:
        yield app


@pytest.fixture
def sheet(calc: xw.App) -> Iterator[xw.Sheet]:
    """The only sheet of a new workbook."""
    book = calc.books.add()
    yield book.sheets[0]
    book.close()
