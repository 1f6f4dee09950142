"""The sheet and the reports about lost deals."""

from __future__ import annotations

from kizuna import Block, Look, ReportChart, SheetChart, SheetTemplate, Text, block_of, report_from
from kizuna_lost_deals.list_functions import lost_again, lost_list
from kizuna_lost_deals.rate_functions import lost_by, lost_trend
from kizuna_lost_deals.reason_functions import churn_reasons, lost_reasons

PERIOD = "$B$2,$D$2"
REASON_LOOKS: tuple[Look, ...] = ("text", "number", "percent", "percent", "money", "percent")
TREND_LOOKS: tuple[Look, ...] = ("text", "number", "money", "number", "money", "percent")
BY_LOOKS: tuple[Look, ...] = ("text", "number", "money", "percent", "number", "percent", "text")
LIST_LOOKS: tuple[Look, ...] = ("date", "text", "text", "text", "text", "text", "money", "text")
AGAIN_LOOKS: tuple[Look, ...] = ("date", "date", "text")

SHEETS = (
    SheetTemplate(
        name="lost_reasons",
        label=Text("失注分析", "Lost deals"),
        description=Text(
            "期間を入れると、失注理由のパレート図、月ごとの推移、失注した商談の一覧を並べます。",
            "A Pareto chart of reasons, the months, and the lost deals of a period you enter.",
        ),
        blocks=(
            Block(
                "A2",
                rows=((Text("開始日", "From"), "=DATE(YEAR(TODAY()),1,1)", Text("終了日", "Until"), "=TODAY()"),),
                looks=("text", "date", "text", "date"),
            ),
            block_of(lost_reasons, "A4", arguments=PERIOD, lines=10, looks=REASON_LOOKS),
            block_of(lost_trend, "A17", arguments=PERIOD, lines=24, looks=TREND_LOOKS),
            block_of(lost_list, "A44", arguments=PERIOD, lines=50, looks=LIST_LOOKS),
        ),
        widths=(18, 13, 14, 16, 16, 14, 14, 12, 16, 20, 14, 10),
        freeze="A4",
        charts=(SheetChart("pareto", "H4", 1, 0, (1, 3), Text("失注理由", "Why deals are lost")),),
    ),
)

REPORTS = (
    report_from(lost_reasons, looks=REASON_LOOKS, chart=ReportChart("pareto", 0, (1, 3))),
    report_from(lost_trend, looks=TREND_LOOKS, chart=ReportChart("line", 0, (1, 3))),
    report_from(lost_by, looks=BY_LOOKS, chart=ReportChart("bar", 0, (1,))),
    report_from(lost_list, looks=LIST_LOOKS),
    report_from(lost_again, looks=AGAIN_LOOKS),
    report_from(churn_reasons, looks=("text", "number", "percent"), chart=ReportChart("pareto", 0, (1, 3))),
)
