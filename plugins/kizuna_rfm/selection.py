"""A selection of buyers by their points: conditions (``R>=4 F>=4``) or cells of the grid (``R5F5 R5F4``)."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from kizuna import Text
from kizuna.errors import RequestError
from kizuna_rfm.buyers import Points
from kizuna_rfm.points import RfmPoints

CONDITION = re.compile(r"(RFM|R|F|M|合計)(>=|<=|≥|≤|=)(\d{1,2})")
CELL = re.compile(r"R([1-5])F([1-5])(?:M([1-5]))?")
FULL_WIDTH = str.maketrans("ＲＦＭｒｆｍ＞＜＝≧≦０１２３４５６７８９　、，", "RFMRFM><=≥≤0123456789   ")


class SelectionError(RequestError):
    """A selection that cannot be read."""

    code = "bad-selection"
    text = Text(
        "「{part}」は選択の条件として読めません。「R>=4 F>=4」または「R5F5 R5F4」のように書いてください。",
        "Cannot read “{part}”. Write conditions such as R>=4 F>=4, or grid cells such as R5F5 R5F4.",
    )


def select(points: RfmPoints, selection: str) -> NDArray[np.bool_]:
    """Return which buyers ``selection`` names: all conditions must hold, and one of the cells if any are named.

    Empty names everybody; 合計 (or ``RFM``) is the sum of the points. Raises SelectionError naming the part at fault.
    """
    values = {"R": points.recency, "F": points.frequency, "M": points.money}
    values |= dict.fromkeys(("RFM", "合計"), points.total)
    chosen = np.ones(len(points.recency), dtype=np.bool_)
    cells = np.zeros_like(chosen)
    any_cell = False
    for part in _parts(selection):
        if condition := CONDITION.fullmatch(part):
            name, operator, limit = condition.groups()
            chosen &= _holds(values[name], operator, int(limit))
        elif cell := CELL.fullmatch(part):
            any_cell = True
            cells |= _in_cell(points, cell)
        else:
            raise SelectionError(part=part[:40])
    return chosen & cells if any_cell else chosen


def _parts(selection: str) -> list[str]:
    plain = selection.translate(FULL_WIDTH).upper().replace(",", " ").replace(" AND ", " ")
    return re.sub(r"\s*(>=|<=|≥|≤|=)\s*", r"\1", plain).split()


def _holds(values: Points, operator: str, limit: int) -> NDArray[np.bool_]:
    if operator in {">=", "≥"}:
        return np.greater_equal(values, limit)
    return np.less_equal(values, limit) if operator in {"<=", "≤"} else np.equal(values, limit)


def _in_cell(points: RfmPoints, cell: re.Match[str]) -> NDArray[np.bool_]:
    inside = np.ones(len(points.recency), dtype=np.bool_)
    for values, point in zip((points.recency, points.frequency, points.money), cell.groups(), strict=True):
        if point is not None:
            inside &= values == int(point)
    return inside
