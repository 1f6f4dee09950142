"""Real purchases in the shapes other programs write them: brought in by the command line alone, and the figures are right.

No customers file, no code: a heading for the customer, one for the day, one for the amount. The figures are compared with
an own recomputation of design page 5 at several days.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Receipt = tuple[str, date, Decimal]
DAYS = (date(1997, 3, 25), date(1998, 6, 30), date(2000, 2, 29))
HEADINGS = ("得意先コード", "ご利用日", "お支払額")


def run(*words: Any, cwd: Path, ok: tuple[int, ...] = (0,)) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "kizuna", *map(str, words), "--database", cwd / "shop.db", "--json"],
        cwd=cwd,
        env=os.environ | {"KIZUNA_LANGUAGE": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in ok, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def receipts(shared_data: Path) -> list[Receipt]:
    with (shared_data / "cdnow_sample" / "btyd_cdnowElog.csv").open(encoding="ascii") as file:
        return [
            (one["sampleid"], date.fromisoformat(one["date"]), Decimal(one["sales"])) for one in csv.DictReader(file)
        ]


def register(path: Path, receipts: list[Receipt]) -> Path:
    """A register's export: Shift_JIS, semicolons, Japanese days and money."""
    with (path / "register.csv").open("w", encoding="cp932", newline="") as file:
        lines = csv.writer(file, delimiter=";")
        lines.writerow(HEADINGS)
        lines.writerows((who, f"{on.year}年{on.month}月{on.day}日", f"￥{yen:,}") for who, on, yen in receipts)
    return path / "register.csv"


def program(path: Path, receipts: list[Receipt]) -> Path:
    """What a program of data people writes: tabs, UTF-16, moments, and doubles with all their digits."""
    with (path / "program.txt").open("w", encoding="utf-16", newline="") as file:
        lines = csv.writer(file, delimiter="\t")
        lines.writerow(HEADINGS)
        lines.writerows((who, f"{on} 00:00:00", _noisy(yen)) for who, on, yen in receipts)
    return path / "program.txt"


def _noisy(yen: Decimal) -> str:
    """Return an amount as it comes out of quantity × price in doubles."""
    return repr(float(yen) / 3 * 3 + float(yen) * 2**-52)


def workbook(path: Path, receipts: list[Receipt]) -> Path:
    """A sheet with a title above the headings, Excel's own days, and numbers for customers."""
    book = openpyxl.Workbook()
    book.active.append(["売上一覧"])
    book.active.append([])
    book.active.append(HEADINGS)
    for who, on, yen in receipts:
        book.active.append([int(who), datetime(on.year, on.month, on.day), float(yen)])  # noqa: DTZ001
    book.save(path / "sales.xlsx")
    return path / "sales.xlsx"


@pytest.mark.parametrize("written", [register, program, workbook])
def test_purchases_in_any_shape_give_the_figures_of_the_definition(
    tmp_path: Path, receipts: list[Receipt], written: Callable[[Path, list[Receipt]], Path]
) -> None:
    run("init", cwd=tmp_path)
    pairs = [
        f"--map={heading}={field}"
        for heading, field in zip(HEADINGS, ("customer_id", "purchased_on", "amount"), strict=True)
    ]

    told = run("import", "purchases", written(tmp_path, receipts), "--new-customers", *pairs, cwd=tmp_path)

    assert (told["applied"], told["customers_added"], told["refused"]) == (6_919, 2_357, 0)
    for as_of in DAYS:
        shown = run("call", "RFM_TOP", "--count", 5_000, "--as-of", as_of, cwd=tmp_path)["columns"]
        found = list(zip(shown[1], *shown[3:6], *shown[8:], strict=True))
        assert found == expected(receipts, as_of)


def expected(receipts: list[Receipt], as_of: date) -> list[tuple[Any, ...]]:
    """Return number, points, last day, times and amount of all buyers by rank, as page 5 says."""
    bought: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for who, on, yen in receipts:
        if on <= as_of:
            bought[who].append((on, yen))
    found = []
    for who, some in bought.items():
        last, times, yen = max(on for on, _ in some), len(some), sum((one for _, one in some), Decimal())
        days = (as_of - last).days
        r = next((points for points, most in ((5, 90), (4, 180), (3, 364), (2, 729)) if days <= most), 1)
        f = next((points for points, least in ((5, 10), (4, 4), (3, 3), (2, 2)) if times >= least), 1)
        m = next((points for points, least in ((5, 50_000), (4, 20_000), (3, 10_000), (2, 5_000)) if yen >= least), 1)
        found.append(
            ((-(r + f + m), -yen, days, -times, int(who)), (who, r, f, m, last.isoformat(), times, float(yen)))
        )
    return [one for _, one in sorted(found)]


AWKWARD = """Customer ID;InvoiceDate;Amount
17850;2010/12/1 8:26;"1,234.50"
17850;2010-12-01;¥1,000
17850;2010-12-01;¥1,000
;2010-12-02;55
12583;2010-12-13;-200
12583;2010年12月5日;２，０００円
12583;平成22年12月6日;(300)
C-9;20101207;1e3
C-9;Someday;100
C-9;2010-12-09T10:00:00;15.299999999999999
"""


def test_awkward_lines_are_read_or_refused_by_row_and_the_rest_counts(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(AWKWARD, encoding="utf-8")
    run("init", cwd=tmp_path)
    pairs = ("--map", "Customer ID=customer_id", "--map", "InvoiceDate=purchased_on")

    told = run(
        "import", "purchases", "odd.csv", *pairs, "--new-customers", "--negative-returns", cwd=tmp_path, ok=(1,)
    )  # fmt: skip
    shown = run("call", "RFM_TOP", "--as-of", "2010-12-31", cwd=tmp_path)["columns"]

    assert (told["applied"], told["customers_added"]) == (7, 3)
    assert [one["row"] for one in told["problems"]] == [5, 9, 10]
    # Equal lines are purchases of their own; negative amounts are returns and no purchases.
    assert list(zip(shown[1], shown[9], shown[10], strict=True)) == [
        ("17850", 3, 3234.5), ("12583", 1, 1500), ("C-9", 1, 15.3),
    ]  # fmt: skip


def test_adding_customers_needs_a_column_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("InvoiceDate,Amount\n2010-12-01,5\n", encoding="utf-8")
    run("init", cwd=tmp_path)
    words = [
        sys.executable,
        "-m",
        "kizuna",
        "import",
        "purchases",
        "odd.csv",
        "--new-customers",
        "--database",
        "shop.db",
    ]

    done = subprocess.run(
        [*words, "--map", "InvoiceDate=purchased_on"],
        cwd=tmp_path,
        env=os.environ | {"KIZUNA_LANGUAGE": "en"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 1
    assert "--map HEADING=customer_id" in done.stderr
