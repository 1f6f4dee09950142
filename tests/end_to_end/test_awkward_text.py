"""Text that breaks other programs goes there and back unchanged, and never becomes a formula."""

import json
import os
from pathlib import Path

import pytest

from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from kizuna_addin.push import push
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, opened

INJECTIONS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1,1)",
    "\t=1+1",
    "'=1",
    "''",
    '=HYPERLINK("http://x")',
]


def payloads(name):
    for folder in Path(__file__).resolve().parents:
        found = folder.parent / "shared" / "data" / "payloads" / name
        if found.is_file():
            return found
    if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
        pytest.fail("shared/data/payloads is missing")
    pytest.skip("shared/data/payloads is not beside this checkout")


def naughty_strings():
    strings = json.loads(payloads("blns.json").read_text("utf-8"))
    vectors = payloads("csv_injection_vectors.txt").read_text("utf-8").splitlines()
    return [one for one in dict.fromkeys([*INJECTIONS, *strings, *vectors]) if one.strip() and "\x00" not in one]


def do(shop, path, action, **more):
    with opened(path) as book, shop.client() as client:
        return action(book, client, **more)


def test_naughty_strings_from_the_server_are_shown_and_never_come_back_as_changes(shop, tmp_path):
    strings = naughty_strings()
    with shop.client() as client:
        ops = [
            {"op": "insert", "id": f"0190f000-0000-7000-8000-{number:012d}", "fields": {"name": "客", "notes": text}}
            for number, text in enumerate(strings)
        ]
        client._transport.post(
            "/changesets",
            {"id": "0190f000-0000-7000-8000-ffffffffffff", "tables": [{"table": "customers", "ops": ops}]},
        )
    path = shop.book(tmp_path / "a.xlsx", Wish("customers", ("name", "notes")))

    report = do(shop, path, push)

    assert report.changeset is None
    with Hand(path) as hand:
        column = hand.column("メモ")
        cells = [hand.sheet.cell(row, column) for row in range(3, hand.last + 1)]
    assert len(cells) == len(strings) + 3
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    do(shop, path, pull)
    assert do(shop, path, push).changeset is None


def test_formula_like_text_typed_into_a_text_cell_travels_as_text(shop, tmp_path):
    path, other = (shop.book(tmp_path / name, Wish("customers", ("name", "notes"))) for name in ("a.xlsx", "b.xlsx"))
    with Hand(path) as hand:
        column = hand.column("メモ")
        for number, text in enumerate(INJECTIONS[:3]):
            cell = hand.sheet.cell(3 + number, column)
            cell.value, cell.data_type = text, "s"

    report = do(shop, path, push)
    do(shop, other, pull)

    assert report.sheets[0].count("applied") == 3
    hand = Hand(other)
    assert [hand.sheet.cell(3 + number, hand.column("メモ")).value for number in range(3)] == INJECTIONS[:3]
    assert {hand.sheet.cell(3 + number, hand.column("メモ")).data_type for number in range(3)} == {"s"}


@on_every_host
@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-2+3", "@SUM(1,1)"])
def test_a_formula_from_the_server_stays_text_in_a_column_of_the_general_format(shop, path, other, text):
    with Hand(path) as hand:
        for row in range(hand.row("C0001"), hand.last + 1):
            hand.sheet.cell(row, hand.column("メモ")).number_format = "General"
    with Hand(other) as hand:
        cell = hand.sheet.cell(hand.row("C0001"), hand.column("メモ"))
        cell.value, cell.data_type = text, "s"
    do(shop, other, push)

    do(shop, path, pull)

    cell = Hand(path).sheet.cell(Hand(path).row("C0001"), Hand(path).column("メモ"))
    assert (cell.value, cell.data_type) == (text, "s")
    assert do(shop, path, push).changeset is None
