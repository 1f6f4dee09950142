"""What the arithmetic of ads rests on: runs, responses and purchases, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Run:
    """One ad run: a medium on a day for a cost.

    ``circulation`` is how many people it was sent or shown to, ``None`` where nobody knows.
    """

    id: str
    ran_on: date
    cost: Decimal
    circulation: int | None = None
    number: str = ""
    title: str = ""
    medium: str = ""
    product: str = ""
    store: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A customer answered a run on a day."""

    run: str
    customer: str
    on: date


@dataclass(frozen=True, slots=True)
class Purchase:
    """One receipt; ``amount`` is what is printed on it, whatever its sign for a return."""

    id: str
    customer: str
    on: date
    amount: Decimal
    is_return: bool = False
    cancelled: bool = False

    @property
    def sales(self) -> Decimal:
        """What the receipt adds to sales: a return takes its amount away."""
        return -abs(self.amount) if self.is_return else self.amount
