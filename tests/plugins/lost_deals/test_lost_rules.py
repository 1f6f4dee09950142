"""What a lost deal must tell, and when its customer is approached again."""

from datetime import date

from kizuna_lost_deals.facts import Deal
from kizuna_lost_deals.rules import check_lost, nurture_again_on, nurture_due
from kizuna_lost_deals.settings import LostDealSettings

DEFAULTS = LostDealSettings()
DAY = date(2026, 4, 1)


def fields(outcome: str, reason: str | None, note: str | None, closed_on: date | None = DAY) -> list[str]:
    found = check_lost(
        outcome=outcome,
        reason=reason,
        note=note,
        closed_on=closed_on,
        reasons=DEFAULTS.reasons,
        needs_note=DEFAULTS.needs_note,
    )
    return [one.field for one in found]


def test_a_lost_deal_needs_a_reason_from_the_list_and_a_day() -> None:
    assert fields("lost", None, None) == ["lost_reason"]
    assert fields("lost", "  ", None, None) == ["closed_on", "lost_reason"]
    assert fields("lost", "気分", None) == ["lost_reason"]
    assert fields("lost", "価格が高い", None) == []


def test_other_needs_a_note() -> None:
    assert fields("lost", "その他", " ") == ["lost_note"]
    assert fields("lost", "その他", "店が火事になった") == []


def test_open_and_won_deals_need_no_reason() -> None:
    assert fields("open", None, None, None) == fields("won", None, None, None) == []


def test_the_message_lists_what_may_be_chosen() -> None:
    (problem,) = check_lost(outcome="lost", reason="x", note="", closed_on=DAY, reasons=["a", "b"], needs_note=[])

    assert "a、b" in problem.text.ja
    assert problem.text.en.startswith('"x" is not in the list of reasons: choose one of a、b')


def test_an_empty_list_allows_any_reason() -> None:
    assert check_lost(outcome="lost", reason="x", note="", closed_on=DAY, reasons=[], needs_note=[]) == []


def test_months_to_the_next_try_clamp_to_the_end_of_the_month() -> None:
    assert nurture_again_on(date(2025, 8, 31), months=6) == date(2026, 2, 28)
    assert nurture_again_on(date.max, months=6) == date.max


def test_a_lost_deal_comes_back_after_its_time_and_not_before() -> None:
    deal = Deal("1", "lost", date(2026, 1, 15), customer="x")

    assert nurture_due([deal], date(2026, 7, 14), months=6) == []
    assert nurture_due([deal], date(2026, 7, 15), months=6) == [(date(2026, 7, 15), deal)]


def test_single_reasons_have_their_own_time_or_never_come_back() -> None:
    deals = [Deal("1", "lost", DAY, customer="x", reason="時期"), Deal("2", "lost", DAY, customer="y", reason="廃業")]
    found = nurture_due(deals, date(2026, 6, 1), months=6, by_reason={"時期": 1, "廃業": None})

    assert [deal.id for _, deal in found] == ["1"]


def test_a_customer_with_an_open_deal_or_a_later_win_is_left_alone() -> None:
    gone = [Deal("1", "lost", DAY, customer="x"), Deal("2", "lost", DAY, customer="y")]
    since = [Deal("3", "open", customer="x"), Deal("4", "won", date(2026, 5, 1), customer="y")]

    assert nurture_due(gone + since, date(2027, 1, 1), months=6) == []


def test_looking_back_what_came_later_does_not_count() -> None:
    asked = date(2026, 12, 1)
    later, before = date(2026, 12, 2), date(2026, 11, 30)
    gone = [Deal(name, "lost", DAY, customer=name) for name in "abcd"]
    since = [
        Deal("1", "won", later, customer="a", opened_on=later),  # neither won nor open yet
        Deal("2", "open", customer="b", opened_on=later),
        Deal("3", "lost", later, customer="c", opened_on=before),  # still open on that day
        Deal("4", "open", customer="d", opened_on=asked),
    ]

    assert [deal.id for _, deal in nurture_due(gone + since, asked, months=6)] == ["a", "b"]
