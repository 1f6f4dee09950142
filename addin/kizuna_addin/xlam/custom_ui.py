"""The ribbon as Office reads it: customUI14 XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from kizuna_addin.messages import Text
from kizuna_addin.ribbon import Group, Verb

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACK_MODULE = "KizunaRibbon"
_LONGEST_TIP = 1024


def callback(verb: Verb) -> str:
    """Return the name of the VBA procedure behind a button."""
    words = (verb.action or verb.name).replace("-", "_").split("_")
    return ("Plugin" if verb.action else "") + "".join(word.capitalize() for word in words)


def icon(verb: Verb) -> str:
    """Return the relationship id of a button's picture; plugins' buttons share one."""
    return f"icon_{'plugin' if verb.action else verb.name}"


def custom_ui(groups: Sequence[Group]) -> bytes:
    """Return the ribbon's XML; every text stands in it in Japanese and English."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}customUI")
    tabs = _under(_under(root, "ribbon"), "tabs")
    tab = _under(tabs, "tab", id="KizunaTab", label="Kizuna 絆")
    for group in groups:
        part = _under(tab, "group", id=f"Kizuna_{group.name}", label=_both(group.label, " "))
        for verb in group.verbs:
            _under(
                part,
                "button",
                id=f"Kizuna_{callback(verb)}",
                label=_both(verb.label, " "),
                screentip=_both(verb.label, " / "),
                supertip=_both(verb.tip, "\n")[:_LONGEST_TIP],
                size="large" if verb.large else "normal",
                **({"imageMso": verb.picture} if verb.picture else {"image": icon(verb)}),
                onAction=f"{CALLBACK_MODULE}.{callback(verb)}",
                tag=verb.action or verb.name,
            )
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _both(text: Text, between: str) -> str:
    return f"{text.ja}{between}{text.en}"


def _under(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
