"""Workbooks on PCs without Python: a (simulated) client, a real server, and the add-in's flows run there."""

from contextlib import contextmanager

import httpx
import openpyxl
import pytest

import kizuna_workbook_service
from kizuna import Action, ActionResult, Argument, FileResult, TableResult, Text
from kizuna_addin.hosts import files
from kizuna_addin.ribbon import verbs
from kizuna_workbook_service.offered import SERVICES
from tests.end_to_end.sheets import Hand
from tests.fixtures import payload_client
from tests.fixtures.plugins import Made, loaded, plugin


class Person:
    """Somebody at a PC without Python."""

    def __init__(self, shop, path, who="S001", *, extended=True, language="ja"):
        self.shop, self.path, self.extended = shop, path, extended
        self.headers = {"Authorization": f"Bearer {shop.tokens[who]}", "Accept-Language": language}
        self.lines = []
        self.calls = []

    def ask(self, client, verb, **fields):
        body = {**client.payload(), **fields}
        query = {"show": "true"} if fields == {} else {}
        url = f"{self.shop.server}/api/v1/services/{verb}"
        answer = httpx.post(url, json=body, headers=self.headers, params=query, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def press(self, verb, **fields):
        """Press a button, and let the client go on as long as the server says so."""
        self.lines = []
        with self.opened() as client:
            again = f"workbook.{verb}"
            while again:
                self.calls.append(again)
                answer = self.ask(client, again, **fields)
                client.do(answer["actions"])
                self.lines += answer["lines"]
                again = answer["again"]
            client.book.save()
        return answer

    @contextmanager
    def opened(self):
        client = payload_client.opened(self.path, extended=self.extended)
        try:
            yield client
        finally:
            client.book.app.quit()


def blank(path):
    book = files.new_book(path)
    book.app.quit()
    return path


@pytest.fixture
def hanako(shop, tmp_path):
    person = Person(shop, blank(tmp_path / "a.xlsx"))
    person.press("new", tables=["customers"])
    return person


@pytest.fixture
def jiro(shop, tmp_path):
    return Person(shop, shop.book(tmp_path / "b.xlsx", who="S002"), "S002")


def test_a_client_that_can_ask_gets_the_question_whether_many_rows_shall_go(shop, hanako):
    with Hand(hanako.path) as hand:
        for number in range(30):
            hand.type_row(氏名=f"客{number}", 電話=f"03-{number}")
            hand.table.ref = hand.table.ref[: -len(str(hand.last))] + str(hand.last + 1)
            hand.table.autoFilter.ref = hand.table.ref
    hanako.press("push")
    with Hand(hanako.path) as hand:
        for row in hand.rows:
            hand.set(row["顧客番号"], "電話", None)

    refused = hanako.press("push")
    asked = hanako.press("push", asks=True)
    with Hand(hanako.path) as hand:
        hand.set("C0001", "電話", "03-1111-0001")
    again = hanako.press("push", asks=True, consent=asked["consent"])
    sent = hanako.press("push", asks=True, consent=again["consent"])

    assert (refused["code"], refused["question"]) == (1, None)
    assert (asked["code"], asked["lines"], asked["again"]) == (3, [], None)
    assert asked["question"].startswith("「顧客」の「電話」列で ")
    assert "--" not in asked["question"].replace("--restore", "")
    assert again["question"].startswith("先ほどお尋ねしたあとで、消えているものが変わりました。")
    assert int(again["consent"].split("-")[0]) == int(asked["consent"].split("-")[0]) - 1
    assert (sent["code"], sent["question"], sent["consent"]) == (0, None, None)


def test_a_workbook_made_by_the_service_is_the_one_that_the_add_in_makes(shop, hanako, tmp_path):
    made = shop.book(tmp_path / "by_the_add_in.xlsx")

    ours, theirs = Hand(hanako.path), Hand(made)
    assert ours.rows == theirs.rows
    assert ours.book.sheetnames == theirs.book.sheetnames
    assert ours.book["_kizuna"].sheet_state == "veryHidden"
    assert ours.sheet.freeze_panes == theirs.sheet.freeze_panes
    assert set(ours.book.defined_names) == set(theirs.book.defined_names)
    for one, other in zip(ours.sheet[3], theirs.sheet[3], strict=True):
        assert (one.number_format, one.fill.fgColor.rgb) == (other.number_format, other.fill.fgColor.rgb)
    assert {str(rule.sqref) for rule in ours.sheet.data_validations.dataValidation} == {
        str(rule.sqref) for rule in theirs.sheet.data_validations.dataValidation
    }


def test_an_edit_and_a_new_row_travel_to_a_workbook_with_python_and_back(hanako, jiro):
    with Hand(hanako.path) as hand:
        hand.set("C0001", "電話", "090-0000-0001")
        hand.type_row(氏名="新田新", 生年月日="平成元年1月8日")

    answer = hanako.press("push")
    jiro.press("pull")

    assert answer["code"] == 0
    assert hanako.calls[-2:] == ["workbook.push", "workbook.finish"]
    assert any("新規 1・変更 1" in line for line in hanako.lines)
    assert Hand(hanako.path).rows[3]["顧客番号"] == "C0004"
    assert Hand(hanako.path).get("C0001", "同期状態") == "送信済"
    assert Hand(jiro.path).get("C0001", "電話") == "090-0000-0001"
    assert Hand(jiro.path).rows[3]["氏名"] == "新田新"
    assert hanako.press("push")["lines"] == ["送信するものはありません。"]


def test_a_push_whose_second_half_never_came_is_finished_by_the_next_and_sent_once(hanako, jiro):
    with Hand(hanako.path) as hand:
        hand.type_row(氏名="新田新")
    with hanako.opened() as client:
        first = hanako.ask(client, "workbook.push")
        client.do(first["actions"])
        # The server does the push, and its answer is lost.
        hanako.ask(client, first["again"])
        client.book.save()

    hanako.press("push")
    jiro.press("pull")

    assert first["again"] == "workbook.finish"
    assert [row["氏名"] for row in Hand(jiro.path).rows].count("新田新") == 1
    assert Hand(hanako.path).rows[3]["顧客番号"] == "C0004"


def test_a_conflict_waits_on_its_sheet_and_is_resolved_and_pushed(hanako, jiro):
    with Hand(hanako.path) as hand:
        hand.set("C0001", "電話", "03-1")
    with Hand(jiro.path) as hand:
        hand.set("C0001", "電話", "03-2")
    hanako.press("push")

    pushed = jiro.press("push")
    waiting = Hand(jiro.path, "競合").book.sheetnames
    resolved = jiro.press("resolve", take="mine")
    hanako.press("pull")

    assert pushed["code"] == 3
    assert "競合" in waiting
    assert resolved["code"] == 0
    assert Hand(hanako.path).get("C0001", "電話") == "03-2"


def test_check_tells_and_changes_nothing_on_the_server(hanako, jiro):
    with Hand(hanako.path) as hand:
        hand.set("C0002", "状態", "王様")

    checked = hanako.press("check")

    assert checked["code"] == 3
    assert Hand(hanako.path).get("C0002", "同期状態") == "エラー"
    assert jiro.press("pull")["report"][0]["changed"] == 0


def test_status_history_and_undo_work_without_python(hanako):
    with Hand(hanako.path) as hand:
        hand.set("C0001", "電話", "03-9")
    hanako.press("push")

    status = hanako.press("status")
    history = hanako.press("history", row="C0001")
    hanako.press("undo")

    assert status["report"]["sheets"][0]["rows"] == 3
    assert len(history["lines"]) >= 2
    assert Hand(hanako.path).get("C0001", "電話") == "03-1111-0001"


def test_a_failure_is_told_and_leaves_the_workbook_as_it_was(shop, tmp_path):
    person = Person(shop, blank(tmp_path / "a.xlsx"), language="en")

    answer = person.press("pull")

    assert answer["code"] == 1
    assert [one["func"] for one in answer["actions"]] == ["alert"]
    assert "a.xlsx" in answer["lines"][0]


def test_a_client_that_is_not_ours_is_told_to_get_the_template(shop, tmp_path):
    person = Person(shop, blank(tmp_path / "a.xlsx"), extended=False)

    answer = person.press("new")

    assert answer["code"] == 1
    assert "テンプレート" in answer["lines"][0]


def test_a_service_sees_no_more_than_its_caller_may(shop, hanako):
    answer = httpx.post(f"{shop.server}/api/v1/services/workbook.status", json={}, timeout=10)
    wrong = httpx.get(f"{shop.server}/api/v1/services", headers={"Authorization": "Bearer x"}, timeout=10)
    malformed = httpx.post(
        f"{shop.server}/api/v1/services/workbook.pull", json={"book": 1}, headers=hanako.headers, timeout=10
    )

    assert (answer.status_code, wrong.status_code, malformed.status_code) == (401, 401, 400)
    assert malformed.json()["error"]["code"] == "malformed"


def test_a_workbook_with_too_many_cells_is_refused_with_the_cure(hanako):
    with hanako.opened() as client:
        payload = client.payload()
        payload["sheets"].append({"name": "big", "values": [[0] * 1000] * 501, "tables": [], "pictures": []})
        client.payload = lambda: payload
        answer = hanako.ask(client, "workbook.status")

    assert answer["code"] == 1
    assert "500000" in answer["lines"][0]


@pytest.fixture
def plugins(shop):
    """Plugins with the actions that our buttons press, and one more."""

    def pressed(word):
        def act(_write, arguments):
            table = TableResult((Text("番号", "No"),), (list(arguments.get("customers", ())),))
            return ActionResult(
                Text(f"{word}です。", word), (FileResult(f"../{word}.pdf", "application/pdf", b"%PDF"),), table
            )

        return act

    keys = (Argument("customers", "keys", required=False),)
    found = [
        Action(name, Text(word, word), Text(word, word), pressed(word), keys)
        for name, word in (("follow_up_today", "今日"), ("x_labels", "ラベル"), ("letters", "手紙"))
    ]
    services = Made("workbook", kizuna_workbook_service)
    shop.database.plugins = loaded(plugin("pressed", actions=lambda: found), services, strict=True)


def test_the_selected_rows_alone_are_brought(hanako, jiro):
    with Hand(jiro.path) as hand:
        hand.set("C0001", "電話", "03-a")
        hand.set("C0002", "電話", "03-b")
    jiro.press("push")
    with hanako.opened() as client:
        chosen = {**client.payload()}
        row = Hand(hanako.path).row("C0002")
        chosen["book"]["selection"] = f"E{row}"
        client.payload = lambda: chosen
        answer = hanako.ask(client, "workbook.refresh")
        client.do(answer["actions"])
        client.book.save()
    named = hanako.press("refresh", row="C0003")

    assert (answer["code"], answer["report"][0]["changed"]) == (0, 1)
    assert (named["code"], named["report"][0]["changed"]) == (0, 0)
    assert [Hand(hanako.path).get(number, "電話") for number in ("C0001", "C0002")] == ["03-1111-0001", "03-b"]


@pytest.mark.parametrize(("version", "filtered"), [(2, ["kizuna_customers"]), (1, [])])
def test_the_filter_is_applied_again_where_a_pull_took_rows_out(hanako, jiro, version, filtered):
    with jiro.opened() as client:
        client.book.sheets["顧客"].tables[0].data_body_range.rows[1].delete("up")
        client.book.save()
    jiro.press("push")

    with hanako.opened() as client:
        client.version = version
        answer = hanako.ask(client, "workbook.pull")
        client.do(answer["actions"])

    assert answer["report"][0]["removed"] == 1
    assert client.filtered == filtered


def test_of_several_selected_areas_the_first_counts(hanako):
    with hanako.opened() as client:
        chosen = {**client.payload()}
        chosen["book"]["selection"] = "D3,D5:D9"
        client.payload = lambda: chosen
        answer = hanako.ask(client, "workbook.refresh")

    assert answer["code"] == 0


def test_what_was_deleted_in_the_workbook_comes_back(hanako):
    with hanako.opened() as client:
        table = client.book.sheets["顧客"].tables[0]
        table.range.columns[table.header_row_range.value.index("電話")].delete("left")
        table.data_body_range.rows[1].delete("up")
        client.book.save()

    answer = hanako.press("restore")

    assert (answer["code"], answer["report"][0]["added"]) == (0, 1)
    assert [Hand(hanako.path).get(number, "電話") for number in ("C0001", "C0002")] == ["03-1111-0001", "03-1111-0002"]


def test_a_deleted_sheet_comes_back(hanako):
    with hanako.opened() as client:
        client.book.sheets.add("自分用", after=client.book.sheets["顧客"])
        client.book.sheets["顧客"].delete()
        client.book.save()

    answer = hanako.press("restore")

    assert (answer["code"], answer["report"][0]["added"]) == (0, 3)
    assert [row["顧客番号"] for row in Hand(hanako.path).rows] == ["C0001", "C0002", "C0003"]


@pytest.mark.parametrize(("verb", "word"), [("today", "今日"), ("labels", "ラベル"), ("action", "手紙")])
def test_a_plugins_button_brings_words_a_file_and_a_sheet(plugins, hanako, verb, word):
    with hanako.opened() as client:
        chosen = {**client.payload()}
        row = Hand(hanako.path).row("C0002")
        chosen["book"]["selection"] = f"E{row}:E{row + 1}"
        client.payload = lambda: chosen
        answer = hanako.ask(client, f"workbook.{verb}", action="letters")
        client.do(answer["actions"])
        shown = client.book.sheets[word].range("A1:A3").value
        front, files = client.book.sheets.active.name, client.files

    assert answer["code"] == 0
    assert answer["lines"][0] == f"{word}です。"
    assert any("ダウンロード" in line for line in answer["lines"])
    assert shown[:2] == ["番号", "C0002"]
    assert front == word
    assert files == {f"_{word}.pdf": b"%PDF"}


def test_a_plugins_button_that_is_not_there_says_whom_to_ask(plugins, hanako):
    answer = hanako.press("action", action="nothing")

    assert answer["code"] == 1
    assert "管理者" in answer["lines"][0]


def test_connect_settings_and_functions_are_answered(hanako):
    with hanako.opened() as client:
        answers = [hanako.ask(client, f"workbook.{verb}") for verb in ("connect", "settings", "functions")]
        for answer in answers:
            client.do(answer["actions"])
        calculated = client.calculated

    assert "店員S001 さんとしてつながっています" in answers[0]["lines"][0]
    assert answers[1]["lines"][0].startswith("アドイン ")
    assert (answers[2]["code"], answers[2]["lines"], calculated) == (0, [], 1)


def test_functions_are_answered_beside_their_cells_where_no_client_computes_them(hanako):
    book = openpyxl.load_workbook(hanako.path)
    book.create_sheet("調べ")["A1"] = '=RFM_LAYER("C0001")'
    book.save(hanako.path)

    answer = hanako.press("calculate")

    assert answer["code"] == 0, hanako.lines
    assert hanako.lines == ["1 個のセルに答えを書きました。"]
    assert openpyxl.load_workbook(hanako.path)["調べ"]["B1"].value == "未購入"


def test_every_button_of_the_ribbon_has_its_service():
    offered = {service.name.removeprefix("workbook.") for service in SERVICES}

    assert {"resolve" if verb.name == "conflicts" else verb.name for verb in verbs()} <= offered
