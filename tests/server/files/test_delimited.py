import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.files import Limits, read_table
from kizuna.files.delimited import cut_rows, find_delimiter
from kizuna.files.errors import (
    BadDelimiterError,
    CellTooLongError,
    EmptyFileError,
    FileTooLargeError,
    NoSuchFileError,
    NoSuchHeaderRowError,
    NotATableError,
    TooManyCellsInRowError,
    TooManyColumnsError,
    TooManyRowsError,
    UnclosedQuoteError,
)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = "\n".join(
        delimiter.join(row) for row in [["番号", "氏名", "金額"], ["1", "山田、太郎", "1"], ["2", "佐藤", "2"]]
    )

    assert find_delimiter(text) == delimiter


def test_leading_zeros_and_long_digits_stay_text() -> None:
    table = read_table("番号,電話,カード\n0001,0312345678,1234567890123456789\n".encode(), name="x.csv")

    assert [column[0] for column in table.columns] == ["0001", "0312345678", "1234567890123456789"]


def test_quotes_line_breaks_and_delimiters_inside_values_are_kept() -> None:
    table = read_table('a,b\n"1,""x""\r\n行2",z\n'.encode(), name="x.csv")

    assert table.columns == [['1,"x"\r\n行2'], ["z"]]


def test_headings_under_a_title_are_found_and_the_title_told() -> None:
    text = "顧客一覧,,,\n2026年4月1日現在,,,\n\n番号,氏名,電話,登録日\n1,山田,03-1,2026-01-01\n2,佐藤,,\n"
    table = read_table(text.encode(), name="x.csv")

    assert table.headers == ("番号", "氏名", "電話", "登録日")
    assert (table.header_row, table.first_row, table.row_count) == (4, 5, 2)
    assert any("顧客一覧 / 2026年4月1日現在" in note.ja for note in table.notes)


def test_expected_headings_find_their_row_where_shape_does_not_tell() -> None:
    text = "店,本店,作成,佐藤\n番号,氏名,,\n1,山田,x,y\n2,佐藤,x,y\n"
    table = read_table(text.encode(), name="x.csv", known_headers=["氏名", "番号", "電話"])

    assert table.header_row == 2


def test_a_heading_row_asked_for_is_taken() -> None:
    table = read_table(b"a,b\nc,d\n1,2\n", name="x.csv", header_row=2)

    assert table.headers == ("c", "d")
    with pytest.raises(NoSuchHeaderRowError):
        read_table(b"a,b\n", name="x.csv", header_row=9)


def test_blank_leading_columns_and_trailing_blank_rows_and_columns_are_cut() -> None:
    table = read_table(",,番号,氏名,,\n,,1,山田,,\n,,2,佐藤,,\n,,,,,\n,,,,,\n".encode(), name="x.csv")

    assert table.headers == ("番号", "氏名")
    assert table.first_column == 3
    assert table.columns == [["1", "2"], ["山田", "佐藤"]]


def test_blank_rows_in_between_are_skipped_and_rows_keep_their_numbers() -> None:
    table = read_table(b"a,b\n1,2\n\n3,4\n", name="x.csv")

    assert list(table.row_numbers) == [2, 4]


def test_short_rows_are_filled_and_told() -> None:
    table = read_table(b"a,b,c\n1,2,3\n4\n", name="x.csv")

    assert table.columns == [["1", "4"], ["2", None], ["3", None]]
    assert "row 3" in table.notes[0].en


def test_a_row_with_too_many_values_is_refused_with_its_number() -> None:
    with pytest.raises(TooManyCellsInRowError) as caught:
        read_table("番号,住所\n1,東京\n2,大阪,北区\n3,京都\n".encode(), name="x.csv")

    assert caught.value.details["row"] == 3


def test_a_column_without_a_heading_gets_a_name() -> None:
    table = read_table(b"a,\n1,x\n2,y\n", name="x.csv")

    assert table.headers == ("a", "列B")


def test_duplicate_headings_are_kept_and_told() -> None:
    table = read_table(b"a,a\n1,2\n", name="x.csv")

    assert table.headers == ("a", "a")
    assert "a" in table.notes[0].ja


def test_an_unclosed_quotation_mark_is_refused_with_the_line_it_opens_in() -> None:
    with pytest.raises(UnclosedQuoteError) as caught:
        read_table(b'a,b\n1,2\n3,"4\n5,6\n', name="x.csv")

    assert caught.value.details["line"] == 3


def test_a_quotation_mark_out_of_place_is_read_and_told() -> None:
    table = read_table(b'a,b\n"x" y,2\n', name="x.csv")

    assert table.row_count == 1
    assert "2" in table.notes[0].ja


def test_excels_own_delimiter_hint_is_no_row() -> None:
    table = read_table(b"sep=;\r\na;b\r\n1,5;2\r\n", name="x.csv")

    assert table.headers == ("a", "b")


@pytest.mark.parametrize("data", [b"", b"  \r\n ", b"\xef\xbb\xbf", b",,,\n,,,\n"])
def test_a_file_without_a_value_is_refused(data: bytes) -> None:
    with pytest.raises(EmptyFileError):
        read_table(data, name="x.csv")


def test_limits_are_refused_one_by_one(tmp_path) -> None:
    with pytest.raises(TooManyRowsError):
        read_table(b"a\n1\n2\n3\n", name="x.csv", limits=Limits(rows=3))
    with pytest.raises(TooManyColumnsError):
        read_table(b"a,b,c\n", name="x.csv", limits=Limits(columns=2))
    with pytest.raises(CellTooLongError):
        read_table(b"a,b\n1," + b"x" * 200_000, name="x.csv")
    with pytest.raises(NoSuchFileError):
        read_table(tmp_path / "absent.csv")
    path = tmp_path / "large.csv"
    path.write_bytes(b"a\n" * 100)
    with pytest.raises(FileTooLargeError) as caught:
        read_table(path, limits=Limits(file_bytes=50))
    assert "large.csv" in caught.value.message.ja


def test_a_delimiter_of_two_characters_is_refused() -> None:
    with pytest.raises(BadDelimiterError):
        read_table(b"a,b\n", name="x.csv", delimiter="::")


@pytest.mark.parametrize(
    "data", [b"<html><table></table></html>", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"<?xml version='1.0'?>"]
)
def test_files_that_are_no_tables_are_refused_by_what_they_are(data: bytes) -> None:
    with pytest.raises(NotATableError):
        read_table(data, name="list.xls")


WORD = st.text(st.sampled_from("山田佐藤鈴木東京大阪コーヒーabc"), min_size=1, max_size=6)


@given(
    st.lists(WORD, min_size=3, max_size=6, unique=True),
    st.lists(
        st.lists(WORD | st.from_regex(r"[0-9]{1,5}", fullmatch=True), min_size=6, max_size=6), min_size=1, max_size=9
    ),
    st.sampled_from([[], [["顧客一覧"]], [["顧客一覧"], []], [[], ["売上表", "", "2026/4/1"], []]]),
)
@settings(max_examples=100)
def test_headings_are_found_under_any_title(headers: list[str], rows: list[list[str]], titles: list[list[str]]) -> None:
    headers = [f"{header}名" for header in headers] + ["備考"]
    body = [row[: len(headers)] + [""] * (len(headers) - len(row)) for row in rows]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([*titles, headers, *body])
    table = read_table(buffer.getvalue().encode("utf-8-sig"), name="x.csv")

    assert table.headers == tuple(headers)
    assert [[cell or "" for cell in row] for row in zip(*table.columns, strict=True)] == body


CELL = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from([",", "\t", ";", "|"]))
@settings(max_examples=150)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)

    assert cut_rows(buffer.getvalue(), name="x", limits=Limits(), delimiter=delimiter).rows == [
        tuple(row) for row in rows
    ]
