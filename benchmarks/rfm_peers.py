"""RFM of all from a file of raw purchases: ``python rfm_peers.py <library> <file.parquet>``, in an environment of its own.

Prints seconds (best of three, reading the file included) and the process's memory at its highest, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

TODAY = "2006-03-31"
GRADES = 5


def with_polars(file: str) -> int:
    import polars as pl

    totals = (
        pl.scan_parquet(file)
        .group_by("customer")
        .agg(pl.col("day").max().alias("last"), pl.len().alias("count"), pl.col("amount").sum())
        .collect(engine="streaming")
    )
    graded = totals.with_columns(
        (pl.col(name).rank("ordinal") * GRADES / pl.len()).ceil().alias(f"{name}_grade")
        for name in ("last", "count", "amount")
    )
    return graded.height


def with_pandas(file: str) -> int:
    import numpy as np
    import pandas as pd

    purchases = pd.read_parquet(file)
    totals = purchases.groupby("customer").agg(last=("day", "max"), count=("day", "size"), amount=("amount", "sum"))
    for name in ("last", "count", "amount"):
        totals[f"{name}_grade"] = (totals[name].rank(method="first") * GRADES / len(totals)).pipe(np.ceil)
    return len(totals)


def with_duckdb(file: str) -> int:
    import duckdb

    grades = ", ".join(f"ntile({GRADES}) over (order by {name}) as {name}_grade" for name in ("last", "times", "total"))
    totals = (
        f"select customer, max(day) as last, count(*) as times, sum(amount) as total from '{file}' group by customer"
    )
    return len(duckdb.sql(f"select *, {grades} from ({totals})").fetchnumpy()["customer"])


WAYS: dict[str, Callable[[str], int]] = {"polars": with_polars, "pandas": with_pandas, "duckdb": with_duckdb}


def main() -> None:
    name, file = sys.argv[1:]
    took = []
    customers = 0
    for _ in range(3):
        began = time.perf_counter()
        customers = WAYS[name](file)
        took.append(time.perf_counter() - began)
    # Not getrusage: its highest mark begins with that of the process that started us.
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    print(json.dumps({"seconds": min(took), "megabytes": peak, "customers": customers}))


if __name__ == "__main__":
    main()
