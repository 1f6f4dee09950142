"""Cells that move take along all that hangs on them."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formatting.rule import CellIsRule

from kizuna_addin.hosts import capabilities, errors, files
from kizuna_addin.hosts.files.areas import Area, parsed
from kizuna_addin.hosts.files.references import Move, moved_formula

TWO_ROWS_AT_3 = Move(by_rows=True, at=3, count=2, low=1, high=16_384)
TWO_ROWS_OUT_AT_3 = Move(by_rows=True, at=3, count=-2, low=1, high=16_384)
ONE_COLUMN_AT_B = Move(by_rows=False, at=2, count=1, low=1, high=1_048_576)


@pytest.mark.parametrize(
    ("move", "before", "after"),
    [
        (TWO_ROWS_AT_3, "=SUM(A1:A5)", "=SUM(A1:A7)"),
        (TWO_ROWS_AT_3, "=$A$3+A2", "=$A$5+A2"),
        (TWO_ROWS_AT_3, "=SUM(A:A)+SUM(3:4)", "=SUM(A:A)+SUM(5:6)"),
        (TWO_ROWS_AT_3, "=Sheet!B$9&\"A3\"", "=Sheet!B$11&\"A3\""),
        (TWO_ROWS_AT_3, "=他!A3", "=他!A3"),
        (TWO_ROWS_AT_3, "=customers[名前]+LOG10(5)", "=customers[名前]+LOG10(5)"),
        (TWO_ROWS_OUT_AT_3, "=SUM(A1:A5)", "=SUM(A1:A3)"),
        (TWO_ROWS_OUT_AT_3, "=SUM(A3:A4)+A3", "=SUM(#REF!)+#REF!"),
        (TWO_ROWS_OUT_AT_3, "=A4:A9", "=A3:A7"),
        (ONE_COLUMN_AT_B, "=$A1+B1*C$1", "=$A1+C1*D$1"),
    ],
)  # fmt: skip
def test_a_formula_follows_the_cells_it_names(move: Move, before: str, after: str) -> None:
    assert moved_formula(before, "Sheet", "Sheet", move) == after


AREAS = st.builds(
    lambda top, left, down, across: Area(top, left, top + down, left + across),
    *[st.integers(1, 40)] * 2,
    *[st.integers(0, 20)] * 2,
)


@given(AREAS, st.integers(1, 50), st.integers(1, 9), st.booleans())
def test_taking_out_what_was_put_in_gives_the_area_back(area: Area, at: int, count: int, by_rows: bool) -> None:
    there = Move(by_rows, at, count, 1, 1_048_576).moved(area)
    assert there is not None

    assert Move(by_rows, at, -count, 1, 1_048_576).moved(there) == area


@given(AREAS)
def test_an_address_read_back_is_the_same_area(area: Area) -> None:
    assert parsed(area.address(fixed_rows=True)) == area


@pytest.fixture
def sheet() -> xw.Sheet:
    return files.new_book().sheets[0]


def test_everything_below_inserted_rows_moves_with_them(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1"].value = [["番号", "名前"], ["C0001", "吉野"], ["C0002", "髙﨑"]]
    sheet.tables.add(sheet["A1:B3"], name="customers")
    capabilities.of(sheet).choices(sheet["B2:B3"], ["a", "b"])
    sheet["B3"].add_note("メモ")
    sheet["B3"].add_hyperlink("https://example.com/", "髙﨑")
    sheet["6:6"].row_height = 40
    sheet["A6:B6"].merge()
    sheet["A6"].value = "合計"
    sheet.api.conditional_formatting.add("A2:A3", CellIsRule(operator="equal", formula=["$B$3"]))
    sheet.book.names.add("last", "=Sheet1!$A$3")
    other = sheet.book.sheets.add("他")
    other["A1"].formula = "=Sheet1!A3"

    sheet["3:4"].insert("down")
    sheet.book.save(tmp_path / "moved.xlsx")

    moved = files.open_book(tmp_path / "moved.xlsx").sheets["Sheet1"]
    assert moved.tables["customers"].range.address == "$A$1:$B$5"
    assert moved["B5"].data_validation.source == ["a", "b"]
    assert moved["B5"].note.text == "メモ"
    assert moved["B5"].hyperlink == "https://example.com/"
    assert moved["A8"].row_height == 40
    assert moved["A8"].merge_area.address == "$A$8:$B$8"
    assert moved["A8"].value == "合計"
    rule = next(iter(moved.api.conditional_formatting))
    assert (str(rule.sqref), rule.rules[0].formula) == ("A2:A5", ["$B$5"])
    assert moved.book.names["last"].refers_to == "=Sheet1!$A$5"
    assert moved.book.sheets["他"]["A1"].formula == "=Sheet1!A5"


def test_new_rows_look_like_the_row_above(sheet: xw.Sheet) -> None:
    sheet["A2"].number_format = "@"

    sheet["3:3"].insert("down")

    assert sheet["A3"].number_format == "@"


def test_cells_inserted_in_a_tables_columns_leave_others_where_they_are(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [["a", "b", None, "右"], [1, 2, None, "下"]]
    table = sheet.tables.add(sheet["A1:B2"])

    sheet["A2:B2"].insert("down")

    assert table.range.address == "$A$1:$B$3"
    assert sheet["A3:D3"].value == [1, 2, None, None]
    assert sheet["D2"].value == "下"


def test_a_table_is_never_torn(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [["a", "b"], [1, 2]]
    sheet.tables.add(sheet["A1:B2"], name="whole")

    with pytest.raises(errors.TableOverlapError) as refusal:
        sheet["A2"].insert("down")

    assert "whole" in refusal.value.message.ja
    assert sheet["A2:B2"].value == [1, 2]


def test_columns_move_with_their_width_and_format(sheet: xw.Sheet) -> None:
    sheet["B:B"].column_width = 30
    sheet["B:B"].number_format = "@"
    sheet["B1"].value = "007"

    sheet["A:A"].insert("right")

    assert sheet["C1"].value == "007"
    assert (sheet["C1"].column_width, sheet["C5"].number_format) == (30, "@")


def test_a_renamed_sheet_is_followed_by_formulas_and_names(sheet: xw.Sheet) -> None:
    other = sheet.book.sheets.add("他")
    other["A1"].formula = "=Sheet1!A3*2"
    sheet.book.names.add("first", "=Sheet1!$A$1")

    sheet.name = "顧客 一覧"

    assert other["A1"].formula == "='顧客 一覧'!A3*2"
    assert sheet.book.names["first"].refers_to_range.sheet.name == "顧客 一覧"


def test_table_headers_are_made_texts_and_unique_as_excel_does(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1"].value = [["a", "A", None, 2020], [1, 2, 3, 4]]
    sheet.tables.add(sheet["A1:D2"], name="t")
    sheet["A1"].value = "あとから"

    sheet.book.save(tmp_path / "t.xlsx")

    again = files.open_book(tmp_path / "t.xlsx").sheets[0]
    assert again["A1:D1"].value == ["あとから", "A2", "列3", "2020"]
    assert [c.name for c in again.tables["t"].api.tableColumns] == ["あとから", "A2", "列3", "2020"]


def test_the_engine_serves_plain_xlwings_code_when_made_active(tmp_path: Path) -> None:
    before = xw.engines.active if xw.engines else None
    files.register().activate()
    try:
        with xw.App() as app:
            book = xw.Book()
            book.sheets[0]["A1"].value = [[1, 2], [3, 4]]
            book.save(tmp_path / "plain.xlsx")
            assert xw.Book(tmp_path / "plain.xlsx") == book
            assert app.books["plain.xlsx"].sheets.active.range("A1").expand().value == [[1, 2], [3, 4]]
    finally:
        xw.engines.active = before
