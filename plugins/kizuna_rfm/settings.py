"""What the owner can set: thresholds, quantile mode, the treatment of each layer, the figures of CPM.

Each field's title is Japanese and its description English; every field has the default of design page 5.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from kizuna import Label, Text

TREATMENTS = (
    Text(
        "特別扱いを欠かさない。担当者が直接連絡し、新商品や催しに一番に招待する。",
        "Treat them as special: a call from their own staff member, and first to be invited to new products and events.",
    ),
    Text(
        "次の来店のきっかけをつくる。関連商品の案内と、購入回数に応じた特典を送る。",
        "Give them a reason to come again: related products, and a reward for the number of purchases.",
    ),
    Text(
        "お礼状を送り、二回目の購入につながる案内を90日以内に届ける。",
        "Send a letter of thanks, and within 90 days something that leads to a second purchase.",
    ),
    Text(
        "久しぶりの案内を一度送り、反応がなければ費用をかけない。",
        "Write once after the long silence; where nothing comes back, spend no more.",
    ),
)
"""What we recommend for each layer until the owner writes something better."""


class ThresholdOrderError(ValueError):
    """Thresholds that must rise or fall step by step do not."""

    def __init__(self, what: Text, *, rising: bool, values: tuple[int, ...]) -> None:
        listed = ", ".join(f"{value:,}" for value in values)
        self.text = Text(
            f"{what.ja}の基準は{'小さい' if rising else '大きい'}順に並べてください（今の値: {listed}）。"
            "同じ値を二つの段に使うことはできません。",
            f"{what.en}: each step must be {'larger' if rising else 'smaller'} than the one before (now {listed}). "
            "Change the values so that no two steps are equal or out of order.",
        )
        super().__init__(f"{self.text.ja} / {self.text.en}")


def _check_order(what: Text, values: tuple[int, ...], *, rising: bool) -> None:
    for before, after in pairwise(values):
        if not (before < after if rising else before > after):
            raise ThresholdOrderError(what, rising=rising, values=values)


class RfmSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Thresholds of R, F and M, and what is recommended for each layer."""

    name: ClassVar[str] = "rfm"
    label: ClassVar[Text] = Text("RFM分析", "RFM analysis")

    mode: Annotated[
        Literal["thresholds", "quantile"],
        Meta(
            title="点数の付け方",
            description="How points are given: by the thresholds below, or by fifths of the buyers (quantile)",
        ),
    ] = "thresholds"

    recency_5: Annotated[int, Meta(title="R5: 最終購入から何日以内", description="R 5: days at most", ge=0)] = 90
    recency_4: Annotated[int, Meta(title="R4: 最終購入から何日以内", description="R 4: days at most", ge=0)] = 180
    recency_3: Annotated[int, Meta(title="R3: 最終購入から何日以内", description="R 3: days at most", ge=0)] = 364
    recency_2: Annotated[int, Meta(title="R2: 最終購入から何日以内", description="R 2: days at most", ge=0)] = 729

    frequency_5: Annotated[int, Meta(title="F5: 購入回数が何回以上", description="F 5: purchases at least", ge=1)] = 10
    frequency_4: Annotated[int, Meta(title="F4: 購入回数が何回以上", description="F 4: purchases at least", ge=1)] = 4
    frequency_3: Annotated[int, Meta(title="F3: 購入回数が何回以上", description="F 3: purchases at least", ge=1)] = 3
    frequency_2: Annotated[int, Meta(title="F2: 購入回数が何回以上", description="F 2: purchases at least", ge=1)] = 2

    money_5: Annotated[int, Meta(title="M5: 購入金額が何円以上", description="M 5: yen at least", ge=0)] = 50_000
    money_4: Annotated[int, Meta(title="M4: 購入金額が何円以上", description="M 4: yen at least", ge=0)] = 20_000
    money_3: Annotated[int, Meta(title="M3: 購入金額が何円以上", description="M 3: yen at least", ge=0)] = 10_000
    money_2: Annotated[int, Meta(title="M2: 購入金額が何円以上", description="M 2: yen at least", ge=0)] = 5_000

    treatment_best: Annotated[
        str, Meta(title="上得意客への対応", description="Recommended treatment of the best customers", max_length=500)
    ] = TREATMENTS[0].ja
    treatment_good: Annotated[
        str, Meta(title="得意客への対応", description="Recommended treatment of good customers", max_length=500)
    ] = TREATMENTS[1].ja
    treatment_new: Annotated[
        str, Meta(title="新規客への対応", description="Recommended treatment of new customers", max_length=500)
    ] = TREATMENTS[2].ja
    treatment_dormant: Annotated[
        str, Meta(title="休眠客への対応", description="Recommended treatment of dormant customers", max_length=500)
    ] = TREATMENTS[3].ja

    disagreement_deciles: Annotated[
        int,
        Meta(
            title="順位の食い違いとみなす十分位の差",
            description="How many tenths RFM rank and amount rank must lie apart to be called a disagreement",
            ge=1,
            le=9,
        ),
    ] = 3

    def __post_init__(self) -> None:
        _check_order(Text("R（日数）", "R (days)"), self.recency_limits(), rising=True)
        _check_order(Text("F（回数）", "F (times)"), self.frequency_limits(), rising=False)
        _check_order(Text("M（金額）", "M (yen)"), self.money_limits(), rising=False)

    def recency_limits(self) -> tuple[int, int, int, int]:
        """Return the most days for 5, 4, 3 and 2 points."""
        return self.recency_5, self.recency_4, self.recency_3, self.recency_2

    def frequency_limits(self) -> tuple[int, int, int, int]:
        """Return the fewest purchases for 5, 4, 3 and 2 points."""
        return self.frequency_5, self.frequency_4, self.frequency_3, self.frequency_2

    def money_limits(self) -> tuple[int, int, int, int]:
        """Return the smallest amount, in yen, for 5, 4, 3 and 2 points."""
        return self.money_5, self.money_4, self.money_3, self.money_2

    def treatments(self) -> tuple[str, str, str, str]:
        """Return the recommended treatment of each `Layer`, in the layers' order; ours are told in English too."""
        chosen = self.treatment_best, self.treatment_good, self.treatment_new, self.treatment_dormant
        best, good, new, dormant = (
            Label.of(ours) if said == ours.ja else said for said, ours in zip(chosen, TREATMENTS, strict=True)
        )
        return best, good, new, dormant


class CpmSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The figures that part the stages of CPM."""

    name: ClassVar[str] = "cpm"
    label: ClassVar[Text] = Text("CPM分析", "CPM analysis")

    toddling_days: Annotated[
        int, Meta(title="よちよち客: 在籍何日未満", description="Toddling: tenure below so many days", ge=1)
    ] = 90
    excellent_days: Annotated[
        int, Meta(title="優良客: 在籍何日以上", description="Excellent: tenure of at least so many days", ge=1)
    ] = 210
    large_amount: Annotated[
        int, Meta(title="流行・優良客: 購入金額何円以上", description="Trendy and excellent: yen at least", ge=0)
    ] = 70_000
    left_days: Annotated[
        int, Meta(title="離脱: 最終購入から何日以上", description="Left: last purchase at least so many days ago", ge=1)
    ] = 240

    def __post_init__(self) -> None:
        tenure = Text("在籍日数（よちよち客、優良客）", "Tenure (toddling, excellent)")
        _check_order(tenure, (self.toddling_days, self.excellent_days), rising=True)
