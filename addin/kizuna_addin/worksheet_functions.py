"""What Excel calls for a cell: the module named in the add-in's settings, loaded by xlwings' function server (Windows)."""

from __future__ import annotations

from functools import cache
from typing import Any

import xlwings as xw

from kizuna_addin.cell_desk import CellDesk
from kizuna_addin.client import Client
from kizuna_addin.preferences import preferences_file, read_preferences
from kizuna_addin.signin import sign_in


@cache
def desk() -> CellDesk:
    """Return this process's desk: Excel keeps one process for all cells, and so the answers last between calls."""
    preferences = read_preferences(preferences_file())

    def signed_in(remembered: str | None) -> Client:
        # One attempt: a cell had rather show its last value than wait for a second try.
        server = remembered or preferences.server
        return sign_in(named=None, remembered=server, language=preferences.language, attempts=1)

    return CellDesk(signed_in, language=preferences.language)


@xw.func(category="Kizuna")
def kizuna(function, caller, *arguments):  # type: ignore[no-untyped-def]  # xlwings reads annotations as converters
    """Answer one call: the function's name, the calling cell, the arguments."""
    return answer(str(function or ""), caller, arguments)


def answer(function: str, caller: xw.Range, arguments: tuple[Any, ...]) -> Any:
    """Return what goes into the calling cell and those it spills into."""
    return desk().call(function, arguments, caller.sheet)
