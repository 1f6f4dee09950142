"""Why deals were lost: the fixed point of design page 5, periods, groups and real deals."""

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna_lost_deals.analysis import by_reason, churn_reasons, lost, outcomes, overall, reasons_within, trend
from kizuna_lost_deals.facts import Churn, Deal, Outcome
from kizuna_lost_deals.periods import Period, fiscal_year, fiscal_year_of, months
from kizuna_lost_deals.shares import percent, shares

ALWAYS = Period()
DAY = date(2026, 4, 1)


def lost_for(reason: str, times: int, amount: int = 1000) -> list[Deal]:
    return [Deal(f"{reason}{n}", "lost", DAY, Decimal(amount), reason=reason) for n in range(times)]


def test_the_worked_example_comes_out_as_published() -> None:
    deals = lost_for("効果が弱い", 2) + lost_for("飲みにくい", 15) + lost_for("価格が高い", 5)
    found = by_reason(deals, ALWAYS)

    assert [(one.label, one.count) for one in found] == [("飲みにくい", 15), ("価格が高い", 5), ("効果が弱い", 2)]
    assert [str(percent(one.share)) for one in found] == ["68.2", "22.7", "9.1"]
    assert [str(percent(one.cumulative)) for one in found] == ["68.2", "90.9", "100.0"]


def test_reasons_as_frequent_as_each_other_are_ordered_by_amount() -> None:
    found = by_reason(lost_for("a", 1, 10) + lost_for("b", 1, 90), ALWAYS)

    assert [one.label for one in found] == ["b", "a"]
    assert found[0].amount_share == Decimal("0.9")


def test_both_ends_of_a_period_are_in_it() -> None:
    deals = [Deal(str(n), "lost", date(2026, 4, n)) for n in (1, 2, 29, 30)]
    found = lost(deals, Period(date(2026, 4, 2), date(2026, 4, 29)))

    assert [deal.id for deal in found] == ["29", "2"]


def test_a_lost_deal_without_a_closing_day_is_in_no_period() -> None:
    assert lost([Deal("1", "lost")], ALWAYS) == []


@pytest.mark.parametrize(
    ("first_month", "start", "end"),
    [
        (4, date(2026, 4, 1), date(2027, 3, 31)),
        (1, date(2026, 1, 1), date(2026, 12, 31)),
        (3, date(2026, 3, 1), date(2027, 2, 28)),
        (12, date(2026, 12, 1), date(2027, 11, 30)),
    ],
)
def test_a_fiscal_year_starts_with_any_month(first_month: int, start: date, end: date) -> None:
    found = fiscal_year(2026, first_month=first_month)

    assert (found.start, found.end) == (start, end)


@settings(max_examples=60)
@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(1, 12))
def test_every_day_is_in_its_own_fiscal_year_and_in_no_other(day: date, first_month: int) -> None:
    year = fiscal_year_of(day, first_month=first_month)

    assert [day in fiscal_year(one, first_month=first_month) for one in (year - 1, year, year + 1)] == [
        False,
        True,
        False,
    ]


def test_months_run_through_the_turn_of_the_year() -> None:
    assert list(months(date(2025, 11, 30), date(2026, 2, 1))) == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_the_win_rate_leaves_open_deals_out_and_is_blank_when_nothing_is_decided() -> None:
    deals = [Deal("1", "won", DAY, product="x"), Deal("2", "lost", DAY, product="x"), Deal("3", "open", product="y")]

    assert overall(deals, ALWAYS).win_rate == Decimal("0.5")
    assert overall(deals[2:], ALWAYS).win_rate is None
    assert [(one.label, one.won, one.lost) for one in outcomes(deals, ALWAYS, by="product")] == [("x", 1, 1)]


def test_the_trend_shows_months_in_which_nothing_was_decided() -> None:
    deals = [Deal("1", "won", date(2026, 1, 31)), Deal("2", "lost", date(2026, 3, 1))]

    assert [(one.label, one.won, one.lost) for one in trend(deals, ALWAYS)] == [
        ("2026-01", 1, 0),
        ("2026-02", 0, 0),
        ("2026-03", 0, 1),
    ]
    assert len(trend(deals, fiscal_year(2025))) == 12


def test_reasons_are_told_for_each_group() -> None:
    deals = [
        Deal("1", "lost", DAY, staff="佐藤", reason="a"),
        Deal("2", "lost", DAY, staff="佐藤", reason="b"),
        Deal("3", "lost", DAY, staff="鈴木", reason="a"),
    ]
    found = reasons_within(deals, ALWAYS, by="staff")

    assert {label: [one.label for one in group] for label, group in found.items()} == {
        "佐藤": ["a", "b"],
        "鈴木": ["a"],
    }


def test_churn_is_analysed_the_same_way() -> None:
    left = [Churn("1", DAY, "転居"), Churn("2", DAY, "転居"), Churn("3", date(2020, 1, 1), "転居"), Churn("4", DAY)]
    found = churn_reasons(left, Period(DAY, DAY))

    assert [(one.label, one.count, one.amount_share) for one in found] == [("転居", 2, None), ("", 1, None)]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9).map(Decimal)), min_size=1, max_size=20))
def test_shares_add_up_to_the_whole(things: list[tuple[str, Decimal]]) -> None:
    found = shares(things)

    assert sum(one.count for one in found) == len(things)
    assert found[-1].cumulative == 1
    assert [one.count for one in found] == sorted((one.count for one in found), reverse=True)


def real_deals() -> list[Deal]:
    for folder in Path(__file__).resolve().parents:
        path = folder.parent / "shared" / "data" / "maven_crm" / "sales_pipeline.csv"
        if path.exists():
            break
    else:
        if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
            pytest.fail("../shared/data/maven_crm is required here")
        pytest.skip("../shared/data is not beside this checkout")
    outcome: dict[str, Outcome] = {"Won": "won", "Lost": "lost"}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Deal(
                row["opportunity_id"],
                outcome.get(row["deal_stage"], "open"),
                date.fromisoformat(row["close_date"]) if row["close_date"] else None,
                Decimal(row["close_value"] or 0),
                staff=row["sales_agent"],
                product=row["product"],
                customer=row["account"],
            )
            for row in csv.DictReader(file)
        ]


def test_real_deals_give_the_published_totals() -> None:
    deals = real_deals()
    whole = overall(deals, ALWAYS)

    assert (whole.won, whole.lost, whole.won_amount) == (4_238, 2_473, 10_005_534)
    for by in ("product", "staff", "month"):
        groups = outcomes(deals, ALWAYS, by=by)
        assert sum(one.won for one in groups) == whole.won
        assert sum(one.lost for one in groups) == whole.lost
    assert sum(one.lost for one in trend(deals, ALWAYS)) == whole.lost
