"""What the analysis of deals rests on, as plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Outcome = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal; ``closed_on`` is the day it stopped, won or lost."""

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


@dataclass(frozen=True, slots=True)
class Churn:
    """A customer who left, when and why."""

    customer: str
    left_on: date
    reason: str = ""
    note: str = ""
