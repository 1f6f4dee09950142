"""The worksheet functions about single ads: responses, orders, what they cost and what they bring back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kizuna import Data, Keys, worksheet_function
from kizuna_ad_roi.answers import AD, AS_OF, per_ad

ABOUT_AN_AD = {"ad": AD, "as_of": AS_OF}


@worksheet_function(
    "AD_RESPONSES",
    ja="広告の反応数",
    en="Responses to an ad",
    help_ja="広告に反応した顧客の数を返します。同じ顧客は広告ごとに1回と数えます。",
    example="=AD_RESPONSES(A2)",
    arguments=ABOUT_AN_AD,
)
def ad_responses(data: Data, ad: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return how many customers answered each ad; a customer counts once per ad."""
    return per_ad(data, ad, as_of, lambda figures: figures.responses)


@worksheet_function(
    "AD_CLOSED",
    ja="広告の成約数",
    en="Closed responses of an ad",
    help_ja="広告に反応した日以後に購入した顧客の数を返します。複数の広告に反応した顧客の数え方は設定で決めます。",
    example="=AD_CLOSED(A2)",
    arguments=ABOUT_AN_AD,
)
def ad_closed(data: Data, ad: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return how many responders of each ad bought on or after their response, as the attribution setting counts."""
    return per_ad(data, ad, as_of, lambda figures: figures.closed)


@worksheet_function(
    "CPI",
    ja="反応1件あたりの費用",
    en="Cost per enquiry",
    help_ja="CPI = 広告費用 ÷ 反応数。反応がなければ空白です。",
    example="=CPI(A2)",
    arguments=ABOUT_AN_AD,
)
def cpi(data: Data, ad: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each ad's cost per response in yen, unrounded; blank without a response."""
    return per_ad(data, ad, as_of, lambda figures: figures.cpi)


@worksheet_function(
    "CPO",
    ja="成約1件あたりの費用",
    en="Cost per order",
    help_ja="CPO = 広告費用 ÷ 成約数。成約がなければ空白です。",
    example="=CPO(A2)",
    arguments=ABOUT_AN_AD,
)
def cpo(data: Data, ad: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each ad's cost per closed response in yen, unrounded; blank when nothing closed."""
    return per_ad(data, ad, as_of, lambda figures: figures.cpo)


@worksheet_function(
    "ROAS",
    ja="広告費用対売上",
    en="Return on ad spend",
    help_ja="ROAS = 売上 ÷ 広告費用（1で費用と同額）。費用がなければ空白です。",
    example="=ROAS(A2)",
    arguments=ABOUT_AN_AD,
)
def roas(data: Data, ad: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each ad's sales divided by its cost, as a fraction; blank for an ad that cost nothing."""
    return per_ad(data, ad, as_of, lambda figures: figures.roas)


@worksheet_function(
    "ROI",
    ja="広告の投資利益率",
    en="Return on investment",
    help_ja="ROI =（売上 − 広告費用）÷ 広告費用（0で費用と同額）。費用がなければ空白です。",
    example="=ROI(A2)",
    arguments=ABOUT_AN_AD,
)
def roi(data: Data, ad: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each ad's sales less its cost, divided by its cost, as a fraction; blank for an ad that cost nothing."""
    return per_ad(data, ad, as_of, lambda figures: figures.roi)
