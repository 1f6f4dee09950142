"""The worksheet functions of RFM about single customers: points, rank, layer and treatment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from kizuna import Columns, Data, Keys, worksheet_function
from kizuna_rfm.answers import AS_OF, CUSTOMER, ask, numbers_in
from kizuna_rfm.layers import layer_labels, layers
from kizuna_rfm.standings import points_in, ranked_by_rfm

ABOUT_A_CUSTOMER = {"customer": CUSTOMER, "as_of": AS_OF}


@worksheet_function(
    "RFM",
    ja="RFM点数",
    en="RFM points",
    help_ja="顧客ごとのR（最終購入日）、F（購入回数）、M（購入金額）の点数（各1〜5点）と合計（3〜15点）を返します。",
    example='=RFM(A2, "2006-03-31")',
    returns=["R", "F", "M", "合計"],
    english=["R", "F", "M", "Sum"],
    arguments=ABOUT_A_CUSTOMER,
)
def rfm(data: Data, customer: Keys, as_of: date | None = None) -> Columns:
    """Return each customer's recency, frequency and monetary points, 1 to 5 each, and their sum."""
    settings = data.settings("rfm")
    asked = ask(data, customer, as_of, among_all=settings.mode == "quantile")
    points = points_in(asked.ledger, settings)
    return asked.columns(points.recency, points.frequency, points.money, points.total)


@worksheet_function(
    "RFM_RANK",
    ja="RFM順位",
    en="RFM rank",
    help_ja="RFM合計点による順位を返します。同点は購入金額、最終購入日、購入回数、顧客番号の順で決めます。",
    example='=RFM_RANK(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def rfm_rank(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each customer's rank by RFM total; ties go by amount, last day, number of purchases, customer number."""
    asked = ask(data, customer, as_of, among_all=True)
    found = ranked_by_rfm(data, asked.ledger)
    looked_at = asked.positions[asked.positions >= 0]
    return asked.column(found.settled_places(numbers_in(data, asked.ledger), looked_at) + 1)


@worksheet_function(
    "RFM_LAYER",
    ja="RFM層",
    en="RFM layer",
    help_ja="顧客の層（上得意客、得意客、新規客、休眠客）を返します。",
    example='=RFM_LAYER(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def rfm_layer(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each customer's layer: best (上得意客), good (得意客), new (新規客) or dormant (休眠客)."""
    settings = data.settings("rfm")
    asked = ask(data, customer, as_of, among_all=settings.mode == "quantile")
    found = layers(points_in(asked.ledger, settings))
    return asked.column(layer_labels(found))


@worksheet_function(
    "RFM_TREATMENT",
    ja="RFM対応",
    en="RFM treatment",
    help_ja="顧客の層に合わせたおすすめの対応を返します。文は設定で変えられます。",
    example='=RFM_TREATMENT(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def rfm_treatment(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return what the settings recommend for each customer's layer."""
    settings = data.settings("rfm")
    asked = ask(data, customer, as_of, among_all=settings.mode == "quantile")
    treatments = np.array(settings.treatments(), dtype=object)
    return asked.column(treatments[layers(points_in(asked.ledger, settings))])
