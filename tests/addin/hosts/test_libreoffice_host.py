# ruff: noqa: DTZ001 - cells know no time zone.
import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from kizuna_addin.hosts import libreoffice
from kizuna_addin.hosts.libreoffice import process
from kizuna_addin.hosts.libreoffice.bridge import properties


def test_values_of_every_kind_come_back(sheet: xw.Sheet):
    rows = [["山田", 1.5, True, None], ["007", dt.datetime(2006, 3, 31), dt.datetime(2006, 3, 31, 12, 30), False]]
    sheet["A2"].number_format = "@"

    sheet["A1"].value = rows

    assert sheet["A1:D2"].value == rows


def test_text_that_looks_like_a_number_is_one_unless_the_cell_is_text(sheet: xw.Sheet):
    sheet["B1:B3"].number_format = "@"

    sheet["A1"].value = [["0123", "0123"], ["1e3", "1e3"], ["C0001", "C0001"]]

    assert sheet["A1:B3"].value == [[123, "0123"], [1000, "1e3"], ["C0001", "C0001"]]


def test_a_number_after_a_truth_value_is_a_number(sheet: xw.Sheet):
    sheet["A1"].value = [[True], [True]]

    sheet["A1"].value = [[1], [False]]

    assert sheet["A1:A2"].value == [1.0, False]
    assert sheet["A1"].value is not True


def test_a_date_keeps_the_format_the_cell_has(sheet: xw.Sheet):
    sheet["A1:A2"].number_format = 'yyyy"年"m"月"d"日"'

    sheet["A1"].value = [[dt.date(2006, 3, 31)], [dt.date(2007, 1, 1)]]

    assert sheet["A1:A2"].number_format == 'yyyy"年"m"月"d"日"'
    assert sheet["A1"].value == dt.datetime(2006, 3, 31)


def test_formulas_are_excels_in_and_out(sheet: xw.Sheet):
    sheet["A1"].value = [[1, 2], [3, 4]]
    other = sheet.book.sheets.add("顧客 一覧", after=sheet)
    other["A1"].value = 10

    sheet["C1:C2"].formula = "=IF(A1>2,B1*'顧客 一覧'!$A$1,\"小\")"

    assert sheet["C1:C2"].value == ["小", 40]
    assert sheet["C2"].formula == "=IF(A2>2,B2*'顧客 一覧'!$A$1,\"小\")"


def test_a_long_column_of_formulas_leaves_formats_alone(sheet: xw.Sheet):
    sheet["A1:A500"].value = [[n] for n in range(500)]
    sheet["B300"].color = (255, 0, 0)

    sheet["B1:B500"].value = [[f"=A{n}*2"] for n in range(1, 501)]

    assert sheet["B500"].value == 998
    assert sheet["B500"].formula == "=A500*2"
    assert sheet["B300"].color == (255, 0, 0)
    assert sheet["B301"].color is None


def test_formulas_calc_knows_nothing_of_keep_their_text(sheet: xw.Sheet):
    sheet["A1"].formula = '=KIZUNA("RFM",A2)'

    assert sheet["A1"].formula == '=KIZUNA("RFM",A2)'
    assert sheet["A1"].options(err_to_str=True).value == "#NAME?"


def test_manual_calculation_waits_for_calculate(calc: xw.App, sheet: xw.Sheet):
    sheet["A1"].value = 2
    sheet["B1"].formula = "=A1*2"
    calc.calculation = "manual"
    sheet["A1"].value = 4
    waited = sheet["B1"].value
    calc.calculation = "automatic"
    calc.calculate()

    assert (waited, sheet["B1"].value) == (4, 8)


def test_a_table_is_a_table_of_excel_after_saving(sheet: xw.Sheet, tmp_path: Path):
    sheet["A1"].value = [["番号", "名前"], ["C0001", "山田"], ["C0002", "鈴木"]]
    table = sheet.tables.add(sheet["A1:B3"], name="顧客表", table_style_name="TableStyleMedium7")
    table.show_table_style_column_stripes = True
    sheet["A4:B4"].insert("down")
    table.resize(sheet["A1:B4"])

    sheet.book.save(tmp_path / "table.xlsx")

    saved = openpyxl.load_workbook(tmp_path / "table.xlsx")["Sheet1"].tables["顧客表"]
    assert saved.ref == "A1:B4"
    assert [column.name for column in saved.tableColumns] == ["番号", "名前"]
    assert saved.tableStyleInfo.name == "TableStyleMedium7"
    assert saved.tableStyleInfo.showColumnStripes


def test_a_table_survives_opening_and_saving(calc: xw.App, sheet: xw.Sheet, tmp_path: Path):
    sheet["A1"].value = [["a", "b"], [1, 2]]
    sheet.tables.add(sheet["A1:B2"], name="T1", table_style_name="TableStyleLight9")
    sheet.book.save(tmp_path / "first.xlsx")
    book = calc.books.open(tmp_path / "first.xlsx") if not sheet.book.fullname.endswith("first.xlsx") else sheet.book
    book.save(tmp_path / "second.xlsx")
    book.save()

    saved = openpyxl.load_workbook(tmp_path / "second.xlsx")["Sheet1"].tables["T1"]
    assert saved.tableStyleInfo.name == "TableStyleLight9"


def test_a_very_hidden_sheet_stays_very_hidden(calc: xw.App, sheet: xw.Sheet, tmp_path: Path):
    base = sheet.book.sheets.add("_kizuna", after=sheet)
    base.visible = 2
    path = tmp_path / "base.xlsx"
    book = calc.books.add()
    book.sheets[0].name = "shown"
    book.close()

    sheet.book.save(path)

    assert openpyxl.load_workbook(path)["_kizuna"].sheet_state == "veryHidden"
    sheet.book.save(tmp_path / "elsewhere.xlsx")
    reopened = calc.books.open(path)
    assert reopened.sheets["_kizuna"].visible == 2
    reopened.save()
    reopened.close()
    assert openpyxl.load_workbook(path)["_kizuna"].sheet_state == "veryHidden"


def test_dropdowns_widths_panes_and_colours_reach_the_file(sheet: xw.Sheet, tmp_path: Path):
    sheet["A1"].value = [["状態", "金額"], ["新規", 1200]]
    sheet["A2:A10"].data_validation.set_list(["新規", "変更", "削除"])
    sheet["A1:B1"].color = "#DDEBF7"
    sheet["A1:B1"].font.bold = True
    sheet["B2:B10"].number_format = "#,##0"
    sheet["A:A"].column_width = 20
    sheet.freeze_panes.freeze_at("1:1")
    sheet["B2"].add_note("税込")

    sheet.book.save(tmp_path / "looks.xlsx")

    saved = openpyxl.load_workbook(tmp_path / "looks.xlsx")["Sheet1"]
    rule = saved.data_validations.dataValidation[0]
    assert (rule.type, rule.formula1, str(rule.sqref)) == ("list", '"新規,変更,削除"', "A2:A10")
    assert saved["A1"].fill.fgColor.rgb == "FFDDEBF7"
    assert saved["A1"].font.bold
    assert saved["B2"].number_format == "#,##0"
    assert sheet["A1"].column_width == 20
    assert saved.freeze_panes == "A2"
    assert saved["B2"].comment.text == "税込"


def test_frozen_panes_of_every_sheet_survive_opening_and_saving(calc: xw.App, tmp_path: Path):
    made = openpyxl.Workbook()
    made.active.freeze_panes = "B3"
    made.create_sheet("second").freeze_panes = "A2"
    made.save(tmp_path / "panes.xlsx")

    book = calc.books.open(tmp_path / "panes.xlsx")
    book.sheets[0]["A1"].value = 1
    book.save()
    book.close()

    saved = openpyxl.load_workbook(tmp_path / "panes.xlsx")
    assert [sheet.freeze_panes for sheet in saved] == ["B3", "A2"]


def test_a_range_whose_cells_differ_has_no_single_format(sheet: xw.Sheet):
    sheet["A1"].color = (1, 2, 3)
    sheet["A1"].number_format = "0.00"
    sheet["A1"].font.bold = True

    cells = sheet["A1:B2"]

    assert (cells.color, cells.number_format, cells.font.bold) == (None, None, None)


def test_names_belong_to_the_workbook_or_to_a_sheet(sheet: xw.Sheet):
    sheet["B2:C3"].name = "合計"
    sheet.names.add("Sheet1!own", "=Sheet1!$A$1")

    assert [name.name for name in sheet.book.names] == ["Sheet1!own", "合計"]
    assert sheet["合計"].address == "$B$2:$C$3"
    assert [name.name for name in sheet.names] == ["Sheet1!own"]


def test_rows_are_sorted_hidden_inserted_and_deleted(sheet: xw.Sheet):
    sheet["A1"].value = [["n"], [3], [1], [2]]

    sheet["A1:A4"].sort(1, has_headers=True)
    sheet["3:3"].rows.hidden = True
    sheet["2:2"].delete()
    sheet["1:1"].insert("down")

    assert sheet["A1:A4"].value == [None, "n", 2, 3]
    assert sheet["A3"].rows.hidden
    assert not sheet["A4"].rows.hidden


def test_a_missing_feature_names_itself(sheet: xw.Sheet):
    with pytest.raises(NotImplementedError, match=r"Sheet\.pivot_tables"):
        _ = sheet.pivot_tables


def test_a_file_that_is_no_workbook_is_refused(calc: xw.App, tmp_path: Path):
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(broken, "w") as package:
        package.writestr("nothing.txt", "no workbook")
    before = len(calc.books)

    with pytest.raises(libreoffice.CannotOpenError, match=r"broken\.xlsx"):
        calc.books.open(broken)
    assert len(calc.books) == before


def test_saving_into_a_missing_folder_is_refused(sheet: xw.Sheet, tmp_path: Path):
    with pytest.raises(libreoffice.CannotSaveError, match="folder"):
        sheet.book.save(tmp_path / "nowhere" / "book.xlsx")


def test_a_running_calc_is_joined_and_left_running():
    other = process.start()
    try:
        desktop = other.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", other.context)
        desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True))

        app = libreoffice.attach(other.connection)

        assert [book.name for book in app.books] == ["Book1"]
        app.books[0].sheets[0]["A1:A200"].formula = "=ROW()"
        assert app.books[0].sheets[0]["A200"].value == 200
        app.quit()
        assert desktop.Components.hasElements()
    finally:
        other.end()


def test_values_are_pasted_over_the_formulas_they_came_from(sheet: xw.Sheet):
    sheet["A1:A3"].formula = "=ROW()*2"

    sheet["A1:A3"].copy()
    sheet["A1:A3"].paste("values")
    sheet["C1:C3"].paste("values", operation="add")

    assert sheet["A1:A3"].formula == (("2",), ("4",), ("6",))
    assert sheet["C1:C3"].value == [2, 4, 6]


def test_formats_are_pasted_around_the_cell_they_came_from(sheet: xw.Sheet):
    sheet["A1:A3"].value = [[1], [2], [3]]
    sheet["A2"].color = (255, 0, 0)

    sheet["A2"].copy()
    sheet["A1:A3"].paste("formats")

    assert sheet["A1:A3"].color == (255, 0, 0)
    assert sheet["A1:A3"].value == [1, 2, 3]


def test_ten_thousand_rows_are_written_and_read_in_bulk(sheet: xw.Sheet):
    rows = [[f"C{n:05d}", n, None, "東京都"] * 5 for n in range(10_000)]

    sheet["A1"].value = rows

    assert sheet["A1:T10000"].value == rows


def test_rows_written_in_bulk_get_the_height_of_their_letters(sheet: xw.Sheet):
    rows = 300
    sheet["A1"].value = "顧客12"
    natural = sheet["A1"].row_height

    sheet["A2"].value = [[f"顧客{number}", float(number)] for number in range(rows)]

    assert sheet[f"A2:A{rows + 1}"].row_height == natural
    assert sheet[f"A{rows + 2}"].row_height != natural


def test_rows_with_lines_written_in_bulk_are_as_high_as_their_lines(sheet: xw.Sheet):
    sheet["A1"].value = [["一行目\n二行目" if number == 7 else "一行"] for number in range(300)]

    assert sheet["A8"].row_height > 1.5 * sheet["A7"].row_height


def test_rows_written_over_keep_the_height_a_person_gave_them(sheet: xw.Sheet):
    sheet["A1"].value = [["顧客12"]] * 300
    sheet["A5"].row_height = 60

    sheet["A1"].value = [["佐藤34"]] * 300

    assert sheet["A5"].row_height == 60


def test_a_text_at_the_foot_of_the_window_is_taken_away_by_the_indicator_that_put_it_there(calc):
    book = calc.books.add()
    calc.status_bar = "取得しています"
    shown = calc.impl._indicator

    calc.status_bar = False

    assert shown is not None
    assert calc.impl._indicator is None
    book.close()


def test_cells_of_a_later_column_that_move_up_leave_the_sheet_whole(sheet):
    sheet["A1:C6"].value = [[row, row * 10, row * 100] for row in range(6)]

    sheet["C2:C3"].delete("up")

    assert sheet["A5:C6"].value == [[4, 40, None], [5, 50, None]]
    assert sheet["C2:C4"].value == [300, 400, 500]
    assert sheet.used_range.shape == (6, 3)


def test_deleting_a_sheet_leaves_the_table_of_the_sheet_before_it(sheet: xw.Sheet):
    second = sheet.book.sheets.add(after=sheet)
    third = sheet.book.sheets.add(after=second)
    for one, name in ((sheet, "customers"), (second, "deals")):
        one["A1"].value = [["番号", "名前"], ["C0001", "山田"]]
        one.tables.add(one["A1:B2"], name=name)

    third.delete()

    assert [table.name for table in second.tables] == ["deals"]
    assert [table.range.address for table in second.tables] == ["$A$1:$B$2"]
