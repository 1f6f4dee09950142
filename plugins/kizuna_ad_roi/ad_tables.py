"""The worksheet functions about ads that answer with a table: breakdown, comparison, funnel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from kizuna import Columns, Data, Label, Text, worksheet_function
from kizuna_ad_roi.answers import AS_OF, FROM, UNTIL, cell
from kizuna_ad_roi.breakdown import By, Line, breakdown, total
from kizuna_ad_roi.compare import compare
from kizuna_ad_roi.errors import UnknownAdError, UnknownFunnelError, UnknownGroupingError
from kizuna_ad_roi.facts import Run
from kizuna_ad_roi.funnel import funnel_by_age, funnel_by_month
from kizuna_ad_roi.metrics import Figures, figures
from kizuna_ad_roi.source import Picture, read_picture

GROUPINGS: Mapping[str, By] = {
    "run": "run",
    "ad": "run",
    "広告": "run",
    "medium": "medium",
    "媒体": "medium",
    "product": "product",
    "商品": "product",
    "month": "month",
    "月": "month",
    "store": "store",
    "店舗": "store",
}
FUNNEL_STEPS = {"month": "month", "月": "month", "days": "days", "日数": "days"}
UNSET = Label("（未設定）", "(not set)")
TOTAL = Label("合計", "Total")

Measure = Callable[[Figures], Decimal | int | None]
MEASURES: Mapping[str, Measure] = {
    "回数": lambda one: one.runs,
    "費用": lambda one: one.cost,
    "反応": lambda one: one.responses,
    "成約": lambda one: one.closed,
    "成約率": lambda one: one.close_rate,
    "売上": lambda one: one.sales,
    "CPI": lambda one: one.cpi,
    "CPO": lambda one: one.cpo,
    "ROAS": lambda one: one.roas,
    "ROI": lambda one: one.roi,
    "反応率": lambda one: one.response_rate,
}
MEASURES_IN_ENGLISH = {
    "回数": "Runs",
    "費用": "Cost",
    "反応": "Responses",
    "成約": "Closed",
    "成約率": "Close rate",
    "売上": "Sales",
    "反応率": "Response rate",
}


@worksheet_function(
    "AD_TABLE",
    ja="広告の一覧表",
    en="Table of ads",
    help_ja="広告の費用、反応、成約、売上、CPI、CPO、ROAS、ROIを、広告・媒体・商品・月・店舗ごとの表と合計で返します。",
    example='=AD_TABLE("媒体", "2026-04-01", "2027-03-31")',
    example_en='=AD_TABLE("medium", "2026-04-01", "2027-03-31")',
    returns=["区分", *MEASURES],
    english=["Group", *(MEASURES_IN_ENGLISH.get(one, one) for one in MEASURES)],
    table=True,
    arguments={
        "by": Text(
            "広告、媒体、商品、月、店舗のどれか（省略すると広告）",
            "run, medium, product, month or store; run if left out",
        ),
        "start": FROM,
        "end": UNTIL,
        "as_of": AS_OF,
    },
)
def ad_table(
    data: Data, by: str = "run", start: date | None = None, end: date | None = None, as_of: date | None = None
) -> Columns:
    """Return cost, responses, orders, sales and the rates of ads grouped as asked, with a total.

    No purchase is counted twice in a group or in the total.
    """
    grouping = GROUPINGS.get(by.strip().casefold())
    if grouping is None:
        raise UnknownGroupingError(by=by)
    picture = read_picture(data, as_of or data.today)
    runs = _in_period(picture, start, end)
    lines = breakdown(runs, picture.attribution, by=grouping)
    shown = [(_label(line, grouping), line.figures) for line in lines]
    shown.append((TOTAL, total(runs, picture.attribution).figures))
    return [[label for label, _ in shown], *([cell(measure(one)) for _, one in shown] for measure in MEASURES.values())]


@worksheet_function(
    "AD_COMPARE",
    ja="広告の比較",
    en="Two ads compared",
    help_ja="二つの広告を並べ、成約率（配布数があれば反応率も）の差が偶然といえるかを正確検定で判定します。"
    "件数が足りないときは「まだ判断できません」と返します。",
    example='=AD_COMPARE("A0001", "A0002")',
    returns=["項目", "広告1", "広告2", "p値", "判定"],
    english=["Figure", "Ad 1", "Ad 2", "p", "Verdict"],
    table=True,
    arguments={
        "first": Text("広告番号", "Ad number"),
        "second": Text("比べる広告番号", "Number of the other ad"),
        "as_of": AS_OF,
        "language": Text(
            "表の言葉: ja または en（省略すると使う人の言葉）",
            "Language of the table: ja or en; your own when left out",
        ),
    },
)
def ad_compare(data: Data, first: str, second: str, as_of: date | None = None, language: str = "") -> Columns:
    """Return two ads side by side, and whether their difference can be told from chance (Fisher's exact test)."""
    day = as_of or data.today
    ids = data.resolve("ads", [first, second])
    picture = read_picture(data, day, [one for one in ids if one])
    pair = []
    for asked, identity in zip((first, second), ids, strict=True):
        if identity is None or identity not in picture.runs:
            raise UnknownAdError(ad=asked)
        pair.append(picture.runs[identity])
    mine, other = (figures([run], picture.attribution) for run in pair)
    lines: list[tuple[object, ...]] = [
        (Label("広告", "Ad"), _run_label(pair[0]), _run_label(pair[1]), None, None),
        (Label("掲載日", "Ran on"), pair[0].ran_on, pair[1].ran_on, None, None),
    ]
    judged = {
        one.rate.ja: one
        for one in compare(
            mine, other, names=(pair[0].number, pair[1].number), level=data.settings("ad_roi").significance
        )
    }
    for name, measure in MEASURES.items():
        if name == "回数":
            continue
        verdict = judged.get(name)
        told = (verdict.p, Label.of(verdict.text)) if verdict else (None, None)
        label = Label(name, MEASURES_IN_ENGLISH.get(name, name))
        lines.append((label, cell(measure(mine)), cell(measure(other)), *told))
    return [[_told(one, language) for one in column] for column in zip(*lines, strict=True)]


@worksheet_function(
    "AD_FUNNEL",
    ja="広告の推移",
    en="Funnel of an ad over time",
    help_ja="反応、成約、売上の累計を、月ごと、または掲載からの日数ごとに返します。広告を省略するとすべての広告です。",
    example='=AD_FUNNEL("A0001", "日数")',
    example_en='=AD_FUNNEL("A0001", "days")',
    returns=["区切り", "反応", "成約", "売上"],
    english=["Until", "Responses", "Closed", "Sales"],
    table=True,
    arguments={
        "ad": Text("広告番号（省略するとすべて）", "Ad number; all ads when left out"),
        "steps": Text("月 または 日数（省略すると月）", "month or days; month when left out"),
        "as_of": AS_OF,
    },
)
def ad_funnel(data: Data, ad: str = "", steps: str = "month", as_of: date | None = None) -> Columns:
    """Return responses, orders and sales as they came in, cumulated by month or by days since the ad ran."""
    chosen = FUNNEL_STEPS.get(steps.strip().casefold())
    if chosen is None:
        raise UnknownFunnelError(steps=steps)
    (identity,) = data.resolve("ads", [ad]) if ad else (None,)
    if ad and identity is None:
        raise UnknownAdError(ad=ad)
    picture = read_picture(data, as_of or data.today, [identity] if identity else None, dated=True)
    runs = picture.runs.values()
    if chosen == "month":
        stages = funnel_by_month(runs, picture.attribution)
    else:
        stages = funnel_by_age(runs, picture.attribution, days=data.settings("ad_roi").funnel_days)
    return [
        [one.label for one in stages],
        [one.responses for one in stages],
        [one.closed for one in stages],
        [cell(one.sales) for one in stages],
    ]


def _in_period(picture: Picture, start: date | None, end: date | None) -> list[Run]:
    return [
        run
        for run in picture.runs.values()
        if (start is None or start <= run.ran_on) and (end is None or run.ran_on <= end)
    ]


def _told(value: object, language: str) -> object:
    """Return a text in the language asked for; where none is, in that of whoever asks."""
    return value.in_language(language) if isinstance(value, Label) and language else value


def _label(line: Line, by: By) -> str:
    return _run_label(line.runs[0]) if by == "run" else line.label or UNSET


def _run_label(run: Run) -> str:
    return f"{run.number} {run.title}".strip() or run.id
