"""From the buyers' figures to the cells people asked about: one value per key, or a blank with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from kizuna import Blank, Data, Keys, Text
from kizuna.model import Customer, RowIds, among
from kizuna_rfm.buyers import Integers
from kizuna_rfm.identities import gathered
from kizuna_rfm.ranking import Numbers
from kizuna_rfm.source import EVERYBODY, Ledger, read_everybody, read_some

EMPTY_KEY = Blank("empty-key", Text("顧客番号が空です", "No customer number is given"))
UNKNOWN_KEY = Blank(
    "unknown-key",
    Text(
        "この顧客番号は見つかりません。番号を確かめてください", "No customer has this number; check how it is written"
    ),
)
NO_PURCHASE = Blank("no-purchase", Text("未購入", "No purchase by this day"))
OTHER_STORE = Blank("other-store", Text("他の店舗の顧客です", "A customer of another store"))
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

    def column(self, figure: NDArray[Any]) -> list[Any]:
        """Return one value per key from a ``figure`` aligned with the ledger."""
        return self.columns(figure)[0]

    def columns(self, *figures: NDArray[Any]) -> list[list[Any]]:
        """Return one column per figure, each with one value per key."""
        reasons = self._reasons()
        known = self.positions >= 0
        columns = []
        for figure in figures:
            column = np.empty(len(known), dtype=object)
            column[known] = figure[self.positions[known]]
            cells = column.tolist()
            for cell, reason in reasons.items():
                cells[cell] = reason
            columns.append(cells)
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


def numbers_in(data: Data, ledger: Ledger) -> Numbers:
    """Return what tells customer numbers and row ids of buyers by their positions in the ledger."""

    def numbers(positions: list[int]) -> list[tuple[str | None, str]]:
        wanted = ledger.who.ids[np.asarray(positions, dtype=np.int64)]
        who = sa.select(sa.type_coerce(Customer.id, RowIds), Customer.number)
        # From so many on, reading everybody costs less than asking by id.
        few = None if len(wanted) > EVERYBODY else among(Customer.id, ledger.ids_at(positions))
        ids, found = data.arrays(who if few is None else who.where(few))
        known, order, _ = gathered(np.asarray(ids).astype(np.bytes_, copy=False))
        places = known.find(wanted)
        told = np.asarray(found, dtype=object)[slice(None) if order is None else order].tolist()
        seen = (told[place] if place >= 0 else None for place in places.tolist())
        return list(zip(seen, (one.decode() for one in wanted.tolist()), strict=True))

    return numbers


def people_at(
    data: Data, ledger: Ledger, positions: Sequence[int], *, unseen: Blank | None = OTHER_STORE
) -> tuple[list[Any], list[Any]]:
    """Return number and name of the buyers at ``positions``, one column each.

    A customer of another store who bought in a visible one counts, but number and name are ``unseen``.
    """
    ids = ledger.ids_at(positions)
    who = sa.select(Customer.id, Customer.number, Customer.name)
    # From so many on, reading everybody costs less than asking by id.
    chosen = who if len(ids) > EVERYBODY else who.where(among(Customer.id, ids))
    known, numbers, names = data.columns(chosen)
    found = dict(zip(known, zip(numbers, names, strict=True), strict=True))
    people = [found.get(one, (unseen, unseen)) for one in ids]
    return [number for number, _ in people], [name for _, name in people]


def or_blank(value: Any) -> Any:
    """Return ``value``, or the blank that says there was nothing to divide by."""
    return NOTHING_TO_DIVIDE if value is None else value
