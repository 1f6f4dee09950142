"""``kizuna-addin`` as a person or a nightly job runs it, against a real server."""

import json

import pytest
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
