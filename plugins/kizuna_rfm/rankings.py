"""The rankings beside each other: RFM, layer, decile and CPM of each buyer, and where they disagree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kizuna import Text
from kizuna_rfm.buyers import Integers, Points
from kizuna_rfm.cpm import Cpm, Stage
from kizuna_rfm.decile import deciles
from kizuna_rfm.layers import Layer


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One way in which two rankings contradict each other, and who it is true of."""

    code: str
    text: Text
    buyers: NDArray[np.bool_]


TOP_DECILES = 2
"""The upper fifth of the buyers by amount counts as large buyers."""


def disagreements(
    *, rfm_order: Integers, layer: Points, decile: Points, cpm: Cpm, apart: int
) -> tuple[Disagreement, ...]:
    """Return every kind of disagreement with a mask of its buyers, in the order they are named in a cell.

    - RFM rank and amount rank lie ``apart`` or more tenths of the buyers from each other, named by which is better;
    - the upper fifth by amount sleeps (休眠客), or came for the first time (新規客);
    - CPM counts as 離脱 whom RFM does not yet call dormant, or as 現役 whom RFM calls dormant;
    - CPM calls 優良 and active whom RFM does not call 上得意客, or the other way about.
    """
    rfm_decile = deciles(rfm_order).astype(np.int64)
    gap = decile - rfm_decile
    large = decile <= TOP_DECILES
    dormant, new, best = layer == Layer.DORMANT, layer == Layer.NEW, layer == Layer.BEST
    excellent = (cpm.stage == Stage.EXCELLENT) & ~cpm.left
    return tuple(
        Disagreement(code, text, mask)
        for code, text, mask in (
            ("rfm-above-amount", Text("RFM順位が金額順位より上", "RFM ranks higher than amount"), gap >= apart),
            ("amount-above-rfm", Text("金額順位がRFM順位より上", "Amount ranks higher than RFM"), gap <= -apart),
            ("large-but-dormant", Text("金額上位だが休眠", "Large buyer, but dormant"), large & dormant),
            ("large-but-new", Text("金額上位だが初回", "Large buyer, but new"), large & new),
            ("left-but-awake", Text("CPMは離脱、RFMは休眠前", "Left by CPM, awake by RFM"), cpm.left & ~dormant),
            ("active-but-dormant", Text("CPMは現役、RFMは休眠", "Active by CPM, dormant by RFM"), ~cpm.left & dormant),
            (
                "excellent-not-best",
                Text("CPMは優良、RFMは上得意でない", "Excellent by CPM, not best by RFM"),
                excellent & ~best,
            ),
            (
                "best-not-excellent",
                Text("RFMは上得意、CPMは優良でない", "Best by RFM, not excellent by CPM"),
                best & ~excellent,
            ),
        )
    )


def named(found: tuple[Disagreement, ...], position: int) -> list[Text]:
    """Return the texts of the disagreements about the buyer at ``position``."""
    return [one.text for one in found if one.buyers[position]]
