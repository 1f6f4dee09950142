"""Template workbooks: fresh, formulas of functions that exist, nothing on top of anything else."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula

from kizuna.cli.main import main
from kizuna.offers import SheetTemplate
from kizuna.plugins import Plugins, load_plugins
from kizuna_workbooks.building import build
from kizuna_workbooks.laying_out import corner, first_line
from tests.checkout import ROOT

BUILT = {"ja": "kizuna.xlsx", "en": "kizuna-en.xlsx"}
VERSIONED = {"docProps/app.xml"}


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins(strict=True)


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as book:
        return {name: book.read(name) for name in book.namelist() if name not in VERSIONED}


@pytest.mark.parametrize("language", BUILT)
def test_the_workbooks_in_the_checkout_are_what_the_plugins_say(plugins: Plugins, language: str) -> None:
    kept = (ROOT / "workbooks" / BUILT[language]).read_bytes()
    fresh = build(list(plugins.sheets.values()), language=language)

    assert parts(kept) == parts(fresh), "run make workbooks"


def test_two_builds_are_the_same_to_the_byte(plugins: Plugins) -> None:
    templates = list(plugins.sheets.values())

    assert build(templates) == build(templates)


def test_every_formula_calls_a_function_there_is(plugins: Plugins) -> None:
    book = load_workbook(io.BytesIO(build(list(plugins.sheets.values()))))
    formulas = [
        cell.value.text
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, ArrayFormula)
    ]
    called = {name for formula in formulas for name in re.findall(r"[A-Z][A-Z_]+(?=\()", formula)} - {
        "IFERROR",
        "TEXT",
        "ROWS",
    }

    assert called
    assert called <= set(plugins.functions)


def areas(template: SheetTemplate) -> list[tuple[int, int, int, int]]:
    """Return first and last row and column of each block."""
    found = []
    for block in template.blocks:
        row, column = corner(block.at)
        width = max([len(block.headings), *map(len, block.rows)])
        # Below an answer is told how many lines it has too many.
        deep = max(block.lines + bool(block.formula), len(block.rows))
        found.append((row, first_line(block) + deep - 1, column, column + width - 1))
    return found


def test_no_block_lies_on_another(plugins: Plugins) -> None:
    for template in plugins.sheets.values():
        found = areas(template)
        for place, (top, bottom, left, right) in enumerate(found):
            for other_top, other_bottom, other_left, other_right in found[place + 1 :]:
                apart = bottom < other_top or other_bottom < top or right < other_left or other_right < left
                assert apart, template.name


def test_headings_are_those_of_the_function(plugins: Plugins) -> None:
    for template in plugins.sheets.values():
        for block in template.blocks:
            if block.formula:
                name = block.formula[1:].partition("(")[0]
                assert [one.ja for one in block.headings] == list(plugins.functions[name].returns)


def test_an_array_has_room_for_its_headings_and_lines(plugins: Plugins) -> None:
    book = load_workbook(io.BytesIO(build(list(plugins.sheets.values()))))
    for template in plugins.sheets.values():
        sheet = book[template.label.ja]
        for block in template.blocks:
            if block.formula:
                value = sheet.cell(first_line(block) - 1, corner(block.at)[1]).value
                left, top, right, bottom = range_boundaries(value.ref)
                assert (right - left + 1, bottom - top) == (len(block.headings), block.lines)


@pytest.mark.parametrize("language", BUILT)
def test_below_an_area_the_lines_are_counted_that_do_not_fit(plugins: Plugins, language: str) -> None:
    book = load_workbook(io.BytesIO(build([plugins.sheets["lost_reasons"]], language=language)))
    sheet = book.worksheets[1]
    told = {
        cell.coordinate: cell.value.text
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, ArrayFormula) and "ROWS(" in cell.value.text
    }

    # Headings and 10, 24 and 50 lines are shown.
    assert [(at, text.partition(',""')[0]) for at, text in told.items()] == [
        ("A16", "=IFERROR(TEXT(ROWS(LOST_REASONS($B$2,$D$2))-11"),
        ("A43", "=IFERROR(TEXT(ROWS(LOST_TREND($B$2,$D$2))-25"),
        ("A96", "=IFERROR(TEXT(ROWS(LOST_LIST($B$2,$D$2))-51"),
    ]
    # In a number format what stands after the first semicolon is for less than nothing and for nothing.
    assert all(text.endswith('"";"""";"""""),"")') for text in told.values())


def test_the_command_builds_the_sheets_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    done = CliRunner().invoke(main, ["workbook", str(file), "--sheet", "lost_reasons", "--language", "en"])

    assert done.exit_code == 0, done.output
    assert load_workbook(file).sheetnames == ["Start here", "Lost deals"]
