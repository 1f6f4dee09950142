"""What can go wrong in questions about ads: one class each.

KizunaError
├── UnknownGroupingError    ads are to be grouped by something they do not have
├── UnknownAdError          an ad number nobody knows, where one ad is compared with another
└── UnknownFunnelError      the funnel is asked for in steps it does not have
"""

from __future__ import annotations

from kizuna.errors import KizunaError, Text


class UnknownGroupingError(KizunaError):
    """Ads cannot be grouped by this."""

    code = "ad_roi_unknown_grouping"
    text = Text(
        "「{by}」では集計できません。広告、媒体、商品、月、店舗 のどれかを指定してください。",
        'Ads cannot be grouped by "{by}": use run, medium, product, month or store.',
    )


class UnknownAdError(KizunaError):
    """There is no such ad, or the asker may not see it."""

    code = "ad_roi_unknown_ad"
    text = Text(
        "広告「{ad}」は見つかりません。広告番号を確かめてください。",
        'There is no ad "{ad}": check the ad number.',
    )


class UnknownFunnelError(KizunaError):
    """The funnel is read by month or by days only."""

    code = "ad_roi_unknown_funnel"
    text = Text(
        "「{steps}」の刻みはありません。月 または 日数 を指定してください。",
        'The funnel has no steps "{steps}": use month or days.',
    )
