"""The shared strings of a workbook, with the furigana a person's input method left on them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, BinaryIO
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from openpyxl.cell.rich_text import CellRichText
from openpyxl.xml.constants import SHEET_MAIN_NS

from kizuna_addin.hosts.files import text

_NS = f"{{{SHEET_MAIN_NS}}}"
_FONT = re.compile(r'fontId="(\d+)"')


class FuriganaText(str):
    """Text with furigana: `furigana` is the XML of its runs, kept as it was."""

    __slots__ = ("furigana",)
    furigana: str


class FuriganaRichText(CellRichText):  # type: ignore[misc]
    """Text of several fonts with furigana."""

    furigana: str = ""


def read_strings(source: BinaryIO) -> list[Any]:
    """Return every shared string: ``str``, `CellRichText` for several fonts, or either with furigana.

    Furigana is kept beside the text and never part of it.
    """
    strings: list[Any] = []
    for _, node in ET.iterparse(source):  # noqa: S314 - `package` refused document types
        if node.tag == f"{_NS}si":
            strings.append(_string(node))
            node.clear()
    return strings


def _string(node: ET.Element) -> Any:
    furigana = "".join(_plain_xml(child) for child in node if child.tag in (f"{_NS}rPh", f"{_NS}phoneticPr"))
    if node.find(f"{_NS}r") is not None:
        rich = CellRichText.from_tree(node)
        if any(not isinstance(run, str) for run in rich):
            for run in rich:
                if not isinstance(run, str):
                    run.text = text.read(run.text)
            if "<rPh" not in furigana:
                return rich
            kept = FuriganaRichText(list(rich))
            kept.furigana = furigana
            return kept
        plain = text.read("".join(rich))
    else:
        plain = text.read(node.findtext(f"{_NS}t") or "")
    if "<rPh" not in furigana:
        return plain
    marked = FuriganaText(plain)
    marked.furigana = furigana
    return marked


def _plain_xml(node: ET.Element) -> str:
    """Return an element as XML without namespace marks, fit for a part whose default namespace is the sheet's."""
    name = node.tag.removeprefix(_NS)
    attributes = "".join(
        f' {key}="{escape(value, {chr(34): "&quot;"})}"' for key, value in node.attrib.items() if "}" not in key
    )
    inner = "".join(_plain_xml(child) for child in node)
    content = (escape(node.text) if node.text and name == "t" else "") + inner
    return f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes}/>"


class StringTable:
    """The shared strings being written: each text once, in order of first use."""

    def __init__(self, *, fonts: int) -> None:
        self._index: dict[Any, int] = {}
        self._items: list[str] = []
        self._fonts = fonts
        self.uses = 0

    def index(self, value: Any) -> int:
        """Return the number of a string, adding it when it is new."""
        self.uses += 1
        kind = type(value)
        key: Any = value if kind is str else (str(value), getattr(value, "furigana", ""), repr(value))
        number = self._index.get(key)
        if number is None:
            number = self._index[key] = len(self._items)
            self._items.append(self._item(value))
        return number

    def _item(self, value: Any) -> str:
        furigana = _FONT.sub(
            lambda found: found[0] if int(found[1]) < self._fonts else 'fontId="0"', getattr(value, "furigana", "")
        )
        if isinstance(value, CellRichText):
            inner = "".join(_run(run) for run in value)
        else:
            stored = text.stored(value)
            space = ' xml:space="preserve"' if stored != stored.strip() or "\n" in stored else ""
            inner = f"<t{space}>{escape(stored)}</t>"
        return f"<si>{inner}{furigana}</si>"

    def write(self, write: Callable[[bytes], object]) -> None:
        """Write the whole part through `write`."""
        counts = f'count="{self.uses}" uniqueCount="{len(self._items)}"'
        write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        write(f'<sst xmlns="{SHEET_MAIN_NS}" {counts}>'.encode())
        for start in range(0, len(self._items), 10_000):
            write("".join(self._items[start : start + 10_000]).encode())
        write(b"</sst>")


def _run(run: Any) -> str:
    if isinstance(run, str):
        return f'<r><t xml:space="preserve">{escape(text.stored(run))}</t></r>'
    font = ET.tostring(run.font.to_tree(tagname="rPr"), encoding="unicode")
    return f'<r>{font}<t xml:space="preserve">{escape(text.stored(run.text))}</t></r>'
