"""What the owner may set about lost deals. Each field's title is Japanese, its description English."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta, Struct, field

from kizuna import Text

Reason = Annotated[str, Meta(min_length=1, max_length=200)]
Months = Annotated[int, Meta(ge=0, le=120)]


class LostDealSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shop's reasons, its fiscal year, and when lost deals are worth another try."""

    name: ClassVar[str] = "lost_deals"
    label: ClassVar[Text] = Text("失注分析", "Lost deals")

    reasons: Annotated[
        tuple[Reason, ...],
        Meta(
            title="失注理由の一覧（空にするとどの文も可）", description="Reasons of lost deals; empty allows any text"
        ),
    ] = ("価格が高い", "納期が合わない", "競合に決まった", "予算がつかない", "飲みにくい", "効果が弱い", "その他")
    needs_note: Annotated[
        tuple[Reason, ...],
        Meta(title="メモが必要な失注理由", description="Reasons that explain nothing without a note"),
    ] = ("その他",)
    churn_reasons: Annotated[
        tuple[Reason, ...],
        Meta(
            title="離脱理由の一覧（空にするとどの文も可）", description="Reasons customers leave for; empty allows any"
        ),
    ] = ("転居", "他店へ変更", "価格", "健康上の理由", "その他")
    fiscal_year_starts: Annotated[
        int, Meta(title="年度の始まる月", description="Month the fiscal year begins with", ge=1, le=12)
    ] = 4
    nurture_after_months: Annotated[
        Months,
        Meta(
            title="失注から何か月後に再アプローチするか",
            description="Months after which a lost deal's customer is approached again",
        ),
    ] = 6
    nurture_by_reason: Annotated[
        dict[Reason, Months | None],
        Meta(
            title="理由ごとの再アプローチまでの月数（空欄はしない）",
            description="Other waiting times for single reasons, in months; null for never",
        ),
    ] = field(default_factory=dict)
