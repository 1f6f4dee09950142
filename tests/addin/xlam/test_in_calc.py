"""The add-in in LibreOffice: opened, and the parts that are plain VBA run in its interpreter."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pyopenvba import ExcelFile

from kizuna_addin.xlam.wrappers import BRIDGE, SETTINGS, WRAPPERS, settings

PYTHON = Path("/usr/bin/python3")
FILTER = "Calc MS Excel 2007 VBA XML"

# Stands in for the bridge, which needs Excel and Python: tells what was passed.
ECHO = """Attribute VB_Name = "KizunaBridge"
Option Explicit
Public Function KizunaAsk(ByVal arguments As Variant) As Variant
    Dim place As Long, told As String
    told = arguments(0)
    For place = 2 To UBound(arguments)
        If IsMissing(arguments(place)) Then
            told = told & "|-"
        Else
            told = told & "|" & arguments(place)
        End If
    Next place
    KizunaAsk = told
End Function
"""


def in_calc(path, orders):
    """Run `calc_run.py`; skip (or fail, where everything is required) when LibreOffice or its Python is missing."""
    soffice = shutil.which("soffice")
    has_uno = (
        PYTHON.exists()
        and not subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode
    )
    if not soffice or not has_uno:
        if os.environ.get("KIZUNA_REQUIRE_ALL"):
            pytest.fail("LibreOffice and python3-uno are required")
        pytest.skip("LibreOffice and python3-uno are not both here")
    done = subprocess.run(
        [PYTHON, Path(__file__).with_name("calc_run.py"), soffice, path, FILTER, json.dumps(orders)],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def plain_book(built, tmp_path_factory):
    """A macro workbook with the wrappers and the settings module, and an echo in place of the bridge."""
    path = tmp_path_factory.mktemp("calc") / "plain.xlsm"
    with ExcelFile.create_new(str(path)) as book:
        project = book.vba_project()
        project.add_module(WRAPPERS, built.xlam.modules[WRAPPERS])
        project.add_module(SETTINGS, settings().replace('"kizuna.conf"', '"Sheet1"'))
        project.add_module(BRIDGE, ECHO.replace("\n", "\r\n"))
        project.delete_module("Module1")
        book.save()
    return path


@pytest.mark.parametrize("kind", ["addin", "twin"])
def test_libreoffice_opens_the_file_and_reads_its_modules(built, kind):
    found = in_calc(getattr(built, kind), {})

    assert found["sheets"] == ["kizuna.conf"]
    assert {*built.xlam.modules, "ThisWorkbook", "Sheet1"} <= set(found["modules"])
    source = found["modules"][WRAPPERS]
    assert all(f"Function {one.name}(" in source for one in built.functions)


def test_wrappers_run_and_pass_what_a_cell_passes(plain_book):
    found = in_calc(
        plain_book,
        {
            "calls": [
                ["KizunaFunctions.RFM", ["C0001", "2006-03-31"]],
                ["KizunaFunctions.AD_TABLE", ["媒体", "2006-01-01", "2006-03-31", 5]],
                ["KizunaSettings.Setting", ["SERVER"]],
                ["KizunaSettings.Setting", ["NOT_THERE"]],
            ],
            "formulas": {
                "A1": "SERVER",
                "B1": "絆",
                "D1": '=RFM("C0001")',
                "D2": '=RFM(D4;"2006-03-31")',
                "D3": '=KIZUNA("rfm";D4;7)',
                "D4": "C0002",
                "D5": "=RFM_TOP()",
            },
        },
    )

    assert found["calls"][0] == "RFM|C0001|2006-03-31"
    assert found["calls"][1] == "AD_TABLE|媒体|2006-01-01|2006-03-31|5"
    assert found["formulas"]["D1"] == "RFM|C0001|-"
    assert found["formulas"]["D2"] == "RFM|C0002|2006-03-31"
    assert found["formulas"]["D3"] == "rfm|C0002|7"
    assert found["formulas"]["D5"] == "RFM_TOP|-|-"
    assert found["calls"][2:] == ["SERVER", "NOT_THERE"]


def test_settings_are_found_by_their_key(plain_book):
    found = in_calc(plain_book, {"formulas": {"A1": "SERVER", "B1": "絆", "D9": '=SETTING("SERVER")'}})

    assert found["formulas"]["D9"] == "絆"
