"""Points 1 to 5 for recency, frequency and money: by thresholds, or by fifths of the buyers.

Source of the thresholds: design page 5 (docs/analysis), the table for shops with about 5,000 yen a purchase.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kizuna_rfm.buyers import Buyers, Integers, Points
from kizuna_rfm.money import in_hundredths
from kizuna_rfm.settings import RfmSettings


@dataclass(frozen=True, slots=True)
class RfmPoints:
    """The points of every buyer, each 1 to 5, and their sum, 3 to 15."""

    recency: Points
    frequency: Points
    money: Points

    @property
    def total(self) -> Points:
        """The sum of the three, 3 to 15."""
        return self.recency + self.frequency + self.money


def points_at_most(values: Integers, limits: Sequence[int]) -> Points:
    """Return 5 where a value is at most ``limits[0]``, 4 at most ``limits[1]``, … and 1 beyond the last.

    ``limits`` are the four rising limits for 5, 4, 3 and 2 points: fewer days are better.
    """
    return (5 - np.searchsorted(np.asarray(limits, dtype=np.int64), values, side="left")).astype(np.int8)


def points_at_least(values: Integers, limits: Sequence[int]) -> Points:
    """Return 5 where a value is at least ``limits[0]``, 4 at least ``limits[1]``, … and 1 below the last.

    ``limits`` are the four falling limits for 5, 4, 3 and 2 points: more purchases and more money are better.
    """
    rising = np.asarray(limits, dtype=np.int64)[::-1]
    return (1 + np.searchsorted(rising, values, side="right")).astype(np.int8)


def points_by_fifths(goodness: Integers) -> Points:
    """Return 1 to 5 by fifths of the buyers: 1 + floor(5 × buyers who are strictly worse / all buyers).

    Equal values get equal points, always: a group of equals stands where its lowest place is. Without equals this
    is the plain cut into fifths; when everybody is equal everybody has 1 point. ``goodness`` rises with the better
    buyer.
    """
    if len(goodness) == 0:
        return np.zeros(0, dtype=np.int8)
    order = np.argsort(goodness)
    placed = goodness[order]
    places = np.arange(len(placed))
    # The first place of each run of equals is the number of buyers who are strictly worse.
    worse = np.maximum.accumulate(np.where(np.concatenate(([True], placed[1:] != placed[:-1])), places, 0))
    points = np.empty(len(placed), dtype=np.int8)
    points[order] = 1 + 5 * worse // len(placed)
    return points


def rfm_points(buyers: Buyers, as_of: int, settings: RfmSettings) -> RfmPoints:
    """Return the points of each buyer as of a day number, in the settings' mode.

    R = days from the last purchase to the day, F = number of purchases, M = total amount. In quantile mode
    ``buyers`` must be all buyers, for the fifths are theirs.
    """
    days = buyers.recency(as_of)
    if settings.mode == "quantile":
        return RfmPoints(points_by_fifths(-days), points_by_fifths(buyers.purchases), points_by_fifths(buyers.amount))
    return RfmPoints(
        points_at_most(days, settings.recency_limits()),
        points_at_least(buyers.purchases, settings.frequency_limits()),
        points_at_least(buyers.amount, [in_hundredths(yen) for yen in settings.money_limits()]),
    )
