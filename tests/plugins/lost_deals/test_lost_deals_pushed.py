"""A lost deal needs its reason, asked in real pushes."""

from __future__ import annotations

from kizuna.ids import new_id
from kizuna.sync.changeset import Op, Outcome, TableChanges
from tests.fixtures.shop import Shop


def pushed(shop: Shop, **fields: object) -> tuple[Outcome, list[tuple[str | None, str]], str]:
    """Insert a deal; return what became of it, the fields to look at with their codes, and the first message."""
    who = shop.insert("customers", name="田中", store_id=1)
    told = {"customer_id": who, "store_id": 1, "title": "茶器", **fields}
    [outcome] = shop.send(TableChanges("deals", [Op("insert", new_id(), None, told)])).outcomes
    problems = outcome.problems or []
    return outcome.outcome, [(one.field, one.code) for one in problems], problems[0].message if problems else ""


def test_an_open_or_won_deal_needs_no_reason(real_shop: Shop) -> None:
    assert pushed(real_shop)[0] == "applied"
    assert pushed(real_shop, outcome="won", closed_on="2006-03-01")[0] == "applied"


def test_a_lost_deal_without_reason_and_day_is_refused_with_the_cure(real_shop: Shop) -> None:
    outcome, problems, message = pushed(real_shop, outcome="lost")

    assert outcome == "rejected"
    assert problems == [("closed_on", "lost_deals_day_missing"), ("lost_reason", "lost_deals_reason")]
    assert message == "A lost deal needs the day it stopped: fill in the closing day."


def test_the_reason_comes_from_the_shops_list(real_shop: Shop) -> None:
    lost = {"outcome": "lost", "closed_on": "2006-03-01"}

    assert pushed(real_shop, **lost, lost_reason="気分")[1] == [("lost_reason", "lost_deals_reason")]
    assert pushed(real_shop, **lost, lost_reason="飲みにくい")[0] == "applied"


def test_other_needs_a_note(real_shop: Shop) -> None:
    lost = {"outcome": "lost", "closed_on": "2006-03-01", "lost_reason": "その他"}

    assert pushed(real_shop, **lost)[1] == [("lost_note", "lost_deals_note_missing")]
    assert pushed(real_shop, **lost, lost_note="引っ越し")[0] == "applied"


def test_losing_a_deal_in_the_sheet_asks_for_the_reason_and_other_edits_do_not(real_shop: Shop) -> None:
    who = real_shop.insert("customers", name="田中", store_id=1)
    deal = real_shop.insert("deals", customer_id=who, store_id=1)

    [lost] = real_shop.send(TableChanges("deals", [real_shop.op("deals", deal, outcome="lost")])).outcomes
    [noted] = real_shop.send(TableChanges("deals", [real_shop.op("deals", deal, notes="検討中")])).outcomes

    assert (lost.outcome, noted.outcome) == ("rejected", "applied")


def test_the_message_is_japanese_for_a_japanese_shop(real_shop: Shop) -> None:
    real_shop.language = "ja"

    assert pushed(real_shop, outcome="lost", closed_on="2006-03-01")[2].startswith("失注にするには理由を選んでください")


def left(shop: Shop, row: str, **fields: object) -> tuple[Outcome, list[tuple[str | None, str]]]:
    """Change a customer; return what became of it, and the fields to look at with their codes."""
    [outcome] = shop.send(TableChanges("customers", [shop.op("customers", row, **fields)])).outcomes
    return outcome.outcome, [(one.field, one.code) for one in outcome.problems or []]


def test_a_customer_who_leaves_needs_the_day_and_a_reason_of_the_list(real_shop: Shop) -> None:
    who = real_shop.insert("customers", name="田中", store_id=1)
    day = {"status": "left", "left_on": "2006-03-01"}

    assert left(real_shop, who, status="left") == (
        "rejected",
        [("left_on", "lost_deals_left_day_missing"), ("left_reason", "lost_deals_left_reason")],
    )
    assert left(real_shop, who, **day, left_reason="気分")[1] == [("left_reason", "lost_deals_left_reason")]
    assert left(real_shop, who, **day, left_reason="その他")[1] == [("left_note", "lost_deals_left_note_missing")]
    assert left(real_shop, who, **day, left_reason="転居") == ("applied", [])
    assert real_shop.ask("CHURN_REASONS")["columns"] == [["転居"], [1], [1], [1]]


def test_other_edits_and_former_customers_brought_in_are_left_alone(real_shop: Shop) -> None:
    former = real_shop.insert("customers", name="森", status="left", store_id=1)
    other = real_shop.insert("customers", name="林", store_id=1)

    assert left(real_shop, former, notes="昔の客") == ("applied", [])
    assert left(real_shop, former, left_reason="転居")[1] == [("left_on", "lost_deals_left_day_missing")]
    assert left(real_shop, other, status="dormant") == ("applied", [])
