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

Public Sub kizunaFilterAgain(wb As Workbook, action As Dictionary)
    Dim shown As Object
    Set shown = wb.Worksheets(action("sheet_position") + 1).ListObjects(action("args")(1) + 1).AutoFilter
    If Not shown Is Nothing Then
        If shown.FilterMode Then shown.ApplyFilter
    End If
End Sub

Public Sub kizunaStatus(wb As Workbook, action As Dictionary)
    If IsNull(action("args")(1)) Then
        Application.StatusBar = False
    Else
        Application.StatusBar = action("args")(1)
    End If
End Sub

Public Sub kizunaCalculate(wb As Workbook, action As Dictionary)
    Application.CalculateFull
End Sub

Public Sub kizunaFile(wb As Workbook, action As Dictionary)
    Dim node As Object, stream As Object, folder As String, name As String, place As String, number As Long
    name = Replace(Replace(action("args")(1), "\", "_"), "/", "_")
    folder = Environ$("USERPROFILE") & "\Downloads\"
    place = folder & name
    Do While Dir$(place) <> ""
        number = number + 1
        place = folder & number & " " & name
    Loop
    Set node = CreateObject("MSXML2.DOMDocument.6.0").createElement("content")
    node.DataType = "bin.base64"
    node.Text = action("args")(2)
    Set stream = CreateObject("ADODB.Stream")
    stream.Type = 1
    stream.Open
    stream.Write node.nodeTypedValue
    stream.SaveToFile place, 1
    stream.Close
End Sub

Public Sub kizunaSave(wb As Workbook, action As Dictionary)
    If wb.Path <> "" Then wb.Save
End Sub
