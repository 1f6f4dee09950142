"""What totals say of a day in the past is what adding up the receipts by that day gives."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.testing import Shop, shop_from
from kizuna_rfm.buyers import day_of
from kizuna_rfm.source import Ledger, read_everybody, read_some

DAYS = [date(2005, 1, 10), date(2005, 9, 1), date(2006, 1, 1), date(2006, 3, 30), date(2006, 5, 1)]
CUSTOMERS = 4
RECEIPT = st.fixed_dictionaries(
    {
        "who": st.integers(0, CUSTOMERS - 1),
        "store_id": st.integers(1, 2),
        "purchased_on": st.sampled_from(DAYS),
        "kind": st.sampled_from(["sale", "sale", "sale", "return"]),
        "status": st.sampled_from(["completed", "completed", "cancelled"]),
        "amount": st.integers(-99, 9_999).map(float),
    }
)


def opened(receipts: list[dict[str, Any]]) -> tuple[Shop, list[str]]:
    """Return a shop with these receipts, and the ids of its customers."""
    shop = shop_from(stores=[{"code": 1, "name": "本店"}, {"code": 2, "name": "支店"}])
    people = shop.add("customers", [{"number": f"C{one}", "name": "客"} for one in range(CUSTOMERS)])
    told = [
        {name: one[name] for name in one if name != "who"} | {"customer_id": people[one["who"]]} for one in receipts
    ]
    if told:
        shop.add("purchases", told)
    return shop, people


def added_up(receipts: list[dict[str, Any]], people: list[str], as_of: date) -> dict[str, tuple[date, date, int, int]]:
    """Return first and last day, purchases and amount in hundredths of who bought by a day, the plain way."""
    found = {}
    for who, row_id in enumerate(people):
        own = [
            one
            for one in receipts
            if one["who"] == who and one["status"] != "cancelled" and one["purchased_on"] <= as_of
        ]
        sold = [one["purchased_on"] for one in own if one["kind"] == "sale"]
        amount = sum(one["amount"] if one["kind"] == "sale" else -abs(one["amount"]) for one in own)
        if sold:
            found[row_id] = (min(sold), max(sold), len(sold), int(amount * 100))
    return found


def told_by(ledger: Ledger) -> dict[str, tuple[date, date, int, int]]:
    """Return the same from a ledger."""
    buyers = ledger.buyers
    figures = zip(
        map(day_of, buyers.first_day.tolist()),
        map(day_of, buyers.last_day.tolist()),
        buyers.purchases.tolist(),
        buyers.amount.tolist(),
        strict=True,
    )
    return dict(zip(ledger.ids_at(range(len(ledger))), figures, strict=True))


@given(receipts=st.lists(RECEIPT, max_size=14), later=RECEIPT)
@settings(max_examples=12, deadline=None)
def test_the_totals_of_a_day_are_the_receipts_by_it_added_up(receipts: list[Any], later: Any) -> None:
    shop, people = opened(receipts)
    with shop:
        for known in (receipts, [*receipts, later]):
            if known is not receipts:  # what is kept is mended
                fields = {name: later[name] for name in later if name != "who"}
                shop.add("purchases", [fields | {"customer_id": people[later["who"]]}])
            for as_of in DAYS:
                expected = added_up(known, people, as_of)

                assert told_by(read_everybody(shop.data(), as_of)) == expected
                assert told_by(read_some(shop.data(), as_of, people)) == expected


@given(receipts=st.lists(RECEIPT, max_size=14))
@settings(max_examples=8, deadline=None)
def test_repeat_purchase_days_are_the_different_days_after_the_first(receipts: list[Any]) -> None:
    shop, people = opened(receipts)
    with shop:
        for as_of in DAYS:
            days = [
                {
                    one["purchased_on"]
                    for one in receipts
                    if one["who"] == who
                    and (one["kind"], one["status"]) == ("sale", "completed")
                    and one["purchased_on"] <= as_of
                }
                for who in range(CUSTOMERS)
            ]
            [column] = shop.call("BTYD_FREQUENCY", customer=people, as_of=as_of)

            assert [one if isinstance(one, int) else None for one in column] == [
                len(one) - 1 if one else None for one in days
            ]
