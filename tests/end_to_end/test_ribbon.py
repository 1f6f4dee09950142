"""Every button of the ribbon pressed on a real workbook with a real server; only the windows are stood in for."""

from __future__ import annotations

import keyring
import keyring.backends.null
import openpyxl
import pytest

from kizuna import Action, ActionResult, Argument, FileResult, TableResult, Text
from kizuna_addin import worksheet_functions
from kizuna_addin.excel import run
from kizuna_addin.offered import press_offered
from kizuna_addin.person import shortened
from kizuna_addin.press import Press
from kizuna_addin.ribbon import verbs
from kizuna_addin.ribbon_actions import ACTIONS, show_history
from tests.end_to_end.sheets import Hand, opened
from tests.fixtures.plugins import loaded, plugin


class Listener:
    """Hears what is told, and agrees or not."""

    def __init__(self, *, agreeing=True):
        self.told, self.asked, self.troubles, self._agreeing = [], [], [], agreeing

    def tell(self, lines, *, trouble=False):
        (self.troubles if trouble else self.told).append("\n".join(lines))

    def agrees(self, question):
        self.asked.append(question)
        return self._agreeing


@pytest.fixture
def path(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path / "settings"))
    worksheet_functions.desk.cache_clear()
    yield shop.book(tmp_path / "a.xlsx")
    worksheet_functions.desk.cache_clear()


def press(path, verb, person=None):
    person = person or Listener()
    with opened(path) as book:
        run(verb, book=book, person=person)
    return person


def test_every_button_has_its_action():
    assert [verb.name for verb in verbs()] == sorted(ACTIONS, key=[verb.name for verb in verbs()].index)


def test_connect_tells_who_is_signed_in(shop, path):
    assert press(path, "connect").told == [f"{shop.server} に 店員S001 さんとしてつながっています。"]


def test_check_push_pull_and_undo(shop, path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-9999-0001")

    assert "変更 1" in press(path, "check").told[0]
    assert "反映 1" in press(path, "push").told[0]
    assert "変更 0" in press(path, "pull").told[0]
    undone = press(path, "undo")
    assert len(undone.asked) == 1
    assert "取り消しました" in undone.told[0]
    assert Hand(path).get("C0001", "電話") == "03-1111-0001"


def test_what_was_deleted_here_comes_back_by_a_button(path):
    with opened(path) as book:
        table = book.sheets["顧客"].tables[0]
        table.range.columns[table.header_row_range.value.index("電話")].delete("left")
        table.data_body_range.rows[1].delete("up")
        book.save()

    told = press(path, "restore").told[0]

    assert "追加 1" in told
    assert [Hand(path).get(number, "電話") for number in ("C0001", "C0002")] == ["03-1111-0001", "03-1111-0002"]


def test_the_selected_rows_alone_are_brought_by_a_button(path):
    assert "行が選ばれていません" in press(path, "refresh").troubles[0]


def test_a_yes_is_for_what_was_asked_about_and_no_more(shop, path):
    with Hand(path) as hand:
        for number in range(40):
            hand.sheet.cell(6 + number, hand.column("氏名")).value = f"客{number}"
    press(path, "push")

    class Hasty(Listener):
        """Deletes five rows more while the first question stands."""

        def agrees(self, question):
            if not self.asked:
                body.sheet.range((3, 1), (7, body.shape[1])).delete("up")
            return super().agrees(question)

    person = Hasty()
    with opened(path) as book:
        body = book.sheets["顧客"].tables[0].data_body_range
        book.sheets["顧客"].range((7, 1), (31, body.shape[1])).delete("up")
        run("push", book=book, person=person)

    assert ["25 行" in person.asked[0], "30 行" in person.asked[1], len(person.asked)] == [True, True, 2]
    assert "変わりました" in person.asked[1]
    assert "削除 30" in person.told[0]


def test_undo_asks_first(path):
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-9999-0001")
    press(path, "push")

    person = press(path, "undo", Listener(agreeing=False))

    assert (len(person.asked), person.told) == (1, [])
    assert Hand(path).get("C0001", "電話") == "03-9999-0001"


def test_settings_tell_what_troubles_this_pc(path, monkeypatch):
    # The environment is asked once; another test may have been first.
    monkeypatch.setattr(keyring.core, "_keyring_backend", keyring.backends.null.Keyring())
    troubled = press(path, "settings").told[0]

    assert "× 資格情報の保管" in troubled
    assert "→ 環境変数 KIZUNA_TOKEN" in troubled


def test_history_of_the_selected_row(shop, path):
    person = Listener()
    with opened(path) as book:
        row = Hand(path).row("C0002")
        show_history(Press(book, book.sheets["顧客"].range((row, 4)), person, shop.client))

    assert "店員S001 pc-S001" in person.told[0]


def test_history_without_a_selected_row_says_what_to_select(path):
    assert "行が選ばれていません" in press(path, "history").troubles[0]


def test_no_conflicts_is_said(path):
    assert press(path, "conflicts").told == ["競合はありません。"]


def test_what_the_server_does_not_offer_is_said_with_its_cure(path):
    assert "管理者" in press(path, "plugin:unknown").troubles[0]


def test_without_a_token_the_button_says_how_to_sign_in(path, monkeypatch):
    monkeypatch.delenv("KIZUNA_TOKEN")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    assert "kizuna-addin login" in press(path, "pull").troubles[0]


def test_a_workbook_of_somebody_elses_is_told_apart(shop, tmp_path, path, monkeypatch):
    monkeypatch.setenv("KIZUNA_SERVER", shop.server)
    openpyxl.Workbook().save(tmp_path / "own.xlsx")

    assert "Kizuna の表がありません" in press(tmp_path / "own.xlsx", "check").troubles[0]


def test_a_long_text_is_cut_to_what_a_message_box_holds():
    assert len(shortened([f"line {number}" for number in range(2000)])) < 1024
    assert shortened(["x" * 2000]).endswith("…")


def offered(write, arguments):
    return ActionResult(
        Text("三件です。", "Three."),
        (FileResult("../labels.pdf", "application/pdf", b"%PDF"),),
        TableResult((Text("番号", "Number"),), (list(arguments["customers"]),)),
    )


@pytest.fixture
def shop_with_labels(shop, tmp_path, monkeypatch):
    both = Text("ラベル", "Labels")
    arguments = (Argument("customers", "keys", required=True),)
    actions = [Action("follow_up_labels", both, both, offered, arguments)]
    shop.database.plugins = loaded(plugin("labels", actions=lambda: actions), strict=True)
    (tmp_path / "Downloads").mkdir()
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    return shop


def test_a_plugins_button_takes_the_selected_rows_and_shows_what_it_brings(shop_with_labels, path, tmp_path):
    person = Listener()
    with opened(path) as book:
        row = Hand(path).row("C0001")
        selection = book.sheets["顧客"].range((row, 4), (row + 1, 4))
        press_offered(Press(book, selection, person, shop_with_labels.client), "labels")

        shown = book.sheets["ラベル"].range("A1:A3").value

    assert shown == ["番号", Hand(path).sheet.cell(row, Hand(path).column("顧客番号")).value, "C0002"]
    assert [saved.name for saved in (tmp_path / "Downloads").iterdir()] == ["_labels.pdf"]
    assert person.told[0].startswith("三件です。")


def test_a_plugins_button_without_rows_says_what_to_select(shop_with_labels, path):
    assert "行が選ばれていません" in press(path, "labels").troubles[0]
