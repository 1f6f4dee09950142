"""Today's list as a sheet and a report; labels and the list behind buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kizuna import (
    Action,
    ActionResult,
    Argument,
    Block,
    FileResult,
    Look,
    SheetTemplate,
    TableResult,
    Text,
    Write,
    block_of,
    csv_of,
    report_from,
    table_of,
)
from kizuna_follow_up.errors import UnknownLabelSheetError
from kizuna_follow_up.labels.fonts import find_font
from kizuna_follow_up.labels.printing import print_labels
from kizuna_follow_up.labels.sheets import SHEETS as LABEL_SHEETS
from kizuna_follow_up.source import read_recipients
from kizuna_follow_up.task_functions import today_tasks

LIST = (
    "Group",
    "Due on",
    "Days late",
    "Channel",
    "Title",
    "Number",
    "Name",
    "Phone",
    "RFM",
    "Plan",
    "Staff",
    "Task",
)
LIST_LOOKS: tuple[Look, ...] = (
    "text", "date", "number", "text", "text", "text", "text", "text", "number", "text"
)  # fmt: skip
LINES = 200

SHEETS = (
    SheetTemplate(
        name="today_tasks",
        label=Text("本日の予定", "Today"),
        description=Text(
            "今日までに連絡する相手の一覧。担当や方法を黄色のセルに入れると絞り込めます。",
            "Everybody to get in touch with by today. Type a member of staff or a channel into the yellow cells.",
        ),
        blocks=(
            Block(
                "A2",
                rows=(
                    (
                        Text("基準日", "As of"), "=TODAY()",
                        Text("担当", "Staff"), None,
                        Text("方法", "Channel"), None,
                    ),
                ),
                looks=("text", "date", "text"),
            ),
            block_of(
                today_tasks, "A4", arguments="$B$2,$D$2,$F$2", lines=LINES, english=LIST, looks=LIST_LOOKS
            ),
        ),
        widths=(10, 13, 10, 10, 26, 12, 20, 16, 8, 20, 14, 38),
        freeze="A6",
    ),
)  # fmt: skip

REPORTS = (report_from(today_tasks, english=LIST, looks=LIST_LOOKS),)


def show_today(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Return today's list as a table and a file."""
    table = table_of(today_tasks, today_tasks.call(write.data, **arguments), english=LIST)
    count = len(table.columns[0])
    message = Text(f"予定は{count}件です。", f"There are {count} tasks.")
    return ActionResult(message, (FileResult("本日の予定.csv", "text/csv", csv_of(table)),), table)


def make_labels(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Return the labels of customers as PDF, and who was left off with the reason."""
    settings = write.data.settings("follow_up")
    name = arguments["sheet"] or settings.label_sheet
    if name not in LABEL_SHEETS:
        raise UnknownLabelSheetError(sheet=name, known=", ".join(LABEL_SHEETS))
    ids = write.data.resolve("customers", arguments["customers"])
    unknown = [key for key, one in zip(arguments["customers"], ids, strict=True) if key and one is None]
    recipients = read_recipients(write.data, [one for one in ids if one])
    made = print_labels(recipients, LABEL_SHEETS[name], find_font(settings.label_font), start=arguments["start"])
    left: list[tuple[str, str | None, Text]]
    left = [(one.recipient.number, one.recipient.name, one.reason) for one in made.labels.left_off]
    left += [(key, None, UNKNOWN) for key in unknown]
    message = Text(
        f"宛名ラベル{made.labels.printed}枚を作りました。" + (f"{len(left)}件は印刷していません。" if left else ""),
        f"{made.labels.printed} labels are made." + (f" {len(left)} were left off." if left else ""),
    )
    heads = (Text("顧客番号", "Number"), Text("氏名", "Name"), Text("理由", "Reason"))
    table = TableResult(heads, [list(column) for column in zip(*left, strict=True)]) if left else None
    return ActionResult(message, (FileResult("宛名ラベル.pdf", "application/pdf", made.pdf),), table)


UNKNOWN = Text("この顧客番号は見つかりません", "no customer has this number")

ACTIONS = (
    Action(
        name="today",
        label=Text("本日の作業", "Today"),
        help=today_tasks.description,
        run=show_today,
        arguments=today_tasks.arguments,
        personal=True,
        icon="CalendarToolSelectDate",
    ),
    Action(
        name="labels",
        label=Text("宛名ラベル", "Labels"),
        help=Text(
            "選んだ顧客の宛名ラベルをPDFで作ります。郵便を希望しない顧客は除き、理由を示します。",
            "Make address labels of the selected customers as PDF; who wants no post is left off with the reason.",
        ),
        run=make_labels,
        arguments=(
            Argument("customers", "keys", required=True, label=Text("顧客番号(範囲でも可)", "Customer numbers")),
            Argument("sheet", "text", required=False, default="", label=Text("用紙(省略すると設定)", "Label sheet")),
            Argument("start", "integer", required=False, default=1, label=Text("印刷を始める位置", "First label")),
        ),
        personal=True,
        icon="EnvelopesAndLabelsDialog",
    ),
)
