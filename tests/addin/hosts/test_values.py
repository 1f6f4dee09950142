"""The table of conversions, case by case."""

# ruff: noqa: DTZ001 - cells know no time zone.
from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna_addin.hosts import values
from kizuna_addin.hosts.errors import UnwritableValueError

JST = dt.timezone(dt.timedelta(hours=9))


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        ("", None),
        (float("nan"), None),
        (np.float64("nan"), None),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (Decimal("12.50"), 12.5),
        (Decimal(100), 100),
        ("007", "007"),
        ("=1+1", "=1+1"),
        (True, True),
        (dt.date(1899, 12, 29), "1899-12-29"),
        (dt.datetime(1868, 1, 25, 1, 2), "1868-01-25 01:02:00"),
        (dt.time(9, 30), dt.datetime(1899, 12, 30, 9, 30)),
        (dt.timedelta(hours=36), 1.5),
    ],
)
def test_a_python_value_is_stored_as_the_table_says(value: object, stored: object) -> None:
    assert values.prepared(value) == stored
    assert type(values.prepared(value)) is type(stored)


def test_a_moment_with_a_time_zone_is_stored_in_local_time() -> None:
    moment = dt.datetime(2020, 4, 8, 12, tzinfo=JST)

    assert values.prepared(moment) == moment.astimezone().replace(tzinfo=None)


@pytest.mark.parametrize("value", [float("inf"), "x" * 32_768, object(), [1]])
def test_what_no_cell_can_hold_is_refused_with_a_cure(value: object) -> None:
    with pytest.raises(UnwritableValueError) as refusal:
        values.prepared(value)

    assert "値を直して" in refusal.value.message.ja


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", None),
        (3, 3.0),
        (False, False),
        (dt.date(2020, 4, 8), dt.datetime(2020, 4, 8)),
        (dt.time(9, 30), dt.datetime(1899, 12, 30, 9, 30)),
        (dt.timedelta(hours=36), 1.5),
        (values.CellError("#N/A"), values.CellError("#N/A")),
    ],
)
def test_a_cells_content_shows_as_the_table_says(value: object, shown: object) -> None:
    assert values.shown(value) == shown
    assert type(values.shown(value)) is type(shown)


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("General", False), ("標準", False), ("0", False), ("#,##0.00", False), ("0.00E+00", False), ("@", False),
        ('"年"0', False), ("[Red]0", False), (r"0\d", False), ("[h]:mm", False), ("[$¥-411]#,##0", False),
        ("yyyy/m/d", True), ("mm-dd-yy", True), ("h:mm", True), ("[$-411]ge.m.d", True), ('[$-411]ggge"年"', True),
        ('m"月"d"日"', True), ("[$-F800]dddd, mmmm dd, yyyy", True), ("0;[Red]yyyy", False), ("yyyy/m/d;@", True),
        *((code, True) for code in values.JAPANESE_DATE_FORMATS.values()),
    ],
)  # fmt: skip
def test_a_number_format_is_known_as_date_or_not(code: str, is_date: bool) -> None:
    assert values.is_date_format(code) is is_date


@pytest.mark.parametrize(
    ("serial", "moment"),
    [
        (1, dt.datetime(1900, 1, 1)),
        (59, dt.datetime(1900, 2, 28)),
        (61, dt.datetime(1900, 3, 1)),
        (43_929, dt.datetime(2020, 4, 8)),
        (43_929.5625, dt.datetime(2020, 4, 8, 13, 30)),
        (0.25, dt.datetime(1899, 12, 30, 6)),
        (-1, None),
        (3_000_000, None),
    ],
)
def test_a_serial_number_stands_for_the_day_excel_shows(serial: float, moment: dt.datetime | None) -> None:
    assert values.date_of_serial(serial) == moment


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(9999, 12, 31)), st.booleans())
def test_a_moment_comes_back_to_the_millisecond(moment: dt.datetime, since_1904: bool) -> None:
    moment = max(moment.replace(microsecond=moment.microsecond // 1000 * 1000), dt.datetime(1904, 1, 1))

    back = values.date_of_serial(values.serial_of_date(moment, since_1904=since_1904), since_1904=since_1904)

    assert back == moment


@pytest.mark.parametrize(
    ("value", "text"),
    [(7, "7"), (7.5, "7.5"), (1e20, "1e+20"), (True, "TRUE"), (dt.date(2020, 4, 8), "2020/04/08"), (None, None)],
)
def test_a_cell_formatted_as_text_takes_any_value_as_text(value: object, text: str | None) -> None:
    assert values.text_of(value) == text  # type: ignore[arg-type]
