"""What people do in a running Calc by its own commands, between pull and push: rows stay right, what is theirs stays theirs."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import xlwings as xw

from kizuna_addin.desk import Desk
from kizuna_addin.history import undo_last_push
from kizuna_addin.identifiers import new_id
from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from kizuna_addin.push import check, push
from kizuna_addin.resolve import resolve
from tests.end_to_end.keyboard import Keyboard
from tests.end_to_end.programs import Calc, Chosen
from tests.end_to_end.sheets import Hand


@pytest.fixture
def host(calc, monkeypatch):
    """Calc alone: these are its commands."""
    monkeypatch.setattr(xw.engines, "active", calc.engine)
    monkeypatch.setattr(Chosen, "host", Calc(calc))
    return Chosen.host


class Desktop:
    """A workbook that stays open while its person works, presses buttons and works on."""

    def __init__(self, shop, book, who="S001"):
        self.shop, self.book, self.who = shop, book, who
        self.keys = Keyboard(book)

    def press(self, action, **more):
        with self.shop.client(self.who) as client:
            return action(self.book, client, **more)


@contextmanager
def at_work(shop, path, who="S001"):
    with Chosen.host.opened(path) as book:
        yield Desktop(shop, book, who)


@pytest.fixture
def desk(shop, tmp_path):
    with at_work(shop, shop.book(tmp_path / "a.xlsx")) as desk:
        yield desk


class Colleague:
    """Somebody else at the same server, with a program of their own."""

    def __init__(self, client):
        self._client = client

    def change(self, number, **fields):
        place, pulled = self._find(number)
        self._send({"op": "update", "id": pulled.ids[place], "base": pulled.revisions[place], "fields": fields})

    def add(self, **fields):
        self._send({"op": "insert", "id": new_id(), "fields": fields})

    def delete(self, number):
        place, pulled = self._find(number)
        self._send({"op": "delete", "id": pulled.ids[place], "base": pulled.revisions[place]})

    def sees(self, number, field):
        place, pulled = self._find(number)
        return pulled.columns[pulled.fields.index(field)][place]

    def names(self):
        pulled = self._client.pull("customers")
        return pulled.columns[pulled.fields.index("name")]

    def _find(self, number):
        pulled = self._client.pull("customers")
        return pulled.columns[pulled.fields.index("number")].index(number), pulled

    def _send(self, op):
        answer = self._client._transport.post(
            "/changesets", {"id": new_id(), "tables": [{"table": "customers", "ops": [op]}]}
        )
        assert answer["outcomes"][0]["outcome"] == "applied"


@pytest.fixture
def colleague(shop):
    with shop.client("S002") as client:
        yield Colleague(client)


def numbers(desk):
    return [row["顧客番号"] for row in desk.keys.rows]


def test_rows_sorted_by_calc_are_pushed_and_pulled_to_the_right_rows(desk, colleague):
    keys = desk.keys
    keys.set("C0001", "電話", "03-mine")
    keys.select(f"A3:{keys.letter('メモ')}{keys.bottom}")
    keys.command("DataSort", ByRows=True, HasHeader=False, Col1=keys.place("顧客番号"), Ascending1=False)

    sorted_as = numbers(desk)
    pushed = desk.press(push)
    colleague.change("C0003", phone="03-theirs")
    desk.press(pull)

    assert sorted_as == ["C0003", "C0002", "C0001"]
    assert [(op.kind, dict(op.fields)) for op in pushed.sheets[0].ops] == [("update", {"phone": "03-mine"})]
    assert colleague.sees("C0001", "phone") == "03-mine"
    assert numbers(desk) == sorted_as
    assert keys.get("C0003", "電話") == "03-theirs"


def test_one_column_sorted_by_the_toolbar_button_takes_its_whole_row_along(desk):
    keys = desk.keys
    keys.select(f"{keys.letter('氏名')}3")
    keys.command("SortDescending")

    checked = desk.press(check)

    assert numbers(desk) != ["C0001", "C0002", "C0003"]
    assert keys.get("C0002", "氏名") == "鈴木一郎"
    assert checked.sheets[0].ops == ()


def test_rows_hidden_by_the_autofilter_are_pulled_pushed_and_stay_hidden(desk, colleague):
    keys = desk.keys
    keys.set("C0002", "電話", "03-hidden")
    keys.choose("都道府県", "東京都")
    hidden = keys.row("C0002")
    colleague.change("C0002", mobile="090-theirs")

    out_of_sight = keys.is_hidden(hidden)
    desk.press(pull)
    pushed = desk.press(push)

    assert out_of_sight
    assert keys.is_hidden(hidden)
    assert not keys.is_hidden(keys.row("C0001"))
    assert keys.get("C0002", "携帯") == "090-theirs"
    assert pushed.sheets[0].count("applied", "merged") == 1
    assert keys.table.impl.xl.FilterDescriptor.FilterFields[0].StringValue == "東京都"


def test_a_row_taken_out_by_a_pull_leaves_hidden_exactly_what_the_filter_hides(desk, colleague):
    keys = desk.keys
    for name, prefecture in (("東京の客", "東京都"), ("大阪の客", "大阪府"), ("京の客", "東京都")):
        colleague.add(name=name, prefecture=prefecture)
    desk.press(pull)
    order = numbers(desk)
    keys.choose("都道府県", "東京都")
    colleague.delete("C0001")

    desk.press(pull)

    assert numbers(desk) == [number for number in order if number != "C0001"]
    hidden = {row["顧客番号"] for row in keys.rows if keys.is_hidden(keys.row(row["顧客番号"]))}
    assert hidden == {row["顧客番号"] for row in keys.rows if row["都道府県"] != "東京都"}
    assert hidden


def test_a_row_deleted_by_the_menu_while_a_filter_hides_others_is_the_only_one_deleted(desk):
    keys = desk.keys
    keys.choose("都道府県", "東京都")
    keys.select(f"A{keys.row('C0001')}")
    keys.command("DeleteRows")

    pushed = desk.press(push)

    assert [op.kind for op in pushed.sheets[0].ops] == ["delete"]
    assert numbers(desk) == ["C0002", "C0003"]


def test_a_column_inserted_among_ours_is_its_persons_with_formula_and_comment(desk, colleague):
    keys = desk.keys
    keys.select(f"{keys.letter('電話')}1")
    keys.command("InsertColumnsBefore")
    own = keys.place("電話") - 1
    letter = keys.sheet.range((1, own)).get_address(False, False).rstrip("1")
    keys.type(f"{letter}2", "自分の列")
    # Calc and Excel give a new column the format of its neighbour, which is text here.
    keys.select(f"{letter}3:{letter}5")
    keys.command("NumberFormatStandard")
    phone = keys.letter("電話")
    for row in (3, 4, 5):
        keys.type(f"{letter}{row}", f'={phone}{row}&"!"')
    keys.select(f"{letter}4")
    keys.command("InsertAnnotation", Text="要確認")
    colleague.change("C0002", phone="03-theirs")

    desk.press(pull)
    desk.press(push)
    desk.press(pull)

    assert [keys.sheet.range((row, own)).formula for row in (3, 4, 5)] == [f'={phone}{row}&"!"' for row in (3, 4, 5)]
    assert keys.sheet.range((4, own)).value == "03-theirs!"
    assert keys.sheet.range((4, own)).note.text == "要確認"
    assert keys.get("C0001", "電話") == "03-1111-0001"
    assert desk.press(check).sheets[0].ops == ()


def test_a_row_inserted_and_typed_in_the_middle_becomes_a_record(desk, colleague):
    keys = desk.keys
    keys.select("A4")
    keys.command("InsertRowsBefore")
    keys.type(f"{keys.letter('氏名')}4", "途中新子")

    pushed = desk.press(push)

    assert [op.kind for op in pushed.sheets[0].ops] == ["insert"]
    assert numbers(desk) == ["C0001", "C0004", "C0002", "C0003"]
    assert colleague.sees("C0004", "name") == "途中新子"


def test_an_empty_row_inserted_in_the_middle_is_nobodys_record(desk):
    desk.keys.select("A4")
    desk.keys.command("InsertRowsBefore")

    checked = desk.press(check)
    desk.press(push)
    desk.press(pull)

    assert checked.sheets[0].ops == ()
    assert numbers(desk) == ["C0001", None, "C0002", "C0003"]


def test_rows_copied_and_pasted_below_become_records_of_their_own(desk, colleague):
    keys = desk.keys
    last = keys.letter("メモ")
    keys.copy(f"A3:{last}4", f"A{keys.bottom + 1}")

    pushed = desk.press(push)

    assert [op.kind for op in pushed.sheets[0].ops] == ["insert", "insert"]
    assert numbers(desk) == ["C0001", "C0002", "C0003", "C0004", "C0005"]
    assert len({row["_id"] for row in keys.rows}) == 5
    assert colleague.names().count("山田花子") == 2


def test_rows_moved_by_cut_and_paste_are_the_same_rows(desk):
    keys = desk.keys
    last = keys.letter("メモ")
    ids = {row["顧客番号"]: row["_id"] for row in keys.rows}
    keys.select(f"A4:{last}4")
    keys.command("Cut")
    keys.select(f"A{keys.bottom + 1}")
    keys.command("Paste")
    keys.select("A4")
    keys.command("DeleteRows")

    checked = desk.press(check)

    assert numbers(desk) == ["C0001", "C0003", "C0002"]
    assert {row["顧客番号"]: row["_id"] for row in keys.rows} == ids
    assert checked.sheets[0].ops == ()


def test_undo_takes_back_what_was_typed_but_never_what_was_synced(desk, colleague):
    keys = desk.keys
    keys.type(f"{keys.letter('氏名')}{keys.bottom + 1}", "新田新子")
    desk.press(push)
    colleague.change("C0001", phone="03-theirs")
    desk.press(pull)
    keys.set("C0002", "電話", "03-oops")

    for _ in range(50):
        keys.command("Undo")
    checked = desk.press(check)

    # A push that Ctrl+Z took back would send its new rows a second time.
    assert checked.sheets[0].ops == ()
    assert keys.get("C0002", "電話") == "03-1111-0002"
    assert keys.get("C0001", "電話") == "03-theirs"
    assert numbers(desk) == ["C0001", "C0002", "C0003", "C0004"]


def test_merged_cells_hidden_columns_and_frozen_panes_stay_as_they_were_made(desk, colleague):
    keys = desk.keys
    right = keys.table.range.shape[1] + 2
    title = keys.sheet.range((3, right), (5, right + 1)).get_address(False, False)
    keys.type(keys.sheet.range((3, right)).get_address(False, False), "自分のまとめ")
    keys.select(title)
    keys.command("MergeCells")
    kana = keys.letter("フリガナ")
    keys.select(f"{kana}1")
    keys.command("HideColumn")
    keys.select("A4")
    keys.command("HideRow")
    controller = desk.book.impl.xl.CurrentController
    controller.freezeAtPosition(4, 2)
    colleague.change("C0002", kana="スズキ イチロウ")

    desk.press(pull)
    desk.press(push)

    merged = keys.sheet.range((3, right))
    assert merged.merge_area.get_address(False, False) == title
    assert merged.value == "自分のまとめ"
    assert not keys.sheet.impl.xl.Columns.getByName(kana).IsVisible
    assert keys.is_hidden(4)
    assert keys.get("C0002", "フリガナ") == "スズキ イチロウ"
    assert (controller.SplitColumn, controller.SplitRow) == (4, 2)
    assert desk.press(check).sheets[0].ops == ()


def test_merged_cells_inside_the_table_lose_no_row_and_no_value_on_the_server(desk, colleague):
    keys = desk.keys
    phone = keys.letter("電話")
    # What the command does once its question about the covered cell's text is answered.
    keys.sheet.range(f"{phone}3:{phone}4").impl.xl.merge(True)

    checked = desk.press(check)
    colleague.change("C0002", phone="03-under")
    desk.press(pull)

    assert numbers(desk) == ["C0001", "C0002", "C0003"]
    assert all(op.kind == "update" for op in checked.sheets[0].ops)
    assert keys.sheet.range(f"{phone}3").merge_area.get_address(False, False) == f"{phone}3:{phone}4"


def test_an_edit_in_a_cell_with_the_persons_own_format_and_comment_keeps_both(desk, colleague):
    keys = desk.keys
    cell = f"{keys.letter('氏名')}3"
    keys.select(cell)
    keys.command("Bold", Bold=True)
    keys.command("BackgroundColor", BackgroundColor=0xFFFF00)
    keys.command("InsertAnnotation", Text="お得意様")
    colleague.change("C0001", name="山田花")

    desk.press(pull)

    shown = keys.sheet.range(cell)
    assert shown.value == "山田花"
    assert shown.font.bold
    assert shown.color == (255, 255, 0)
    assert shown.note.text == "お得意様"


def test_a_sorted_and_filtered_sheet_takes_new_rows_and_loses_deleted_ones(desk, colleague):
    keys = desk.keys
    keys.select(f"{keys.letter('顧客番号')}3")
    keys.command("SortDescending")
    keys.choose("都道府県", "東京都")
    below = keys.bottom + 2
    keys.type(f"E{below}", "自分の行")
    colleague.add(name="新田新")
    colleague.delete("C0001")

    desk.press(pull)

    assert numbers(desk) == ["C0003", "C0002", "C0004"]
    assert keys.sheet.range(f"E{below}").value == "自分の行" or keys.sheet.range(f"E{below + 1}").value == "自分の行"
    assert desk.press(check).sheets[0].ops == ()


def test_a_conflict_is_chosen_on_its_sheet_by_typing_and_resolved(desk, colleague):
    desk.keys.set("C0001", "電話", "03-mine")
    colleague.change("C0001", phone="03-theirs")
    desk.press(push)
    choosing = Keyboard(desk.book, "競合")
    choosing.type("J2", "自分")

    resolved = resolve(desk.book)
    desk.press(push)

    assert (resolved.decided, resolved.remaining) == (1, 0)
    assert colleague.sees("C0001", "phone") == "03-mine"


def test_everything_at_once_survives_saving_and_opening_again(shop, tmp_path, colleague):
    path = shop.book(tmp_path / "a.xlsx")
    with at_work(shop, path) as desk:
        keys = desk.keys
        keys.select(f"{keys.letter('電話')}1")
        keys.command("InsertColumnsBefore")
        own = keys.sheet.range((1, keys.place("電話") - 1)).get_address(False, False).rstrip("1")
        keys.type(f"{own}2", "自分の列")
        keys.select(f"{own}3:{own}5")
        keys.command("NumberFormatStandard")
        keys.type(f"{own}3", '=LEN("三文字")')
        keys.select(f"{keys.letter('顧客番号')}3")
        keys.command("SortDescending")
        keys.set("C0001", "電話", "03-mine")
        desk.press(push)
    colleague.change("C0001", phone="03-theirs")

    with at_work(shop, path) as desk:
        desk.press(pull)
        assert desk.keys.get("C0001", "電話") == "03-theirs"
        undo_last_push_of = desk.press(undo_last_push)
        assert undo_last_push_of[0].outcomes[0].outcome in {"conflict", "merged", "applied"}
        assert Desk.open(desk.book).record.handles == ("customers",)
    with Hand(path) as hand:
        assert [row["顧客番号"] for row in hand.rows] == ["C0003", "C0002", "C0001"]
        assert '=LEN("三文字")' in [row["自分の列"] for row in hand.rows]


def removed_by_the_menu(desk, name):
    sheets = desk.book.impl.xl.Sheets
    sheets.getByName(name).IsVisible = True
    desk.keys.command("Remove", Index=sheets.getByName(name).RangeAddress.Sheet + 1)


@pytest.mark.parametrize("behind", ["メモ帳", "_kizuna"])
def test_a_sheet_deleted_by_the_menu_takes_no_table_and_no_filter_along(shop, tmp_path, colleague, behind):
    wish = Wish("customers", ("name", "phone"), (("prefecture", "=", "東京都"),))
    with at_work(shop, shop.book(tmp_path / "a.xlsx", "deals", wish)) as desk:
        desk.keys.set("C0001", "電話", "03-typed")
        if behind == "メモ帳":
            desk.book.sheets.add(behind, after=desk.book.sheets["顧客"])
        before = [table.name for table in desk.book.sheets["顧客"].tables]
        removed_by_the_menu(desk, behind)
        after = [table.name for table in desk.book.sheets["顧客"].tables]
        names = [sheet.name for sheet in desk.book.sheets]

        healed = behind == "_kizuna"
        if healed:
            desk.press(pull)
            resolve(desk.book, everything="mine")
        pushed = desk.press(push)
        pulled = desk.press(pull)

        assert behind not in names
        # Calc takes the table of the sheet before along; it is made again.
        assert (before, after) == (["kizuna_customers"], [])
        assert [one.lost for one in pulled] == [False, False]
        assert pushed.is_clean
        assert [table.name for table in desk.book.sheets["顧客"].tables] == ["kizuna_customers"]
        assert [row["顧客番号"] for row in desk.keys.rows] == ["C0001"]
        assert colleague.sees("C0001", "phone") == "03-typed"


def test_the_sheet_of_a_table_deleted_by_the_menu_is_told_and_deletes_no_row(shop, tmp_path, colleague):
    with at_work(shop, shop.book(tmp_path / "a.xlsx", "deals", "customers")) as desk:
        removed_by_the_menu(desk, "顧客")

        pushed = desk.press(push)
        pulled = desk.press(pull)
        back = desk.press(pull, restore=True)

        assert (pushed.changeset, pushed.lost) == (None, ("顧客",))
        assert [one.lost for one in pulled] == [False, True]
        assert [one.lost for one in back] == [False, False]
        assert len(colleague.names()) == len(Keyboard(desk.book).rows) == 3
