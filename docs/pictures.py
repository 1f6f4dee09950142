"""Make the pictures of the documentation from a running LibreOffice: ``python docs/pictures.py DEMO_FOLDER``.

DEMO_FOLDER is what ``kizuna demo DEMO_FOLDER --no-serve`` made. Needs LibreOffice and poppler (pdftoppm).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import xlwings as xw
from PIL import Image, ImageChops

from kizuna.access.accounts import list_accounts
from kizuna.access.tokens import create_token
from kizuna.app import open_database
from kizuna.cli.local_server import LocalServer
from kizuna.model.database import sqlite_url
from kizuna_addin.client import Client
from kizuna_addin.hosts import libreoffice
from kizuna_addin.hosts.libreoffice.bridge import properties, typed_any
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from kizuna_addin.transport import Transport

IMAGES = Path(__file__).parent / "images"
_MOST_BYTES = 150_000
SHOWN = {"顧客番号", "氏名", "フリガナ", "都道府県", "市区町村", "電話", "生年月日", "状態"}


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


def clients(url: str, server: str) -> list[Client]:
    """Return two people of the demo's first shop, signed in: 西村 and 伊藤, whose workbooks are drawn."""
    database = open_database(url)
    with database.backend.read() as connection:
        people = [one for one in list_accounts(connection) if one.role == "staff"][:2]
    tokens = [create_token(database, one.id, "pictures", now=datetime.now(UTC)) for one in people]
    return [Client(Transport(server, token)) for token in tokens]


def change(book: xw.Book, numbers: dict[str, str], heading: str) -> None:
    """Type into one column, by customer number."""
    table = book.sheets["顧客"].tables[0]
    headings = table.header_row_range.value
    rows = table.data_body_range
    keys = rows.columns[headings.index("顧客番号")].value
    for number, value in numbers.items():
        rows[keys.index(number), headings.index(heading)].value = value


def main() -> None:
    """Draw the pictures from the demo's workbooks and its database."""
    demo = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as name, libreoffice.running() as app:
        folder = Path(name)
        for path in demo.iterdir():
            if path.suffix == ".xlsx" or path.name.startswith("kizuna.db"):
                shutil.copy(path, folder)
        url = sqlite_url(folder / "kizuna.db")
        with LocalServer(url, log=folder / "log") as server:
            theirs, mine = clients(url, server.url)
            first, second = app.books.open(folder / "伊藤.xlsx"), app.books.open(folder / "西村.xlsx")
            for book, client in ((first, mine), (second, theirs)):
                pull(book, client)
            sheet = first.sheets["顧客"]
            table = sheet.tables[0]
            headings = table.header_row_range.value
            keys = table.data_body_range.columns[headings.index("顧客番号")].value[:6]
            change(second, {keys[0]: "06-6543-2100", keys[2]: "06-6543-2199"}, "電話")
            push(second, theirs)
            change(first, {keys[0]: "06-6543-2111", keys[2]: "06-6543-2155", keys[4]: "06-6543-2177"}, "電話")
            push(first, mine)
            change(first, {keys[1]: "06-6543-2188"}, "電話")
            change(first, {keys[5]: "そのうち"}, "生年月日")
            check(first, mine)
            for number in range(4, len(headings) + 1):
                column = sheet.range((1, number)).columns
                column.hidden = headings[number - 1] not in SHOWN
            picture(first, sheet, f"A1:{sheet.range((10, len(headings))).get_address(False, False)}", "customers.png")  # noqa: FBT003
            conflicts = first.sheets["競合"]
            picture(first, conflicts, conflicts.used_range.get_address(False, False), "conflicts.png")  # noqa: FBT003
            ranking = app.books.open(folder / "山本.xlsx")
            found = ranking.sheets["ランキング"]
            found["J4:J13"].number_format = "yyyy/mm/dd"
            found["L4:L13"].number_format = "#,##0"
            found["B3:L13"].columns.autofit()
            picture(ranking, found, "B3:L13", "ranking.png")


if __name__ == "__main__":
    main()
