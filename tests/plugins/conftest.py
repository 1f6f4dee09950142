"""A shop on a real database for plugins' tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.shop import Shop, empty_database, opened_copy


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file with two stores, to copy."""
    path = tmp_path_factory.mktemp("shop") / "kizuna.db"
    empty_database(path)
    return path


@pytest.fixture
def real_shop(empty_shop: Path, tmp_path: Path) -> Iterator[Shop]:
    """A fresh shop, driven through the write path on a day the test chooses."""
    with opened_copy(empty_shop, tmp_path / "kizuna.db") as shop:
        yield shop
