"""The actions of the macro workbook, run in LibreOffice's VBA interpreter: as near to Excel as this machine comes.

The dictionary class stops LibreOffice's interpreter, so an action is a keyed Collection here and the types are widened.
"""

import re
from pathlib import Path

import pytest
from pyopenvba import ExcelFile

from kizuna_workbooks.without_python.client_vba import actions
from kizuna_workbooks.without_python.xlwings_client import read_client
from tests.addin.xlam.test_in_calc import in_calc

DRIVER = """Attribute VB_Name = "Driver"
Option Explicit
Private Function Spot(ByVal top As Long, ByVal left As Long, ByVal rows As Long, ByVal columns As Long) As Object
    Dim made As New Collection
    made.Add 0, "sheet_position"
    made.Add top, "start_row"
    made.Add left, "start_column"
    made.Add rows, "row_count"
    made.Add columns, "column_count"
    Set Spot = made
End Function

Private Function Listed(ParamArray parts() As Variant) As Object
    Dim made As New Collection, place As Long
    For place = LBound(parts) To UBound(parts)
        made.Add parts(place)
    Next place
    Set Listed = made
End Function

Public Function TellValues() As String
    On Error GoTo failed
    Dim action As Object
    Set action = Spot(0, 0, 2, 3)
    ThisWorkbook.Worksheets(1).Range("A1:A2").NumberFormat = "@"
    action.Add Listed(Listed("007", "2020-04-08T00:00:00", 1.5), Listed("03-1111-0001", Null, True)), "values"
    action.Add Listed(Listed(0, 1)), "dates"
    kizunaSetValues ThisWorkbook, action
    With ThisWorkbook.Worksheets(1)
        TellValues = .Range("A1").Value & "|" & Format(.Range("B1").Value, "yyyy-mm-dd") & "|" & .Range("C1").Value & "|" & _
            .Range("A2").Value & "|" & .Range("B2").Value
    End With
    Exit Function
failed:
    TellValues = Err.Description
End Function

Public Function TellLooks() As String
    On Error GoTo failed
    Dim action As Object
    Set action = Spot(3, 1, 1, 1)
    action.Add Listed("=1+2"), "args"
    kizunaSetFormula ThisWorkbook, action
    Set action = Spot(3, 1, 1, 1)
    action.Add Listed(20), "args"
    kizunaColumnWidth ThisWorkbook, action
    Set action = Spot(3, 1, 1, 1)
    action.Add Listed("bold", True), "args"
    kizunaFont ThisWorkbook, action
    Set action = Spot(3, 2, 1, 1)
    action.Add Listed(True), "args"
    kizunaHideColumns ThisWorkbook, action
    With ThisWorkbook.Worksheets(1)
        TellLooks = .Range("B4").Value & "|" & Round(.Range("B4").ColumnWidth) & "|" & .Range("B4").Font.Bold & "|" & _
            .Range("C4").EntireColumn.Hidden
    End With
    Exit Function
failed:
    TellLooks = Err.Description
End Function
"""


def widened(source):
    return re.sub(r"As (Dictionary|Workbook)\b", "As Object", source)


def procedure(source, name):
    return re.search(rf"^(?:Public |Private )?Function {name}\(.*?^End Function", source, re.MULTILINE | re.DOTALL)[0]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    foreign = {name: source.replace("\r\n", "\n") for name, source in read_client().modules.items()}
    helpers = "\n\n".join(widened(procedure(foreign["Remote"], name)) for name in ("GetRange", "HexToRgb"))
    # "If … Then: statement" and the prefix VBA. are Excel's; this interpreter stops at them.
    parse = procedure(foreign["WebHelpers"], "ParseIso").replace("VBA.", "").replace("Then: ", "Then ")
    modules = {
        "KizunaActions": widened(actions().replace("\r\n", "\n")),
        "Remote": f'Attribute VB_Name = "Remote"\n{helpers}\n',
        "WebHelpers": f'Attribute VB_Name = "WebHelpers"\n{parse}\n',
        "Driver": DRIVER,
    }
    path = Path(tmp_path_factory.mktemp("calc")) / "client.xlsm"
    with ExcelFile.create_new(str(path)) as book:
        project = book.vba_project()
        for name, source in modules.items():
            project.add_module(name, source.replace("\n", "\r\n"))
        project.delete_module("Module1")
        book.save()
    return in_calc(path, {"calls": [["Driver.TellValues", []], ["Driver.TellLooks", []]]})["calls"]


def test_values_come_as_they_were_sent_and_only_named_dates_are_dates(answers):
    assert answers[0] == "007|2020-04-08|1.5|03-1111-0001|"


def test_formulas_widths_letters_and_hidden_columns_arrive(answers):
    assert answers[1] == "3|20|True|True"
