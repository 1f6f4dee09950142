"""Customer portfolio management: five stages of a buyer's life, each active or gone (design page 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from kizuna import Label, Text
from kizuna_rfm.buyers import Buyers, Points
from kizuna_rfm.money import average, in_hundredths, ratio
from kizuna_rfm.settings import CpmSettings


class Stage(IntEnum):
    """A stage of CPM, in the order a buyer goes through them."""

    FIRST = 0
    TODDLING = 1
    STEADY = 2
    TRENDY = 3
    EXCELLENT = 4


STAGE_LABELS = {
    Stage.FIRST: Text("初回", "First-time"),
    Stage.TODDLING: Text("よちよち", "Toddling"),
    Stage.STEADY: Text("コツコツ", "Steady"),
    Stage.TRENDY: Text("流行", "Trendy"),
    Stage.EXCELLENT: Text("優良", "Excellent"),
}


@dataclass(frozen=True, slots=True)
class Cpm:
    """The `Stage` of each buyer as a number, and who has left."""

    stage: Points
    left: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CpmGroup:
    """One of the ten groups: buyers, share of all buyers, sales in hundredths, share of sales, average in yen."""

    stage: Stage
    left: bool
    buyers: int
    buyer_share: float | None
    sales: int
    sales_share: float | None
    average: float | None


def group_label(stage: int, *, left: bool) -> Text:
    """Return what people call a group, such as 優良現役客."""
    label = STAGE_LABELS[Stage(stage)]
    return Text(f"{label.ja}{'離脱' if left else '現役'}客", f"{label.en}, {'left' if left else 'active'}")


def group_labels(found: Cpm) -> NDArray[np.object_]:
    """Return the label of each buyer's group, as cells show it."""
    labels = [Label.of(group_label(stage, left=left)) for stage in Stage for left in (False, True)]
    return np.array(labels, dtype=object)[found.stage * 2 + found.left]


def cpm(buyers: Buyers, as_of: int, settings: CpmSettings) -> Cpm:
    """Return the stage of each buyer as of a day number.

    初回: 1 purchase; よちよち: ≥ 2 and tenure < 90 days; コツコツ: tenure ≥ 90 and < 70,000 yen; 流行: tenure
    90–209 and ≥ 70,000; 優良: tenure ≥ 210 and ≥ 70,000. 離脱 when the last purchase is ≥ 240 days ago. The figures
    are the settings'.
    """
    tenure = buyers.tenure()
    conditions = [
        buyers.purchases == 1,
        tenure < settings.toddling_days,
        buyers.amount < in_hundredths(settings.large_amount),
        tenure < settings.excellent_days,
    ]
    choices = [Stage.FIRST, Stage.TODDLING, Stage.STEADY, Stage.TRENDY]
    stage = np.select(conditions, choices, default=Stage.EXCELLENT).astype(np.int8)
    return Cpm(stage, buyers.recency(as_of) >= settings.left_days)


def cpm_table(buyers: Buyers, found: Cpm) -> list[CpmGroup]:
    """Return the ten groups, each stage active and then left; they add up to all buyers and all sales."""
    place = found.stage.astype(np.int64) * 2 + found.left
    counts = np.bincount(place, minlength=2 * len(Stage))
    sales = np.zeros(2 * len(Stage), dtype=np.int64)
    np.add.at(sales, place, buyers.amount)
    all_sales = int(sales.sum())
    return [
        CpmGroup(
            stage=Stage(group // 2),
            left=group % 2 == 1,
            buyers=count,
            buyer_share=ratio(count, len(buyers)),
            sales=amount,
            sales_share=ratio(amount, all_sales),
            average=average(amount, count),
        )
        for group, (count, amount) in enumerate(zip(counts.tolist(), sales.tolist(), strict=True))
    ]
