"""Real purchases for the tests of kizuna_rfm: the CDNOW sample beside the checkout, read with plain Python."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Receipt:
    """One purchase as the file has it."""

    customer: str
    on: date
    amount: Decimal


def shared_data(folder: str) -> Path:
    """Return a folder of ../shared/data, looked for beside every parent of this file."""
    for parent in Path(__file__).resolve().parents:
        found = parent.parent / "shared" / "data" / folder
        if found.is_dir():
            return found
    message = f"../shared/data/{folder} is not beside the checkout"
    if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def cdnow() -> list[Receipt]:
    """Return the 6,919 purchases of the CDNOW sample, customers named 1 to 2357."""
    with (shared_data("cdnow_sample") / "btyd_cdnowElog.csv").open(encoding="utf-8", newline="") as lines:
        return [
            Receipt(line["sampleid"], date.fromisoformat(line["date"]), Decimal(line["sales"]))
            for line in csv.DictReader(lines)
        ]


@pytest.fixture(scope="session")
def published_summary() -> dict[str, tuple[int, Decimal, Decimal]]:
    """Return frequency, recency and T in weeks per customer, as published with lifetimes."""
    path = shared_data("cdnow_sample") / "lifetimes_cdnow_customers_summary.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            line["ID"]: (int(line["frequency"]), Decimal(line["recency"]), Decimal(line["T"]))
            for line in csv.DictReader(lines)
        }
