"""The ads of three years: the same calendar of campaigns every year, in media that differ in cost and in pull."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kizuna.ops.sample.catalogue import Product
from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.row_ids import RowIds

# Month, day, medium, title, start of the product's name, cost in yen, circulation, pull.
# Cost and circulation vary somewhat from year to year.
_CAMPAIGNS = (
    (1, 10, "新聞折込", "初売り 福茶と銘茶のご案内", "銘茶と菓子", 178000, 32000, 5),
    (2, 18, "Instagram広告", "花粉の季節の健康茶 お試しセット", "お試し", 60000, 48000, 6),
    (4, 16, "DM", "新茶ご予約会のお知らせ", "新茶", 96000, 1200, 9),
    (5, 6, "チラシ", "八十八夜 新茶まつり", "新茶", 42000, 6000, 6),
    (6, 3, "Instagram広告", "水出し緑茶で夏じたく", "水出し", 55000, 52000, 7),
    (6, 20, "DM", "お中元 早期ご優待", "煎茶3本", 104000, 1350, 9),
    (8, 24, "ラジオ", "夏の疲れに桑の葉青汁", "桑の葉", 220000, None, 4),
    (9, 7, "地域情報誌", "敬老の日に贈るお茶", "煎茶2本", 66000, 25000, 5),
    (11, 4, "新聞折込", "お歳暮と新海苔のご案内", "銘茶と菓子", 185000, 34000, 6),
)
_STORE_MEDIA = ("チラシ", "地域情報誌", "新聞折込")


@dataclass(frozen=True, slots=True)
class AdRun:
    """One ad on one day; `store_id` 0 means the whole chain."""

    id: str
    store_id: int
    ran_on: date
    medium: str
    pull: int

    def reaches(self, store_id: int) -> bool:
        """Say whether customers of that store can have seen it."""
        return self.store_id in (0, store_id)


def make_ads(
    rng: random.Random, ids: RowIds, first: date, as_of: date, products: Sequence[Product]
) -> tuple[Columns, list[AdRun]]:
    """Return the rows of every ad between the two days, oldest first, and the runs."""
    days = sorted(
        (date(year, campaign[0], campaign[1]), campaign)
        for year in range(first.year, as_of.year + 1)
        for campaign in _CAMPAIGNS
        if first <= date(year, campaign[0], campaign[1]) <= as_of
    )
    table = RowCollector(
        "id", "store_id", "number", "ran_on", "medium", "title", "cost", "product_id", "circulation", "notes"
    )
    runs: list[AdRun] = []
    for number, (day, (_, _, medium, title, product_name, cost, circulation, pull)) in enumerate(days, start=1):
        ran_on = min(as_of, day + timedelta(days=rng.randint(0, 3)))
        run = AdRun(ids.on(ran_on), rng.randint(1, 3) if medium in _STORE_MEDIA else 0, ran_on, medium, pull)
        runs.append(run)
        product = next(product for product in products if product.name.startswith(product_name))
        varied = round(cost * rng.uniform(0.9, 1.15), -3)
        copies = None if circulation is None else round(circulation * rng.uniform(0.9, 1.1), -2)
        notes = "FM局 朝の番組内で20秒を10本" if medium == "ラジオ" else None
        table.add(
            run.id, run.store_id, f"A{number:04d}", ran_on.isoformat(), medium, title, int(varied), product.id,
            None if copies is None else int(copies), notes,
        )  # fmt: skip
    return table.columns(), runs
