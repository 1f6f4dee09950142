"""Texts that mix scripts stay plain texts in the files that Calc writes, as Excel keeps them; what a person formatted stays."""

import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from kizuna_addin.hosts import libreoffice
from kizuna_addin.hosts.libreoffice.one_font import without_runs
from kizuna_addin.hosts.libreoffice.process import start


def run(text, font, looks=""):
    return f'<r><rPr>{looks}<sz val="11"/><rFont val="{font}"/><family val="2"/></rPr><t xml:space="preserve">{text}</t></r>'


def strings(*runs):
    return f"<sst><si>{''.join(runs)}</si><si><t>a</t></si></sst>".encode()


def test_runs_that_only_give_each_script_its_font_are_put_together():
    whole = without_runs(
        strings(run("顧客", "Noto Sans CJK JP"), run("12 &amp; ", "Calibri"), run("𠮷野", "Noto Sans CJK JP"))
    )

    assert whole == '<sst><si><t xml:space="preserve">顧客12 &amp; 𠮷野</t></si><si><t>a</t></si></sst>'.encode()


@pytest.mark.parametrize(
    "runs",
    [
        (run("顧客", "Noto Sans CJK JP"), run("12", "Calibri", "<b/>")),
        (run("顧客", "Noto Sans CJK JP"), run("名簿", "Yu Mincho"), run("12", "Calibri")),
        (run("12", "Arial"), run("34", "Calibri")),
        (run("顧客", "Calibri"), run("12", "Calibri")),
        (),
    ],
    ids=["bold", "two fonts of one script", "one script", "one font", "no runs"],
)
def test_runs_that_somebody_formatted_stay(runs):
    assert without_runs(strings(*runs)) is None


def in_runs(path):
    with zipfile.ZipFile(path) as package:
        return package.read("xl/sharedStrings.xml").count(b"<r>")


@pytest.fixture
def mixed(tmp_path):
    """A workbook as Excel writes it: mixed texts, one of them with a word in bold, and a font for cells."""
    path = tmp_path / "mixed.xlsx"
    book = openpyxl.Workbook()
    bold = CellRichText("顧客12", TextBlock(InlineFont(b=True), "太字"))
    for line in ["顧客12"], ["芝1-2 東京 A棟"], [bold]:
        book.active.append(line)
    book.save(path)
    return path


def test_mixed_texts_of_an_opened_workbook_are_saved_plain_and_in_their_font(calc, mixed):
    book = calc.books.open(mixed)
    book.sheets[0]["A4"].value = "新34"
    book.save()
    book.close()

    found = openpyxl.load_workbook(mixed, rich_text=True).active
    assert in_runs(mixed) == 2  # those of the text with the bold word
    assert [found[f"A{row}"].value for row in (1, 2, 4)] == ["顧客12", "芝1-2 東京 A棟", "新34"]
    assert {found[f"A{row}"].font.name for row in (1, 2, 4)} == {"Calibri"}
    assert str(found["A3"].value) == "顧客12太字"
    assert any(getattr(one, "font", None) and one.font.b for one in found["A3"].value)


def test_a_new_workbook_keeps_mixed_texts_plain(sheet, tmp_path):
    sheet["A1"].value = [["顧客12"], ["メモ 3"]]

    sheet.book.save(tmp_path / "new.xlsx")

    assert in_runs(tmp_path / "new.xlsx") == 0


def test_a_joined_calc_saves_plain_texts_and_keeps_its_fonts(calc, mixed):
    other = start()
    try:
        app = libreoffice.attach(other.connection)
        book = app.books.open(mixed)
        style = book.impl.xl.StyleFamilies.getByName("CellStyles").getByName("Default")
        style.CharFontNameAsian = "Yu Mincho"
        book.sheets[0]["A4"].value = "新34"

        book.save()

        assert in_runs(mixed) == 2
        assert style.CharFontNameAsian == "Yu Mincho"
        assert not book.impl.xl.isModified()
        book.close()
    finally:
        other.end()
