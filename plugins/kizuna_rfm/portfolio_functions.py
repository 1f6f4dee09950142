"""The worksheet functions of decile analysis, CPM, and the rankings beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from kizuna import Columns, Data, Keys, Label, Text, worksheet_function
from kizuna_rfm.answers import AS_OF, ask, numbers_in, or_blank, people_at
from kizuna_rfm.buyers import day_number
from kizuna_rfm.cpm import cpm, cpm_table, group_label, group_labels
from kizuna_rfm.decile import boundaries, decile_table
from kizuna_rfm.layers import layer_labels, layers
from kizuna_rfm.money import cell
from kizuna_rfm.ranking import shared_ranks
from kizuna_rfm.rankings import disagreements, named
from kizuna_rfm.rfm_functions import ABOUT_A_CUSTOMER
from kizuna_rfm.source import read_everybody
from kizuna_rfm.standings import deciles_of_all, points_in, ranked_by_amount, ranked_by_rfm


@worksheet_function(
    "DECILE",
    ja="デシル",
    en="Decile",
    help_ja="購入したことのある顧客を金額の多い順に10等分したときの組（1〜10、1が最上位）を返します。",
    example='=DECILE(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def decile(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each customer's tenth of the buyers by amount, 1 for the highest."""
    asked = ask(data, customer, as_of, among_all=True)
    return asked.column(deciles_of_all(data, asked.ledger))


@worksheet_function(
    "DECILE_TABLE",
    ja="デシル分析表",
    en="Decile table",
    help_ja="デシルごとの人数、売上、構成比、累計構成比、一人当たり平均を返します。",
    example='=DECILE_TABLE("2006-03-31")',
    returns=["デシル", "人数", "売上", "構成比", "累計構成比", "平均"],
    english=["Decile", "Customers", "Sales", "Share", "Cumulative share", "Average"],
    table=True,
    arguments={"as_of": AS_OF},
)
def decile_groups(data: Data, as_of: date | None = None) -> Columns:
    """Return sales, share, cumulative share and average of each tenth of the buyers by amount."""
    ledger = read_everybody(data, as_of or data.today)
    # Who of equal amounts stands where changes no sum, so no number needs to tell them apart here.
    groups = decile_table(ranked_by_amount(data, ledger).order, ledger.buyers.amount)
    return [
        [group.decile for group in groups],
        [group.buyers for group in groups],
        [cell(group.sales) for group in groups],
        [or_blank(group.share) for group in groups],
        [or_blank(group.cumulative_share) for group in groups],
        [or_blank(group.average) for group in groups],
    ]


@worksheet_function(
    "CPM",
    ja="CPM分類",
    en="CPM group",
    help_ja="顧客の成長段階（初回、よちよち、コツコツ、流行、優良）と現役・離脱を返します（例: 優良現役客）。",
    example='=CPM(A2, "2006-03-31")',
    arguments=ABOUT_A_CUSTOMER,
)
def cpm_group(data: Data, customer: Keys, as_of: date | None = None) -> Sequence[Any]:
    """Return each customer's CPM group: first-time, toddling, steady, trendy or excellent, and active or left."""
    asked = ask(data, customer, as_of)
    found = cpm(asked.ledger.buyers, day_number(asked.ledger.as_of), data.settings("cpm"))
    return asked.column(group_labels(found))


@worksheet_function(
    "CPM_TABLE",
    ja="CPM分析表",
    en="CPM table",
    help_ja="CPMの10分類ごとの人数、構成比、売上、売上構成比、一人当たり平均を返します。",
    example='=CPM_TABLE("2006-03-31")',
    returns=["分類", "人数", "構成比", "売上", "売上構成比", "平均"],
    english=["Group", "Customers", "Share", "Sales", "Share of sales", "Average"],
    table=True,
    arguments={"as_of": AS_OF},
)
def cpm_groups(data: Data, as_of: date | None = None) -> Columns:
    """Return buyers, sales, their shares and the average of each of the ten CPM groups."""
    ledger = read_everybody(data, as_of or data.today)
    groups = cpm_table(ledger.buyers, cpm(ledger.buyers, day_number(ledger.as_of), data.settings("cpm")))
    return [
        [Label.of(group_label(group.stage, left=group.left)) for group in groups],
        [group.buyers for group in groups],
        [or_blank(group.buyer_share) for group in groups],
        [cell(group.sales) for group in groups],
        [or_blank(group.sales_share) for group in groups],
        [or_blank(group.average) for group in groups],
    ]


@worksheet_function(
    "RANKINGS",
    ja="順位の比較",
    en="Rankings side by side",
    help_ja="RFM順位、層、金額順位、デシル、CPMを顧客ごとに並べ、食い違いを示します。",
    example='=RANKINGS(100, TRUE, "2006-03-31")',
    returns=["顧客番号", "氏名", "RFM順位", "RFM合計", "層", "金額順位", "デシル", "CPM", "食い違い"],
    english=["Number", "Name", "RFM rank", "RFM sum", "Layer", "Rank by amount", "Decile", "CPM", "Disagreement"],
    table=True,
    arguments={
        "count": Text("RFM順位の上から何人（省略すると100）", "How many, by RFM rank; 100 when left out"),
        "only_disagreements": Text("TRUEなら食い違いのある顧客だけ", "TRUE for those the rankings disagree about only"),
        "as_of": AS_OF,
    },
)
def rankings(
    data: Data,
    count: int = 100,
    only_disagreements: bool = False,  # noqa: FBT001, FBT002  # a cell passes by position
    as_of: date | None = None,
) -> Columns:
    """Return RFM rank, layer, amount rank, decile and CPM of each customer side by side, disagreements named."""
    settings = data.settings("rfm")
    ledger = read_everybody(data, as_of or data.today)
    points = points_in(ledger, settings)
    numbers, edges = numbers_in(data, ledger), boundaries(len(ledger))
    by_rfm = ranked_by_rfm(data, ledger).settled(numbers, edges)
    layer, portfolio = layers(points), cpm(ledger.buyers, day_number(ledger.as_of), data.settings("cpm"))
    tenth = deciles_of_all(data, ledger)
    found = disagreements(
        rfm_order=by_rfm.order, layer=layer, decile=tenth, cpm=portfolio, apart=settings.disagreement_deciles
    )
    wanted = np.ones(len(ledger), dtype=np.bool_)
    if only_disagreements:
        wanted = np.logical_or.reduce([one.buyers for one in found])
    shown = np.flatnonzero(wanted[by_rfm.order])[: max(count, 0)]
    by_rfm = by_rfm.settled(numbers, shown)
    # Equals may have changed places within their group, so the first wanted ones are looked up again.
    places = np.flatnonzero(wanted[by_rfm.order])[: max(count, 0)]
    at = by_rfm.order[places]
    positions = at.tolist()
    return [
        *people_at(data, ledger, positions),
        (places + 1).tolist(),
        points.total[at].tolist(),
        layer_labels(layer[at]).tolist(),
        shared_ranks(ledger.buyers.amount)[at].tolist(),
        tenth[at].tolist(),
        group_labels(portfolio)[at].tolist(),
        [_joined(named(found, position)) for position in positions],
    ]


def _joined(texts: Sequence[Text]) -> Label:
    return Label("、".join(one.ja for one in texts), "; ".join(one.en for one in texts))
