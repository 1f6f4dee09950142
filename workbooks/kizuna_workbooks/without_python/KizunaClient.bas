Public Const XLWINGS_VERSION As String = "@VERSION@"
Private nextService As String
Private consent As String
Private question As String
Private asked As String

Public Sub KizunaConnect()
    ' The token is kept for this Windows user and this server, never in the workbook.
    Dim token As String
    token = Trim$(InputBox(Setting("MESSAGE_TOKEN") & vbLf & Setting("KIZUNA_SERVER"), "Kizuna"))
    If token <> "" Then SaveSetting "Kizuna", "Tokens", Setting("KIZUNA_SERVER"), token
End Sub

Public Sub KizunaPress(ByVal service As String, Optional ByVal button As String = "")
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
    consent = ""
    If service = "workbook.pull" And Not HasSheet("_kizuna") Then nextService = "workbook.new"
    On Error GoTo failed
    Application.ScreenUpdating = False
    Application.EnableEvents = False
    Do While nextService <> ""
        current = nextService
        nextService = ""
        question = ""
        RunServerPython Setting("KIZUNA_SERVER") & "/api/v1/services/" & current & "?show=true&asks=true" & consent & "&tables=" & _
            WantedTables(current) & WantedAction(current, button), headers:=headers, timeout:=@WAIT@
        If question <> "" Then AskConsent current
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

Private Function WantedAction(ByVal service As String, ByVal button As String) As String
    ' Which button of a plugin was pressed.
    If service = "workbook.action" Then WantedAction = "&action=" & button
End Function

Private Function HasSheet(ByVal name As String) As Boolean
    Dim sheet As Worksheet
    For Each sheet In ThisWorkbook.Worksheets
        If sheet.Name = name Then HasSheet = True
    Next sheet
End Function

Private Sub AskConsent(ByVal service As String)
    ' Unusually much would be deleted: the same service again, once the person agrees to exactly that.
    If MsgBox(question, vbYesNo + vbExclamation + vbDefaultButton2, "Kizuna") = vbYes Then
        consent = "&consent=" & asked
        nextService = service
    End If
End Sub

Public Sub KizunaThen(ByVal answer As Dictionary)
    nextService = ""
    If answer.Exists("question") Then
        If Not IsNull(answer("question")) Then question = answer("question")
    End If
    If answer.Exists("consent") Then
        If Not IsNull(answer("consent")) Then asked = answer("consent")
    End If
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
End Function
