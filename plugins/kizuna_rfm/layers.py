"""The four layers of the buyers: a partition of all 125 cells of R, F and M points (design page 5)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from kizuna import Label, Text
from kizuna_rfm.buyers import Points
from kizuna_rfm.points import RfmPoints


class Layer(IntEnum):
    """A layer of buyers, best first."""

    BEST = 0
    GOOD = 1
    NEW = 2
    DORMANT = 3

    @property
    def label(self) -> Text:
        """What people call the layer."""
        return LABELS[self]


LABELS = {
    Layer.BEST: Text("上得意客", "Best customers"),
    Layer.GOOD: Text("得意客", "Good customers"),
    Layer.NEW: Text("新規客", "New customers"),
    Layer.DORMANT: Text("休眠客", "Dormant customers"),
}


def layers(points: RfmPoints) -> Points:
    """Return the `Layer` of each buyer as a number.

    休眠客 R ≤ 2; else 新規客 F = 1; else 上得意客 R ≥ 4, F ≥ 4, M ≥ 4; else 得意客. R, F and M are points.
    """
    conditions = [
        points.recency <= 2,
        points.frequency == 1,
        (points.recency >= 4) & (points.frequency >= 4) & (points.money >= 4),
    ]
    return np.select(conditions, [Layer.DORMANT, Layer.NEW, Layer.BEST], default=Layer.GOOD).astype(np.int8)


def layer_labels(found: Points) -> NDArray[np.object_]:
    """Return the label of each layer number, as cells show it."""
    return np.array([Label.of(LABELS[layer]) for layer in Layer], dtype=object)[found]
