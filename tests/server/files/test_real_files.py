import csv
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from kizuna.files import FileTable, parse_values, read_table
from kizuna.files.errors import FileError

from .shared_data import shared_data

SECONDS = 60.0
"""A bomb that is not refused takes minutes, or never ends; a busy machine takes a few seconds for what is read."""


def read_or_refuse(path: Path) -> FileTable | FileError:
    try:
        return read_table(path)
    except FileError as error:
        return error


def manifest() -> Iterator[tuple[Path, dict[str, str]]]:
    folder = shared_data("odd_files")
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = folder / row["file"]
            if path.exists():
                yield path, row


@dataclass(frozen=True)
class Odd:
    path: Path
    row: dict[str, str]
    answer: FileTable | FileError
    seconds: float


@pytest.fixture(scope="module")
def odd_files() -> list[Odd]:
    found: list[Odd] = []
    for path, row in manifest():
        began = time.monotonic()
        answer = read_or_refuse(path)
        found.append(Odd(path, row, answer, time.monotonic() - began))
    return found


def test_every_odd_file_is_read_or_refused_with_its_name_within_seconds(odd_files: list[Odd]) -> None:
    wrong: list[str] = []
    for odd in odd_files:
        path, answer = odd.path, odd.answer
        if odd.seconds > SECONDS:
            wrong.append(f"{path.name}: slow")
        if isinstance(answer, FileError) and path.name not in answer.message.ja:
            wrong.append(f"{path.name}: {answer.message.en}")
        if isinstance(answer, FileTable) and {len(column) for column in answer.columns} - {answer.row_count}:
            wrong.append(f"{path.name}: uneven columns")

    assert wrong == []


def test_every_odd_workbook_another_reader_reads_is_read_unless_it_is_empty(odd_files: list[Odd]) -> None:
    refused: dict[str, str] = {}
    for odd in odd_files:
        # The manifest counts the filled cells of all sheets.
        filled = json.loads(odd.row["calamine"] or "[0, 0, 0]")[2] if '["ok"' in odd.row["calamine"] else None
        if isinstance(odd.answer, FileError) and filled is not None and (filled or odd.answer.code != "empty-file"):
            refused[odd.path.name] = odd.answer.code

    assert refused == {}


def test_every_odd_csv_is_read_but_two_that_are_broken(odd_files: list[Odd]) -> None:
    refused = {
        odd.path.name.split("~")[-1]: odd.answer.code
        for odd in odd_files
        if odd.path.suffix in (".csv", ".tsv") and isinstance(odd.answer, FileError)
    }

    assert refused == {"malformed.tsv": "unclosed-quote", "sparse_with_column_errors.csv": "too-many-cells-in-row"}


@pytest.mark.parametrize(
    ("file", "rows", "columns"),
    [
        ("cdnow_sample/btyd_cdnowElog.csv", 6919, 5),
        ("cdnow_sample/lifetimes_cdnow_customers_summary.csv", 2357, 4),
        ("maven_crm/sales_pipeline.csv", 8800, 8),
        ("maven_crm/accounts.csv", 85, 7),
        ("japan/syukujitsu.csv", 1067, 2),
        ("japan/digital_agency/デジタル庁幹部名簿.csv", 26, 4),
        ("japan/digital_agency/デジタル庁人事.csv", 65, 4),
        ("japan/digital_agency/news.csv", 37, 8),
        ("odd_files/tidyverse__readxl/tests~testthat~sheets~los-angeles-arrests-xlsx.xlsx", 193, 36),
        ("odd_files/gristlabs__grist-core/sandbox~grist~imports~fixtures~test_empty_rows.xlsx", 3, 2),
        ("odd_files/apache__poi/test-data~spreadsheet~65016.xlsx", 9805, 35),
    ],
)
def test_a_real_file_has_the_rows_and_columns_it_has(file: str, rows: int, columns: int) -> None:
    table = read_table(shared_data(file))

    assert (table.row_count, len(table.columns)) == (rows, columns)


def test_every_real_japanese_csv_reads_like_pythons_own_reader() -> None:
    for path in sorted(shared_data("japan", "digital_agency").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            expected = [row for row in csv.reader(file) if any(row)]
        table = read_table(path)

        assert list(table.headers) == [" ".join(cell.split()) for cell in expected[0]], path.name
        cells = [[cell or "" for cell in row] for row in zip(*table.columns, strict=True)]
        assert cells == [row + [""] * (len(expected[0]) - len(row)) for row in expected[1:]], path.name


def test_the_cabinet_offices_holidays_are_1067_true_days() -> None:
    table = read_table(shared_data("japan", "syukujitsu.csv"))
    parsed = parse_values("date", table.columns[0], header=table.headers[0])

    assert table.encoding == "cp932"
    assert parsed.problems == ()
    assert (parsed.values[0], len(set(parsed.values))) == (date(1955, 1, 1), 1067)


def test_the_cd_shops_sales_add_up_to_the_published_total() -> None:
    table = read_table(shared_data("cdnow_sample", "btyd_cdnowElog.csv"))
    money = parse_values("money", table.column("sales"), header="sales")
    days = parse_values("date", table.column("date"), header="date")

    assert (str(sum(money.values)), money.problems, days.problems) == ("244091.94", (), ())


def test_no_bomb_takes_the_process_or_more_than_seconds(tmp_path: Path) -> None:
    maker = shared_data("payloads", "gen_bombs.py")
    subprocess.run([sys.executable, "-W", "ignore", str(maker), str(tmp_path)], check=True)

    refused = {}
    for path in sorted(tmp_path.glob("*.xlsx")):
        began = time.monotonic()
        answer = read_or_refuse(path)
        assert time.monotonic() - began < SECONDS, path.name
        refused[path.stem] = answer.code if isinstance(answer, FileError) else answer.row_count

    assert refused == {
        "billion_laughs_sst": "damaged-workbook",
        "deep_nest": "empty-file",
        "dim_lies": 0,
        "dup_entry": "duplicate-part",
        "far_cell": 0,
        "many_cols_sheets": 0,
        "many_entries": "archive-bomb",
        "ratio_sheet": "archive-bomb",
        "ratio_sst": "archive-bomb",
        "rows_million": 1_048_575,
        "traversal_entry": 0,
        "xxe_file": "damaged-workbook",
    }
