"""Saving plain files: in one step, losing nothing that a person has in the workbook."""

# ruff: noqa: DTZ001 - cells know no time zone.
from __future__ import annotations

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from kizuna_addin.grid import read_grid
from kizuna_addin.hosts import errors, files
from kizuna_addin.hosts.files import package

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def a_persons_book(path: Path) -> None:
    """Write a workbook with what people have beside our block: formulas, notes, looks, rules, filters."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["H1"] = "=SUM(A:A)"
    sheet["H2"] = "自分のメモ"
    sheet["H2"].comment = Comment("消さないで", "田中")
    sheet["H3"].fill = PatternFill("solid", fgColor="FFFFEE00")
    sheet["H4"] = dt.datetime(2020, 4, 8)
    sheet["H4"].number_format = 'ggge"年"m"月"d"日"'
    sheet["H5"].font = Font(name="游ゴシック", bold=True, color="FFFF0000")
    sheet["H5"] = "0120"
    sheet["I1"].hyperlink = "https://example.com/"
    sheet.conditional_formatting.add(
        "H1:H9", CellIsRule(operator="lessThan", formula=["0"], fill=PatternFill(bgColor="FFFF0000"))
    )
    rule = DataValidation(type="list", formula1='"はい,いいえ"')
    rule.add("I2:I9")
    sheet.add_data_validation(rule)
    sheet.column_dimensions["H"].width = 33
    sheet.merge_cells("J1:K2")
    sheet["J1"] = "見出し"
    other = workbook.create_sheet("集計")
    other["A1"] = "=Sheet!H1*2"
    other.auto_filter.ref = "A1:C9"
    other.freeze_panes = "B2"
    other.print_area = "A1:C9"
    workbook.save(path)


def what_a_person_has(path: Path) -> dict[str, object]:
    workbook = openpyxl.load_workbook(path)
    sheet, other = workbook.worksheets
    return {
        "cells": {
            c.coordinate: (
                c.value,
                c.number_format,
                c.fill.fgColor.rgb,
                c.font.name,
                c.font.b,
                c.font.color and c.font.color.rgb,
            )
            for row in sheet["H1:K9"]
            for c in row
        },
        "note": (sheet["H2"].comment.text, sheet["H2"].comment.author),
        "link": sheet["I1"].hyperlink.target,
        "rules": [
            (str(r.sqref), [(x.type, x.operator, x.formula) for x in r.rules]) for r in sheet.conditional_formatting
        ],
        "choices": [(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation],
        "width": sheet.column_dimensions["H"].width,
        "merged": [str(r) for r in sheet.merged_cells.ranges],
        "other": (other["A1"].value, other.auto_filter.ref, other.freeze_panes, other.print_area),
    }


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
VALUE = st.one_of(st.none(), TEXT, st.floats(-1e12, 1e12), st.booleans(), st.integers(-(2**50), 2**50))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(block=st.lists(st.lists(VALUE, min_size=5, max_size=5), min_size=1, max_size=8), as_text=st.booleans())
def test_writing_a_block_leaves_all_else_a_person_has_unchanged(
    tmp_path: Path, block: list[list[object]], as_text: bool
) -> None:
    path = tmp_path / "own.xlsx"
    a_persons_book(path)
    before = what_a_person_has(path)
    book = files.open_book(path)
    target = book.sheets[0]["B2"].resize(len(block), 5)
    target.number_format = "@" if as_text else "General"

    target.value = block
    book.save()

    assert what_a_person_has(path) == before
    again = files.open_book(path)
    for row, line in enumerate(block):
        for column, value in enumerate(line):
            found = again.sheets[0].range((row + 2, column + 2))
            if isinstance(value, str) and (as_text or not (len(value) > 1 and value.startswith("="))):
                assert found.value == (value or None)
            elif not as_text and not isinstance(value, str):
                assert found.value == value
    book.app.quit()
    again.app.quit()


def test_saving_twice_gives_the_same_workbook(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    a_persons_book(path)
    before = what_a_person_has(path)
    book = files.open_book(path)

    for _ in range(3):
        book.save()

    assert what_a_person_has(path) == before
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))


def with_parts(path: Path, **parts: bytes) -> None:
    """Replace parts of a workbook file: ``sheet`` and ``strings``."""
    places = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    wanted = {places[name]: content for name, content in parts.items()}
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (kept | wanted).items():
            archive.writestr(name, content)


def test_furigana_is_no_part_of_the_text_and_survives_saving(tmp_path: Path) -> None:
    path = tmp_path / "furigana.xlsx"
    book = files.new_book()
    book.sheets[0]["A1"].value = "x"
    book.save(path)
    furigana = '<rPh sb="0" eb="2"><t>ヨシノ</t></rPh><phoneticPr fontId="0" type="fullwidthKatakana"/>'
    with_parts(path, strings=f'<sst {NS} count="1" uniqueCount="1"><si><t>吉野</t>{furigana}</si></sst>'.encode())
    opened = files.open_book(path)

    opened.sheets[0]["B1"].value = "東京"
    opened.save()

    assert opened.sheets[0]["A1:B1"].value == ["吉野", "東京"]
    assert furigana in package.read_package(path).read("xl/sharedStrings.xml").decode()
    assert files.open_book(path).sheets[0]["A1"].value == "吉野"


@pytest.mark.parametrize("number", [14, 27, 31, 36, 50, 57, 58])
def test_dates_in_built_in_japanese_formats_are_dates_and_keep_their_format(tmp_path: Path, number: int) -> None:
    path = tmp_path / "dates.xlsx"
    book = files.new_book()
    book.sheets[0]["A1"].value = 43929
    book.sheets[0].api["A1"]._style[3] = number
    book.save(path)

    again = files.open_book(path)

    assert again.sheets[0]["A1"].value == dt.datetime(2020, 4, 8)
    again.save()
    assert files.open_book(path).sheets[0].api["A1"]._style[3] == number


def test_dates_excel_cannot_show_stay_the_numbers_they_are(tmp_path: Path) -> None:
    path = tmp_path / "dates.xlsx"
    book = files.new_book()
    book.sheets[0]["A1"].value = -5
    book.sheets[0]["A1"].number_format = "yyyy/m/d"
    book.save(path)

    assert files.open_book(path).sheets[0]["A1"].value == -5


def test_results_of_formulas_are_read_kept_and_saved_again(tmp_path: Path) -> None:
    path = tmp_path / "results.xlsx"
    files.new_book(path)
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
        '<c r="C1" t="b"><f>TRUE()</f><v>1</v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="E1"><f>A1</f></c></row>'
    )
    with_parts(path, sheet=f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>".encode())
    book = files.open_book(path)

    book.sheets[0]["1:1"].insert("down")
    book.save()

    again = files.open_book(path).sheets[0]
    assert again["A2:E2"].value == [2.0, "ab", True, None, None]
    assert again["D2"].options(err_to_str=True).value == "#DIV/0!"
    assert again["E2"].formula == "=A2"


def test_a_refused_save_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = files.new_book(path)
    before = path.read_bytes()
    book.sheets[0].api["A1"]._value = object()
    book.sheets[0].api["A1"].data_type = "s"

    with pytest.raises((TypeError, AttributeError)):
        book.save()

    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_another_kind_of_file_is_refused_with_the_ending_to_use(tmp_path: Path) -> None:
    book = files.new_book()

    with pytest.raises(errors.FileTypeError) as refusal:
        book.save(tmp_path / "a.xls")

    assert ".xlsx" in refusal.value.message.ja


def test_a_folder_that_cannot_be_written_to_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(errors.SaveError):
        files.new_book().save(tmp_path / "missing" / "a.xlsx")


def test_saving_keeps_the_files_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = files.new_book(path)
    path.chmod(0o640)

    book.save()

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_kill_at_any_moment_of_saving_leaves_a_whole_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    files.new_book(path)
    program = (
        "import sys; from kizuna_addin.hosts import files\n"
        "book = files.open_book(sys.argv[1]); sheet = book.sheets[0]; print('ready', flush=True)\n"
        "number = 0\n"
        "while True:\n"
        "    number += 1; sheet['A1'].value = [[number] * 10] * 200; book.save(); print(number, flush=True)\n"
    )
    for delay in (0.0, 0.013, 0.031, 0.052):
        child = subprocess.Popen(
            [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        child.stdout.readline()
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()

        values = files.open_book(path).sheets[0]["A1:J200"].value
        assert len({value for row in values for value in row}) == 1


def test_macros_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "m.xlsm"
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(path, "w") as out:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(
                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
                ).replace(
                    b"</Types>",
                    b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                )
            out.writestr(name, content)
        out.writestr("xl/vbaProject.bin", b"macro")
    book = files.open_book(path)

    book.sheets[0]["A1"].value = 1
    book.save()

    assert package.read_package(path).read("xl/vbaProject.bin") == b"macro"


def test_notes_taken_off_leave_no_dangling_drawing(tmp_path: Path) -> None:
    path = tmp_path / "n.xlsx"
    book = files.new_book(path)
    book.sheets[0]["A1"].add_note("x")
    book.save()
    book.sheets[0]["A1"].note.delete()

    book.save()

    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "rawing" in name]
        assert b"egacyDrawing" not in archive.read("xl/worksheets/sheet1.xml")


def test_what_another_program_saved_meanwhile_is_not_overwritten(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    files.new_book(path).app.quit()
    book = files.open_book(path)
    book.sheets[0]["A1"].value = "ours"
    other = openpyxl.load_workbook(path)
    other.active["A2"] = "theirs"
    other.save(path)

    with pytest.raises(errors.ChangedMeanwhileError, match=r"book\.xlsx"):
        book.save()
    book.save(tmp_path / "copy.xlsx")
    book.sheets[0]["A1"].value = "ours again"
    book.save()

    assert openpyxl.load_workbook(path).active["A2"].value == "theirs"
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx").active["A1"].value == "ours again"


def test_what_cannot_be_read_says_so(tmp_path: Path):
    with pytest.raises(errors.UnreadableBookError) as refusal:
        files.open_book(tmp_path)

    assert tmp_path.name in refusal.value.message.ja
    assert refusal.value.code == "unreadable-book"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access apart from the file's mode")
def test_nobody_may_read_the_new_file_who_may_not_read_the_old_one(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    files.new_book(path).app.quit()
    path.chmod(0o600)
    book = files.open_book(path)

    book.save()

    assert path.stat().st_mode & 0o777 == 0o600


def test_an_answer_that_looks_like_a_formula_stays_text(tmp_path: Path):
    book = files.new_book(tmp_path / "book.xlsx")
    sheet = book.sheets[0]

    read_grid(sheet).write(1, 2, [["氏名", "回数"], ["=1+1", 3.0], ["山田", "=HYPERLINK(A1)"]])
    book.save()

    cells = openpyxl.load_workbook(tmp_path / "book.xlsx").active
    assert [cells[name].data_type for name in ("B2", "C2", "B3", "C3")] == ["s", "n", "s", "s"]
    assert cells["B2"].value == "=1+1"
