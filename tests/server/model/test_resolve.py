"""Keys as people type them find their rows."""

from __future__ import annotations

from kizuna.testing import shop_from


def test_numbers_are_found_in_any_width_and_case() -> None:
    with shop_from(customers=[{"number": "C0001", "name": "佐藤"}, {"number": "c0002", "name": "鈴木"}]) as shop:
        data = shop.data()
        [first, second] = data.resolve("customers", ["C0001", "c0002"])

        assert first is not None
        assert second is not None
        typed = ["c0001", "Ｃ０００１", " ｃ0001 ", first.upper(), "c0002", "C0002", "C9999", None]
        assert data.resolve("customers", typed) == [first] * 4 + [second, None, None, None]
