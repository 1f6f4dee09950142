"""The first sheet: what is in the workbook, and how to connect it."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from kizuna import SheetTemplate, Text
from kizuna_workbooks import looks
from kizuna_workbooks.laying_out import fit_paper

NAME = Text("はじめに", "Start here")
TITLE = Text("絆 Kizuna 分析ブック", "絆 Kizuna analysis workbook")
STEPS = (
    Text("1. Kizuna アドインを入れる", "1. Install the Kizuna add-in"),
    Text("2. リボンの「接続」でサーバーにつなぐ", "2. Connect to your server with Connect in the ribbon"),
    Text("3. 黄色のセルに基準日や期間を入れる", "3. Type the day or the period into the yellow cells"),
)
REASONS = (
    Text("一度だけ、店舗のパソコンごとに: kizuna-addin install", "Once per PC: kizuna-addin install"),
    Text(
        "表示されるコードを、サインイン済みの人に承認してもらいます。ブックに資格情報は保存されません。",
        "Have the code that is shown approved by somebody who is signed in; the workbook holds no credentials.",
    ),
    Text("表はサーバーのデータで自動的に計算し直されます。", "The tables are calculated again from the server's data."),
)
SHEETS = Text("シートの一覧", "The sheets")
UNCONNECTED = Text(
    "接続していない間、表は空白になります。数式は消さないでください。",
    "While you are not connected the tables are blank. Leave the formulas as they are.",
)


def write_guide(sheet: Worksheet, templates: Sequence[SheetTemplate], language: str) -> None:
    """Fill the guide sheet."""
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 3
    sheet.column_dimensions["B"].width = 34
    sheet.column_dimensions["C"].width = 76
    sheet["B2"] = TITLE.in_language(language)
    sheet["B2"].font = looks.TITLE
    sheet.row_dimensions[2].height = 30
    for row, (step, reason) in enumerate(zip(STEPS, REASONS, strict=True), 4):
        sheet.cell(row, 2, step.in_language(language)).font = looks.SECTION
        sheet.cell(row, 3, reason.in_language(language)).font = looks.BODY
        sheet.row_dimensions[row].height = 22
    sheet.cell(8, 2, SHEETS.in_language(language)).font = looks.SECTION
    for row, template in enumerate(templates, 9):
        name = template.label.in_language(language)
        cell = sheet.cell(row, 2, name)
        cell.hyperlink = f"#'{name}'!A1"
        cell.font, cell.fill, cell.border, cell.alignment = looks.SECTION, looks.LABEL_FILL, looks.BOX, looks.WRAPPED
        told = sheet.cell(row, 3, template.description.in_language(language))
        told.font, told.border, told.alignment = looks.BODY, looks.BOX, looks.WRAPPED
        sheet.row_dimensions[row].height = 34
    note = sheet.cell(10 + len(templates), 2, UNCONNECTED.in_language(language))
    note.font = looks.NOTE
    fit_paper(sheet)
