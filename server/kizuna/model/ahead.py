"""One step ahead: what comes next is made while somebody works on what came before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield the items; the next is made in a thread beside us, which has ended when this does.

    Worth it where making an item waits for others or leaves the interpreter free, as a database does.
    """
    end: list[T] = []

    def following() -> list[T]:
        return [one] if (one := next(items, None)) is not None else end

    with ThreadPoolExecutor(1, thread_name_prefix="kizuna-ahead") as reader:
        coming = reader.submit(following)
        while found := coming.result():
            coming = reader.submit(following)
            yield found[0]
            del found
