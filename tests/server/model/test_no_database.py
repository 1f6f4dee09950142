"""A file that is no database is told as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from kizuna.model.sqlite import NotADatabaseError, sqlite_engine


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "list.db"
    file.write_bytes(b"number,name\n" * 400)

    with pytest.raises(NotADatabaseError, match=r"list\.db"):
        sqlite_engine(f"sqlite:///{file}").connect()

    assert file.read_bytes() == b"number,name\n" * 400
