"""How many rows a sheet can take."""

import pytest

from kizuna_addin.book_errors import PullStoppedError, TooManyRowsError
from kizuna_addin.size import LARGE, MOST, anyway, minding


def test_a_very_large_pull_is_asked_about_once():
    asked, told = [], []
    arrived = minding("顧客", lambda label, rows: told.append((label, rows)), lambda text: asked.append(text) or True)

    for rows in (50_000, LARGE, LARGE + 1, LARGE + 20_000):
        arrived(rows)

    assert [text.ja[:4] for text in asked] == ["「顧客」"]
    assert told[-1] == ("顧客", LARGE + 20_000)


def test_a_person_may_stop_a_very_large_pull():
    arrived = minding("顧客", lambda _label, _rows: None, lambda _text: False)

    with pytest.raises(PullStoppedError) as caught:
        arrived(LARGE + 1)

    assert "--filter" in caught.value.message.en


def test_more_rows_than_a_sheet_takes_are_refused_with_a_cure():
    arrived = minding("顧客", lambda _label, _rows: None, anyway)
    arrived(MOST)

    with pytest.raises(TooManyRowsError) as caught:
        arrived(MOST + 1)

    assert "1,048,574" in caught.value.message.en
    assert "--filter" in caught.value.message.ja
