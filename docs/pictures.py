"""Make the pictures of the documentation from a running LibreOffice: ``python docs/pictures.py DEMO_FOLDER``.

DEMO_FOLDER is what ``kizuna demo DEMO_FOLDER --no-serve`` made. Needs LibreOffice and poppler (pdftoppm).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import xlwings as xw
from PIL import Image, ImageChops

from kizuna_addin.hosts import libreoffice
from kizuna_addin.hosts.libreoffice.bridge import properties, typed_any

IMAGES = Path(__file__).parent / "images"
_MOST_BYTES = 150_000


def picture(book: xw.Book, sheet: xw.Sheet, cells: str, name: str) -> None:
    """Draw some cells, headings of rows and columns included, as a PNG without its blank edges."""
    document = book.impl.xl
    styles = document.StyleFamilies.getByName("PageStyles")
    style = styles.getByName(sheet.impl.xl.PageStyle)
    style.IsLandscape, style.Width, style.Height = True, 60000, 30000
    style.ScaleToPagesX, style.ScaleToPagesY = 1, 1
    style.PrintHeaders, style.PrintGrid = True, True
    style.HeaderIsOn = style.FooterIsOn = False
    with tempfile.TemporaryDirectory() as folder:
        pdf, png = Path(folder) / "page.pdf", Path(folder) / "page"
        shown = typed_any(
            "[]com.sun.star.beans.PropertyValue", properties(Selection=sheet.impl.xl.getCellRangeByName(cells))
        )
        document.storeToURL(pdf.as_uri(), properties(FilterName="calc_pdf_Export", FilterData=shown))
        subprocess.run(["pdftoppm", "-r", "110", "-png", "-singlefile", pdf, png], check=True)  # noqa: S603, S607
        page = Image.open(png.with_suffix(".png")).convert("RGB")
    blank = Image.new("RGB", page.size, "white")
    edges = ImageChops.difference(page, blank).getbbox()
    page = page.crop(edges).quantize(64)
    IMAGES.mkdir(exist_ok=True)
    page.save(IMAGES / name, optimize=True)
    size = (IMAGES / name).stat().st_size
    print(f"{name}: {page.size[0]} × {page.size[1]}, {size:,} bytes")  # noqa: T201
    if size > _MOST_BYTES:
        raise SystemExit(f"{name} is too large")


def main() -> None:
    """Draw each picture from the first workbook of the demo that shows it."""
    folder = Path(sys.argv[1])
    with libreoffice.running() as app:
        for path in sorted(folder.rglob("*.xlsx")):
            book = app.books.open(path)
            for sheet in book.sheets:
                print(path.name, sheet.name, sheet.used_range.address)  # noqa: T201
            book.close()


if __name__ == "__main__":
    main()
