"""Plugins' buttons: what they bring is saved and shown, and never leads out of its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna_addin.hosts import files
from kizuna_addin.offered import downloads, save, show_table
from kizuna_addin.ribbon import verbs, with_actions


def action(name, icon="ListMacros"):
    return {"name": name, "label": {"ja": "発送", "en": "Mailing"}, "help": {"ja": "説明", "en": "Help"}, "icon": icon}


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    saved = [save(tmp_path, "labels.pdf", bytes([number])) for number in range(3)]

    assert [path.name for path in saved] == ["labels.pdf", "labels (2).pdf", "labels (3).pdf"]
    assert saved[2].read_bytes() == b"\x02"


@pytest.mark.parametrize("name", ["../../x.exe", "..", "C:\\Windows\\x", "/etc/passwd", "", "a\0b", "…"])
def test_a_file_stays_in_its_folder(tmp_path, name):
    assert save(tmp_path, name, b"").parent == tmp_path


def test_downloads_are_used_where_there_are_some(tmp_path):
    assert downloads(tmp_path) == tmp_path
    (tmp_path / "Downloads").mkdir()
    assert downloads(tmp_path) == tmp_path / "Downloads"


@given(st.lists(st.text(max_size=50), min_size=1, max_size=4))
def test_any_label_gives_a_sheet_of_its_own(labels):
    book = files.new_book()
    try:
        names = [show_table(book, label, ["番号"], [["C0001"]]) for label in labels]

        assert len({name.casefold() for name in names}) == len(names)
        assert all(1 <= len(name) <= 31 for name in names)
    finally:
        book.app.quit()


def test_words_of_others_become_no_formula(tmp_path):
    book = files.new_book()
    name = show_table(book, "一覧", ["氏名", "日", "金額"], [["=1+1", None], ["2026-03-31", "2026-04-01"], [1, 2.5]])
    book.save(tmp_path / "a.xlsx")
    book.app.quit()

    again = files.open_book(tmp_path / "a.xlsx")
    lines = again.sheets[name].range("A1:C3").value
    again.app.quit()
    assert lines[1][0] == "=1+1"
    assert lines[1][1].date().isoformat() == "2026-03-31"
    assert lines[2][2] == 2.5


def test_an_action_our_own_button_presses_gets_no_second_one():
    groups = with_actions([action("follow_up_today"), action("labels"), action("mailing", "MailMergeStartLetters")])

    assert [verb.action for verb in groups[-1].verbs] == ["mailing"]
    assert groups[-1].verbs[0].picture == "MailMergeStartLetters"
    assert with_actions([action("today")]) == with_actions([])
    assert len(verbs(groups)) == len(verbs()) + 1


def test_an_action_whose_name_could_end_a_macros_text_is_refused():
    with pytest.raises(ValueError, match="quit"):
        with_actions([action("x'); quit('")])
