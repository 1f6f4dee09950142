import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import MAC_EPOCH

from kizuna.files import Limits, read_table
from kizuna.files.errors import (
    ArchiveBombError,
    DamagedWorkbookError,
    DuplicatePartError,
    EmptyFileError,
    NoSuchSheetError,
    TooManyRowsError,
    WorkbookTooHeavyError,
    WorkbookTooSlowError,
)

from .books import book, with_parts


def test_cells_come_as_what_they_are() -> None:
    moment = datetime.fromisoformat("2020-04-08T10:30")
    row = ["00123", 5, 1.5, True, date(2020, 4, 8), moment, time(9, 30), timedelta(hours=30), " x "]
    table = read_table(book([list("abcdefghi"), row]), name="x.xlsx")

    expected = ["00123", 5, 1.5, True, date(2020, 4, 8), moment, "09:30:00", "30:00:00", " x "]
    assert [column[0] for column in table.columns] == expected
    assert [type(column[0]) for column in table.columns] == [type(value) for value in expected]


@pytest.mark.parametrize("number_format", [14, *range(27, 37), *range(50, 59)])
def test_excels_built_in_japanese_formats_are_dates(number_format: int) -> None:
    def change(name: str, text: str) -> str:
        if name == "xl/styles.xml":
            style = (
                f'<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="{number_format}" applyNumberFormat="1"/></cellXfs>'
            )
            return re.sub(r"<cellXfs.*?</cellXfs>", style, text, flags=re.DOTALL)
        return text.replace('<c r="A2"', '<c r="A2" s="1"')

    table = read_table(with_parts(book([["日付"], [43929]]), change), name="x.xlsx")

    assert table.columns == [[date(2020, 4, 8)]]


@pytest.mark.parametrize(
    ("number_format", "is_date"),
    [
        ('ggge"年"m"月"d"日"', True),
        ("[$-411]ge.m.d;@", True),
        ('[$-ja-JP-x-gannen]ggge"年"m"月"d"日";@', True),
        ("yyyy/m/d(aaa)", True),
        ('m"月"d"日"', True),
        ('#,##0"円"', False),
        ('0"年度"', False),
        ("#,##0;△#,##0", False),
        ("000\\-0000", False),
        ("G/標準", False),
        ("[Red]0", False),
    ],
)
def test_a_japanese_number_format_tells_days_from_numbers(number_format: str, is_date: bool) -> None:
    def change(workbook: openpyxl.Workbook) -> None:
        workbook.active["A2"].number_format = number_format

    table = read_table(book([["値"], [43929]], change), name="x.xlsx")

    assert table.columns == [[date(2020, 4, 8) if is_date else 43929]]


CELL = (
    st.text(
        st.characters(codec="utf-8", categories=["L", "N", "P", "S"], max_codepoint=0xFFFD), min_size=1, max_size=12
    )
    | st.integers(-(2**50), 2**50)
    | st.booleans()
    | st.dates(date(1901, 1, 1), date(2100, 1, 1))
    | st.none()
)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), min_size=1, max_size=6), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_what_openpyxl_writes_under_any_title_is_read_back(rows: list[list[Any]], titles: int) -> None:
    # openpyxl takes a text that begins with = for a formula.
    rows = [["'" + cell if isinstance(cell, str) and cell.startswith("=") else cell for cell in row] for row in rows]
    above = [["顧客の一覧"], [], ["2026年4月現在"]][:titles]
    table = read_table(book([*above, ["番号", "氏名", "登録日"], *rows]), name="x.xlsx", known_headers=["番号", "氏名"])

    assert table.headers == ("番号", "氏名", "登録日")
    assert [list(row) for row in zip(*table.columns, strict=True)] == rows


def test_the_1904_calendar_is_honoured() -> None:
    def change(workbook: openpyxl.Workbook) -> None:
        workbook.epoch = MAC_EPOCH

    table = read_table(book([["日付"], [date(2020, 4, 8)]], change), name="x.xlsx")

    assert table.columns == [[date(2020, 4, 8)]]


def test_strict_open_xml_is_read() -> None:
    def change(_: str, text: str) -> str:
        text = text.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"
        )
        return text.replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    table = read_table(with_parts(book([["氏名"], ["山田"]]), change), name="x.xlsx")

    assert table.columns == [["山田"]]


def test_furigana_is_not_glued_to_the_name() -> None:
    def change(name: str, text: str) -> str:
        if name != "xl/sharedStrings.xml":
            return text
        return text.replace(
            "<t>東京</t>", '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>'
        )

    table = read_table(with_parts(book([["県"], ["東京"]]), change), name="x.xlsx")

    assert table.columns == [["東京"]]


def test_the_first_visible_sheet_with_data_is_read_and_the_others_told() -> None:
    def change(workbook: openpyxl.Workbook) -> None:
        workbook.active.sheet_state = "hidden"
        workbook.create_sheet("空")
        workbook.create_sheet("顧客").append(["氏名"])
        workbook.create_sheet("売上").append(["金額"])

    data = book([["古い"]], change)
    table = read_table(data, name="x.xlsx")

    assert table.sheet == "顧客"
    told = " ".join(note.ja for note in table.notes)
    assert "売上" in told
    assert "Sheet" in told
    assert read_table(data, name="x.xlsx", sheet="Sheet").headers == ("古い",)
    with pytest.raises(NoSuchSheetError) as caught:
        read_table(data, name="x.xlsx", sheet="商品")
    assert "顧客" in caught.value.message.ja


def test_cells_merged_downwards_count_for_each_of_their_rows_and_titles_do_not() -> None:
    def change(workbook: openpyxl.Workbook) -> None:
        sheet = workbook.active
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A3:A4")

    rows = [["名簿"], ["店", "番号", "氏名"], ["本店", 1, "山田"], [None, 2, "佐藤"], ["支店", 3, "鈴木"]]
    table = read_table(book(rows, change), name="x.xlsx")

    assert table.column("店") == ["本店", "本店", "支店"]
    assert any("A3" in note.ja for note in table.notes)


def test_error_cells_are_empty_and_counted() -> None:
    def change(name: str, text: str) -> str:
        return re.sub(r'<c r="B2"[^>]*>.*?</c>', '<c r="B2" t="e"><v>#N/A</v></c>', text) if "sheet1" in name else text

    table = read_table(with_parts(book([["番号", "値"], [1, 5], [2, 6]]), change), name="x.xlsx")

    assert table.column("値") == [None, 6]
    assert any("B2" in note.en and "1 cells" in note.en for note in table.notes)


def test_a_table_that_begins_below_and_right_keeps_its_row_numbers() -> None:
    table = read_table(book([[], [], [None, "番号", "氏名"], [None, 1, "山田"]]), name="x.xlsx")

    assert (table.header_row, table.first_row, table.first_column) == (3, 4, 2)
    assert read_table(book([[], [], [None, "番号", "氏名"]]), name="x.xlsx", header_row=3).headers == ("番号", "氏名")


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TooManyRowsError):
        read_table(book([["a"], *[[at] for at in range(50)]]), name="x.xlsx", limits=Limits(rows=20))


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(EmptyFileError):
        read_table(book([]), name="x.xlsx")


def test_a_value_far_away_costs_no_more_than_the_limit() -> None:
    def change(name: str, text: str) -> str:
        far = '</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        return text.replace("</row></sheetData>", far) if "sheet1" in name else text

    with pytest.raises(WorkbookTooHeavyError):
        read_table(with_parts(book([["a"], [1]]), change), name="x.xlsx")


def test_a_workbook_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(WorkbookTooSlowError):
        read_table(book([["a"], [1]]), name="x.xlsx", limits=Limits(seconds=0.001))


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread() -> None:
    data = with_parts(book([["a"], [1]]), lambda name, text: text + " " * 3_000_000 if "sheet1" in name else text)

    with pytest.raises(ArchiveBombError):
        read_table(data, name="x.xlsx", limits=Limits(ratio_free_bytes=1_000_000))
    with pytest.raises(ArchiveBombError):
        read_table(data, name="x.xlsx", limits=Limits(unpacked_bytes=1_000_000))
    with pytest.raises(ArchiveBombError):
        read_table(data, name="x.xlsx", limits=Limits(archive_entries=3))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_workbook_with_a_part_twice_is_refused() -> None:
    import io
    import zipfile

    buffer = io.BytesIO(book([["a"], [1]]))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")

    with pytest.raises(DuplicatePartError):
        read_table(buffer.getvalue(), name="x.xlsx")


@pytest.mark.parametrize("cut", [100, 1000, 3000])
def test_a_workbook_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(DamagedWorkbookError):
        read_table(book([["a"], [1]])[:cut], name="x.xlsx")


def test_a_workbook_on_disk_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "顧客名簿.xlsx"
    path.write_bytes(book([["a"], [1]]))

    assert read_table(path).name == "顧客名簿.xlsx"
