"""The ranking sheet, the reports, and the selection people press a button for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kizuna import (
    Action,
    ActionResult,
    Block,
    FileResult,
    Look,
    ReportChart,
    SheetChart,
    SheetTemplate,
    Text,
    Write,
    block_of,
    csv_of,
    report_from,
    table_of,
)
from kizuna_rfm.portfolio_functions import cpm_groups, decile_groups, rankings
from kizuna_rfm.rfm_tables import rfm_grid, rfm_layer_table, rfm_select, rfm_top

DAY = "$B$2"
PEOPLE_LOOKS: tuple[Look, ...] = (
    "number",
    "text",
    "text",
    "number",
    "number",
    "number",
    "number",
    "text",
    "date",
    "number",
    "money",
)
LAYER_LOOKS: tuple[Look, ...] = ("text", "number", "percent", "money", "percent", "text")
DECILE_LOOKS: tuple[Look, ...] = ("text", "number", "money", "percent", "percent", "money")
CPM_LOOKS: tuple[Look, ...] = ("text", "number", "percent", "money", "percent", "money")
TOP, GROUPS, RANKED = 20, 10, 50

TOP_LOOKS: tuple[Look, ...] = PEOPLE_LOOKS
RANKING_LOOKS: tuple[Look, ...] = ("text", "text", "number", "number", "text", "number", "number", "text", "text")

AS_OF_INPUT = Block("A2", rows=((Text("基準日", "As of"), "=TODAY()"),), looks=("text", "date"))

SHEETS = (
    SheetTemplate(
        name="rfm_ranking",
        label=Text("顧客ランキング", "Customer ranking"),
        description=Text(
            "RFM上位の顧客と、R×F表、層の一覧。基準日を変えると過去の姿を見られます。",
            "The best customers by RFM, the R×F grid and the layers. Change the day to look back.",
        ),
        blocks=(
            AS_OF_INPUT,
            block_of(rfm_top, "A4", arguments=f"{TOP},{DAY}", lines=TOP, looks=TOP_LOOKS),
            block_of(rfm_grid, "A27", arguments=f'"人数",{DAY}', lines=6, looks=("text", "number")),
            block_of(rfm_layer_table, "A36", arguments=DAY, lines=4, looks=LAYER_LOOKS),
        ),
        widths=(12, 13, 20, 13, 13, 13, 10, 14, 14, 11, 14),
        freeze="A4",
    ),
    SheetTemplate(
        name="rfm_portfolio",
        label=Text("デシルとCPM", "Deciles and CPM"),
        description=Text(
            "購入金額で10等分した一覧(累計構成比のグラフ付き)、CPMの分類、順位の食い違う顧客。",
            "Customers in tenths by amount with a Pareto chart, CPM groups, and customers whose rankings disagree.",
        ),
        blocks=(
            AS_OF_INPUT,
            block_of(decile_groups, "A4", arguments=DAY, lines=GROUPS, looks=DECILE_LOOKS),
            block_of(cpm_groups, "A17", arguments=DAY, lines=GROUPS, looks=CPM_LOOKS),
            block_of(rankings, "A30", arguments=f"{RANKED},TRUE,{DAY}", lines=RANKED, looks=RANKING_LOOKS),
        ),
        widths=(14, 18, 14, 14, 14, 14, 10, 14, 26),
        freeze="A4",
        charts=(SheetChart("pareto", "H4", 1, 0, (2, 4), Text("売上の偏り", "Where sales come from")),),
    ),
)

REPORTS = (
    report_from(rfm_top, looks=TOP_LOOKS),
    report_from(rfm_grid, looks=("text", "number")),
    report_from(rfm_layer_table, looks=LAYER_LOOKS, chart=ReportChart("bar", 0, (1,))),
    report_from(decile_groups, looks=DECILE_LOOKS, chart=ReportChart("pareto", 0, (2, 4))),
    report_from(cpm_groups, looks=CPM_LOOKS, chart=ReportChart("bar", 0, (1,))),
    report_from(rankings, looks=RANKING_LOOKS),
)


def select_customers(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Return the selected customers as a table and as a list that labels, plans and mailings take."""
    table = table_of(rfm_select, rfm_select.call(write.data, **arguments))
    count = len(table.columns[0])
    message = Text(
        f"{count}人を選びました。顧客番号の列を宛名ラベルやフォロー計画に使えます。",
        f"{count} customers are selected. Use their numbers for labels and plans.",
    )
    return ActionResult(message, (FileResult("顧客リスト.csv", "text/csv", csv_of(table)),), table)


ACTIONS = (
    Action(
        name="rfm_select",
        label=Text("RFMで選ぶ", "Select by RFM"),
        help=rfm_select.description,
        run=select_customers,
        arguments=rfm_select.arguments,
        personal=True,
        icon="FilterAdvancedByForm",
    ),
)
