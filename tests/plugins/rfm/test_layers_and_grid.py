"""Layers as a partition of all 125 cells, the R×F grid, and selections of its cells."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_rfm.buyers import Buyers
from kizuna_rfm.grid import grid
from kizuna_rfm.layers import Layer, layers
from kizuna_rfm.points import RfmPoints
from kizuna_rfm.selection import SelectionError, select
from kizuna_rfm.settings import RfmSettings

CELLS = list(product(range(1, 6), repeat=3))


def points_of(cells: list[tuple[int, int, int]]) -> RfmPoints:
    columns = np.array(cells, dtype=np.int8).reshape(-1, 3).T
    return RfmPoints(columns[0], columns[1], columns[2])


@pytest.mark.parametrize("cell", CELLS, ids="R{0[0]}F{0[1]}M{0[2]}".format)
def test_each_of_the_125_cells_is_in_exactly_the_layer_of_the_definition(cell: tuple[int, int, int]) -> None:
    recency, frequency, money = cell
    dormant = recency <= 2
    new = recency >= 3 and frequency == 1
    best = recency >= 4 and frequency >= 4 and money >= 4
    good = recency >= 3 and frequency >= 2 and not (recency >= 4 and frequency >= 4 and money >= 4)

    found = Layer(int(layers(points_of([cell]))[0]))

    assert [dormant, new, best, good].count(True) == 1
    assert (
        found is {0: Layer.DORMANT, 1: Layer.NEW, 2: Layer.BEST, 3: Layer.GOOD}[[dormant, new, best, good].index(True)]
    )


def test_the_125_cells_are_50_dormant_15_new_8_best_and_52_good() -> None:
    found = layers(points_of(CELLS)).tolist()

    assert {layer.label.ja: found.count(layer) for layer in Layer} == {
        "上得意客": 8,
        "得意客": 52,
        "新規客": 15,
        "休眠客": 50,
    }


def test_every_layer_has_a_treatment_the_owner_can_edit() -> None:
    edited = RfmSettings(treatment_new="お礼の電話をする")

    assert len(edited.treatments()) == len(Layer)
    assert edited.treatments()[Layer.NEW] == "お礼の電話をする"
    assert all(RfmSettings().treatments())


BUYER = st.tuples(st.sampled_from(CELLS), st.integers(-(10**12), 10**12))


@given(st.lists(BUYER, max_size=50))
@settings(max_examples=100, deadline=None)
def test_the_grid_counts_every_buyer_once_and_loses_no_hundredth(drawn: list[tuple[tuple[int, int, int], int]]) -> None:
    cells = [cell for cell, _ in drawn]
    amounts = np.array([amount for _, amount in drawn], dtype=np.int64)
    buyers = Buyers(amounts, amounts, amounts, amounts)

    table = grid(buyers, points_of(cells))

    for line, row in product(range(5), range(5)):
        inside = [amount for (recency, frequency, _), amount in drawn if (recency, frequency) == (5 - line, 5 - row)]
        assert table.counts[line, row] == len(inside)
        assert table.amounts[line, row] == sum(inside)
    shares = [share for line in table.count_shares() for share in line]
    if drawn:
        assert sum(share or 0 for share in shares) == pytest.approx(1)
    else:
        assert shares == [None] * 25


def test_shares_of_no_sales_are_blank_and_never_zero() -> None:
    nothing = np.zeros(2, dtype=np.int64)

    table = grid(Buyers(nothing, nothing, nothing, nothing), points_of([(5, 5, 1), (1, 1, 1)]))

    assert table.amount_shares() == [[None] * 5] * 5
    assert table.count_shares()[0][0] == 0.5


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", lambda _r, _f, _m: True),
        ("R>=4 F>=4", lambda r, f, _m: r >= 4 and f >= 4),
        ("r >= 4, f >= 4", lambda r, f, _m: r >= 4 and f >= 4),
        ("Ｒ≥４　Ｆ≥４", lambda r, f, _m: r >= 4 and f >= 4),
        ("ｒ≧４　m≦2", lambda r, _f, m: r >= 4 and m <= 2),
        ("R>=4 and M<=2", lambda r, _f, m: r >= 4 and m <= 2),
        ("R=3", lambda r, _f, _m: r == 3),
        ("合計>=13", lambda r, f, m: r + f + m >= 13),
        ("R5F5 R5F4", lambda r, f, _m: r == 5 and f >= 4),
        ("R5F5,R1F1M1", lambda r, f, m: (r, f) == (5, 5) or (r, f, m) == (1, 1, 1)),
        ("R5F5、R4F5 M>=3", lambda r, f, m: r >= 4 and f == 5 and m >= 3),
    ],
)
def test_a_selection_names_exactly_its_cells(text: str, holds: object) -> None:
    chosen = select(points_of(CELLS), text)

    assert chosen.tolist() == [holds(*cell) for cell in CELLS]  # type: ignore[operator]  # a lambda of the table above


@pytest.mark.parametrize("text", ["R>4", "R6F1", "hello", "R>=4 OR F>=4", "R>="])
def test_a_selection_that_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SelectionError) as failure:
        select(points_of(CELLS), text)

    assert "R>=4 F>=4" in failure.value.message.ja
    assert "R>=4 F>=4" in failure.value.message.en
