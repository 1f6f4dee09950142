import pytest
from hypothesis import given
from hypothesis import strategies as st

from kizuna_addin.hosts.libreoffice.addresses import Area, column_letters, column_number, parse, text
from kizuna_addin.hosts.libreoffice.formulas import NotEverydayError, capitals, from_calc, to_calc

areas = st.builds(Area, st.integers(1, 5000), st.integers(1, 500), st.integers(1, 50), st.integers(1, 50))


@given(areas, st.booleans(), st.booleans())
def test_an_address_printed_and_read_is_the_same_area(area: Area, rows: bool, columns: bool):
    assert parse(text(area, row_absolute=rows, column_absolute=columns)) == area


@given(st.integers(1, 16_384))
def test_column_letters_and_numbers_are_two_ways_to_say_one_thing(number: int):
    assert column_number(column_letters(number)) == number


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ("=SUM(A1:A3,Sheet1!B2)", "=SUM(A1:A3;$Sheet1.B2)"),
        ("={1,2;3,4}", "={1;2|3;4}"),
        ("=IF(A1>1,\"a,b;c\",'My sheet'!$A$1)", "=IF(A1>1;\"a,b;c\";$'My sheet'.$A$1)"),
        ("=COUNTIF(顧客!$A$1:$A$9,B2)", "=COUNTIF($顧客.$A$1:$A$9;B2)"),
        ("=-1.5E3%&#N/A", "=-1.5E3%&#N/A"),
    ],
)
def test_an_everyday_formula_is_translated_both_ways(excel: str, calc: str):
    assert to_calc(excel) == calc
    assert from_calc(calc) == excel


def test_a_formula_moved_changes_its_relative_references_only():
    assert to_calc("=A1+$A1+A$1+$A$1", down=2, right=1) == "=B3+$A3+B$1+$A$1"


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(Table1[price])",
        "=A1:B2 B1:C3",
        "=SUM((A1,B1))",
        "=[1]Sheet1!A1",
        "=Sheet1!A1:Sheet2!B2",
        "=A1#",
        "=DURATION(1,2,3)",
    ],
)
def test_a_formula_with_rarer_parts_is_left_to_libreoffices_parser(formula: str):
    with pytest.raises(NotEverydayError):
        to_calc(formula)


def test_functions_are_shown_in_capitals_and_texts_are_not():
    assert capitals('=unique(A1:A3)&"lower(x)"') == '=UNIQUE(A1:A3)&"lower(x)"'
