# ruff: noqa: DTZ001 - cells know no time zone.
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna_addin.hosts.libreoffice.numberformats import excel_code
from kizuna_addin.hosts.libreoffice.values import (
    CellError,
    as_rows,
    clean,
    error_text,
    from_serial,
    prepare,
    to_block,
    to_serial,
    vertical_runs,
)

moments = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2200, 1, 1))


@given(moments)
def test_a_moment_comes_back_to_the_millisecond(moment: dt.datetime):
    assert abs(from_serial(to_serial(moment)) - moment) <= dt.timedelta(milliseconds=0.5)


def test_a_time_zone_is_dropped_and_not_converted():
    eastern = dt.timezone(dt.timedelta(hours=-5))

    assert to_serial(dt.datetime(2002, 10, 27, 6, tzinfo=eastern)) == to_serial(dt.datetime(2002, 10, 27, 6))


def test_what_a_grid_cannot_say_is_listed_beside_it():
    block = to_block(
        [["C0001", 1, None, True], ["=A1", dt.date(2006, 3, 31), Decimal("1.5"), "'0123"], ["007", "", 2.0, False]]
    )

    assert block.grid == [("C0001", 1.0, "", 1.0), ("", 38807.0, 1.5, "0123"), ("007", "", 2.0, 0.0)]
    assert block.formulas == {(1, 0): "=A1"}
    assert block.dates == [(1, 1)]
    assert block.logicals == [(0, 3), (2, 3)]
    assert block.numeric_texts == [(2, 0)]


def test_rows_of_different_length_are_refused():
    with pytest.raises(ValueError, match="Row 2"):
        to_block([[1], [1, 2]])


@given(st.sets(st.tuples(st.integers(0, 20), st.integers(0, 5))))
def test_runs_cover_exactly_the_cells_they_were_made_of(cells: set[tuple[int, int]]):
    runs = vertical_runs(cells)

    covered = [(row, column) for column, first, last in runs for row in range(first, last + 1)]
    assert sorted(covered) == sorted(cells)


def test_what_is_read_is_given_as_options_ask():
    data = [[1.6, "", None, CellError("#N/A"), True]]

    assert clean(data, dt.datetime, None, None, errors_as_text=False) == [[1.6, None, None, None, True]]
    assert clean(data, dt.datetime, "blank", round, errors_as_text=True) == [[2, "blank", "blank", "#N/A", True]]


def test_missing_numbers_are_written_as_blanks():
    assert [prepare(value) for value in (float("nan"), None, 1, "x")] == ["", "", 1, "x"]


@pytest.mark.parametrize(
    ("data", "rows"), [(5, [[5, 5], [5, 5]]), ([1, 2], [[1, 2], [1, 2]]), ([[1], [2]], [[1], [2]])]
)
def test_what_is_assigned_fills_the_range_as_in_excel(data, rows):
    assert as_rows(data, 2, 2) == rows


def test_errors_have_excels_names():
    assert (error_text(532), error_text(524, "=A1!B2"), error_text(524, "=#REF!")) == ("#DIV/0!", "#NULL!", "#REF!")


@pytest.mark.parametrize(
    ("calc", "kind", "excel"),
    [
        ("YYYY-MM-DD", 2, "yyyy-mm-dd"),
        ('YYYY"年"M"月"D"日"', 3, 'yyyy"年"m"月"d"日"'),
        ("HH:MM AM/PM", 4, "hh:mm AM/PM"),
        ("#,##0;[RED]-#,##0", 17, "#,##0;[Red]-#,##0"),
        ("BOOLEAN", 1024, "General"),
    ],
)
def test_a_number_format_is_written_as_excel_writes_it(calc: str, kind: int, excel: str):
    assert excel_code(calc, kind) == excel
