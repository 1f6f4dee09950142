"""Only the selected rows brought up to date: the rest of the sheet, and how far it is, stay as they were."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from kizuna_addin import pull_rows as module
from kizuna_addin.book_errors import NothingSelectedError, TooManySelectedError
from kizuna_addin.cli import main
from kizuna_addin.errors import UnknownRowError
from kizuna_addin.new import Wish
from kizuna_addin.press import Press
from kizuna_addin.pull import pull
from kizuna_addin.pull_rows import pull_rows, rows_called
from kizuna_addin.push import push
from kizuna_addin.ribbon_actions import pull_selected
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, do, opened


def theirs(shop, other, **phones):
    with Hand(other) as hand:
        for number, phone in phones.items():
            hand.set(number, "電話", phone)
    do(shop, other, push, "S002")


def called(shop, path, *keys):
    return do(shop, path, lambda book, client: pull_rows(book, client, rows_called(book, keys)))


class Listener:
    def __init__(self):
        self.told = []

    def tell(self, lines, *, trouble=False):
        self.told += lines


@on_every_host
def test_only_the_selected_rows_are_brought(shop, path, other, host):
    theirs(shop, other, C0001="03-a", C0002="03-b", C0003="03-c")
    person = Listener()
    row = Hand(path).row("C0002")
    line = Hand(path).sheet["A1"].value

    with opened(path) as book:
        pull_selected(Press(book, book.sheets["顧客"].range((row, 4), (row, 6)), person, shop.client))

    assert [Hand(path).get(number, "電話") for number in ("C0001", "C0002", "C0003")] == [
        "03-1111-0001", "03-b", None
    ]  # fmt: skip
    assert person.told[0].startswith("「顧客」 変更 1・追加 0・削除 0")
    assert Hand(path).sheet["A1"].value == line, "the whole sheet was not pulled"
    assert do(shop, path, pull)[0].changed == 2
    assert Hand(path).get("C0003", "電話") == "03-c"


def test_what_was_typed_is_merged_and_can_be_pushed(shop, path, other):
    theirs(shop, other, C0001="03-a", C0002="03-b")
    with Hand(path) as hand:
        hand.set("C0001", "氏名", "山田花江")
        hand.set("C0002", "電話", "03-mine")
        hand.set("C0003", "電話", "03-unsent")

    reports = called(shop, path, "C0001", "C0002")

    assert (reports[0].changed, reports[0].conflicts, reports[0].unsent) == (1, 1, 3)
    hand = Hand(path)
    assert (hand.get("C0001", "氏名"), hand.get("C0001", "電話")) == ("山田花江", "03-a")
    assert (hand.get("C0002", "電話"), hand.get("C0003", "電話")) == ("03-mine", "03-unsent")
    assert Hand(path, "競合").sheet["F2"].value == "03-b"
    pushed = do(shop, path, push)
    assert pushed.sheets[0].count("applied") == 2
    assert pushed.sheets[0].waiting == 1


def test_a_row_that_is_gone_goes_and_the_others_stay(shop, path, other):
    with opened(other) as book:
        sheet = book.sheets["顧客"]
        row = Hand(other).row("C0002")
        sheet.range((row, 1), (row, sheet.tables[0].range.shape[1])).delete("up")
        book.save()
    do(shop, other, push, "S002")
    with Hand(path) as hand:
        hand.set("C0003", "電話", "03-unsent")

    [report] = called(shop, path, "C0001", "C0002")

    assert (report.changed, report.removed, report.unsent) == (0, 1, 1)
    assert [row["顧客番号"] for row in Hand(path).rows] == ["C0001", "C0003"]


def test_a_sheet_with_a_filter_and_chosen_columns_keeps_both(shop, tmp_path, other):
    wish = Wish("customers", ("number", "name", "phone", "prefecture"), (("prefecture", "=", "東京都"),))
    path = shop.book(tmp_path / "tokyo.xlsx", wish)
    theirs(shop, other, C0001="03-a")

    [kept] = called(shop, path, "C0001")
    with Hand(other) as hand:
        hand.set("C0001", "都道府県", "大阪府")
    do(shop, other, push, "S002")
    [left] = called(shop, path, "C0001")

    assert (kept.changed, kept.removed) == (1, 0)
    assert (left.changed, left.removed) == (0, 1)
    assert "メール" not in [cell.value for cell in Hand(path).sheet[2]]


def test_rows_that_were_never_sent_and_cells_elsewhere_are_told_apart(shop, path):
    with Hand(path) as hand:
        row = hand.type_row(氏名="新田新")
    with opened(path) as book, pytest.raises(NothingSelectedError):
        pull_selected(Press(book, book.sheets["顧客"].range((row, 4)), Listener(), shop.client))
    with opened(path) as book, pytest.raises(NothingSelectedError):
        pull_selected(Press(book, book.sheets["顧客"].range((99, 4)), Listener(), shop.client))
    with pytest.raises(UnknownRowError):
        called(shop, path, "C9999")


def test_more_rows_than_are_asked_for_one_by_one_name_the_cure(shop, path, monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 2)

    with pytest.raises(TooManySelectedError, match="press Pull"):
        called(shop, path, "C0001", "C0002", "C0003")


def test_many_rows_come_in_requests_of_a_bounded_length(shop, path, other, monkeypatch):
    theirs(shop, other, C0001="03-a", C0002="03-b", C0003="03-c")
    monkeypatch.setattr(module, "ROWS_A_REQUEST", 2)

    [report] = called(shop, path, "C0001", "C0002", "C0003", "C0001")

    assert (report.changed, report.removed) == (3, 0)


def test_the_command_line_names_rows_by_their_numbers(shop, path, other, monkeypatch):
    theirs(shop, other, C0001="03-a", C0002="03-b")
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    command = ["pull", str(path), "--server", shop.server]

    done = CliRunner().invoke(main, [*command, "--row", "C0002", "--json"])
    both = CliRunner().invoke(main, [*command, "--row", "C0002", "--restore"])

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)[0]["result"][0]["changed"] == 1
    assert Hand(path).get("C0001", "電話") == "03-1111-0001"
    assert both.exit_code == 2
