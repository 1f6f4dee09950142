"""What the owner may set about lost deals."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class LostDealSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The shop's reasons, its fiscal year, and when lost deals are worth another try."""

    name: ClassVar[str] = "lost_deals"

    reasons: tuple[str, ...] = (
        "価格が高い",
        "効果が弱い",
        "時期が合わない",
        "競合に決定",
        "予算がない",
        "連絡が取れない",
        "その他",
    )
    """What may be chosen as the reason of a lost deal; empty allows any text."""

    needs_note: tuple[str, ...] = ("その他",)
    """Reasons that explain nothing without a note."""

    churn_reasons: tuple[str, ...] = ("価格が高い", "効果が弱い", "転居", "他店に変更", "必要なくなった", "その他")
    """What may be chosen as the reason a customer leaves."""

    fiscal_year_starts: int = 4
    """The month the fiscal year begins with."""

    nurture_after_months: int = 6
    """How long after losing a deal its customer may be approached again."""

    nurture_by_reason: dict[str, int | None] = msgspec.field(default_factory=dict)
    """Other waiting times for single reasons; null for never."""
