"""RFM of all from a file of raw purchases: ``python rfm_peers.py <library> <file>``, in an environment of its own.

Each library does what the server's answer says: cancelled receipts left out, a return lowers the amount and is no purchase,
points 1 to 5 by the thresholds of the settings, customers ranked by the sum of their points, amount, last day and purchases.
Prints seconds and processor seconds (medians of so many, reading the file included), the process's memory at its highest, and
what the points add up to, as JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TODAY = "2006-03-31"
RECENCY, FREQUENCY, MONEY = (90, 180, 364, 729), (2, 3, 4, 10), (5_000_00, 10_000_00, 20_000_00, 50_000_00)
Found = dict[str, int]


def write_with_polars(arrays: str, parquet: str, csv: str) -> None:
    """Write the shop's receipts as files: customers by the number people know."""
    import numpy as np
    import polars as pl

    kept = np.load(arrays)
    frame = pl.DataFrame({name: kept[name] for name in ("customer", "day", "amount", "returned", "cancelled")})
    frame = frame.select(
        pl.format("C{}", (pl.col("customer") + 1).cast(pl.String).str.zfill(4)).alias("number"),
        pl.col("customer"),
        pl.col("day").cast(pl.Date),
        pl.when("returned").then(pl.lit("return")).otherwise(pl.lit("sale")).alias("kind"),
        pl.when("cancelled").then(pl.lit("cancelled")).otherwise(pl.lit("completed")).alias("status"),
        pl.col("amount"),
    )
    frame.write_parquet(parquet)
    frame.drop("customer").write_csv(csv)


def with_polars(file: str, key: str) -> Found:
    import polars as pl

    def points(column: Any, limits: tuple[int, ...]) -> Any:
        return sum(((column >= limit).cast(pl.Int8) for limit in limits), pl.lit(1, pl.Int8))

    sale = pl.col("kind") == "sale"
    receipts = pl.scan_csv(file, try_parse_dates=True) if file.endswith(".csv") else pl.scan_parquet(file)
    totals = (
        receipts.filter(pl.col("status") != "cancelled")
        .group_by(key)
        .agg(
            pl.col("day").filter(sale).max().alias("last"),
            sale.sum().alias("times"),
            pl.when(sale).then(pl.col("amount")).otherwise(-pl.col("amount")).sum().alias("amount"),
        )
        .filter(pl.col("times") > 0)
    )
    days = (pl.lit(TODAY).str.to_date() - pl.col("last")).dt.total_days()
    r = points(-days, tuple(-one for one in RECENCY))
    ranked = (
        totals.with_columns(
            r.alias("r"), points(pl.col("times"), FREQUENCY).alias("f"), points(pl.col("amount"), MONEY).alias("m")
        )
        .with_columns((pl.col("r") + pl.col("f") + pl.col("m")).alias("total"))
        .sort("total", "amount", "last", "times", descending=True)
        .collect(engine="streaming")
    )
    return {name: int(ranked[name].cast(pl.Int64).sum()) for name in "rfm"} | {"customers": ranked.height}


def with_pandas(file: str, key: str) -> Found:
    import numpy as np
    import pandas as pd

    names = [key, "day", "kind", "status", "amount"]
    receipts = (
        pd.read_csv(file, parse_dates=["day"], usecols=names)
        if file.endswith(".csv")
        else pd.read_parquet(file, columns=names)
    )
    receipts = receipts[receipts["status"] != "cancelled"]
    sale = receipts["kind"] == "sale"
    signed = receipts["amount"].where(sale, -receipts["amount"])
    sold = receipts[sale].groupby(key).agg(last=("day", "max"), times=("day", "size"))
    totals = sold.join(signed.groupby(receipts[key]).sum().rename("amount"))
    days = (pd.Timestamp(TODAY) - pd.to_datetime(totals["last"])).dt.days.to_numpy()
    totals["r"] = 5 - np.searchsorted(RECENCY, days, side="left")
    totals["f"] = 1 + np.searchsorted(FREQUENCY, totals["times"].to_numpy(), side="right")
    totals["m"] = 1 + np.searchsorted(MONEY, totals["amount"].to_numpy(), side="right")
    totals["total"] = totals["r"] + totals["f"] + totals["m"]
    ranked = totals.sort_values(["total", "amount", "last", "times"], ascending=False)
    return {name: int(ranked[name].sum()) for name in "rfm"} | {"customers": len(ranked)}


def with_duckdb(file: str, key: str) -> Found:
    import duckdb

    def points(column: str, limits: tuple[int, ...]) -> str:
        return " + ".join(["1", *(f"({column} >= {limit})::int" for limit in limits)])

    totals = (
        f"select {key}, max(day) filter (kind = 'sale') as last, count(*) filter (kind = 'sale') as times, "
        f"sum(case when kind = 'sale' then amount else -amount end)::bigint as amount from '{file}' "
        f"where status <> 'cancelled' group by {key} having times > 0"
    )
    graded = (
        f"select *, {points(f'-(date {TODAY!r} - last)', tuple(-one for one in RECENCY))} as r, "
        f"{points('times', FREQUENCY)} as f, {points('amount', MONEY)} as m from ({totals})"
    )
    sql = f"select * from ({graded}) order by r + f + m desc, amount desc, last desc, times desc"
    ranked = duckdb.sql(sql).fetchnumpy()
    return {name: int(ranked[name].sum()) for name in "rfm"} | {"customers": len(ranked["r"])}


WAYS: dict[str, Callable[[str, str], Found]] = {"polars": with_polars, "pandas": with_pandas, "duckdb": with_duckdb}


def main() -> None:
    if sys.argv[1] == "write":
        write_with_polars(*sys.argv[2:])
        return
    name, file, key, rounds = sys.argv[1:]
    took, worked = [], []
    found: Found = {}
    for _ in range(int(rounds)):
        began, busy = time.perf_counter(), time.process_time()
        found = WAYS[name](file, key)
        took.append(time.perf_counter() - began)
        worked.append(time.process_time() - busy)
    # Not getrusage: its highest mark begins with that of the process that started us.
    status = Path("/proc/self/status").read_text()
    peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
    print(
        json.dumps(
            {"seconds": statistics.median(took), "processor": statistics.median(worked), "megabytes": peak, **found}
        )
    )


if __name__ == "__main__":
    main()
