"""What every host promises, run on each that this machine has: the same xlwings code, the same answers.

A host is a context manager that gives an `xlwings.App`. To add one, add it to `HOSTS`.
"""

# ruff: noqa: DTZ001 - cells know no time zone.
from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from kizuna_addin.hosts import capabilities, files
from tests.fixtures.payload_host import simulated_app


@contextmanager
def files_app() -> Iterator[xw.App]:
    app = files.new_app()
    try:
        yield app
    finally:
        app.quit()


HOSTS: dict[str, Callable[[], AbstractContextManager[xw.App]]] = {"files": files_app, "payload": simulated_app}
with contextlib.suppress(ImportError):
    # Needs LibreOffice's own Python module, which most machines lack.
    from kizuna_addin.hosts.libreoffice.session import running

    HOSTS["libreoffice"] = running


@pytest.fixture(scope="module", params=sorted(HOSTS))
def app(request: pytest.FixtureRequest) -> Iterator[xw.App]:
    with HOSTS[request.param]() as running:
        yield running


@pytest.fixture
def book(app: xw.App) -> Iterator[xw.Book]:
    added = app.books.add()
    yield added
    if added in list(app.books):
        added.close()


@pytest.fixture
def sheet(book: xw.Book) -> xw.Sheet:
    return book.sheets[0]


def looks_are_told(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that reads looks: a client without Python tells none, and the host must say so."""

    @functools.wraps(test)
    def run(**fixtures: Any) -> None:
        book = fixtures["book"] if "book" in fixtures else fixtures["sheet"].book
        if book.app.engine.name == "payload":
            with pytest.raises(NotImplementedError, match="is not in the protocol"):
                test(**fixtures)
        else:
            test(**fixtures)

    return run


def reopened(book: xw.Book, path: Path) -> xw.Book:
    app = book.app
    book.save(path)
    book.close()
    return app.books.open(path)


def fill(sheet: xw.Sheet, rows: int = 3) -> xw.main.Table:
    sheet["A1"].value = [["番号", "名前", "金額"], *([f"C{n:04}", f"客{n}", n * 100] for n in range(1, rows + 1))]
    return sheet.tables.add(sheet["A1"].resize(rows + 1, 3), name="customers")


SURVIVES_WRITING = [
    ("nothing", None, None),
    ("empty text", "", None),
    ("whole number", 5, 5.0),
    ("number", 0.1, 0.1),
    ("negative", -12.5, -12.5),
    ("large number", 123_456_789_012, 123_456_789_012.0),
    ("true", True, True),
    ("false", False, False),
    ("text", "髙﨑 吉野", "髙﨑 吉野"),
    ("outside the basic plane", "𠮷野家 🍜", "𠮷野家 🍜"),
    ("spaces around", "  a  ", "  a  "),
    ("two lines", "東京\n大阪", "東京\n大阪"),
    ("date", dt.date(2020, 4, 8), dt.datetime(2020, 4, 8)),
    ("moment", dt.datetime(2020, 4, 8, 13, 30), dt.datetime(2020, 4, 8, 13, 30)),
    ("first day of March 1900", dt.date(1900, 3, 1), dt.datetime(1900, 3, 1)),
    ("last day", dt.date(9999, 12, 31), dt.datetime(9999, 12, 31)),
    ("not a number", float("nan"), None),
]


@pytest.mark.parametrize(
    ("value", "shown"), [case[1:] for case in SURVIVES_WRITING], ids=[c[0] for c in SURVIVES_WRITING]
)
def test_a_value_written_is_read_as_the_table_of_conversions_says(
    sheet: xw.Sheet, value: object, shown: object
) -> None:
    sheet["B2"].value = value

    assert sheet["B2"].value == shown
    assert type(sheet["B2"].value) is type(shown)


@pytest.mark.parametrize(
    ("value", "shown"), [case[1:] for case in SURVIVES_WRITING], ids=[c[0] for c in SURVIVES_WRITING]
)
def test_a_value_survives_saving_and_opening(book: xw.Book, tmp_path: Path, value: object, shown: object) -> None:
    book.sheets[0]["B2"].value = value

    again = reopened(book, tmp_path / "saved.xlsx")

    try:
        assert again.sheets[0]["B2"].value == shown
    finally:
        again.close()


LOOKS_LIKE_MORE = [
    "007",
    "0123",
    "1e5",
    "2020-04-08",
    "4/8",
    "TRUE",
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+81 3",
    "-1",
    "@a",
    "50%",
    "¥100",
    "1,000",
]


@pytest.mark.parametrize("text", LOOKS_LIKE_MORE)
def test_text_in_cells_formatted_as_text_stays_the_same_text(sheet: xw.Sheet, text: str) -> None:
    literal = capabilities.of(sheet).literal
    sheet["A1:A3"].number_format = "@"

    sheet["A1"].value = [[literal(text)], [literal("x")], [literal(text)]]

    assert sheet["A1:A3"].value == [text, "x", text]


@looks_are_told
def test_codes_with_leading_zeros_survive_in_a_whole_column_of_text(book: xw.Book, tmp_path: Path) -> None:
    sheet = book.sheets[0]
    sheet["A:A"].number_format = "@"
    sheet["A2"].value = [["007"], ["0120"]]

    again = reopened(book, tmp_path / "codes.xlsx")

    try:
        assert again.sheets[0]["A2:A3"].value == ["007", "0120"]
        assert again.sheets[0]["A2"].number_format == "@"
    finally:
        again.close()


def naughty() -> list[str]:
    for folder in Path(__file__).resolve().parents:
        found = folder.parent / "shared/data/payloads/blns.json"
        if found.exists():
            return [text for text in json.loads(found.read_text(encoding="utf-8")) if text]
    if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
        pytest.fail("shared/data/payloads is not here")
    pytest.skip("shared/data/payloads is not beside this checkout")


def test_every_naughty_string_comes_back_unchanged(book: xw.Book, tmp_path: Path) -> None:
    texts = naughty()
    sheet = book.sheets[0]
    literal = capabilities.of(book).literal
    sheet["A1"].resize(len(texts), 1).number_format = "@"
    sheet["A1"].value = [[literal(text)] for text in texts]

    again = reopened(book, tmp_path / "naughty.xlsx")

    try:
        assert again.sheets[0]["A1"].resize(len(texts), 1).options(ndim=1).value == texts
    finally:
        again.close()


def test_a_block_written_at_once_is_read_at_once(sheet: xw.Sheet) -> None:
    block = [[float(row * 10 + column) for column in range(7)] for row in range(50)]

    sheet["C3"].value = block

    assert sheet["C3:I52"].value == block
    assert sheet.used_range.address == "$C$3:$I$52"


def test_a_single_cell_read_in_two_dimensions_is_one_row_of_one(sheet: xw.Sheet) -> None:
    sheet["A1"].value = "x"

    assert sheet["A1"].options(ndim=2).value == [["x"]]


def test_options_shape_what_is_read(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1, None], [dt.date(2020, 4, 8), "a"]]

    assert sheet["A1"].options(numbers=int).value == 1
    assert sheet["B1"].options(empty="-").value == "-"
    assert sheet["A2"].options(dates=dt.date).value == dt.date(2020, 4, 8)


def test_expand_end_and_current_region_find_the_block(sheet: xw.Sheet) -> None:
    sheet["B2"].value = [[1, 2, 3], [4, None, 6], [7, 8, 9]]
    sheet["B7"].value = "apart"

    assert sheet["B2"].expand("down").address == "$B$2:$B$4"
    assert sheet["B2"].expand("right").address == "$B$2:$D$2"
    assert sheet["B2"].expand().address == "$B$2:$D$4"
    assert sheet["B2"].end("down").address == "$B$4"
    assert sheet["C3"].current_region.address == "$B$2:$D$4"


def test_used_range_ignores_cells_that_are_only_formatted(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1], [2]]
    sheet["A1:D500"].color = (255, 255, 0)

    assert sheet["A1:A2"].value == [1, 2]
    if capabilities.of(sheet).computes():
        pytest.skip("a program counts what it formatted; the add-in reads tables there")
    assert sheet.used_range.address == "$A$1:$A$2"


def test_a_formula_is_kept_and_a_plain_read_never_shows_it(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [[1], [2]]

    sheet["A3"].formula = "=SUM(A1:A2)"

    assert sheet["A3"].formula == "=SUM(A1:A2)"
    if sheet.book.app.engine.name == "payload":
        pytest.skip("the client computes after it has done the actions")
    assert sheet["A3"].value in ((3.0,) if capabilities.of(sheet).computes() else (None, 3.0))


def test_clear_contents_keeps_formats_and_clear_takes_them(sheet: xw.Sheet) -> None:
    sheet["A1"].value = "x"
    sheet["A1"].color = (255, 0, 0)

    sheet["A1"].clear_contents()
    assert (sheet["A1"].value, sheet["A1"].color) == (None, (255, 0, 0))
    sheet["A1"].clear()

    assert sheet["A1"].color is None


@looks_are_told
def test_formats_are_read_as_they_were_set(book: xw.Book, tmp_path: Path) -> None:
    sheet = book.sheets[0]
    sheet["A1:B2"].value = [[1, 2], [3, 4]]
    sheet["A1:B2"].number_format = "#,##0"
    sheet["A1"].color = (255, 230, 153)
    sheet["A1"].font.bold = True
    sheet["A1"].font.color = (192, 0, 0)
    sheet["A:A"].column_width = 20
    sheet["1:1"].row_height = 30

    again = reopened(book, tmp_path / "formats.xlsx")

    try:
        cell = again.sheets[0]["A1"]
        assert (cell.number_format, cell.color, cell.font.bold, cell.font.color) == (
            "#,##0",
            (255, 230, 153),
            True,
            (192, 0, 0),
        )
        assert cell.column_width == pytest.approx(20, abs=0.8)
        assert cell.row_height == pytest.approx(30, abs=0.8)
    finally:
        again.close()


@looks_are_told
def test_autofit_counts_full_width_characters_double(sheet: xw.Sheet) -> None:
    sheet["A1:B1"].value = ["あいうえおかきくけこ", "abcdefghij"]

    sheet["A:B"].autofit()

    assert sheet["A1"].column_width > 1.5 * sheet["B1"].column_width


def test_sheets_are_added_found_renamed_hidden_and_deleted(book: xw.Book) -> None:
    added = book.sheets.add("顧客 一覧", after=book.sheets[0])
    added["A1"].value = "x"
    added.visible = False

    assert [s.name for s in book.sheets][-1] == "顧客 一覧"
    assert not added.visible
    added.visible = True
    added.name = "顧客"
    assert book.sheets["顧客"]["A1"].value == "x"
    book.sheets["顧客"].delete()

    assert "顧客" not in [s.name for s in book.sheets]


def test_a_very_hidden_sheet_stays_so_and_readable(book: xw.Book, tmp_path: Path) -> None:
    base = book.sheets.add("_base", after=book.sheets[0])
    base["A1"].value = "kept"
    capabilities.of(book).very_hidden(base)

    again = reopened(book, tmp_path / "base.xlsx")

    try:
        assert capabilities.of(again).is_very_hidden(again.sheets["_base"])
        assert again.sheets["_base"]["A1"].value == "kept"
        capabilities.of(again).very_hidden(again.sheets["_base"], hidden=False)
        assert again.sheets["_base"].visible
    finally:
        again.close()


def test_a_small_file_may_hide_beside_a_workbook_of_this_machine(book: xw.Book, tmp_path: Path) -> None:
    unsaved = capabilities.of(book).beside(book, ".note")

    again = reopened(book, tmp_path / "base.xlsx")

    try:
        beside = capabilities.of(again).beside(again, ".note")
        assert unsaved is None
        assert beside == (None if again.app.engine.name == "payload" else tmp_path / ".~kizuna-base.xlsx.note")
    finally:
        again.close()


def test_a_book_says_whether_its_file_lets_anybody_write(book: xw.Book, tmp_path: Path) -> None:
    path = tmp_path / "base.xlsx"
    new = capabilities.of(book).is_read_only(book)

    again = reopened(book, path)
    free = capabilities.of(again).is_read_only(again)
    again.close()
    path.chmod(0o444)
    marked = again.app.books.open(path)

    try:
        assert (new, free) == (False, False)
        # A client without Python does not tell.
        assert capabilities.of(marked).is_read_only(marked) == (marked.app.engine.name != "payload")
    finally:
        marked.close()


def test_a_table_has_name_header_body_and_grows(book: xw.Book, tmp_path: Path) -> None:
    table = fill(book.sheets[0])
    book.sheets[0]["A5"].value = ["C0004", "客4", 400]
    table.resize(book.sheets[0]["A1:C5"])

    again = reopened(book, tmp_path / "table.xlsx")

    try:
        found = again.sheets[0].tables["customers"]
        assert found.header_row_range.value == ["番号", "名前", "金額"]
        assert found.data_body_range.address == "$A$2:$C$5"
        assert found.range.address == "$A$1:$C$5"
        assert again.sheets[0]["A2"].table.name == "customers"
    finally:
        again.close()


def test_names_point_at_cells_and_survive(book: xw.Book, tmp_path: Path) -> None:
    book.sheets[0]["A1"].value = 7
    book.names.add("kizuna_answer", f"={book.sheets[0].name}!$A$1")

    again = reopened(book, tmp_path / "names.xlsx")

    try:
        assert again.names["kizuna_answer"].refers_to_range.value == 7
        assert "kizuna_answer" in again.names
        again.names["kizuna_answer"].delete()
        assert "kizuna_answer" not in again.names
    finally:
        again.close()


@looks_are_told
def test_inserting_rows_moves_what_lies_below_with_its_looks_and_references(sheet: xw.Sheet) -> None:
    table = fill(sheet)
    sheet["A7"].value = "下"
    sheet["A7"].color = (0, 255, 0)
    sheet["E1"].formula = "=SUM(C2:C4)"

    sheet["3:4"].insert("down")

    assert table.range.address == "$A$1:$C$6"
    assert sheet["A9"].value == "下"
    assert sheet["A9"].color == (0, 255, 0)
    assert sheet["E1"].formula == "=SUM(C2:C6)"


def test_deleting_rows_moves_what_lies_below_up(sheet: xw.Sheet) -> None:
    table = fill(sheet)
    sheet["A7"].value = "下"
    sheet["E1"].formula = "=SUM(C2:C4)"

    sheet["3:3"].delete("up")

    assert table.range.address == "$A$1:$C$3"
    assert sheet["A6"].value == "下"
    assert sheet["E1"].formula == "=SUM(C2:C3)"
    assert sheet["A3"].value == "C0003"


def test_a_note_stays_when_its_cell_is_written(sheet: xw.Sheet) -> None:
    sheet["B2"].add_note("お得意様")
    sheet["C3"].add_note("式")

    sheet["A1"].value = [[1, "二", None]] * 4
    sheet["B2"].value = None
    sheet["B2"].value = "新"
    sheet["B1:C4"].formula = [["=A1", "=A1+1"]] * 4

    assert (sheet["B2"].note.text, sheet["C3"].note.text) == ("お得意様", "式")
    assert sheet["B2:C3"].formula == (("=A1", "=A1+1"), ("=A1", "=A1+1"))


def test_notes_are_written_read_and_deleted(sheet: xw.Sheet) -> None:
    sheet["B2"].add_note("サーバー側: 東京")

    assert sheet["B2"].note.text == "サーバー側: 東京"
    assert sheet["A1"].note is None
    sheet["B2"].note.delete()

    assert sheet["B2"].note is None


def test_choices_are_offered_and_taken_off(sheet: xw.Sheet) -> None:
    able = capabilities.of(sheet)
    able.choices(sheet["B2:B100"], ["見込", "顧客", "休眠"], message="一覧から選んでください")
    able.choices(sheet["B5:B9"], [])

    able.choices(sheet["C2"], ["A", "B"])


def test_panes_freeze_and_marks_colour(sheet: xw.Sheet) -> None:
    able = capabilities.of(sheet)
    fill(sheet)

    able.freeze(sheet, rows=1, columns=1)
    able.freeze(sheet)
    able.mark_read_only(sheet["A2:A4"], message="サーバーが決める番号です")
    able.color_by_text(sheet["B2:B4"], {"エラー": (255, 199, 206)})
    able.status(sheet.book.app, "同期中")
    able.status(sheet.book.app, None)

    assert sheet["A2"].color == capabilities.READ_ONLY_FILL


def test_opening_a_book_that_is_not_there_says_so(app: xw.App, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        app.books.open(tmp_path / "none.xlsx")
