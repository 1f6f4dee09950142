"""What the analysis of deals rests on, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Outcome = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal; ``closed_on`` is the day it stopped, won or lost, ``opened_on`` the day it began where that is known."""

    id: str
    outcome: Outcome
    closed_on: date | None = None
    amount: Decimal = Decimal(0)
    number: str = ""
    title: str = ""
    customer: str = ""
    product: str = ""
    staff: str = ""
    ad: str = ""
    competitor: str = ""
    reason: str = ""
    note: str = ""
    opened_on: date | None = None

    def is_open(self, day: date) -> bool:
        """Tell whether the deal was going on at the end of a day."""
        begun = self.opened_on is None or self.opened_on <= day
        return begun and (self.outcome == "open" or (self.closed_on is not None and self.closed_on > day))


@dataclass(frozen=True, slots=True)
class Churn:
    """A customer who left, when and why."""

    customer: str
    left_on: date
    reason: str = ""
    note: str = ""
