"""What can go wrong in questions about deals: one class each.

KizunaError
└── UnknownGroupingError    deals are to be grouped by something they do not have
"""

from __future__ import annotations

from kizuna.errors import KizunaError, Text


class UnknownGroupingError(KizunaError):
    """Deals cannot be grouped by this."""

    code = "lost_deals_unknown_grouping"
    text = Text(
        "「{by}」では集計できません。理由、商品、担当、広告、競合、月 のどれかを指定してください。",
        'Deals cannot be grouped by "{by}": use reason, product, staff, ad, competitor or month.',
    )
