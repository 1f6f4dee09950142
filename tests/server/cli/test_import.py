"""``kizuna import``, where a person brings the same file again or maps its headings in a way that cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kizuna.model.database import Database
from tests.fixtures.people import contents
from tests.fixtures.wire import Caller
from tests.server.cli.test_history import kizuna


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "customers.csv"
    made.write_text("氏名,メモ\n山田,あ\n鈴木,い\n", encoding="utf-8")
    return made


def test_a_dry_run_of_a_file_brought_in_before_says_so(file: Path, database: Database, database_url: str) -> None:
    named = ("import", "customers", str(file), "--store", "1", "--database", database_url)
    kizuna(*named)
    before = contents(database)

    assert "was imported before" in kizuna(*named, "--dry-run")
    assert json.loads(kizuna(*named, "--dry-run", "--json")) == {"repeated": True}
    assert contents(database) == before


def test_two_headings_mapped_to_one_field_are_refused_by_name(file: Path, database_url: str) -> None:
    told = kizuna(
        "import", "customers", str(file), "--map", "氏名=name", "--map", "メモ=name", "--database", database_url,
        fails=True,
    )  # fmt: skip

    assert "Headings 氏名, メモ and fields Name do not match one to one" in told


def test_a_row_is_known_by_its_id_in_capitals_too(first: Caller, tmp_path: Path, database_url: str) -> None:
    row = first.insert("customers", name="山田")
    named = tmp_path / "named.csv"
    named.write_text(f"id,氏名,メモ\n{row['id'].upper()},山田,あ\n", encoding="utf-8")

    kizuna("import", "customers", str(named), "--store", "1", "--database", database_url)

    assert [one["notes"] for one in first.rows("customers").values()] == ["あ"]


def test_a_value_for_every_row_that_is_no_number_is_refused_by_its_field(tmp_path: Path, database_url: str) -> None:
    receipts = tmp_path / "receipts.csv"
    receipts.write_text("番号,購入日\nR1,2006-03-31\n", encoding="utf-8")

    told = kizuna("import", "purchases", str(receipts), "--set", "amount=abc", "--database", database_url, fails=True)

    assert "abc" in told
    assert "Amount" in told
