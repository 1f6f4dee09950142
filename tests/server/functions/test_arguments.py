"""Arguments as cells, URLs and command lines give them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from kizuna.errors import KizunaError
from kizuna.functions.arguments import ArgumentError, read_call, read_named
from kizuna.worksheet import Argument, ArgumentType, Columns, Keys, worksheet_function
from tests.fixtures.wire import Caller


@worksheet_function("REPEATED", ja="繰り返し", returns=["語"], table=True)
def repeated(name: str, times: int = 1) -> Columns:
    """Return ``name`` so many times."""
    return [[name] * times]


@worksheet_function("RAISED", ja="加算")
def raised(key: Keys, by: int = 2) -> list[int]:
    """Return one number per key."""
    return [by for _ in key]


def read(kind: ArgumentType, value: Any) -> Any:
    return read_named("F", [Argument("one", kind, required=True)], {"one": value})["one"]


@pytest.mark.parametrize(
    ("number", "key"),
    [(1001.0, "1001"), (1234567.0, "1234567"), (20061120001.0, "20061120001"), (7, "7"), (1.5, "1.5"), (-3.0, "-3")],
)
def test_a_cells_number_names_the_row_with_these_digits(number: float, key: str) -> None:
    assert read("keys", [number]) == [key]
    assert read("text", number) == key


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 10**400, -(10**400)])
@pytest.mark.parametrize("kind", ["keys", "text", "integer", "number"])
def test_a_number_no_cell_can_hold_is_refused(kind: ArgumentType, number: float) -> None:
    with pytest.raises(ArgumentError):
        read(kind, number)


@pytest.mark.parametrize("number", [1.5, 1e300, 2**53 + 1])
def test_what_is_no_exact_whole_number_is_no_integer(number: float) -> None:
    with pytest.raises(ArgumentError):
        read("integer", number)


def test_an_endless_number_in_a_url_is_a_bad_argument(owner: Caller) -> None:
    answer = owner.get("/reports/rfm_top", count="9" * 400)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad-argument")


@pytest.mark.parametrize(
    "written",
    [
        "2006-03-31", "2006/03/31", "2006/3/31", "2006-3-31", "2006年3月31日", "平成18年3月31日", "H18.3.31", "２００６/３/３１",
        "20060331", "2006-03-31T09:00:00", 38807, 38807.0, 38807.75, date(2006, 3, 31), datetime(2006, 3, 31, 9, tzinfo=UTC),
    ],
)  # fmt: skip
def test_a_day_is_read_however_a_cell_holds_it(written: Any) -> None:
    assert read("date", written) == date(2006, 3, 31)


@pytest.mark.parametrize(
    "written", ["2006-02-30", "2006-03-31xyz", "3/31", "31/03/06", True, -1, 1e9, "きょう", {"year": 2006}, [[1]]]
)
def test_what_names_no_day_is_refused(written: Any) -> None:
    with pytest.raises(ArgumentError):
        read("date", written)


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("integer", "20", 20), ("integer", "２０", 20), ("number", " 1.5 ", 1.5),
        ("boolean", "TRUE", True), ("boolean", "false", False), ("boolean", 1, True), ("boolean", 0.0, False),
    ],
)  # fmt: skip
def test_numbers_and_truths_in_a_cell_of_text_are_read(kind: ArgumentType, written: Any, value: Any) -> None:
    assert read(kind, written) == value


@pytest.mark.parametrize(
    ("kind", "written"), [("integer", "many"), ("number", "1.5.2"), ("boolean", 2), ("boolean", "はい?")]
)
def test_words_that_are_no_number_and_no_truth_are_refused(kind: ArgumentType, written: Any) -> None:
    with pytest.raises(ArgumentError):
        read(kind, written)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"name": "a", "times": []}, ("a", 1)),
        ({"name": ["a", "b"], "times": [2, 3]}, ("a", 2)),
        ({"name": ["a"], "times": [None]}, ("a", 1)),
        ({"name": []}, "argument-missing"),
        ({"name": [None, "b"]}, "argument-missing"),
        ({"name": [""]}, "argument-missing"),
        ({"name": [[]]}, "bad-argument"),
        ({"name": [["a"]]}, "bad-argument"),
        ({"name": "a", "times": [[2]]}, "bad-argument"),
    ],
)
def test_a_table_is_asked_with_the_first_cell_of_a_range(given: dict[str, Any], outcome: Any) -> None:
    try:
        call = read_call(repeated, given)
        found: Any = (call.values["name"][0], call.values["times"][0])
    except KizunaError as error:
        found = error.code

    assert found == outcome


def test_a_range_of_no_cells_is_an_argument_left_out() -> None:
    call = read_call(raised, {"key": "C0001", "by": []})

    assert (call.cells, call.values["by"][0]) == (None, 2)
    assert read_call(raised, {"key": [], "by": 3}).cells == 0
