"""Rows that are lines of receipts become purchases of their sums."""

from __future__ import annotations

import pytest

from kizuna.files.mapping import FieldName, map_headers
from kizuna.files.table import FileTable
from kizuna.sync.importing_lines import LINE_FIELDS, NoLineAmountsError, NoLineNumbersError, receipts_of_lines

FIELDS = [FieldName("number", "番号", "Number"), FieldName("amount", "金額", "Amount"), *LINE_FIELDS]


def table(headers: str, *rows: str) -> FileTable:
    cells = [row.split(",") for row in rows]
    columns = [[one or None for one in column] for column in zip(*cells, strict=True)]
    return FileTable(
        name="x.csv",
        headers=tuple(headers.split(",")),
        columns=columns,
        row_numbers=range(2, len(rows) + 2),
        header_row=1,
    )


def summed(file: FileTable) -> list[tuple[object, object, int]]:
    found, mapping = receipts_of_lines(file, map_headers(file.headers, FIELDS))
    assert set(mapping.columns) == {"number", "amount"}
    number, amount = (found.columns[mapping.columns[name]] for name in ("number", "amount"))
    return list(zip(number, amount, found.row_numbers, strict=True))


def test_quantity_times_price_is_summed_exactly_by_number() -> None:
    lines = table("番号,数量,単価", "A,6,2.55", "B,1,27.5", "A,6,3.39", "B,-2,27.5", ",1,5", ",2,5")

    assert summed(lines) == [("A", "35.64", 2), ("B", "-27.5", 3), (None, "5", 6), (None, "10", 7)]


def test_amounts_of_lines_win_over_quantity_and_price() -> None:
    assert summed(table("番号,金額,数量,単価", "A,100,9,9", "A,200,9,9")) == [("A", "300", 2)]


def test_a_line_that_cannot_be_read_spoils_its_receipt_only() -> None:
    assert summed(table("番号,金額", "A,100", "A,abc", "A,1", "B,2")) == [("A", "abc", 2), ("B", "2", 5)]


def test_lines_without_number_or_amount_are_told() -> None:
    with pytest.raises(NoLineNumbersError):
        summed(table("金額", "100"))
    with pytest.raises(NoLineAmountsError):
        summed(table("番号,数量", "A,1"))
