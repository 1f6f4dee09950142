"""What the owner may set about ads. Each field's title is Japanese, its description English."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from kizuna import Text
from kizuna_ad_roi.attribution import Mode


class AdSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How purchases are credited to ads, and when a difference counts as one."""

    name: ClassVar[str] = "ad_roi"
    label: ClassVar[Text] = Text("広告効果", "Ad ROI")

    attribution: Annotated[
        Mode,
        Meta(
            title="複数の広告に反応した顧客の購入を数える広告（first 最初、last 最後、all すべて）",
            description="Which of several answered ads a purchase closes: first, last or all",
        ),
    ] = "first"
    window_days: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            title="反応から何日以内の購入を成約とするか（空欄で無期限）",
            description="A purchase closes an ad only within so many days of the response; empty for ever",
        ),
    ] = None
    significance: Annotated[
        float,
        Meta(
            title="差があるとみなす p 値",
            description="How small p must be before one of two ads is called better",
            gt=0,
            lt=1,
        ),
    ] = 0.05
    funnel_days: Annotated[
        tuple[Annotated[int, Meta(ge=0)], ...],
        Meta(title="推移を区切る日数", description="Days after an ad at which the funnel is read off", min_length=1),
    ] = (0, 7, 14, 30, 60, 90, 180, 365)

    def __post_init__(self) -> None:
        """Refuse steps out of order: the funnel only grows."""
        if any(before >= after for before, after in pairwise(self.funnel_days)):
            raise ValueError(
                "推移を区切る日数は小さい順に並べてください / funnel_days: put the days in ascending order"
            )
