"""What an Excel package holds that LibreOffice reads past: very hidden sheets and the looks of tables.

They are read from the file when it is opened and put back into the file when it is saved.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from .one_font import without_runs
from .repack import repack

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRINGS = "xl/sharedStrings.xml"
DEFAULT_STYLE = "TableStyleMedium2"


@dataclass(frozen=True, slots=True)
class TableLook:
    """How Excel paints a table."""

    style: str | None = DEFAULT_STYLE
    first_column: bool = False
    last_column: bool = False
    row_stripes: bool = True
    column_stripes: bool = False


@dataclass(slots=True)
class Extras:
    """A workbook's very hidden sheets, by name, and its tables' looks, by the tables' names in small letters."""

    very_hidden: set[str] = field(default_factory=set)
    looks: dict[str, TableLook] = field(default_factory=dict)

    def look(self, table: str) -> TableLook:
        return self.looks.get(table.lower(), TableLook())

    def change_look(self, table: str, **changes: object) -> None:
        self.looks[table.lower()] = replace(self.look(table), **changes)  # type: ignore[arg-type]


def read(path: Path) -> Extras:
    """Return the extras of a package; a file that is no readable package has none."""
    found = Extras()
    looks: list[tuple[int, str, TableLook]] = []
    try:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if name == "xl/workbook.xml":
                    found.very_hidden = _very_hidden(package.read(name))
                elif name.startswith("xl/tables/") and name.endswith(".xml"):
                    looks.append(_look(package.read(name)))
    except (OSError, zipfile.BadZipFile, ET.ParseError, KeyError, ValueError):
        return Extras()
    # Excel numbers tables in the order they were made, and lists them so.
    found.looks = {name.lower(): look for _, name, look in sorted(looks, key=lambda entry: entry[0])}
    return found


def write(path: Path, extras: Extras, *, main_content_type: str | None = None) -> None:
    """Put the extras into a package that LibreOffice wrote."""
    changed: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as source:
        for name in source.namelist():
            if name == "xl/workbook.xml" and extras.very_hidden:
                changed[name] = _with_very_hidden(source.read(name), extras.very_hidden)
            elif name.startswith("xl/tables/") and name.endswith(".xml"):
                changed[name] = _with_look(source.read(name), extras)
            elif name == "[Content_Types].xml" and main_content_type:
                changed[name] = _with_main_type(source.read(name), main_content_type)
            elif name == _STRINGS and (strings := without_runs(source.read(name))) is not None:
                changed[name] = strings
    if changed:
        repack(path, changed)


def _very_hidden(workbook: bytes) -> set[str]:
    root = ET.fromstring(workbook)  # noqa: S314 - a workbook the user opens; LibreOffice has parsed it already
    return {sheet.attrib["name"] for sheet in root.iter(f"{_MAIN}sheet") if sheet.attrib.get("state") == "veryHidden"}


def _look(table: bytes) -> tuple[int, str, TableLook]:
    root = ET.fromstring(table)  # noqa: S314
    number = int(root.attrib.get("id", "0"))
    name = root.attrib.get("displayName") or root.attrib["name"]
    info = root.find(f"{_MAIN}tableStyleInfo")
    if info is None:
        return number, name, TableLook(style=None, row_stripes=False)

    def flag(attribute: str) -> bool:
        return info.attrib.get(attribute, "0") in ("1", "true")

    return (
        number,
        name,
        TableLook(
            style=info.attrib.get("name"),
            first_column=flag("showFirstColumn"),
            last_column=flag("showLastColumn"),
            row_stripes=flag("showRowStripes"),
            column_stripes=flag("showColumnStripes"),
        ),
    )


def _with_very_hidden(workbook: bytes, names: set[str]) -> bytes:
    text = workbook.decode("utf-8")

    def mark(match: re.Match[str]) -> str:
        tag = match[0]
        name = ET.fromstring(re.sub(r"\br:id=", "rid=", tag)).attrib["name"]  # noqa: S314
        if name not in names:
            return tag
        tag = re.sub(r'\sstate="[^"]*"', "", tag)
        return tag[:-2].rstrip() + ' state="veryHidden"/>'

    return re.sub(r"<sheet\s[^>]*/>", mark, text).encode("utf-8")


def _with_look(table: bytes, extras: Extras) -> bytes:
    text = table.decode("utf-8")
    root = ET.fromstring(table)  # noqa: S314
    look = extras.look(root.attrib.get("displayName") or root.attrib.get("name", ""))
    text = re.sub(r"<tableStyleInfo\b[^>]*/>", "", text)
    if look.style is None:
        return text.encode("utf-8")
    info = (
        f"<tableStyleInfo name={quoteattr(look.style)}"
        f' showFirstColumn="{look.first_column:d}"'
        f' showLastColumn="{look.last_column:d}" showRowStripes="{look.row_stripes:d}"'
        f' showColumnStripes="{look.column_stripes:d}"/>'
    )
    # Anything after the style's place would be an extension list, which LibreOffice does not write.
    return text.replace("</table>", info + "</table>").encode("utf-8")


def _with_main_type(types: bytes, content_type: str) -> bytes:
    text = types.decode("utf-8")
    return re.sub(
        r'(<Override\b[^>]*PartName="/xl/workbook\.xml"[^>]*ContentType=")[^"]*(")', rf"\g<1>{content_type}\g<2>", text
    ).encode("utf-8")
