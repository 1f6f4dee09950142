"""Which run a purchase closes, and what never happens to a purchase."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_ad_roi.attribution import Mode, attribute
from kizuna_ad_roi.facts import Purchase, Response

DAY = date(2026, 1, 1)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def sale(ident: str, customer: str, on: int, amount: int = 1000, **flags: bool) -> Purchase:
    return Purchase(ident, customer, day(on), Decimal(amount), **flags)


BOTH = [Response("A", "tanaka", day(0)), Response("B", "tanaka", day(10))]


def test_a_purchase_closes_the_first_run_answered_unless_set_otherwise() -> None:
    found = attribute(BOTH, [sale("1", "tanaka", 20)]).by_run()

    assert (found["A"].closed, found["B"].closed) == (1, 0)
    assert (found["A"].responses, found["B"].responses) == (1, 1)


def test_last_closes_the_run_answered_last() -> None:
    found = attribute(BOTH, [sale("1", "tanaka", 20)], mode="last").by_run()

    assert (found["A"].closed, found["B"].closed) == (0, 1)


def test_all_closes_both_runs_but_the_total_counts_the_purchase_once() -> None:
    found = attribute(BOTH, [sale("1", "tanaka", 20)], mode="all")

    assert [one.closed for one in found.by_run().values()] == [1, 1]
    assert found.of(["A", "B"]).sales == 1000
    assert found.of(["A", "B"]).closed == 1
    assert found.of(["A", "B"]).responses == 2


def test_a_purchase_on_the_day_of_the_response_counts_and_one_before_does_not() -> None:
    found = attribute(BOTH[:1], [sale("1", "tanaka", -1, 500), sale("2", "tanaka", 0, 700)]).by_run()

    assert (found["A"].closed, found["A"].sales) == (1, 700)


def test_the_window_includes_its_last_day() -> None:
    inside = attribute(BOTH[:1], [sale("1", "tanaka", 30)], window_days=30).by_run()
    outside = attribute(BOTH[:1], [sale("1", "tanaka", 31)], window_days=30).by_run()

    assert (inside["A"].closed, outside["A"].closed) == (1, 0)


def test_a_run_answered_too_long_ago_gives_way_to_the_next_one() -> None:
    found = attribute(BOTH, [sale("1", "tanaka", 35)], window_days=30).by_run()

    assert (found["A"].closed, found["B"].closed) == (0, 1)


def test_cancelled_purchases_and_purchases_after_the_day_do_not_count() -> None:
    bought = [sale("1", "tanaka", 5, cancelled=True), sale("2", "tanaka", 6)]
    found = attribute(BOTH, bought, as_of=day(5)).by_run()

    assert found["A"].closed == 0
    assert "B" not in found


def test_two_purchases_close_a_response_once_and_add_up() -> None:
    found = attribute(BOTH[:1], [sale("1", "tanaka", 5), sale("2", "tanaka", 6)]).by_run()

    assert (found["A"].closed, found["A"].sales) == (1, 2000)


def test_a_return_lowers_sales_and_not_the_count_whatever_the_sign_it_is_written_with() -> None:
    for written in (300, -300):
        bought = [sale("1", "tanaka", 5), sale("2", "tanaka", 6, written, is_return=True)]
        found = attribute(BOTH[:1], bought).by_run()

        assert (found["A"].closed, found["A"].sales) == (1, 700)


def test_a_return_of_something_bought_before_the_ad_is_not_held_against_it() -> None:
    found = attribute(BOTH[:1], [sale("1", "tanaka", -5), sale("2", "tanaka", 3, 300, is_return=True)]).by_run()

    assert found["A"].sales == 0


def test_answering_one_run_twice_is_one_response_from_the_earlier_day() -> None:
    twice = [Response("A", "tanaka", day(10)), Response("A", "tanaka", day(2))]
    found = attribute(twice, [sale("1", "tanaka", 5)]).by_run()

    assert (found["A"].responses, found["A"].closed) == (1, 1)


RESPONSES = st.lists(
    st.builds(Response, st.sampled_from("ABC"), st.sampled_from("xyz"), st.integers(0, 20).map(day)), max_size=9
)
PURCHASES = st.lists(
    st.builds(
        Purchase,
        st.uuids().map(str),
        st.sampled_from("wxyz"),
        st.integers(0, 30).map(day),
        st.integers(1, 900).map(Decimal),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
)
MODES: list[Mode] = ["first", "last", "all"]


@settings(max_examples=60)
@given(RESPONSES, PURCHASES, st.sampled_from(MODES), st.none() | st.integers(0, 15))
def test_totals_never_count_a_purchase_twice(
    responses: list[Response], purchases: list[Purchase], mode: Mode, window: int | None
) -> None:
    found = attribute(responses, purchases, mode=mode, window_days=window)
    credited = [credit.purchase.id for credit in found.credits]

    assert len(credited) == len(set(credited))
    together = found.of("ABC")
    assert together.sales == sum(credit.purchase.sales for credit in found.credits)
    assert together.closed <= together.responses
    if mode != "all":
        alone = found.by_run().values()
        assert together.sales == sum(one.sales for one in alone)
        assert together.closed == sum(one.closed for one in alone)


@settings(max_examples=60)
@given(RESPONSES, PURCHASES)
def test_first_agrees_with_counting_by_hand(responses: list[Response], purchases: list[Purchase]) -> None:
    sales = [one for one in purchases if not one.is_return and not one.cancelled]
    found = attribute(responses, sales).by_run()

    for run in "ABC":
        closers = set()
        for one in sales:
            answered = sorted((r.on, r.run) for r in responses if r.customer == one.customer and r.on <= one.on)
            if answered and answered[0][1] == run:
                closers.add(one.customer)
        assert (found[run].closed if run in found else 0) == len(closers)


def test_a_window_reaches_back_before_the_calendar_without_harm() -> None:
    answered, bought = [Response("A", "x", date.min)], [Purchase("1", "x", date(1, 1, 5), Decimal(100))]

    assert attribute(answered, bought, window_days=365).of(["A"]).closed == 1
