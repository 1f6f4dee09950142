"""Keys as people type them find their rows."""

from __future__ import annotations

from kizuna.model.resolving import KEPT_FROM
from kizuna.testing import shop_from


def test_numbers_are_found_in_any_width_and_case() -> None:
    with shop_from(customers=[{"number": "C0001", "name": "佐藤"}, {"number": "c0002", "name": "鈴木"}]) as shop:
        data = shop.data()
        [first, second] = data.resolve("customers", ["C0001", "c0002"])

        assert first is not None
        assert second is not None
        typed = ["c0001", "Ｃ０００１", " ｃ0001 ", first.upper(), "c0002", "C0002", "C9999", None]
        assert data.resolve("customers", typed) == [first] * 4 + [second, None, None, None]


def test_a_column_asked_again_gives_what_its_keys_name_now() -> None:
    people = [{"number": f"C{place:05}", "name": "佐藤"} for place in range(KEPT_FROM)]
    with shop_from(customers=people) as shop:
        column = [one["number"] for one in people] + ["C99999", "", None]
        first = shop.data().resolve("customers", column)
        first_again = shop.data().resolve("customers", column)
        first_again[0] = "changed by whoever got it"

        assert len(set(first)) == KEPT_FROM + 1
        assert first[-3:] == [None, None, None]
        assert shop.data().resolve("customers", column) == first

        [newcomer] = shop.add("customers", [{"number": "C99999", "name": "鈴木"}])

        assert shop.data().resolve("customers", column) == [*first[:-3], newcomer, None, None]


def test_a_number_no_database_can_hold_names_no_row() -> None:
    with shop_from(stores=[{"code": 1, "name": "本店"}]) as shop:
        assert shop.data().resolve("stores", ["9" * 30, "1"])[0] is None
        assert shop.data().resolve("stores", ["9" * 30]) == [None]


def test_keys_longer_than_any_key_is_are_looked_up_and_not_kept() -> None:
    with shop_from(customers=[{"number": "C0001", "name": "佐藤"}]) as shop:
        data = shop.data()
        [row_id] = data.resolve("customers", ["C0001"])
        kept = shop.database.kept.nbytes
        long = [f"{place}{'長' * 10_000}" for place in range(KEPT_FROM)]

        assert data.resolve("customers", [*long, "C0001"]) == [None] * KEPT_FROM + [row_id]
        assert shop.database.kept.nbytes == kept
