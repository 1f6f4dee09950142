"""Figures on paper are rounded as people round, and what is short is never broken in two."""

from __future__ import annotations

import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import kizuna
from kizuna.offers import Look
from kizuna.printing.fonts import LabelFont, find_font
from kizuna.printing.numbers import readable
from kizuna.printing.tables import PADDING, widths
from tests.conftest import skip_or_fail

CASES: list[tuple[Any, Look, str]] = [
    (12.5, "money", "¥13"), (2.5, "money", "¥3"), (Decimal("1063.5"), "money", "¥1,064"), (-0.4, "money", "¥0"),
    (-1234.5, "money", "-¥1,235"), (1e300, "money", f"¥{10**300:,}"),
    (0.682, "percent", "68.2%"), (0.0905, "percent", "9.1%"), (0.00125, "percent", "0.1%"), (0, "percent", "0.0%"),
    (0.000178, "percent", "0.018%"), (-0.5, "percent", "-50.0%"), (12.0, "percent", "1200.0%"),
    (0.000178, "small-percent", "0.02%"), (0.00125, "small-percent", "0.13%"),
    (1234567, "number", "1,234,567"), (1063.85, "number", "1,063.9"), (0.545, "number", "0.545"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "look", "shown"), CASES)
def test_a_figure_is_rounded_half_up(value: Any, look: Look, shown: str) -> None:
    assert readable(value, look, "ja") == shown


def test_the_page_of_a_report_shows_figures_as_its_paper_does() -> None:
    node = shutil.which("node")
    if node is None:
        skip_or_fail("no node on this machine")
    page = (Path(kizuna.__file__).parent / "web" / "templates" / "report.html").read_text(encoding="utf-8")
    script = page[page.index("function rounded(") : page.index("function element(")]
    asked = json.dumps([[float(value), look] for value, look, _ in CASES])
    script += f"console.log(JSON.stringify({asked}.map(([value, look]) => readable(value, look))));"
    told = subprocess.run([node, "-e", script], capture_output=True, check=True, encoding="utf-8").stdout

    assert json.loads(told) == [shown for _, _, shown in CASES]


def test_dates_and_amounts_are_not_broken_beside_long_texts() -> None:
    font: LabelFont = find_font()
    heads = ["失注日", "氏名", "件名", "商品", "金額", "理由", "広告"]
    line = ["2026-11-01", "社会福祉法人遠音保育園", "創立記念品 玉露・煎茶 木箱入り 寿 15個" * 2, "玉露・煎茶 木箱入り 寿" * 2,
            "¥216,000", "予算がつかない" * 3, "A0016 夏の疲れに桑の葉青汁" * 2]  # fmt: skip

    found = widths(heads, [[one] for one in line], font, 510.0)

    assert sum(found) == pytest.approx(510)
    for place in (0, 4):
        assert found[place] >= font.measure(line[place], 8) + PADDING - 0.01
