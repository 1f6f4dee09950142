"""The VBA behind the ribbon: one procedure for each button, made from the same declaration."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna_addin.ribbon import Group, verbs
from kizuna_addin.xlam.custom_ui import CALLBACK_MODULE, callback
from kizuna_addin.xlam.vba import module


def callbacks(groups: Sequence[Group]) -> str:
    """Return the module that the ribbon's buttons call."""
    lines = ["' Made from kizuna_addin/ribbon.py by kizuna-addin build-xlam."]
    for verb in verbs(groups):
        word = f"plugin:{verb.action}" if verb.action else verb.name
        lines += [
            "",
            f"Public Sub {callback(verb)}(control As IRibbonControl)",
            f'    RunVerb "{word}"',
            *(["    Application.CalculateFull"] if verb.recalculates else []),
            "End Sub",
        ]
    lines += [
        "",
        "Public Function PythonFor(ByVal verb As String) As String",
        '    PythonFor = "import kizuna_addin.excel; kizuna_addin.excel.run(\'" & verb & "\')"',
        "End Function",
        "",
        "Private Sub RunVerb(ByVal verb As String)",
        "    If ActiveWorkbook Is Nothing Then",
        '        MsgBox Setting("MESSAGE_NO_BOOK"), vbInformation, "Kizuna"',
        "    Else",
        "        RunPython PythonFor(verb)",
        "    End If",
        "End Sub",
    ]
    return module(CALLBACK_MODULE, lines)
