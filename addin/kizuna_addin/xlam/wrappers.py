"""The VBA that makes worksheet functions: one wrapper for each function, all asking Python in the same way.

`WRAPPERS` and `SETTINGS` modules are plain VBA and run anywhere; `BRIDGE` needs Excel and xlwings' module.
"""

from __future__ import annotations

from collections.abc import Sequence

from kizuna_addin.xlam.catalogue import Function
from kizuna_addin.xlam.vba import MOST_ARGUMENTS, argument_names, module, works_in_a_cell, wrapped

WRAPPERS, BRIDGE, SETTINGS = "KizunaFunctions", "KizunaBridge", "KizunaSettings"
PYTHON_MODULE, PYTHON_FUNCTION = "kizuna_addin.worksheet_functions", "kizuna"
CONF_SHEET = "kizuna.conf"
HELP_COLUMN = 4
"""Where the help of the functions begins on the settings sheet: name, number of arguments, ja and en, then each argument's."""


def fits(function: Function) -> bool:
    """Say whether a function can have a wrapper of its own; `KIZUNA` calls the others."""
    return works_in_a_cell(function.name) and function.name != "KIZUNA" and len(function.arguments) <= MOST_ARGUMENTS


def wrappers(functions: Sequence[Function]) -> str:
    """Return the module of all wrappers, and of ``KIZUNA`` for functions installed later."""
    lines = ["' Made from the server's catalogue by kizuna-addin build-xlam."]
    for function in functions:
        lines += ["", *_wrapper(function)]
    lines += [
        "",
        "Public Function KIZUNA(functionName As Variant, ParamArray arguments() As Variant) As Variant",
        "    Dim passed() As Variant, place As Long",
        "    ReDim passed(0 To UBound(arguments) - LBound(arguments) + 2)",
        "    passed(0) = functionName",
        "    Set passed(1) = Nothing",
        "    For place = LBound(arguments) To UBound(arguments)",
        "        If IsObject(arguments(place)) Then",
        "            Set passed(place - LBound(arguments) + 2) = arguments(place)",
        "        Else",
        "            passed(place - LBound(arguments) + 2) = arguments(place)",
        "        End If",
        "    Next place",
        "    KIZUNA = KizunaAsk(passed)",
        "End Function",
    ]
    return module(WRAPPERS, lines)


def _wrapper(function: Function) -> list[str]:
    names = argument_names(function.name, [one.name for one in function.arguments])
    # VBA wants every argument behind an optional one to be optional too.
    first_optional = next((place for place, one in enumerate(function.arguments) if not one.required), len(names))
    declared = [
        f"{'Optional ' if place >= first_optional else ''}{name} As Variant" for place, name in enumerate(names)
    ]
    return [
        *wrapped(f"Public Function {function.name}(", declared, ") As Variant"),
        *wrapped(f"    {function.name} = KizunaAsk(Array(", [f'"{function.name}"', "Nothing", *names], "))"),
        "End Function",
    ]


def bridge() -> str:
    """Return the module that hands a call to Python; the empty second place is filled there with the calling cell."""
    return module(
        BRIDGE,
        [
            "",
            "Public Function KizunaAsk(ByVal arguments As Variant) As Variant",
            "    On Error GoTo failed",
            "    #If Mac Then",
            '        KizunaAsk = Setting("MESSAGE_NO_FUNCTIONS_ON_MAC")',
            "    #Else",
            "        KizunaAsk = XLPy.CallUDF( _",
            f'            "{PYTHON_MODULE}", "{PYTHON_FUNCTION}", arguments, ActiveWorkbook, Application.Caller)',
            "    #End If",
            "    Exit Function",
            "failed:",
            '    KizunaAsk = Setting("MESSAGE_NO_PYTHON") & " " & Err.Description',
            "End Function",
            "",
            "Public Sub KizunaDescribeFunctions()",
            "    ' Excel describes the functions of an add-in only while it is shown as a workbook.",
            "    Dim sheet As Worksheet, row As Long, place As Long, count As Long, texts() As String",
            "    Dim language As Long",
            f'    Set sheet = ThisWorkbook.Worksheets("{CONF_SHEET}")',
            "    language = HelpLanguage()",
            "    On Error Resume Next",
            "    Application.ScreenUpdating = False",
            "    ThisWorkbook.IsAddin = False",
            "    row = 2",
            f"    Do While Len(CStr(sheet.Cells(row, {HELP_COLUMN}).Value)) > 0",
            f"        count = CLng(sheet.Cells(row, {HELP_COLUMN + 1}).Value)",
            "        If count > 0 Then",
            "            ReDim texts(1 To count)",
            "            For place = 1 To count",
            f"                texts(place) = CStr(sheet.Cells(row, {HELP_COLUMN + 2} + 2 * place + language).Value)",
            "            Next place",
            "            Application.MacroOptions _",
            f'                Macro:="\'" & ThisWorkbook.Name & "\'!" & sheet.Cells(row, {HELP_COLUMN}).Value, _',
            f"                Description:=CStr(sheet.Cells(row, {HELP_COLUMN + 2} + language).Value), _",
            '                Category:="Kizuna", ArgumentDescriptions:=texts',
            "        Else",
            "            Application.MacroOptions _",
            f'                Macro:="\'" & ThisWorkbook.Name & "\'!" & sheet.Cells(row, {HELP_COLUMN}).Value, _',
            f"                Description:=CStr(sheet.Cells(row, {HELP_COLUMN + 2} + language).Value), _",
            '                Category:="Kizuna"',
            "        End If",
            "        row = row + 1",
            "    Loop",
            "    ThisWorkbook.IsAddin = True",
            "    ThisWorkbook.Saved = True",
            "    Application.ScreenUpdating = True",
            "End Sub",
            "",
            "Private Function HelpLanguage() As Long",
            "    ' 0 Japanese, 1 English: 1041 is a Japanese Office, 2 stands for the language of its menus.",
            "    Dim languages As Object",
            "    On Error Resume Next",
            "    HelpLanguage = 0",
            "    Set languages = Application.LanguageSettings",
            "    If languages.LanguageID(2) <> 1041 Then HelpLanguage = 1",
            "End Function",
        ],
    )


def settings() -> str:
    """Return the module that looks up a text on the settings sheet."""
    return module(
        SETTINGS,
        [
            "",
            "Public Function Setting(ByVal key As String) As String",
            "    Dim sheet As Object, row As Long",
            f'    Set sheet = ThisWorkbook.Worksheets("{CONF_SHEET}")',
            "    Setting = key",
            "    row = 1",
            "    Do While Len(CStr(sheet.Cells(row, 1).Value)) > 0",
            "        If CStr(sheet.Cells(row, 1).Value) = key Then",
            "            Setting = CStr(sheet.Cells(row, 2).Value)",
            "            Exit Do",
            "        End If",
            "        row = row + 1",
            "    Loop",
            "End Function",
        ],
    )


def on_open() -> str:
    """Return the body of the workbook's own module."""
    return "\r\n".join(
        (
            "Option Explicit",
            "",
            "Private Sub Workbook_Open()",
            "    On Error Resume Next",
            f'    Application.OnTime Now, "\'" & ThisWorkbook.Name & "\'!{BRIDGE}.KizunaDescribeFunctions"',
            "End Sub",
            "",
        )
    )
