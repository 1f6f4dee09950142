"""The small file that tells what a push sent."""

import os
import pwd
import stat
import sys
import tempfile
from pathlib import Path

import pytest

from kizuna_addin.book_errors import JournalClosedError, JournalOfSomebodyError
from kizuna_addin.journal import Entry, Journal, _owner_of
from kizuna_addin.records import Pending
from kizuna_addin.wire import Changeset, Op, TableOps

PENDING = Pending(
    Changeset("c", (TableOps("customers", (Op("insert", "a", None, {"name": "山田"}),)),)), (("customers", 1),)
)
ENTRY = Entry("https://kizuna.example", PENDING, {"a": 7})


def test_what_is_written_is_read_and_then_forgotten(tmp_path):
    journal = Journal(tmp_path / "j")

    assert journal.write(ENTRY)
    assert journal.write(ENTRY)
    assert journal.read() == ENTRY

    journal.remove()

    assert journal.read() is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in lists of its own")
def test_nobody_else_may_read_it(tmp_path):
    journal = Journal(tmp_path / "j")

    journal.write(ENTRY)

    assert stat.S_IMODE((tmp_path / "j").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-9], lambda text: text.replace("v1", "v9"), lambda _: "", lambda _: "\x00"]
)
def test_a_damaged_one_is_none(tmp_path, damage):
    journal = Journal(tmp_path / "j")
    journal.write(ENTRY)

    journal.path.write_text(damage(journal.path.read_text("utf-8")), "utf-8")

    assert journal.read() is None


def test_where_no_file_can_be_written_it_says_so(tmp_path):
    assert not Journal(tmp_path / "no" / "such" / "folder").write(ENTRY)
    assert not Journal(None).write(ENTRY)


def test_where_the_system_names_no_owner_the_cure_goes_without_a_name():
    named = JournalClosedError(book="a.xlsx", who="hanako", journal="j").message
    nameless = JournalOfSomebodyError(book="a.xlsx", journal="j").message

    assert _owner_of(Path("/nowhere/at/all")) == ""
    assert "hanako さんに" in named.ja
    assert "このブックを前に送信した人に" in nameless.ja
    assert "whoever last pushed" in nameless.en
    assert "?" not in nameless.ja + nameless.en


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in lists of its own")
def test_one_that_only_somebody_else_may_read_has_an_owner():
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        journal = Journal(Path(folder) / "j")
        nobody = journal.owner()
        journal.write(ENTRY)
        mine = journal.owner()
        root = os.geteuid() == 0
        if root:
            os.seteuid(65534)
        else:
            journal.path.chmod(0)
        try:
            theirs = journal.owner()
        finally:
            if root:
                os.seteuid(0)

    assert (nobody, mine) == (None, None)
    assert theirs == pwd.getpwuid(os.geteuid()).pw_name
