"""Our own VBA beside xlwings' client: pressing a button, what the server has to know more, and our actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kizuna_addin.hosts.payload import extensions
from kizuna_addin.ribbon import CHECK, CONFLICTS, CONNECT, HISTORY, PULL, PUSH, UNDO, Group, Verb
from kizuna_addin.xlam.custom_ui import CALLBACK_MODULE, callback
from kizuna_addin.xlam.vba import module

CLIENT, ACTIONS_MODULE = "KizunaClient", "KizunaActions"
WAIT_MILLISECONDS = 120_000
SERVICES: Mapping[Verb, str] = {
    PULL: "workbook.pull",
    PUSH: "workbook.push",
    CHECK: "workbook.check",
    CONFLICTS: "workbook.resolve",
    HISTORY: "workbook.history",
    UNDO: "workbook.undo",
}
# xlwings' actions that a service may answer with; nothing else of the workbook can be started by an answer.
XLWINGS_ACTIONS = (
    "setValues", "rangeClearContents", "rangeClearFormats", "rangeClear", "addSheet", "setSheetName", "setAutofit",
    "setRangeColor", "activateSheet", "addHyperlink", "setNumberFormat", "alert", "setRangeName", "namesAdd", "nameDelete",
    "rangeDelete", "rangeInsert", "rangeSelect", "addTable", "setTableName", "resizeTable", "showAutofilterTable",
    "showHeadersTable", "showTotalsTable", "setTableStyle", "copyRange", "sheetDelete", "sheetClear",
    "sheetClearContents", "sheetClearFormats",
)  # fmt: skip


def groups(all_groups: Sequence[Group]) -> tuple[Group, ...]:
    """Return the ribbon's groups with the buttons that work without Python."""
    able = {CONNECT, *SERVICES}
    kept = (Group(group.name, group.label, tuple(verb for verb in group.verbs if verb in able)) for group in all_groups)
    return tuple(group for group in kept if group.verbs)


def callbacks() -> str:
    """Return the module that the ribbon's buttons call."""
    lines = [
        "",
        f"Public Sub {callback(CONNECT)}(control As IRibbonControl)",
        "    KizunaConnect",
        "End Sub",
    ]
    for verb, service in SERVICES.items():
        lines += [
            "",
            f"Public Sub {callback(verb)}(control As IRibbonControl)",
            f'    KizunaPress "{service}"',
            "End Sub",
        ]
    return module(CALLBACK_MODULE, lines)


def client(xlwings_version: str) -> str:
    """Return the module that asks the server."""
    source = _CLIENT.replace("@VERSION@", xlwings_version).replace("@EXTENSION@", str(extensions.VERSION))
    names = [*XLWINGS_ACTIONS, *extensions.ACTIONS]
    cases = [f'        Case "{name}": {name} wb, action' for name in names]
    return module(
        CLIENT, source.replace("@CASES@", "\n".join(cases)).replace("@WAIT@", str(WAIT_MILLISECONDS)).split("\n")
    )


def actions() -> str:
    """Return the module of our actions, one procedure each."""
    return module(ACTIONS_MODULE, _ACTIONS.split("\n"))


_CLIENT = """
Public Const XLWINGS_VERSION As String = "@VERSION@"
Private nextService As String

Public Sub KizunaConnect()
    ' The token is kept for this Windows user and this server, never in the workbook.
    Dim token As String
    token = Trim$(InputBox(Setting("MESSAGE_TOKEN") & vbLf & Setting("KIZUNA_SERVER"), "Kizuna"))
    If token <> "" Then SaveSetting "Kizuna", "Tokens", Setting("KIZUNA_SERVER"), token
End Sub

Public Sub KizunaPress(ByVal service As String)
    Dim headers As New Dictionary, token As String, current As String
    If Not ActiveWorkbook Is ThisWorkbook Then
        MsgBox Setting("MESSAGE_THIS_BOOK"), vbInformation, "Kizuna"
        Exit Sub
    End If
    token = GetSetting("Kizuna", "Tokens", Setting("KIZUNA_SERVER"), "")
    If token = "" Then
        KizunaConnect
        token = GetSetting("Kizuna", "Tokens", Setting("KIZUNA_SERVER"), "")
        If token = "" Then Exit Sub
    End If
    headers.Add "Authorization", "Bearer " & token
    headers.Add "Accept-Language", Setting("KIZUNA_LANGUAGE")
    ' Long codes of digits are text, not numbers.
    WebHelpers.JsonOptions.UseDoubleForLargeNumbers = True
    nextService = service
    If service = "workbook.pull" And Not HasSheet("_kizuna") Then nextService = "workbook.new"
    On Error GoTo failed
    Application.ScreenUpdating = False
    Application.EnableEvents = False
    Do While nextService <> ""
        current = nextService
        nextService = ""
        RunServerPython Setting("KIZUNA_SERVER") & "/api/v1/services/" & current & "?show=true&tables=" & _
            WantedTables(current), headers:=headers, timeout:=@WAIT@
    Loop
    Application.EnableEvents = True
    Application.ScreenUpdating = True
    Exit Sub
failed:
    Application.EnableEvents = True
    Application.ScreenUpdating = True
    Application.StatusBar = False
    MsgBox Setting("MESSAGE_FAILED") & vbLf & Err.Description, vbCritical, "Kizuna"
End Sub

Private Function WantedTables(ByVal service As String) As String
    ' Only a new workbook is told which tables to show.
    If service = "workbook.new" Then WantedTables = Setting("KIZUNA_TABLES")
End Function

Private Function HasSheet(ByVal name As String) As Boolean
    Dim sheet As Worksheet
    For Each sheet In ThisWorkbook.Worksheets
        If sheet.Name = name Then HasSheet = True
    Next sheet
End Function

Public Sub KizunaThen(ByVal answer As Dictionary)
    nextService = ""
    If answer.Exists("again") Then
        If Not IsNull(answer("again")) Then nextService = answer("again")
    End If
End Sub

Public Sub KizunaDo(ByVal func As String, wb As Workbook, action As Dictionary)
    Select Case func
@CASES@
        Case Else
            Err.Raise vbObjectError + 513, "Kizuna", "NotImplemented: " & func
    End Select
End Sub

Public Function KizunaVersion() As Dictionary
    Dim told As New Dictionary
    told.Add "version", @EXTENSION@
    Set KizunaVersion = told
End Function

Public Function KizunaSheet(ByVal sheet As Worksheet) As Dictionary
    Dim told As New Dictionary, formulas As New Collection, found As Range, cell As Range
    told.Add "visible", CLng(sheet.Visible)
    On Error Resume Next
    Set found = sheet.UsedRange.SpecialCells(-4123)
    On Error GoTo 0
    If Not found Is Nothing Then
        For Each cell In found.Cells
            formulas.Add Array(cell.Row - 1, cell.Column - 1, cell.Formula)
        Next cell
    End If
    told.Add "formulas", formulas
    Set KizunaSheet = told
End Function

Public Function KizunaStyleName(ByVal table As ListObject) As Variant
    KizunaStyleName = Null
    On Error Resume Next
    KizunaStyleName = table.TableStyle.Name
End Function

Public Function GetConfig(configKey As String, Optional default As Variant = "", Optional source As String = "") As Variant
    ' xlwings' client asks for its settings here; a proxy may stand on the settings sheet as PROXY_SERVER and so on.
    Dim found As String
    GetConfig = default
    If Left$(configKey, 5) = "PROXY" Or configKey = "ENABLE_AUTO_PROXY" Then
        found = Setting(configKey)
        If found <> configKey Then GetConfig = found
    End If
End Function

Public Function CreateGUID() As String
    Randomize
    CreateGUID = Hex$(CLng(Rnd() * 2147483646)) & Hex$(CLng(Rnd() * 2147483646))
End Function"""

_ACTIONS = """
Public Sub kizunaSetValues(wb As Workbook, action As Dictionary)
    Dim block() As Variant, line As Variant, value As Variant, place As Variant, down As Long, across As Long
    ReDim block(1 To action("row_count"), 1 To action("column_count"))
    For Each line In action("values")
        down = down + 1
        across = 0
        For Each value In line
            across = across + 1
            If Not IsNull(value) Then block(down, across) = value
        Next value
    Next line
    For Each place In action("dates")
        block(place(1) + 1, place(2) + 1) = WebHelpers.ParseIso(CStr(block(place(1) + 1, place(2) + 1)))
    Next place
    GetRange(wb, action).Value = block
End Sub

Public Sub kizunaSetFormula(wb As Workbook, action As Dictionary)
    GetRange(wb, action).Formula = action("args")(1)
End Sub

Public Sub kizunaColumnWidth(wb As Workbook, action As Dictionary)
    GetRange(wb, action).ColumnWidth = action("args")(1)
End Sub

Public Sub kizunaRowHeight(wb As Workbook, action As Dictionary)
    GetRange(wb, action).RowHeight = action("args")(1)
End Sub

Public Sub kizunaHideColumns(wb As Workbook, action As Dictionary)
    GetRange(wb, action).EntireColumn.Hidden = action("args")(1)
End Sub

Public Sub kizunaHideRows(wb As Workbook, action As Dictionary)
    GetRange(wb, action).EntireRow.Hidden = action("args")(1)
End Sub

Public Sub kizunaNoColor(wb As Workbook, action As Dictionary)
    GetRange(wb, action).Interior.Pattern = -4142
End Sub

Public Sub kizunaFont(wb As Workbook, action As Dictionary)
    With GetRange(wb, action).Font
        Select Case action("args")(1)
            Case "bold": .Bold = action("args")(2)
            Case "italic": .Italic = action("args")(2)
            Case "size": .Size = action("args")(2)
            Case "name": .Name = action("args")(2)
            Case "color": .Color = HexToRgb(action("args")(2))
        End Select
    End With
End Sub

Public Sub kizunaChoices(wb As Workbook, action As Dictionary)
    With GetRange(wb, action).Validation
        .Delete
        If Not IsNull(action("args")(1)) Then
            .Add Type:=3, AlertStyle:=1, Formula1:=action("args")(1)
            .IgnoreBlank = True
            .InCellDropdown = True
            .ErrorMessage = action("args")(2)
            .ShowError = Not action("args")(3)
        End If
    End With
End Sub

Public Sub kizunaMessage(wb As Workbook, action As Dictionary)
    With GetRange(wb, action).Validation
        .Delete
        If Not IsNull(action("args")(1)) Then
            .Add Type:=0
            .InputMessage = action("args")(1)
            .ShowInput = True
        End If
    End With
End Sub

Public Sub kizunaColorByText(wb As Workbook, action As Dictionary)
    Dim rules As Object, pair As Variant, quoted As String, number As Long
    Set rules = GetRange(wb, action).FormatConditions
    For Each pair In action("args")(1)
        quoted = "=" & Chr$(34) & Replace(pair(1), Chr$(34), Chr$(34) & Chr$(34)) & Chr$(34)
        ' Only rules that say one of our words are ours; a person's own stay.
        For number = rules.Count To 1 Step -1
            If rules(number).Type = 1 Then
                If rules(number).Formula1 = quoted Then rules(number).Delete
            End If
        Next number
        rules.Add(1, 3, quoted).Interior.Color = HexToRgb(pair(2))
    Next pair
End Sub

Public Sub kizunaNote(wb As Workbook, action As Dictionary)
    With GetRange(wb, action).Cells(1, 1)
        If Not .Comment Is Nothing Then .Comment.Delete
        If Not IsNull(action("args")(1)) Then .AddComment CStr(action("args")(1))
    End With
End Sub

Public Sub kizunaSheetVisible(wb As Workbook, action As Dictionary)
    wb.Worksheets(action("sheet_position") + 1).Visible = action("args")(1)
End Sub

Public Sub kizunaFreeze(wb As Workbook, action As Dictionary)
    Dim before As Object
    Set before = wb.ActiveSheet
    wb.Worksheets(action("sheet_position") + 1).Activate
    With ActiveWindow
        .FreezePanes = False
        .ScrollRow = 1
        .ScrollColumn = 1
        .SplitRow = action("args")(1)
        .SplitColumn = action("args")(2)
        .FreezePanes = action("args")(1) + action("args")(2) > 0
    End With
    before.Activate
End Sub

Public Sub kizunaNameDelete(wb As Workbook, action As Dictionary)
    wb.Names(action("args")(1)).Delete
End Sub

Public Sub kizunaStatus(wb As Workbook, action As Dictionary)
    If IsNull(action("args")(1)) Then
        Application.StatusBar = False
    Else
        Application.StatusBar = action("args")(1)
    End If
End Sub

Public Sub kizunaSave(wb As Workbook, action As Dictionary)
    If wb.Path <> "" Then wb.Save
End Sub"""
