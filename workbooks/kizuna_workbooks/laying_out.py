"""Lay one template out on a sheet: blocks, formulas, charts."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from kizuna import Block, SheetChart, SheetTemplate, Text
from kizuna.offers import CellValue, look_of
from kizuna_workbooks import looks

TITLE_CELL = "A1"
CHART_WIDTH, CHART_HEIGHT = 18.0, 8.5
MORE = Text(
    '"…ほか "0" 行が入りきりません（表の最後が合計なら合計も）。期間を短くするか、空のシートに同じ式を入れると全部見られます。"',
    '"… "0" more lines do not fit (nor does a final total). Choose a shorter period, or enter the formula on an empty sheet."',
)
"""How the number of lines an answer has too many is written: a number format, to be read by TEXT."""


def lay_out(sheet: Worksheet, template: SheetTemplate, language: str) -> None:
    """Fill an empty sheet."""
    sheet.sheet_view.showGridLines = False
    sheet[TITLE_CELL] = template.label.in_language(language)
    sheet[TITLE_CELL].font = looks.TITLE
    sheet.row_dimensions[1].height = 28
    for place, width in enumerate(template.widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for block in template.blocks:
        place_block(sheet, block, language)
    for chart in template.charts:
        place_chart(sheet, template.blocks[chart.block], chart, language)
    if template.freeze:
        sheet.freeze_panes = template.freeze
    fit_paper(sheet)


def fit_paper(sheet: Worksheet) -> None:
    """Print a sheet across A4, as many pages down as it needs."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A  &P / &N"


def corner(at: str) -> tuple[int, int]:
    """Return the row and column of a cell such as ``A4``."""
    letters, row = coordinate_from_string(at)
    return row, column_index_from_string(letters)


def first_line(block: Block) -> int:
    """Return the row of a block's first line below its title and headings."""
    return corner(block.at)[0] + (block.title is not None) + bool(block.headings)


def place_block(sheet: Worksheet, block: Block, language: str) -> None:
    """Write a block's title, headings, rows and formula."""
    row, column = corner(block.at)
    if block.title is not None:
        cell = sheet.cell(row, column, block.title.in_language(language))
        cell.font = looks.SECTION
        sheet.row_dimensions[row].height = 22
        row += 1
    for place, heading in enumerate(block.headings):
        # A table function answers with its headings, so the formula's area begins in their row.
        cell = sheet.cell(row, column + place, None if block.formula else heading.in_language(language))
        cell.font, cell.fill, cell.alignment, cell.border = looks.HEADING, looks.HEADING_FILL, looks.CENTRE, looks.BOX
    row = first_line(block)
    for line, values in enumerate(block.rows):
        for place, value in enumerate(values):
            _write(sheet, row + line, column + place, value, block, language)
    if block.formula:
        _spill(sheet, block, row, column)
        _tell_the_rest(sheet, block, row + max(block.lines, 1), column, language)


def _write(sheet: Worksheet, row: int, column: int, value: CellValue, block: Block, language: str) -> None:
    cell = sheet.cell(row, column, value.in_language(language) if isinstance(value, Text) else value)
    cell.font, cell.border = looks.BODY, looks.BOX
    cell.number_format = looks.FORMATS[look_of(block.looks, column - corner(block.at)[1])]
    # Without headings the block is a form: labels beside cells to type in.
    if not block.headings:
        cell.fill = looks.LABEL_FILL if isinstance(value, Text) else looks.INPUT_FILL


def _spill(sheet: Worksheet, block: Block, row: int, column: int) -> None:
    """Write the formula as an array over headings and lines: every version of Excel fills such an area."""
    last = get_column_letter(column + max(len(block.headings), 1) - 1)
    head = row - bool(block.headings)
    first = f"{get_column_letter(column)}{head}"
    area = f"{first}:{last}{row + max(block.lines, 1) - 1}"
    sheet[first].value = ArrayFormula(area, f'=IFERROR({block.formula[1:]},"")')
    # What an answer does not fill shows #N/A; nobody needs to see it, on paper neither.
    hidden = FormulaRule(formula=[f"ISERROR({first})"], font=looks.UNSEEN, fill=looks.UNSEEN_FILL)
    sheet.conditional_formatting.add(area, hidden)
    sheet.page_setup.errors = "blank"
    for line in range(block.lines):
        for place in range(len(block.headings)):
            cell = sheet.cell(row + line, column + place)
            cell.font, cell.border = looks.BODY, looks.LINE
            look = look_of(block.looks, place)
            cell.number_format = looks.FORMATS[look]
            if look == "text":
                cell.alignment = looks.INDENTED
            if line % 2:
                cell.fill = looks.BAND_FILL


def _tell_the_rest(sheet: Worksheet, block: Block, row: int, column: int, language: str) -> None:
    """Write below the area how many lines of the answer it cannot show; nothing where it shows all."""
    shown = max(block.lines, 1) + bool(block.headings)
    # The sections after the semicolons are for less than nothing and for nothing: they show nothing.
    words = f'{MORE.in_language(language)};"";""'.replace('"', '""')
    cell = sheet.cell(row, column)
    # An array, so that no program takes one cell of the answer for the whole.
    cell.value = ArrayFormula(cell.coordinate, f'=IFERROR(TEXT(ROWS({block.formula[1:]})-{shown},"{words}"),"")')
    cell.font = looks.REST


def place_chart(sheet: Worksheet, block: Block, chart: SheetChart, language: str) -> None:
    """Draw a chart of a block's columns."""
    _, column = corner(block.at)
    head = first_line(block) - 1
    last = head + max(block.lines, len(block.rows))
    names = Reference(sheet, min_col=column + chart.labels, min_row=head + 1, max_row=last)

    def values(place: int) -> Reference:
        return Reference(sheet, min_col=column + place, min_row=head, max_row=last)

    made = LineChart() if chart.kind == "line" else BarChart()
    made.title = chart.title.in_language(language)
    made.width, made.height = CHART_WIDTH, CHART_HEIGHT
    made.legend.position = "b"
    for place in chart.values[:1] if chart.kind == "pareto" else chart.values:
        made.add_data(values(place), titles_from_data=True)
    made.set_categories(names)
    made.x_axis.delete = made.y_axis.delete = False
    for place, series in enumerate(made.series):
        series.graphicalProperties.solidFill = ("2E75B6", "ED7D31", "70AD47")[place % 3]
    if chart.kind == "pareto" and len(chart.values) > 1:
        line = LineChart()
        line.add_data(values(chart.values[1]), titles_from_data=True)
        line.set_categories(names)
        line.y_axis.axId, line.y_axis.crosses = 200, "max"
        line.y_axis.number_format, line.y_axis.scaling.min, line.y_axis.scaling.max = "0%", 0, 1
        line.y_axis.majorGridlines, line.y_axis.delete = None, False
        line.series[0].graphicalProperties.line.solidFill = "ED7D31"
        made += line
    sheet.add_chart(made, chart.at)
