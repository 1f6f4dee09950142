"""Fixtures for pytest: ``pytest_plugins = ["kizuna.testing.fixtures"]`` in a ``conftest.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kizuna.testing.serving import LiveServer, live_server, workbook
from kizuna.testing.shop import Shop, sample_shop, shop_from


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Yield an empty shop with one store, on `SAMPLE_DAY`, with the installed plugins."""
    with shop_from() as made:
        yield made


@pytest.fixture
def filled_shop() -> Iterator[Shop]:
    """Yield the sample shop."""
    with sample_shop() as made:
        yield made


@pytest.fixture
def serve() -> Iterator[Callable[[Shop], LiveServer]]:
    """Yield a function that serves a shop until the test ends."""
    with ExitStack() as stack:
        yield lambda one: stack.enter_context(live_server(one))


@pytest.fixture
def make_workbook(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a workbook of a served shop: ``make_workbook(server, "customers")``."""
    return lambda server, *tables: workbook(server, tmp_path / "book.xlsx", *tables)
