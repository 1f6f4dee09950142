"""The encoding of an answer is the best one the client takes, also where the answer was kept."""

from __future__ import annotations

import gzip

import pytest
import zstandard

from kizuna.api import rows
from kizuna.api.bodies import best_coding
from kizuna.ids import new_id
from tests.fixtures.wire import Caller, op


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("", None), ("br", None), ("gzip", "gzip"), ("gzip, zstd", "zstd"), ("zstd;q=0, gzip", "gzip"), ("x-zstd", None)],
)
def test_the_best_coding_is_one_the_client_takes(accepted: str, coding: str | None) -> None:
    assert best_coding(accepted) == coding


def test_a_kept_page_is_given_only_to_clients_that_take_its_coding(
    first: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "KEPT_FROM", 1)
    first.push("customers", *(op("insert", new_id(), name="a" * 100) for _ in range(30)))

    packed = first.get("/tables/customers/rows", headers={"Accept-Encoding": "zstd;q=0, gzip"})
    other = first.get("/tables/customers/rows", headers={"Accept-Encoding": "zstd"})

    assert (packed.headers["Content-Encoding"], other.headers["Content-Encoding"]) == ("gzip", "zstd")
    assert gzip.decompress(packed.data) == zstandard.ZstdDecompressor().decompressobj().decompress(other.data)


@pytest.mark.parametrize("limit", ["0", "-1", "50001", "00000000199999999", "９", "1e3"])
def test_a_limit_beyond_the_largest_is_refused_however_it_is_written(first: Caller, limit: str) -> None:
    assert first.get("/tables/customers/rows", limit=limit).get_json()["error"]["code"] == "bad-parameter"
