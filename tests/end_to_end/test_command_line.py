"""``kizuna-addin`` as a person or a nightly job runs it, against a real server."""

import json

import pytest
import xlwings as xw
from click.testing import CliRunner

from kizuna_addin.cli import main
from tests.end_to_end.sheets import Hand


@pytest.fixture
def run(shop, monkeypatch):
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    monkeypatch.setenv("KIZUNA_SERVER", shop.server)

    def call(*arguments):
        return CliRunner().invoke(main, [str(one) for one in arguments])

    return call


def test_the_verbs_of_a_day(run, tmp_path):
    path = tmp_path / "a.xlsx"
    made = run("new", path, "--table", "customers", "--fields", "name,phone", "--filter", "number!=C0003")
    with Hand(path) as hand:
        assert len(hand.rows) == 2
        hand.set("C0001", "電話", "03-cli")

    codes = {verb: run(verb, path).exit_code for verb in ("status", "check", "push", "pull", "conflicts")}
    history = run("history", path, "C0001", "--language", "en")

    assert made.exit_code == 0, made.output
    assert set(codes.values()) == {0}
    assert "03-1111-0001 → 03-cli" in history.output
    assert "Phone" in history.output


def test_a_failing_book_does_not_stop_the_others(run, tmp_path):
    good, text, missing = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "c.xlsx"
    run("new", good, "--table", "customers")
    text.write_text("no workbook")

    result = run("pull", missing, text, good, "--json")

    assert result.exit_code == 1
    reports = json.loads(result.output)
    assert [("error" in one) for one in reports] == [True, True, False]
    assert reports[0]["error"]["code"] == "no-book"
    assert "Traceback" not in result.output


def test_refused_rows_leave_with_their_own_exit_code(run, tmp_path):
    path = tmp_path / "a.xlsx"
    run("new", path, "--table", "customers")
    with Hand(path) as hand:
        hand.set("C0001", "生年月日", "そのうち")

    result = run("push", path)

    assert result.exit_code == 3
    assert "生年月日" in result.output


def test_bad_input_is_told_with_its_cure(run, tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"

    unknown_table = run("new", path, "--table", "custmers")
    unknown_field = run("new", path, "--table", "customers", "--fields", "nam", "--language", "en")
    bad_filter = run("new", path, "--table", "customers", "--filter", "???")
    monkeypatch.setenv("KIZUNA_TOKEN", "wrong")
    wrong_token = run("new", path, "--table", "customers")
    monkeypatch.setenv("KIZUNA_SERVER", "http://127.0.0.1:9")
    offline = run("new", path, "--table", "customers")

    assert [one.exit_code for one in (unknown_table, unknown_field, bad_filter, wrong_token, offline)] == [
        1,
        1,
        2,
        1,
        1,
    ]
    assert "customers" in unknown_table.output
    assert "phone" in unknown_field.output
    assert "login" in wrong_token.output
    assert "つながりません" in offline.output
    assert not path.exists()


def test_a_token_is_not_sent_to_a_server_that_only_a_workbook_names(run, tmp_path, monkeypatch):
    from kizuna_addin.errors import UnconfirmedServerError
    from kizuna_addin.signin import sign_in

    monkeypatch.delenv("KIZUNA_SERVER")

    with pytest.raises(UnconfirmedServerError):
        sign_in(named=None, remembered="https://elsewhere.example", language="ja")


def test_a_workbook_opened_in_calc_on_request_has_its_formulas_computed(run, tmp_path, calc):
    path = tmp_path / "a.xlsx"
    made = run("new", path, "--table", "customers", "--fields", "name,phone", "--host", "libreoffice")
    with Hand(path) as hand:
        hand.sheet.cell(hand.row("C0001"), hand.column("電話")).number_format = "General"
        hand.set("C0001", "電話", '="03-"&"calc"')

    as_a_file = run("push", path)
    in_calc = run("push", path, "--host", "libreoffice")

    assert made.exit_code == 0, made.output
    assert as_a_file.exit_code == 3
    assert "送信できない行 1" in as_a_file.output
    assert in_calc.exit_code == 0, in_calc.output
    assert "03-calc" in run("history", path, "C0001").output


def test_a_running_calc_is_driven_from_a_terminal_with_the_workbook_it_has_open(run, tmp_path, calc, monkeypatch):
    path = tmp_path / "a.xlsx"
    run("new", path, "--table", "customers", "--fields", "name,phone")
    monkeypatch.setattr(xw.engines, "active", calc.engine)
    book = calc.books.open(path)
    row = 3 + [line[0] for line in book.sheets["顧客"].range("D3:D5").options(ndim=2).value].index("C0001")
    book.sheets["顧客"].range((row, 6)).value = "03-not-saved-yet"

    pushed = run("push", path, "--connect", calc.impl.office.connection)
    still_open = [one.name for one in calc.books]
    shown = book.sheets["顧客"].range((row, 2)).value
    book.close()

    assert pushed.exit_code == 0, pushed.output
    assert "反映 1" in pushed.output
    assert still_open == ["a.xlsx"]
    assert shown == "送信済"
    assert Hand(path).get("C0001", "電話") == "03-not-saved-yet"


def test_a_calc_that_does_not_answer_is_told_with_the_cure(run, tmp_path, calc):
    path = tmp_path / "a.xlsx"
    run("new", path, "--table", "customers", "--fields", "name")

    done = run("status", path, "--connect", "uno:pipe,name=nobody;urp;StarOffice.ComponentContext")

    assert done.exit_code == 1
    assert "LibreOffice" in done.output
    assert "Traceback" not in done.output
