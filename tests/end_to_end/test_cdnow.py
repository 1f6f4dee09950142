"""The main job on real input: 6,919 purchases of 2,357 people, two workbooks, one truth, RFM against our own arithmetic.

Everything a person would start is started: the two command lines, the server, workbooks in files.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from kizuna.cli.local_server import LocalServer
from kizuna.model.database import sqlite_url

AS_OF = date(1998, 6, 30)
HEADING_ROW = 2


def run(module, *words, cwd, token=None, ok=(0,)):
    told = os.environ | {"KIZUNA_LANGUAGE": "ja"} | ({"KIZUNA_TOKEN": token} if token else {})
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, words)],
        cwd=cwd,
        env=told,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in ok, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def purchases(shared_data):
    with (shared_data / "cdnow_sample" / "btyd_cdnowElog.csv").open(encoding="ascii") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 6_919
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory, purchases, shared_data):
    """A server with the purchases imported, the owner's token, and a folder to work in."""
    folder = tmp_path_factory.mktemp("cdnow")
    database = folder / "shop.db"
    people = sorted({one["sampleid"] for one in purchases}, key=int)
    assert len(people) == 2_357
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("顧客番号", "氏名"), *((one, f"客{one}") for one in people)])
    made = run("kizuna", "init", "--database", database, "--json", cwd=folder)
    told = run("kizuna", "import", "customers", "people.csv", "--database", database, "--json", cwd=folder)
    assert (told["applied"], told["refused"]) == (2_357, 0)
    told = run(
        "kizuna", "import", "purchases", shared_data / "cdnow_sample" / "btyd_cdnowElog.csv",
        "--map", "sampleid=customer_id", "--map", "date=purchased_on", "--map", "sales=amount", "--map", "masterid=",
        "--map", "cds=",
        "--database", database, "--json", cwd=folder,
    )  # fmt: skip
    assert (told["applied"], told["refused"]) == (6_919, 0)
    with LocalServer(sqlite_url(database), log=folder / "server.log") as server:
        yield folder, server.url, made["token"]


def test_two_edited_copies_of_2357_customers_both_arrive(shop):
    folder, url, token = shop
    for book in ("a.xlsx", "b.xlsx"):
        run("kizuna_addin", "new", book, "--table", "customers", "--server", url, "--json", cwd=folder, token=token)
    edit(folder / "a.xlsx", {"1": {"電話": "03-0000-0001"}, "2": {"メモ": "from a"}, "3": {"都道府県": "東京都"}})
    edit(folder / "b.xlsx", {"1": {"メール": "b@example.jp"}, "2": {"メモ": "from b"}, "4": {"都道府県": "大阪府"}})

    run("kizuna_addin", "push", "a.xlsx", "--json", cwd=folder, token=token)
    run("kizuna_addin", "push", "b.xlsx", "--json", cwd=folder, token=token, ok=(3,))
    run("kizuna_addin", "pull", "a.xlsx", "--json", cwd=folder, token=token)

    a, b = read(folder / "a.xlsx"), read(folder / "b.xlsx")
    assert len(a) == len(b) == 2_357
    assert (a["1"]["電話"], a["1"]["メール"]) == (b["1"]["電話"], b["1"]["メール"]) == ("03-0000-0001", "b@example.jp")
    assert (a["3"]["都道府県"], a["4"]["都道府県"]) == ("東京都", "大阪府")
    # The conflict: what each typed is still in their sheet, and the second is asked.
    assert (a["2"]["メモ"], b["2"]["メモ"]) == ("from a", "from b")
    (told,) = run("kizuna_addin", "conflicts", "b.xlsx", "--json", cwd=folder, token=token, ok=(3,))
    assert [(one["mine"], one["theirs"]) for one in told["result"]] == [("from b", "from a")]


def test_rfm_in_cells_equals_our_own_arithmetic_for_everybody(shop, purchases):
    folder, url, token = shop
    expected = own_rfm(purchases)
    book = openpyxl.Workbook()
    for row, number in enumerate(expected, start=1):
        book.active.cell(row, 1).value = number
        book.active.cell(row, 2).value = f'=RFM(A{row}, "{AS_OF}")'
    book.save(folder / "rfm.xlsx")

    run("kizuna_addin", "calculate", "rfm.xlsx", "--server", url, "--json", cwd=folder, token=token)

    sheet = openpyxl.load_workbook(folder / "rfm.xlsx").worksheets[0]
    shown = {str(row[0]): tuple(row[2:6]) for row in sheet.iter_rows(values_only=True)}
    assert shown == expected


def own_rfm(purchases):
    """The definition of design page 5, written down once more without looking at the plugin."""
    days, sums = defaultdict(list), defaultdict(Decimal)
    for one in purchases:
        day = date(int(one["date"][:4]), int(one["date"][4:6]), int(one["date"][6:]))
        days[one["sampleid"]].append(day)
        sums[one["sampleid"]] += Decimal(one["sales"])
    points = {}
    for number, bought in days.items():
        silent, times, spent = (AS_OF - max(bought)).days, len(bought), sums[number]
        r = 5 if silent <= 90 else 4 if silent <= 180 else 3 if silent <= 364 else 2 if silent <= 729 else 1
        f = 5 if times >= 10 else 4 if times >= 4 else times
        m = 5 if spent >= 50_000 else 4 if spent >= 20_000 else 3 if spent >= 10_000 else 2 if spent >= 5_000 else 1
        points[number] = (r, f, m, r + f + m)
    return points


def edit(path, changes):
    book = openpyxl.load_workbook(path)
    sheet = book["顧客"]
    columns = {cell.value: cell.column for cell in sheet[HEADING_ROW]}
    rows = {sheet.cell(row, columns["顧客番号"]).value: row for row in range(HEADING_ROW + 1, sheet.max_row + 1)}
    for number, fields in changes.items():
        for heading, value in fields.items():
            sheet.cell(rows[number], columns[heading]).value = value
    book.save(path)


def read(path):
    sheet = openpyxl.load_workbook(path)["顧客"]
    heads, *rows = sheet.iter_rows(min_row=HEADING_ROW, values_only=True)
    found = [dict(zip(heads, row, strict=True)) for row in rows if row[0]]
    return {one["顧客番号"]: one for one in found}
