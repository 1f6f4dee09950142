"""Dates as people type them."""

from datetime import date, datetime

import pytest

from kizuna_addin.dates import date_of_number, read_date


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2006/3/31", date(2006, 3, 31)),
        ("2006-03-31", date(2006, 3, 31)),
        ("２００６年３月３１日", date(2006, 3, 31)),
        ("20060331", date(2006, 3, 31)),
        ("平成18年3月31日", date(2006, 3, 31)),
        ("平成１８年３月３１日", date(2006, 3, 31)),
        ("H18.3.31", date(2006, 3, 31)),
        ("r1/5/1", date(2019, 5, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("明治32年1月2日", date(1899, 1, 2)),
        ("昭和64/1/7", date(1989, 1, 7)),
        ("2006/2/30", None),
        ("来週", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_people_in_japan_type_it(typed, meant):
    read = read_date(typed)

    assert read == meant


def test_a_spreadsheets_day_number_is_a_date():
    read = date_of_number(38807.0)

    assert read == datetime(2006, 3, 31)  # noqa: DTZ001


def test_a_number_that_is_no_day_is_no_date():
    assert date_of_number(-1.0) is None
    assert date_of_number(3_000_000.0) is None
