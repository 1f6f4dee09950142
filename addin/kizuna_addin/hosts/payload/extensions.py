"""What our own clients do beyond xlwings' protocol; every name begins with ``kizuna`` so that no other client takes it.

Reading. A payload with ``"kizuna": {"version": 2}`` comes from a client of ours (1: one from before the actions in `SINCE`). Each
of its sheets has
``"kizuna": {"visible": -1 | 0 | 2, "formulas": [[row, column, "=…"], …]}``: Excel's number for shown, hidden and very
hidden, and every formula by its place from 0.

Doing. Actions have xlwings' form; `ACTIONS` tells their arguments.
"""

from __future__ import annotations

from collections.abc import Mapping

VERSION = 2
SINCE: Mapping[str, int] = {"kizunaFilterAgain": 2}
"""The version of the first client that knows an action; those not named are in all."""

ACTIONS: Mapping[str, str] = {
    "kizunaSetValues": "cells, values; `dates` lists [row, column] in the block, from 0, of ISO texts that are dates. "
    "xlwings' setValues reads any text as a date that has numbers between two hyphens, telephone numbers among them",
    "kizunaSetFormula": "cells; formula, filled over all the cells as Excel does",
    "kizunaColumnWidth": "cells; width in characters",
    "kizunaRowHeight": "cells; height in points",
    "kizunaHideColumns": "cells; whether hidden",
    "kizunaHideRows": "cells; whether hidden",
    "kizunaNoColor": "cells; no fill",
    "kizunaFont": "cells; property (bold, italic, size, name, color as #RRGGBB), value",
    "kizunaChoices": "cells; texts joined by commas or =formula, null for none; message; whether other text is allowed",
    "kizunaMessage": "cells; text shown while a cell is selected, or null",
    "kizunaColorByText": "cells; list of [text, #RRGGBB]; replaces the rules of these cells that compare text",
    "kizunaNote": "cells (the first); text, or null to delete",
    "kizunaSheetVisible": "sheet; -1, 0 or 2",
    "kizunaFreeze": "sheet; rows, columns; 0 and 0 lets everything scroll",
    "kizunaNameDelete": "name",
    "kizunaFilterAgain": "sheet; place of a table: hide and show its rows as its filter says",
    "kizunaStatus": "text at the foot of the window, or null",
    "kizunaCalculate": "have every function in the workbook's cells asked for anew",
    "kizunaFile": "name of a file, its content in base64; goes into the person's downloads",
    "kizunaSave": "save the workbook where it has a file",
}


def version_of(client: object) -> int:
    """Return the version of the client that the ``kizuna`` part of a payload tells; 0 where we do not understand it."""
    version = client.get("version") if isinstance(client, Mapping) else None
    return version if isinstance(version, int) and 1 <= version <= VERSION else 0
