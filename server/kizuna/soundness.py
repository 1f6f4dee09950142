"""What declared things must be made of, so that a catalogue of all plugins never fails for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from kizuna.decoding import decode
from kizuna.errors import Text
from kizuna.offers import Action, Report, SheetTemplate
from kizuna.patience import told
from kizuna.services import Service
from kizuna.worksheet import Argument, WorksheetFunction

CALLED = {Action: "run", Report: "build", Service: "call", WorksheetFunction: "call"}
TEXTS = ("label", "help", "description")
DEFAULTS = (str, int, float, bool, date, type(None))


def flaw_of(value: Any) -> str:
    """Return what keeps a declared thing from working, with the cure; empty when nothing does.

    ``value`` is of the right class already; settings and tables are classes themselves.
    """
    try:
        return next(_flaws(value), "")
    except Exception as error:  # noqa: BLE001  # looking at it runs the plugin's code
        return told(error)


def _flaws(value: Any) -> Iterator[str]:
    settings = isinstance(value, type) and hasattr(value, "__struct_fields__")
    for name in TEXTS if settings or isinstance(value, (SheetTemplate, *CALLED)) else ():
        if hasattr(value, name) and not _is_text(getattr(value, name)):
            yield f"its {name} must be a Text with both languages"
    for called in [name for kind, name in CALLED.items() if isinstance(value, kind)]:
        if not callable(getattr(value, called)):
            yield f"its {called} must be a function"
    if isinstance(value, Action | Report | WorksheetFunction):
        yield from _flaws_of_arguments(value.arguments)
    if isinstance(value, SheetTemplate):
        msgspec.json.encode(msgspec.to_builtins(value))
    if isinstance(value, Service):
        msgspec.json.schema(value.takes)
        msgspec.json.schema(value.gives)
    if settings:
        yield from _flaws_of_settings(value)
    if hasattr(value, "__sync__") and not (hasattr(value.__sync__, "common") and _is_text(value.__sync__.label)):
        yield "its __sync__ must be a kizuna.model.Sync with a label"


def _flaws_of_arguments(arguments: Any) -> Iterator[str]:
    for one in arguments:
        if not isinstance(one, Argument) or not _is_text(one.label):
            yield f"{one!r:.80} must be an Argument with a Text for its label"
        elif not isinstance(one.default, DEFAULTS):
            yield f"the default of {one.name} must be a text, a number, a date, True, False or None"


def _flaws_of_settings(model: Any) -> Iterator[str]:
    try:
        values = model()
    except Exception as error:  # noqa: BLE001  # the plugin's own checks run here
        yield f"every field needs a default, and the defaults must be valid ({told(error)})"
        return
    decode(msgspec.json.encode(values), model)
    msgspec.json.schema(model)


def _is_text(value: Any) -> bool:
    return isinstance(value, Text) and isinstance(value.ja, str) and isinstance(value.en, str)
