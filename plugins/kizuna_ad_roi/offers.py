"""The sheet and the reports about ads."""

from __future__ import annotations

from kizuna import Block, Look, ReportChart, SheetChart, SheetTemplate, Text, block_of, report_from
from kizuna_ad_roi.ad_tables import ad_funnel, ad_table
from kizuna_ad_roi.compare_report import compare_report

PERIOD = '"{by}",$B$2,$D$2'
LOOKS: dict[str, Look] = {
    "回数": "number",
    "費用": "money",
    "反応": "number",
    "成約": "number",
    "売上": "money",
    "CPI": "money",
    "CPO": "money",
    "反応率": "small-percent",
}
TABLE_LOOKS: tuple[Look, ...] = ("text", *(LOOKS.get(one, "percent") for one in ad_table.returns[1:]))
FUNNEL_LOOKS: tuple[Look, ...] = ("text", "number", "number", "money")
SALES = ad_table.returns.index("売上")
COST = ad_table.returns.index("費用")
ROAS = ad_table.returns.index("ROAS")

SHEETS = (
    SheetTemplate(
        name="ad_table",
        label=Text("広告効果", "Ad results"),
        description=Text(
            "期間を入れると、媒体ごと・月ごとの費用、反応、成約、売上と費用対効果を並べます。",
            "Cost, responses, orders, sales and return of ads by medium and by month, for a period you enter.",
        ),
        blocks=(
            Block(
                "A2",
                rows=(
                    (
                        Text("開始日", "From"),
                        "=DATE(YEAR(TODAY()),1,1)",
                        Text("終了日", "Until"),
                        "=TODAY()",
                    ),
                ),
                looks=("text", "date", "text", "date"),
            ),
            block_of(
                ad_table,
                "A4",
                arguments=PERIOD.format(by="媒体"),
                title=Text("媒体ごと", "By medium"),
                lines=12,
                looks=TABLE_LOOKS,
            ),
            block_of(
                ad_table,
                "A19",
                arguments=PERIOD.format(by="月"),
                title=Text("月ごと", "By month"),
                lines=25,
                looks=TABLE_LOOKS,
            ),
        ),
        widths=(16, 13, 13, 13, 11, 12, 14, 12, 12, 11, 11, 11),
        freeze="A4",
        # The last line is the total: beside its cost and sales the others would be dwarfs, its ROAS is their average.
        charts=(SheetChart("bar", "A48", 1, 0, (ROAS,), Text("ROAS（売上÷費用）", "ROAS (sales / cost)")),),
    ),
)

REPORTS = (
    report_from(ad_table, looks=TABLE_LOOKS, chart=ReportChart("bar", 0, (COST, SALES), without_last=True)),
    report_from(ad_funnel, looks=FUNNEL_LOOKS, chart=ReportChart("line", 0, (1, 2))),
    compare_report(),
)
