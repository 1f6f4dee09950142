"""The VBA in the add-in: read back by a tool that did not write it, equal to the catalogue, within VBA's limits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser
from pyopenvba import ExcelFile
from pyvbaanalysis import analyze_office_file

from kizuna_addin.messages import Text
from kizuna_addin.ribbon import verbs
from kizuna_addin.xlam.catalogue import Argument, Function
from kizuna_addin.xlam.custom_ui import callback
from kizuna_addin.xlam.vba import KEYWORDS, argument_names, module, problems, works_in_a_cell, wrapped
from kizuna_addin.xlam.wrappers import fits, wrappers

NO_TEXT = Text("", "")


@pytest.fixture(scope="session")
def read_back(built):
    parser = VBA_Parser(str(built.twin))
    found = {stream.rpartition("/")[2]: code for _, stream, _, code in parser.extract_macros()}
    parser.close()
    return found


def test_an_independent_reader_finds_the_source_that_was_generated(built, read_back):
    for name, source in built.xlam.modules.items():
        # The heading of an exported class is no part of it inside a project.
        body = source.partition("END\r\n")[2] if source.startswith("VERSION") else source
        stored = re.sub(r'Attribute VB_Base = "[^"]*"\r\n', "", read_back[name])
        assert stored.rstrip() == body.rstrip(), name


def test_no_module_is_there_that_was_not_generated(built, read_back):
    assert set(read_back) == {*built.xlam.modules, "ThisWorkbook", "Sheet1"}
    assert "Workbook_Open" in read_back["ThisWorkbook"]


def test_the_project_knows_the_type_of_a_ribbon_control(built):
    with ExcelFile(str(built.twin)) as book:
        names = {one.name for one in book.references()}

    assert {"Office", "stdole"} <= names


def test_every_module_keeps_the_limits_and_any_code_page(built, read_back):
    assert {name: problems(source) for name, source in read_back.items() if problems(source)} == {}
    for source in read_back.values():
        assert source.encode("cp932").decode("cp1252") == source


def test_each_wrapper_takes_the_arguments_of_the_catalogue(built, read_back):
    declared = declarations(read_back["KizunaFunctions"])

    assert list(declared) == [*(one.name for one in built.functions), "KIZUNA"]
    for function in built.functions:
        assert declared[function.name] == [(one if one != "end" else "end_", needed) for one, needed in taken(function)]


def test_each_wrapper_passes_its_arguments_in_order(built, read_back):
    joined = read_back["KizunaFunctions"].replace(" _\r\n", "")
    calls = dict(re.findall(r'KizunaAsk\(Array\("(\w+)", Nothing(.*?)\)\)', joined))

    for function in built.functions:
        passed = [one.strip() for one in calls[function.name].split(",") if one.strip()]
        assert passed == argument_names(function.name, [one.name for one in function.arguments])


def test_each_verb_runs_its_own_word(read_back):
    for verb in verbs():
        assert (
            f'Sub {callback(verb)}(control As IRibbonControl)\r\n    RunVerb "{verb.name}"' in read_back["KizunaRibbon"]
        )


def test_a_workbook_from_elsewhere_cannot_name_the_python_to_start(read_back):
    source = read_back["xlwings"]

    assert "If SheetExists(ActiveWorkbook, PROJECT_NAME" not in source
    assert 'source = "" Or source = "directory"' not in source
    assert 'Const PROJECT_NAME As String = "kizuna"' in source


def test_a_static_analyser_of_vba_finds_nothing_to_complain_of(built):
    found = {
        name: [problem.message for problem in problems_of if problem.severity.value != "information"]
        for name, problems_of in analyze_office_file(str(built.twin)).items()
    }

    # xlwings' own module is theirs to tidy; it must only be free of errors.
    assert not any("error" in problem.severity.value for problem in analyze_office_file(str(built.twin))["xlwings"])
    assert {name: told for name, told in found.items() if told and name != "xlwings"} == {}


def test_no_paid_part_of_xlwings_is_called(built):
    for name, source in built.xlam.modules.items():
        if name != "xlwings":
            assert "xlwings.pro" not in source
            assert "LICENSE_KEY" not in source


@pytest.mark.parametrize("name", ["AD1", "R1C1", "RC", "XFD1048576", "END", "C", "a b"])
def test_names_that_excel_reads_as_something_else_get_no_wrapper(name):
    assert not works_in_a_cell(name)


@pytest.mark.parametrize("name", ["RFM", "CPO", "ROI", "XFE1", "AD0", "BTYD_T", "RFM_TOP"])
def test_names_that_excel_reads_as_functions_get_one(name):
    assert works_in_a_cell(name)


words = st.from_regex(r"[a-zA-Z_顧客][a-z_]{0,30}", fullmatch=True) | st.sampled_from(
    ["end", "date", "type", "next", "as_of"]
)
arguments = st.lists(st.tuples(words, st.booleans()), max_size=60, unique_by=lambda one: one[0])


@given(name=st.from_regex(r"[A-Z][A-Z0-9]{0,20}(_[A-Z0-9]{1,5})?", fullmatch=True), taken=arguments)
@settings(max_examples=60)
def test_any_function_that_fits_gives_a_module_within_vbas_limits(name, taken):
    function = Function(name, NO_TEXT, NO_TEXT, tuple(Argument(one, needed, NO_TEXT) for one, needed in taken))
    if not fits(function):
        return

    source = wrappers([function])

    assert problems(source) == []
    names = [found for found, _ in declarations(source)[name]]
    assert len(names) == len(taken) == len({one.lower() for one in (*names, name)}) - 1
    assert not KEYWORDS & {one.lower() for one in names}


def test_a_module_that_breaks_a_limit_is_told():
    source = module("Long", ["x" * 1024, "取得", *["a _"] * 25])

    assert len(problems(source)) == 3


def test_wrapping_loses_no_part():
    parts = [f"argument_number_{place}" for place in range(60)]

    lines = list(wrapped("f(", parts, ")"))

    joined = "".join(line.removesuffix("_").strip() for line in lines)
    assert joined.replace(" ", "") == "f(" + ",".join(parts) + ")"


def taken(function: Function) -> list[tuple[str, bool]]:
    return [(one.name, one.required) for one in function.arguments]


def declarations(source: str) -> dict[str, list[tuple[str, bool]]]:
    """Return each public function with its arguments: name and whether it must be given."""
    found = {}
    for name, inside in re.findall(r"Public Function (\w+)\((.*?)\) As Variant\r\n", source.replace(" _\r\n", "")):
        parts = [part.strip() for part in re.sub(r"\s+", " ", inside).split(", ") if part.strip()]
        if not parts or "ParamArray" in inside:
            found[name] = []
            continue
        found[name] = [
            (part.removeprefix("Optional ").removesuffix(" As Variant"), not part.startswith("Optional "))
            for part in parts
        ]
    return found
