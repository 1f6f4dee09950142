"""The extension's configuration: what stands in the menu, and what runs at the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from kizuna_addin.messages import Text
from kizuna_addin.ribbon import Group

START, VERBS = "org.kizuna.Start", "org.kizuna.Verbs"
TITLE = Text("Kizuna 絆", "Kizuna 絆")
OFFICE = "org.openoffice.Office"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="{name}" oor:package="{package}">{body}'
    "</oor:component-data>\n"
)


def jobs() -> str:
    """Return what runs when LibreOffice starts, as ``Jobs.xcu``: the functions' module is put into the person's library."""
    service = f'<prop oor:name="Service"><value>{START}</value></prop>'
    body = (
        f'<node oor:name="Jobs"><node oor:name="{START}" oor:op="replace">{service}</node></node>'
        f'<node oor:name="Events">{_on("OnStartApp")}{_on("OnLoad")}</node>'
    )
    return HEAD.format(name="Jobs", package=OFFICE, body=body)


def _on(event: str) -> str:
    return (
        f'<node oor:name="{event}" oor:op="fuse"><node oor:name="JobList"><node oor:name="{START}" oor:op="replace"/>'
        "</node></node>"
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
    return HEAD.format(name="Addons", package=OFFICE, body=body)


def window_state() -> str:
    """Return how the toolbar is shown at first, as ``CalcWindowState.xcu``: under its own name, above the sheet."""
    shown = {"Docked": "true", "DockingArea": "0", "Visible": "true"}
    kinds = {"DockingArea": "xs:int"}
    props = "".join(
        f'<prop oor:name="{name}" oor:type="{kinds.get(name, "xs:boolean")}"><value>{value}</value></prop>'
        for name, value in shown.items()
    )
    body = (
        '<node oor:name="UIElements"><node oor:name="States">'
        '<node oor:name="private:resource/toolbar/addon_org.kizuna.toolbar" oor:op="replace">'
        f"{_prop('UIName', TITLE)}{props}</node></node></node>"
    )
    return HEAD.format(name="CalcWindowState", package=f"{OFFICE}.UI", body=body)


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
