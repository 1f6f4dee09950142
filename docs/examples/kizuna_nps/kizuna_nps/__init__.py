"""Ask customers whether they would recommend the shop: survey answers, NPS and its trend."""

from __future__ import annotations

from datetime import date

from kizuna import (
    Block,
    BrokenRule,
    Columns,
    Data,
    Report,
    ReportChart,
    RowChanges,
    SheetChart,
    SheetTemplate,
    Text,
    WorksheetFunction,
    block_of,
    concerns,
    hookimpl,
    report_from,
    worksheet_function,
)
from kizuna.model import SyncedRow
from kizuna_nps.score import months_back, of_month, score
from kizuna_nps.source import read_answers
from kizuna_nps.tables import NpsAnswer

MONTHS = Text("さかのぼる月数（省略すると12）", "How many months; 12 when left out")
AS_OF = Text("基準日（省略すると今日）", "As-of day; today when left out")
TREND = ("Month", "Answers", "Promoters", "Detractors", "NPS")


@worksheet_function(
    "NPS",
    ja="NPS",
    en="Net promoter score",
    help_ja="期間内の回答から、推奨者（9〜10）の割合から批判者（0〜6）の割合を引いた値（-100〜100）を返します。",
    example='=NPS("2026-01-01", "2026-03-31")',
    arguments={
        "start": Text("開始日（省略すると最初から）", "First day; from the beginning when left out"),
        "end": Text("終了日（省略すると今日まで）", "Last day; until today when left out"),
    },
)
def nps(data: Data, start: date | None = None, end: date | None = None) -> float | None:
    """Return promoters (9 to 10) minus detractors (0 to 6) per hundred answers of a period, blank without any."""
    return score([one.score for one in read_answers(data, start, end or data.today)])


@worksheet_function(
    "NPS_TREND",
    ja="NPSの推移",
    en="Net promoter score by month",
    help_ja="月ごとの回答数、推奨者数、批判者数とNPSを返します。回答のない月も並びます。",
    example="=NPS_TREND(12)",
    returns=["月", "回答数", "推奨者", "批判者", "NPS"],
    table=True,
    arguments={"months": MONTHS, "as_of": AS_OF},
)
def nps_trend(data: Data, months: int = 12, as_of: date | None = None) -> Columns:
    """Return answers, promoters, detractors and the score of each month, months without answers included."""
    day = as_of or data.today
    wanted = months_back(day, months)
    answers = read_answers(data, date.fromisoformat(f"{wanted[0]}-01"), day)
    lines = [of_month([one.score for one in answers if one.month == month]) for month in wanted]
    return [wanted, *([line[place] for line in lines] for place in range(4))]


@hookimpl
def worksheet_functions() -> list[WorksheetFunction]:
    """Return the functions people can write into a cell."""
    return [nps, nps_trend]


@hookimpl
def tables() -> list[type[SyncedRow]]:
    """Return the table of answers."""
    return [NpsAnswer]


@hookimpl
@concerns(NpsAnswer.__tablename__)
def check_rows(changes: RowChanges, data: Data) -> list[BrokenRule]:
    """Refuse an answer of a day that has not come."""
    days = changes.after("answered_on")
    ahead = Text(
        "回答日が未来です。今日までの日付にしてください。", "The answer is of a day to come. Use today or earlier."
    )
    return [
        BrokenRule(row, "answered_on", "nps-day-ahead", ahead)
        for row, day in enumerate(days)
        if day is not None and day > data.today
    ]


@hookimpl
def sheets() -> list[SheetTemplate]:
    """Return the sheet with the score and its trend."""
    label = Text("NPS", "NPS")
    form = Block("A2", rows=((Text("NPS(全期間)", "NPS, all answers"), "=NPS()"),), looks=("text", "number"))
    looks = ("text", "number")
    trend = block_of(nps_trend, "A4", arguments="12", lines=12, english=TREND, looks=looks)
    return [
        SheetTemplate(
            name="nps",
            label=label,
            description=Text("NPSと12か月の推移。", "The score, and twelve months of it."),
            blocks=(form, trend),
            widths=(18, 12, 12, 12, 12),
            freeze="A4",
            charts=(SheetChart("line", "G4", 1, 0, (4,), label),),
        )
    ]


@hookimpl
def reports() -> list[Report]:
    """Return the trend for pages and paper."""
    return [report_from(nps_trend, english=TREND, looks=("text", "number"), chart=ReportChart("line", 0, (4,)))]
