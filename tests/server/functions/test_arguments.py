"""Arguments as cells, URLs and command lines give them."""

from __future__ import annotations

from typing import Any

import pytest

from kizuna.functions.arguments import ArgumentError, read_named
from kizuna.worksheet import Argument, ArgumentType
from tests.fixtures.wire import Caller


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
