"""Ranking, deciles, CPM and the rankings beside each other, as design page 5 defines them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_rfm.buyers import Buyers
from kizuna_rfm.cpm import Cpm, Stage, cpm, cpm_table, group_label
from kizuna_rfm.decile import decile_table, deciles, group_sizes
from kizuna_rfm.layers import Layer
from kizuna_rfm.money import cell, in_hundredths
from kizuna_rfm.ranking import Numbers, amount_ranking, best_first, number_key, rfm_ranking, shared_ranks
from kizuna_rfm.rankings import disagreements, named
from kizuna_rfm.settings import CpmSettings

AS_OF = 1000


def buyers_of(*lines: tuple[int, int, int, int]) -> Buyers:
    """Return buyers from (first day, last day, purchases, yen)."""
    columns = np.array(lines, dtype=np.int64).reshape(-1, 4).T
    return Buyers(columns[0], columns[1], columns[2], columns[3] * 100)


def told(numbers: list[Any], ids: Sequence[str] = ()) -> Numbers:
    """Return what tells these numbers and row ids by position; ids rise with the position where none are given."""
    return lambda positions: [(numbers[at], ids[at] if ids else f"{at:04}") for at in positions]


SMALL = st.integers(0, 3)


@given(st.lists(st.tuples(SMALL, SMALL, SMALL, SMALL), max_size=40), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_ranking_is_by_total_then_money_then_last_day_then_times_then_number(drawn, random) -> None:  # type: ignore[no-untyped-def]
    numbers = [f"C{count}" for count in range(len(drawn))]
    random.shuffle(numbers)
    total = np.array([one[0] for one in drawn], dtype=np.int8)
    buyers = buyers_of(*((0, last, times, yen) for _, yen, last, times in drawn))

    ranking = rfm_ranking(total, buyers).settled(told(numbers), np.arange(len(drawn)))

    assert ranking.order.tolist() == sorted(
        range(len(drawn)), key=lambda at: (*(-figure for figure in drawn[at]), int(numbers[at].removeprefix("C")))
    )
    assert ranking.places[ranking.order].tolist() == list(range(len(drawn)))


@given(st.lists(st.tuples(SMALL, SMALL), min_size=1, max_size=40), st.data())
@settings(max_examples=200, deadline=None)
def test_settling_some_places_gives_there_what_settling_all_gives(drawn: list[tuple[int, int]], data: Any) -> None:
    asked = np.array(data.draw(st.lists(st.integers(0, len(drawn) - 1), max_size=5)), dtype=np.int64)
    numbers = told([f"C{(7 * count) % 41:02}" for count in range(len(drawn))])
    columns = np.array(drawn, dtype=np.int64).T
    ranking = best_first(columns[0], columns[1])

    some, everything = ranking.settled(numbers, asked), ranking.settled(numbers, np.arange(len(drawn)))

    assert some.order[asked].tolist() == everything.order[asked].tolist()
    assert sorted(some.order.tolist()) == list(range(len(drawn)))


def test_numbers_are_read_for_equals_at_the_places_looked_at_only() -> None:
    read: list[int] = []
    ranking = best_first(np.array([5, 5, 9, 1, 1, 1, 7]))

    ranking.settled(
        lambda positions: read.extend(positions) or [("C1", str(one)) for one in positions], np.array([0, 2, 1])
    )

    assert sorted(read) == [0, 1]


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_equal_amounts_share_a_rank(values: list[int]) -> None:
    found = shared_ranks(np.array(values, dtype=np.int64)).tolist()

    assert found == [1 + sum(other > one for other in values) for one in values]


def test_customer_numbers_stand_in_the_order_people_count_and_none_comes_last() -> None:
    numbers = ["C10000", None, "C9999", "2", "10", "1"]

    assert sorted(numbers, key=number_key) == ["1", "2", "10", "C9999", "C10000", None]
    settled = best_first(np.zeros(6, dtype=np.int64)).settled(told(numbers), np.array([3]))

    assert settled.order.tolist() == [5, 3, 4, 2, 0, 1]


@given(st.lists(st.sampled_from([None, "C1", "C2"]), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_who_has_no_number_of_their_own_stands_by_row_id_however_a_database_reads_them(  # type: ignore[no-untyped-def]
    numbers: list[str | None], random
) -> None:
    # Two stores may use one number; a customer of a store the reader does not see has none.
    people = [(number, f"id-{place:02}") for place, number in enumerate(numbers)]
    read = random.sample(people, len(people))
    ranking = best_first(np.zeros(len(read), dtype=np.int64))

    order = ranking.settled(told([one for one, _ in read], [one for _, one in read]), np.arange(len(read))).order

    assert [read[place] for place in order.tolist()] == sorted(people, key=lambda one: (number_key(one[0]), one[1]))


@pytest.mark.parametrize(
    ("buyers", "sizes"),
    [(0, [0] * 10), (7, [1] * 7 + [0] * 3), (10, [1] * 10), (23, [3, 3, 3] + [2] * 7), (1411, [142] + [141] * 9)],
)
def test_deciles_are_equal_and_the_first_n_mod_10_one_larger(buyers: int, sizes: list[int]) -> None:
    assert group_sizes(buyers) == sizes
    assert sum(sizes) == buyers


@given(st.lists(st.integers(-1000, 100_000), max_size=60))
@settings(max_examples=200, deadline=None)
def test_the_decile_table_is_what_adding_up_by_hand_gives(yen: list[int]) -> None:
    buyers = buyers_of(*((0, 0, 1, one) for one in yen))
    order = amount_ranking(buyers).order

    table = decile_table(order, buyers.amount)

    falling = sorted(yen, reverse=True)
    running = 0
    for group in table:
        own, falling = falling[: group.buyers], falling[group.buyers :]
        running += sum(own)
        assert group.sales == sum(own) * 100
        assert group.share == (sum(own) / sum(yen) if sum(yen) else None)
        assert group.cumulative_share == (running / sum(yen) if sum(yen) else None)
        assert group.average == (sum(own) / len(own) if own else None)
    assert not falling
    found = deciles(order)
    assert [int((found == number).sum()) for number in range(1, 11)] == [group.buyers for group in table]


@pytest.mark.parametrize(
    ("purchases", "tenure", "yen", "label"),
    [
        (1, 0, 69_999, "初回"),
        (1, 0, 700_000, "初回"),
        (2, 0, 700_000, "よちよち"),
        (2, 89, 70_000, "よちよち"),
        (2, 90, 69_999, "コツコツ"),
        (50, 5000, 69_999, "コツコツ"),
        (2, 90, 70_000, "流行"),
        (2, 209, 70_000, "流行"),
        (2, 210, 70_000, "優良"),
        (2, 210, 69_999, "コツコツ"),
    ],
)
@pytest.mark.parametrize(("days", "state"), [(0, "現役"), (239, "現役"), (240, "離脱"), (241, "離脱")])
def test_cpm_changes_exactly_at_its_limits(
    purchases: int, tenure: int, yen: int, label: str, days: int, state: str
) -> None:
    last = AS_OF - days
    found = cpm(buyers_of((last - tenure, last, purchases, yen)), AS_OF, CpmSettings())

    assert group_label(int(found.stage[0]), left=bool(found.left[0])).ja == f"{label}{state}客"


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(1, 9), st.integers(0, 200_000))))
@settings(max_examples=100, deadline=None)
def test_the_ten_cpm_groups_are_a_partition_that_adds_up(drawn: list[tuple[int, int, int, int]]) -> None:
    buyers = buyers_of(*((AS_OF - ago - tenure, AS_OF - ago, times, yen) for ago, tenure, times, yen in drawn))

    table = cpm_table(buyers, cpm(buyers, AS_OF, CpmSettings()))

    assert [(group.stage, group.left) for group in table] == list(product(Stage, (False, True)))
    assert sum(group.buyers for group in table) == len(drawn)
    assert sum(group.sales for group in table) == sum(yen for *_, yen in drawn) * 100
    assert all((group.average is None) == (group.buyers == 0) for group in table)


def disagreements_of(
    rfm_rank: int, decile: int, layer: Layer, stage: Stage, *, left: bool, buyers: int = 10
) -> list[str]:
    """Return the codes for the first of ten buyers, who stands at ``rfm_rank``; the others fill the ranks around."""
    others = list(range(1, buyers))
    order = np.array([*others[: rfm_rank - 1], 0, *others[rfm_rank - 1 :]], dtype=np.int64)
    found = disagreements(
        rfm_order=order,
        layer=np.array([layer] + [Layer.GOOD] * (buyers - 1), dtype=np.int8),
        decile=np.array([decile] + [5] * (buyers - 1), dtype=np.int8),
        cpm=Cpm(np.array([stage] * buyers, dtype=np.int8), np.array([left] + [False] * (buyers - 1))),
        apart=3,
    )
    assert len(named(found, 0)) == sum(bool(one.buyers[0]) for one in found)
    return [one.code for one in found if one.buyers[0]]


@pytest.mark.parametrize(
    ("rfm_rank", "decile", "layer", "stage", "left", "codes"),
    [
        (1, 1, Layer.BEST, Stage.EXCELLENT, False, []),
        (3, 5, Layer.GOOD, Stage.STEADY, False, []),
        (1, 4, Layer.GOOD, Stage.STEADY, False, ["rfm-above-amount"]),
        (8, 5, Layer.GOOD, Stage.STEADY, False, ["amount-above-rfm"]),
        (2, 2, Layer.DORMANT, Stage.TRENDY, True, ["large-but-dormant"]),
        (2, 2, Layer.NEW, Stage.FIRST, False, ["large-but-new"]),
        (5, 5, Layer.GOOD, Stage.STEADY, True, ["left-but-awake"]),
        (5, 5, Layer.DORMANT, Stage.STEADY, False, ["active-but-dormant"]),
        (3, 3, Layer.GOOD, Stage.EXCELLENT, False, ["excellent-not-best"]),
        (3, 3, Layer.BEST, Stage.TRENDY, False, ["best-not-excellent"]),
    ],
)
def test_each_kind_of_disagreement_is_named_and_agreement_is_not(
    rfm_rank: int, decile: int, layer: Layer, stage: Stage, left: bool, codes: list[str]
) -> None:
    assert disagreements_of(rfm_rank, decile, layer, stage, left=left) == codes


def test_money_is_exact_until_the_cell() -> None:
    assert [cell(one) for one in (2933, 100, 0, -50, -2900)] == [29.33, 1, 0, -0.5, -29]
    assert isinstance(cell(100), int)
    assert in_hundredths(70_000) == 7_000_000
    with pytest.raises(ValueError, match="two decimals"):
        in_hundredths(Decimal("0.001"))


@given(st.integers(-(10**14), 10**14))
def test_a_cell_shows_the_double_nearest_to_the_exact_amount(hundredths: int) -> None:
    assert cell(hundredths) == float(Decimal(hundredths) / 100)
