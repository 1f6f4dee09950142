"""From the buyers' figures to the cells people asked about: one value per key, or a blank with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from numpy.typing import NDArray

from kizuna import Blank, Data, Keys, Text
from kizuna.model import Customer
from kizuna_rfm.buyers import Integers
from kizuna_rfm.source import CHUNK, Ledger, read_everybody, read_some

EMPTY_KEY = Blank("empty-key", Text("顧客番号が空です", "No customer number is given"))
UNKNOWN_KEY = Blank(
    "unknown-key",
    Text(
        "この顧客番号は見つかりません。番号を確かめてください", "No customer has this number; check how it is written"
    ),
)
NO_PURCHASE = Blank("no-purchase", Text("未購入", "No purchase by this day"))
NOTHING_TO_DIVIDE = Blank("nothing-to-divide", Text("割る数がありません", "There is nothing to divide by"))

CUSTOMER = Text("顧客番号（範囲でも可）", "Customer number, or a range of them")
AS_OF = Text(
    "基準日。この日より後の購入は数えません。省略すると今日",
    "The day to look from; nothing after it counts. Today when left out",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The customers asked about, and where each stands in the ledger of buyers."""

    keys: Sequence[str | None]
    ids: Sequence[str | None]
    ledger: Ledger
    positions: Integers

    def column(self, figure: NDArray[Any] | Sequence[Any]) -> list[Any]:
        """Return one value per key from a ``figure`` aligned with the ledger."""
        return self.columns(figure)[0]

    def columns(self, *figures: NDArray[Any] | Sequence[Any]) -> list[list[Any]]:
        """Return one column per figure, each with one value per key."""
        reasons = self._reasons()
        places = self.positions.tolist()
        columns = []
        for figure in figures:
            values = figure.tolist() if hasattr(figure, "tolist") else figure
            columns.append([values[place] if place >= 0 else reasons[cell] for cell, place in enumerate(places)])
        return columns

    def _reasons(self) -> dict[int, Blank]:
        reasons = {}
        for cell in (self.positions < 0).nonzero()[0].tolist():
            if self.ids[cell]:
                reasons[cell] = NO_PURCHASE
            else:
                reasons[cell] = UNKNOWN_KEY if self.keys[cell] else EMPTY_KEY
        return reasons


def ask(data: Data, customer: Keys, as_of: date | None, *, among_all: bool = False) -> Asked:
    """Return the asked-about customers with a ledger of them, or of all buyers when figures depend on the others."""
    day = as_of or data.today
    ids = data.resolve("customers", customer)
    ledger = read_everybody(data, day) if among_all else read_some(data, day, ids)
    return Asked(customer, ids, ledger, ledger.positions(ids))


def names_of(data: Data, ids: Sequence[str]) -> list[str | None]:
    """Return the names of customers, in the order of ``ids``."""
    names: dict[str, str | None] = {}
    for start in range(0, len(ids), CHUNK):
        chosen = sa.select(Customer.id, Customer.name).where(Customer.id.in_(ids[start : start + CHUNK]))
        names.update(zip(*data.columns(chosen), strict=True))
    return [names.get(one) for one in ids]


def or_blank(value: Any) -> Any:
    """Return ``value``, or the blank that says there was nothing to divide by."""
    return NOTHING_TO_DIVIDE if value is None else value
