"""The worksheet functions of RFM that answer with a table: best customers, selections, grid, layers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from kizuna import Columns, Data, Label, Text, worksheet_function
from kizuna.errors import RequestError
from kizuna_rfm.answers import AS_OF, numbers_in, or_blank, people_at
from kizuna_rfm.buyers import Integers, day_of
from kizuna_rfm.grid import Grid, grid
from kizuna_rfm.layers import LABELS, Layer, layer_labels, layers
from kizuna_rfm.money import cell, cells, ratio
from kizuna_rfm.points import RfmPoints
from kizuna_rfm.selection import select
from kizuna_rfm.source import Ledger, read_everybody
from kizuna_rfm.standings import points_in, ranked_by_rfm

PEOPLE = ["Rank", "Number", "Name", "R", "F", "M", "Sum", "Layer", "Last purchase", "Purchases", "Amount"]
PERSON_COLUMNS = ["順位", "顧客番号", "氏名", "R", "F", "M", "合計", "層", "最終購入日", "購入回数", "購入金額"]
SUM = Label("合計", "Sum")


class MeasureError(RequestError):
    """The grid is asked for something it does not count."""

    code = "unknown-measure"
    text = Text(
        "「{measure}」は集計できません。人数、金額、人数構成比、金額構成比のどれかを指定してください。",
        "Cannot count “{measure}”. Use count, amount, share or amount-share.",
    )


MEASURES = {
    "count": "count",
    "人数": "count",
    "amount": "amount",
    "金額": "amount",
    "share": "share",
    "構成比": "share",
    "人数構成比": "share",
    "amount-share": "amount-share",
    "金額構成比": "amount-share",
}


@worksheet_function(
    "RFM_TOP",
    ja="RFM上位",
    en="Best customers by RFM",
    help_ja="RFM順位の上から指定した人数の顧客を表で返します。",
    example='=RFM_TOP(20, "2006-03-31")',
    returns=PERSON_COLUMNS,
    english=PEOPLE,
    table=True,
    arguments={"count": Text("人数（省略すると10）", "How many; 10 when left out"), "as_of": AS_OF},
)
def rfm_top(data: Data, count: int = 10, as_of: date | None = None) -> Columns:
    """Return the best customers by RFM rank."""
    ledger = read_everybody(data, as_of or data.today)
    points = points_in(ledger, data.settings("rfm"))
    places = np.arange(min(max(count, 0), len(ledger)))
    order = ranked_by_rfm(data, ledger).settled(numbers_in(data, ledger), places).order[places]
    return _people(data, ledger, points, range(1, len(order) + 1), order)


@worksheet_function(
    "RFM_SELECT",
    ja="RFM選択",
    en="Customers selected by RFM",
    help_ja="条件（例: R>=4 F>=4）またはR×F表のマス（例: R5F5 R5F4）に当てはまる顧客をRFM順位の順に返します。",
    example='=RFM_SELECT("R>=4 F>=4", "2006-03-31")',
    returns=PERSON_COLUMNS,
    english=PEOPLE,
    table=True,
    arguments={
        "selection": Text(
            "条件またはマス。空白で区切ります", "Conditions (R>=4 F>=4) or cells (R5F5 R5F4), separated by blanks"
        ),
        "as_of": AS_OF,
    },
)
def rfm_select(data: Data, selection: str, as_of: date | None = None) -> Columns:
    """Return the customers whose points meet all conditions or stand in one of the grid's cells, by RFM rank."""
    ledger = read_everybody(data, as_of or data.today)
    points = points_in(ledger, data.settings("rfm"))
    found = ranked_by_rfm(data, ledger)
    chosen = select(points, selection)
    order = found.settled(numbers_in(data, ledger), np.flatnonzero(chosen[found.order])).order
    places = np.flatnonzero(chosen[order])
    return _people(data, ledger, points, (places + 1).tolist(), order[places])


@worksheet_function(
    "RFM_GRID",
    ja="RF表",
    en="R×F grid",
    help_ja="R（縦）×F（横）の表に、人数、金額または構成比を返します。",
    example='=RFM_GRID("人数", "2006-03-31")',
    example_en='=RFM_GRID("count", "2006-03-31")',
    returns=["R", "F5", "F4", "F3", "F2", "F1", "合計"],
    english=["R", "F5", "F4", "F3", "F2", "F1", "Sum"],
    table=True,
    arguments={
        "measure": Text(
            "人数、金額、人数構成比、金額構成比のどれか（省略すると人数）",
            "count, amount, share or amount-share; count when left out",
        ),
        "as_of": AS_OF,
    },
)
def rfm_grid(data: Data, measure: str = "count", as_of: date | None = None) -> Columns:
    """Return counts, amounts or shares of the buyers by R points (down) and F points (across), with sums."""
    wanted = MEASURES.get(measure.strip().lower())
    if wanted is None:
        raise MeasureError(measure=measure[:40])
    ledger = read_everybody(data, as_of or data.today)
    lines = _measured(grid(ledger.buyers, points_in(ledger, data.settings("rfm"))), wanted)
    return [["R5", "R4", "R3", "R2", "R1", SUM], *map(list, zip(*lines, strict=True))]


@worksheet_function(
    "RFM_LAYER_TABLE",
    ja="RFM層の一覧",
    en="Table of RFM layers",
    help_ja="層ごとの人数、構成比、売上、売上構成比とおすすめの対応を返します。",
    example='=RFM_LAYER_TABLE("2006-03-31")',
    returns=["層", "人数", "構成比", "売上", "売上構成比", "対応"],
    english=["Layer", "Customers", "Share", "Sales", "Share of sales", "Treatment"],
    table=True,
    arguments={"as_of": AS_OF},
)
def rfm_layer_table(data: Data, as_of: date | None = None) -> Columns:
    """Return buyers, sales, their shares and the recommended treatment of each layer."""
    settings = data.settings("rfm")
    ledger = read_everybody(data, as_of or data.today)
    found = layers(points_in(ledger, settings))
    counts = [int((found == layer).sum()) for layer in Layer]
    sales = [int(ledger.buyers.amount[found == layer].sum()) for layer in Layer]
    return [
        [Label.of(LABELS[layer]) for layer in Layer],
        counts,
        [or_blank(ratio(count, len(ledger.buyers))) for count in counts],
        [cell(one) for one in sales],
        [or_blank(ratio(one, sum(sales))) for one in sales],
        list(settings.treatments()),
    ]


def _measured(found: Grid, measure: str) -> list[list[Any]]:
    """Return six lines of six cells: the grid with a sum at the end of each line and a line of sums."""
    figures = found.counts if measure in {"count", "share"} else found.amounts
    summed = np.column_stack([figures, figures.sum(axis=1)])
    summed = np.vstack([summed, summed.sum(axis=0)])
    if measure == "count":
        return [list(line) for line in summed.tolist()]
    if measure == "amount":
        return [cells(line) for line in summed]
    whole = int(figures.sum())
    return [[or_blank(ratio(one, whole)) for one in line] for line in summed.tolist()]


def _people(data: Data, ledger: Ledger, points: RfmPoints, rank: Sequence[int], at: Integers) -> list[list[Any]]:
    """Return the columns of `PERSON_COLUMNS` for the buyers at the positions ``at``."""
    buyers = ledger.buyers.take(at)
    return [
        list(rank),
        *people_at(data, ledger, at.tolist()),
        points.recency[at].tolist(),
        points.frequency[at].tolist(),
        points.money[at].tolist(),
        points.total[at].tolist(),
        layer_labels(layers(points)[at]).tolist(),
        [day_of(day) for day in buyers.last_day.tolist()],
        buyers.purchases.tolist(),
        cells(buyers.amount),
    ]
