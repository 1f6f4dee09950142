"""The extension's configuration: which name each function has in a cell, and what stands in the menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from kizuna_addin.messages import Text
from kizuna_addin.ribbon import Group
from kizuna_addin.xlam.catalogue import Function

CELLS, VERBS = "org.kizuna.Cells", "org.kizuna.Verbs"
TITLE = Text("Kizuna 絆", "Kizuna 絆")
ARGUMENTS = Text("引数", "arguments")
GENERIC = "KIZUNA"
GENERIC_HELP = Text(
    'サーバーの関数を名前で呼びます。例: =KIZUNA("RFM", A2)',
    'Call any function of the server by name: =KIZUNA("RFM", A2)',
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="{name}" oor:package="org.openoffice.Office">{body}'
    "</oor:component-data>\n"
)


def function_names(functions: Sequence[Function]) -> tuple[str, ...]:
    """Return the name in each slot of the interface; the first calls the others by name."""
    return (GENERIC, *(one.name for one in functions))


def cell_functions(functions: Sequence[Function]) -> str:
    """Return what tells Calc the functions, as ``CalcAddIns.xcu``."""
    nodes = [_function("f000", GENERIC, GENERIC_HELP, ARGUMENTS)]
    nodes += [_function(f"f{slot:03}", one.name, one.description, _takes(one)) for slot, one in enumerate(functions, 1)]
    inner = f'<node oor:name="{CELLS}" oor:op="replace"><node oor:name="AddInFunctions">{"".join(nodes)}</node></node>'
    return _HEAD.format(name="CalcAddIns", body=f'<node oor:name="AddInInfo">{inner}</node>')


def _takes(function: Function) -> Text:
    """Return the arguments in order as one line: to Calc they are one list, however many there are."""
    names = [one.name if one.required else f"[{one.name}]" for one in function.arguments]
    labels = [f"{name} {one.label.ja}" for name, one in zip(names, function.arguments, strict=True)]
    english = [f"{name} {one.label.en}" for name, one in zip(names, function.arguments, strict=True)]
    return Text("; ".join(labels) or ARGUMENTS.ja, "; ".join(english) or ARGUMENTS.en)


def _function(slot: str, name: str, help_text: Text, takes: Text) -> str:
    label = f'<value xml:lang="en">{escape(name)}</value>'
    argument = f'<node oor:name="arguments" oor:op="replace">{_prop("DisplayName", ARGUMENTS)}{_prop("Description", takes)}</node>'
    return (
        f'<node oor:name="{slot}" oor:op="replace"><prop oor:name="DisplayName">{label}</prop>'
        f'{_prop("Description", help_text)}<prop oor:name="Category"><value>Add-In</value></prop>'
        f'<prop oor:name="CompatibilityName"><value xml:lang="en-US">{escape(name)}</value></prop>'
        f'<node oor:name="Parameters">{argument}</node></node>'
    )


def menu(groups: Sequence[Group]) -> str:
    """Return the menu and the toolbar in Calc, as ``Addons.xcu``: the ribbon's groups, a line between them."""
    entries: list[str] = []
    for group in groups:
        if entries:
            entries.append(_entry(len(entries), {"URL": "private:separator"}))
        for verb in group.verbs:
            word = f"plugin:{verb.action}" if verb.action else verb.name
            entries.append(_entry(len(entries), {"URL": f"service:{VERBS}?{word}"}, verb.label))
    every = "".join(entries)
    body = (
        '<node oor:name="AddonUI"><node oor:name="OfficeMenuBar"><node oor:name="org.kizuna.menu" oor:op="replace">'
        f"{_prop('Title', TITLE)}{_plain('Context', 'com.sun.star.sheet.SpreadsheetDocument')}"
        f'<node oor:name="Submenu">{every}</node></node></node>'
        f'<node oor:name="OfficeToolBar"><node oor:name="org.kizuna.toolbar" oor:op="replace">{every}</node></node></node>'
    )
    return _HEAD.format(name="Addons", body=body)


def _entry(place: int, values: Mapping[str, str], label: Text | None = None) -> str:
    context = _plain("Context", "com.sun.star.sheet.SpreadsheetDocument") if label else ""
    title = _prop("Title", label) if label else ""
    inner = "".join(_plain(name, value) for name, value in values.items())
    target = _plain("Target", "_self") if label else ""
    return f'<node oor:name="e{place:02}" oor:op="replace">{inner}{title}{target}{context}</node>'


def _plain(name: str, value: str) -> str:
    return f'<prop oor:name={quoteattr(name)} oor:type="xs:string"><value>{escape(value)}</value></prop>'


def _prop(name: str, text: Text) -> str:
    values = f'<value xml:lang="ja">{escape(text.ja)}</value><value xml:lang="en">{escape(text.en)}</value>'
    return f'<prop oor:name="{name}">{values}</prop>'
