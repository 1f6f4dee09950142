"""Finished pages are kept as long as there is room for them, and for what keeping them takes."""

from __future__ import annotations

from kizuna.api.cache import PageCache


def kept(cache: PageCache, count: int) -> list[int]:
    return [number for number in range(count) if cache.get(number) is not None]


def test_the_pages_asked_for_last_stay() -> None:
    cache = PageCache(100_000)
    for number in range(5):
        cache.put(number, bytes(30_000))

    assert kept(cache, 5) == [2, 3, 4]


def test_small_pages_are_not_kept_without_end() -> None:
    cache = PageCache(100_000)
    for number in range(1_000):
        cache.put(number, b"{}")

    assert 50 < len(kept(cache, 1_000)) < 100


def test_a_page_put_again_takes_its_room_once() -> None:
    cache = PageCache(100_000)
    for _ in range(1_000):
        cache.put("same", bytes(30_000))
    cache.put("other", bytes(30_000))

    assert cache.get("same") is not None
    assert cache.get("other") is not None
