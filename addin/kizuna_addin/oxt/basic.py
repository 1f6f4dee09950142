"""The Basic behind the functions in Calc's cells: a wrapper for each function, in the person's own library.

Only functions of the library ``Standard`` keep their plain names in every file: Calc reads and writes ``=RFM(A2)`` as
Excel does. The functions of a Calc add-in would be read from no .xlsx and written as ``=ORG.KIZUNA.…``.
"""

from __future__ import annotations

from collections.abc import Sequence

from kizuna_addin.xlam.catalogue import Function
from kizuna_addin.xlam.vba import argument_names

SERVICE = "org.kizuna.Cells"
_MOST_GENERIC = 12
"""Arguments of ``KIZUNA`` behind the function's name."""


def wrappers(functions: Sequence[Function]) -> str:
    """Return the module of all wrappers, and of ``KIZUNA`` for functions installed later."""
    lines = [
        "REM Made from the server's catalogue by kizuna-addin build-oxt; written anew at each start.",
        "Private kizunaService As Object",
    ]
    for function in functions:
        names = argument_names(function.name, [one.name for one in function.arguments])
        lines += _wrapper(function.name, f'"{function.name}"', names)
    generic = [f"argument{place}" for place in range(1, _MOST_GENERIC + 1)]
    lines += _wrapper("KIZUNA", "functionName", generic, before=("functionName",))
    return "\n".join([*lines, _ASK])


def _wrapper(name: str, asked: str, arguments: Sequence[str], before: Sequence[str] = ()) -> list[str]:
    declared = ", ".join([*before, *(f"Optional {one}" for one in arguments)])
    return [
        "",
        f"Function {name}({declared})",
        f"    Dim given({max(len(arguments) - 1, 0)})",
        *(f"    If Not IsMissing({one}) Then given({place}) = {one}" for place, one in enumerate(arguments)),
        f"    {name} = KizunaAsk({asked}, given)",
        "End Function",
    ]


# What comes back with several lines is an array of arrays; Calc wants one of two dimensions.
_ASK = f"""
Function KizunaAsk(functionName, given)
    Dim orders(2) As New com.sun.star.beans.NamedValue
    Dim answer, row, column
    On Error GoTo Failed
    orders(0).Name = "function" : orders(0).Value = functionName
    orders(1).Name = "arguments" : orders(1).Value = given
    orders(2).Name = "document" : orders(2).Value = KizunaDocument()
    If IsNull(kizunaService) Then kizunaService = createUnoService("{SERVICE}")
    answer = kizunaService.execute(orders)
    If Not IsArray(answer) Then
        KizunaAsk = answer
        Exit Function
    End If
    Dim cells(1 To UBound(answer) + 1, 1 To UBound(answer(0)) + 1)
    For row = 0 To UBound(answer)
        For column = 0 To UBound(answer(0))
            cells(row + 1, column + 1) = answer(row)(column)
        Next column
    Next row
    KizunaAsk = cells
    Exit Function
Failed:
    KizunaAsk = "Kizuna: " & Error$
End Function

Function KizunaDocument()
    On Error Resume Next
    KizunaDocument = ThisComponent
End Function
"""
