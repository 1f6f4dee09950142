"""The add-in's file as a package of parts: our sheet, ribbon and pictures put into one that holds the VBA."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
BOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
RIBBON_PART = "customUI/customUI14.xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RIBBON = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_SHEET_PART = "xl/worksheets/sheet1.xml"
# The same bytes for the same content: a build can be compared with another.
_MOMENT = (1980, 1, 1, 0, 0, 0)


class UnknownTemplateError(Exception):
    """The file that holds the VBA is not laid out as expected; the text names the part."""


def assemble(
    vba: bytes, *, sheet_name: str, sheet: bytes, ribbon: bytes, icons: Mapping[str, bytes], title: str
) -> bytes:
    """Return the package: the parts of `vba` with our sheet in place of its own, the ribbon and its pictures (by id)."""
    with zipfile.ZipFile(BytesIO(vba)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[_SHEET_PART] = sheet
    _change(parts, "xl/workbook.xml", b'<sheet name="Sheet1"', f"<sheet name={quoteattr(sheet_name)}".encode())
    _change(
        parts,
        "_rels/.rels",
        b"</Relationships>",
        f'<Relationship Id="rIdKizunaRibbon" Type="{_RIBBON}" Target="{RIBBON_PART}"/></Relationships>'.encode(),
    )
    _change(
        parts,
        "[Content_Types].xml",
        b'<Default Extension="rels"',
        b'<Default Extension="png" ContentType="image/png"/><Default Extension="rels"',
    )
    parts[RIBBON_PART] = ribbon
    pictures = "".join(
        f'<Relationship Id="{name}" Type="{_IMAGE}" Target="images/{name}.png"/>' for name in sorted(icons)
    )
    parts["customUI/_rels/customUI14.xml.rels"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Relationships xmlns="{_RELATIONSHIPS}">{pictures}</Relationships>'
    ).encode()
    parts |= {f"customUI/images/{name}.png": picture for name, picture in icons.items()}
    parts["docProps/core.xml"] = _core(title)
    parts["docProps/app.xml"] = _app()
    return _zipped(parts)


def twin(addin: bytes) -> bytes:
    """Return the same package as a macro workbook, which more programs open than an add-in."""
    with zipfile.ZipFile(BytesIO(addin)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    _change(parts, "[Content_Types].xml", ADDIN_TYPE.encode(), BOOK_TYPE.encode())
    return _zipped(parts)


def _change(parts: dict[str, bytes], name: str, old: bytes, new: bytes) -> None:
    if parts.get(name, b"").count(old) != 1:
        raise UnknownTemplateError(name)
    parts[name] = parts[name].replace(old, new)


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        # Office wants the content types first.
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return out.getvalue()


def _core(title: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>Kizuna</dc:creator></cp:coreProperties>"
    ).encode()


def _app() -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        b"<Application>Microsoft Excel</Application></Properties>"
    )
