"""What can go wrong in questions about deals: one class each.

KizunaError
├── UnknownGroupingError    deals are to be grouped by something they do not have
└── FiscalYearError         no calendar has the fiscal year asked for
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


class FiscalYearError(KizunaError):
    """No calendar has this fiscal year."""

    code = "lost_deals_fiscal_year"
    text = Text(
        "{year}年度は扱えません。年度の始まる年を 2026 のように指定してください。",
        "There is no fiscal year {year}: give the year it begins in, such as 2026.",
    )
