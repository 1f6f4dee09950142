"""Build a workbook from sheet templates; the same templates give the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook

from kizuna import SheetTemplate
from kizuna_workbooks.guide import NAME, write_guide
from kizuna_workbooks.laying_out import lay_out

MADE = datetime(2026, 1, 1)  # noqa: DTZ001  # openpyxl writes times without a zone
ZIP_TIME = (2026, 1, 1, 0, 0, 0)


def build(templates: Sequence[SheetTemplate], *, language: str = "ja") -> bytes:
    """Return an ``.xlsx`` with a guide and one sheet per template."""
    book = Workbook()
    guide = book.active
    guide.title = NAME.in_language(language)
    write_guide(guide, templates, language)
    for template in templates:
        lay_out(book.create_sheet(template.label.in_language(language)), template, language)
    book.properties.creator = "Kizuna"
    book.properties.created = book.properties.modified = MADE
    out = io.BytesIO()
    book.save(out)
    return _settled(out.getvalue())


def _settled(package: bytes) -> bytes:
    """Return the package without the moment of its making, so that builds can be compared."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled:
        for one in sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            body = made.read(one)
            if one == "docProps/core.xml":
                body = _without_saving_time(body)
            entry = zipfile.ZipInfo(one, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            settled.writestr(entry, body)
    return out.getvalue()


def _without_saving_time(core: bytes) -> bytes:
    stamp = f"{MADE.isoformat()}Z".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, core)
