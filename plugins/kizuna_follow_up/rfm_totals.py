"""The RFM total of customers, for the order of today's list: the same figure as in a cell with =RFM().

Plugins know each other by name only, so the figure is counted here once more, from the settings of the RFM plugin.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kizuna import Data
from kizuna.model import CustomerTotals, Purchase
from kizuna_follow_up.rows import chunks

MANY = 5_000
"""From so many customers on, reading everybody's totals costs less than asking by id."""

HUNDREDTHS = 100

Figures = dict[str, tuple[date, int, int]]
"""Last day, number and amount (in hundredths of a yen) of each buyer's purchases."""


def rfm_totals(data: Data, customers: Iterable[str], day: date) -> dict[str, int]:
    """Return the RFM total, 3 to 15, of those of ``customers`` who bought by ``day``; nothing later counts.

    3 for all where the RFM plugin with its thresholds is not there.
    """
    wanted = set(customers)
    try:
        settings = data.settings("rfm")
    except KeyError:
        return dict.fromkeys(_bought_by(data, day, wanted), 3)
    quantile = getattr(settings, "mode", "") == "quantile"
    found = _bought_by(data, day, None if quantile else wanted)
    columns = [
        np.array(column)
        for column in zip(*((-(day - last).days, *more) for last, *more in found.values()), strict=True)
    ]
    points = [_fifths(one) for one in columns] if quantile else [
        _steps(one, limits) for one, limits in zip(columns, _limits(settings), strict=False)
    ]  # fmt: skip
    total = sum(points, np.zeros(len(found), dtype=np.int64))
    return {customer: int(one) for customer, one in zip(found, total, strict=True) if customer in wanted}


def _bought_by(data: Data, day: date, wanted: set[str] | None) -> Figures:
    """Return the figures of the buyers among ``wanted``, or of all: kept totals, or receipts where one is newer than ``day``."""
    everybody = wanted is None or len(wanted) > MANY
    select = sa.select(
        CustomerTotals.customer_id, CustomerTotals.last_on, CustomerTotals.purchases,
        sa.type_coerce(CustomerTotals.amount, sa.BigInteger), CustomerTotals.last_activity_on > day,
    )  # fmt: skip
    batches = (
        [select] if everybody else [select.where(CustomerTotals.customer_id.in_(one)) for one in chunks(wanted or ())]
    )
    rows = [
        row for batch in batches for row in zip(*data.columns(batch), strict=True) if wanted is None or row[0] in wanted
    ]
    newer = {customer for customer, *_, is_newer in rows if is_newer}
    return _added(
        [*(row[:4] for row in rows if row[0] not in newer), *(one for some in chunks(newer) for one in _receipts(data, some, day))]
    )  # fmt: skip


def _receipts(data: Data, customers: Sequence[str], day: date) -> Iterable[Sequence[Any]]:
    """Return customer, last day, purchases and amount from the receipts up to ``day``."""
    returned = Purchase.kind == "return"
    amount = sa.type_coerce(Purchase.amount, sa.BigInteger)
    select = (
        sa.select(
            Purchase.customer_id,
            sa.func.max(sa.case((returned, sa.null()), else_=Purchase.purchased_on), type_=sa.Date),
            sa.func.sum(sa.case((returned, 0), else_=1)),
            sa.cast(sa.func.sum(sa.case((returned, -sa.func.abs(amount)), else_=amount)), sa.BigInteger),
        )
        .where(
            Purchase.customer_id.in_(customers),
            Purchase.purchased_on <= day,
            sa.func.coalesce(Purchase.status, "completed") != "cancelled",
        )
        .group_by(Purchase.customer_id)
    )
    return zip(*data.columns(select), strict=True)


def _added(rows: Iterable[Sequence[Any]]) -> Figures:
    """Return the figures per customer, of all stores together; who only returned something is no buyer."""
    found: Figures = {}
    for customer, last, times, amount in rows:
        before = found.get(customer, (date.min, 0, 0))
        found[customer] = max(before[0], last or date.min), before[1] + int(times), before[2] + int(amount)
    return {customer: one for customer, one in found.items() if one[1]}


def _limits(settings: Any) -> list[list[int]]:
    """Return what days (negative), purchases and hundredths must reach for 2, 3, 4 and 5 points."""
    recency, frequency, money = (
        [getattr(settings, f"{what}_{points}") for points in (2, 3, 4, 5)] for what in ("recency", "frequency", "money")
    )
    return [[-one for one in recency], frequency, [one * HUNDREDTHS for one in money]]


def _steps(values: NDArray[Any], limits: Sequence[int]) -> NDArray[np.int64]:
    return 1 + np.searchsorted(np.array(limits), values, side="right")


def _fifths(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return 1 to 5: 1 + floor(5 × buyers who are strictly worse / all buyers)."""
    return 1 + 5 * np.searchsorted(np.sort(values), values, side="left") // len(values)
