"""A workbook that was renamed, moved or copied between a crash and the next push: its push is finished, once."""

from __future__ import annotations

import shutil

import pytest

from kizuna_addin.pull import pull
from kizuna_addin.push import push
from kizuna_addin.status import status
from tests.end_to_end.sheets import Hand, opened, type_unsaved
from tests.end_to_end.test_crashes import CutAt
from tests.fixtures.cutting import PowerCutError

NEW = "保存前の新規"


@pytest.fixture
def cut(shop, tmp_path):
    """A workbook whose machine stopped after the server had its push, before it was saved."""
    path = shop.book(tmp_path / "a.xlsx")
    with opened(path) as book, shop.client(http=CutAt(1, after=True)) as client:
        type_unsaved(book)
        with pytest.raises(PowerCutError):
            push(book, client)
    return path


def names(shop, tmp_path):
    """Return everybody's names as a workbook made now has them."""
    path = tmp_path / "seen.xlsx"
    path.unlink(missing_ok=True)
    return [row["氏名"] for row in Hand(shop.book(path)).rows]


def do(shop, path, action):
    with opened(path) as book, shop.client() as client:
        return action(book, client)


@pytest.mark.parametrize("folder", [".", "elsewhere"])
def test_a_renamed_or_moved_workbook_finishes_its_push(shop, tmp_path, cut, folder):
    moved = tmp_path / folder / "b.xlsx"
    moved.parent.mkdir(exist_ok=True)
    cut.rename(moved)

    with opened(moved) as book:
        pending = status(book).pending
    done = do(shop, moved, push)
    again = do(shop, moved, push)

    assert pending is not None
    assert done.finished == pending
    assert again.finished is None
    assert [row["氏名"] for row in Hand(moved).rows].count(NEW) == 1
    assert names(shop, tmp_path).count(NEW) == 1


def test_a_copy_leaves_the_push_to_the_workbook_that_sent_it(shop, tmp_path, cut):
    copy = tmp_path / "copy.xlsx"
    shutil.copy(cut, copy)

    with opened(copy) as book:
        of_the_copy = status(book).pending
    do(shop, copy, pull)
    done = do(shop, cut, push)

    assert of_the_copy is None
    assert done.finished is not None
    assert names(shop, tmp_path).count(NEW) == 1
    assert [row["氏名"] for row in Hand(copy).rows].count(NEW) == 1


def test_the_original_and_its_copy_are_both_healed_once_the_file_has_moved(shop, tmp_path, cut):
    copy, moved = tmp_path / "copy.xlsx", tmp_path / "moved.xlsx"
    shutil.copy(cut, copy)
    cut.rename(moved)

    for path in (copy, moved, copy, moved):
        do(shop, path, push)
        do(shop, path, pull)

    for path in (copy, moved):
        assert [row["氏名"] for row in Hand(path).rows].count(NEW) == 1
    assert names(shop, tmp_path).count(NEW) == 1


def test_a_new_workbook_under_the_old_name_does_not_take_over_the_push(shop, tmp_path, cut):
    moved = tmp_path / "moved.xlsx"
    cut.rename(moved)
    shop.book(cut)

    with opened(cut) as book:
        of_the_new = status(book).pending
    done = do(shop, moved, push)

    assert of_the_new is None
    assert done.finished is not None
