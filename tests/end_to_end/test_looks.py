"""How what is made looks: nothing clipped, headings that look like headings, the first sheet in front."""

from __future__ import annotations

import io
import json
import sys
import zipfile

import openpyxl
from click.testing import CliRunner

from kizuna_addin.cli import main
from kizuna_addin.layout import HEADING_GROUND
from kizuna_addin.offered import show_table
from kizuna_addin.push import push
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, opened

LONG = "株式会社とても長い名前の商店 横浜支店"


def test_a_new_workbook_opens_on_its_first_sheet(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", "customers", "deals")

    assert openpyxl.load_workbook(path).active.title == "顧客"


def test_a_column_is_wide_enough_for_its_words_and_for_its_heading(shop, tmp_path):
    with Hand(shop.book(tmp_path / "first.xlsx")) as hand:
        hand.set("C0001", "氏名", LONG)
    with opened(tmp_path / "first.xlsx") as book, shop.client() as client:
        push(book, client)

    hand = Hand(shop.book(tmp_path / "a.xlsx"))
    widths = {
        cell.value: hand.sheet.column_dimensions[cell.column_letter].width
        for cell in hand.sheet[2]
        if cell.column_letter in hand.sheet.column_dimensions
    }

    assert widths["氏名"] >= 2 * len(LONG) - 2
    assert widths["同期状態"] >= 12


@on_every_host
def test_a_plugins_table_has_a_heading_that_stays_and_days_that_can_be_read(shop, tmp_path, host):
    path = shop.book(tmp_path / "a.xlsx")
    with opened(path) as book:
        show_table(book, "今日の予定", ["予定日", "件名", "金額"], [["2026-11-22"], [LONG], [12000]])
        book.save()

    sheet = openpyxl.load_workbook(path)["今日の予定"]

    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.b
    assert sheet["A1"].fill.start_color.rgb[-6:].lower() == bytes(HEADING_GROUND).hex()
    assert sheet.column_dimensions["A"].width > 9
    assert sheet.column_dimensions["B"].width > 1.4 * len(LONG)


def test_the_extension_has_the_plugins_buttons_too(tmp_path):
    words = {"ja": "手紙", "en": "Letters"}
    offered = {"functions": [], "actions": [{"name": "letters", "label": words, "help": words, "arguments": []}]}
    (tmp_path / "catalogue.json").write_text(json.dumps(offered))
    out = tmp_path / "kizuna.oxt"

    done = CliRunner().invoke(main, ["build-oxt", "--catalogue", str(tmp_path / "catalogue.json"), "--out", str(out)])

    assert done.exit_code == 0, done.output
    assert sys.executable in zipfile.ZipFile(out).read("kizuna.json").decode()
    assert b"plugin:letters" in zipfile.ZipFile(io.BytesIO(out.read_bytes())).read("Addons.xcu")
