"""The day's sheet, the report, and the buttons: today's list, labels, letters, mail drafts, the first plans."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from kizuna import (
    Action,
    ActionResult,
    Argument,
    Block,
    FileResult,
    Look,
    SheetTemplate,
    Text,
    Write,
    block_of,
    csv_of,
    report_from,
    table_of,
)
from kizuna_follow_up.beginning import begin
from kizuna_follow_up.defaults import install_defaults
from kizuna_follow_up.generating import TASKS
from kizuna_follow_up.mails import Draft
from kizuna_follow_up.task_functions import today_tasks
from kizuna_follow_up.writing_to import labels_for, letters_for, mails_for, without_text

LIST_LOOKS: tuple[Look, ...] = (
    "text", "date", "number", "text", "text", "text", "text", "text", "number", "text", "text", "text",
)  # fmt: skip
LINES = 50
NAMED = 30
"""So many of those left out are named; a sentence of a thousand names is read by nobody."""
STARTED = Text("「{plan}」を{count}人に始めました。", "“{plan}” is started for {count} customers.")
PDF = "application/pdf"
DONE = Argument(
    "done", "boolean", required=False, default=False, label=Text("予定を済にする", "Mark the tasks as done")
)
TEXTLESS = Text(
    "文面のない予定が{count}件あります(計画の手順に文面を入れるか、ご自分でお書きください)。",
    "{count} due tasks have no text: write them yourself, or give their plan's steps one.",
)
LEFT_OUT = Text("除いた方 {count}名: {who}", "Left out {count}: {who}")

SHEETS = (
    SheetTemplate(
        name="follow_up_today",
        label=Text("今日の予定", "Today's list"),
        description=Text(
            "今日連絡する相手の一覧。見込客と顧客を分け、古い順、RFM合計の高い順。",
            "Whom to contact today: prospects apart from customers, oldest first, then by RFM total.",
        ),
        blocks=(
            Block("A2", rows=((Text("基準日", "As of"), "=TODAY()"),), looks=("text", "date")),
            block_of(today_tasks, "A4", arguments="$B$2", lines=LINES, looks=LIST_LOOKS),
        ),
        widths=(9, 12, 9, 9, 24, 12, 18, 16, 9, 16, 12, 10),
        freeze="A6",
    ),
)
REPORTS = (report_from(today_tasks, looks=LIST_LOOKS),)


def show_today(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Return today's list, also as a file: the phone list is the list by phone."""
    table = table_of(today_tasks, today_tasks.call(write.data, **arguments))
    count = len(table.columns[0])
    message = Text(f"今日の予定は{count}件です。", f"{count} tasks are due today.")
    return ActionResult(message, (FileResult("今日の予定.csv", "text/csv", csv_of(table)),), table)


def make_labels(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Return address labels of the named customers, or of those with post due today."""
    printed = labels_for(
        write.data,
        arguments.get("customers") or [],
        sheet=arguments.get("sheet") or "",
        start=arguments.get("start") or 1,
    )
    labels = printed.labels
    message = Text(f"宛名ラベルを{labels.printed}枚作りました。", f"{labels.printed} labels are ready.")
    left = [(one.recipient.name, one.reason) for one in labels.left_off]
    return ActionResult(_with_left_out(message, left), (FileResult("宛名ラベル.pdf", PDF, printed.pdf),))


def make_letters(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Return the letters due today, one file per store; marks their tasks as done where asked to."""
    stores = letters_for(write.data)
    files = tuple(FileResult(f"手紙_{one.store}.pdf", PDF, one.letters.pdf) for one in stores)
    count = sum(one.letters.printed for one in stores)
    left = [(off.recipient.name, off.reason) for one in stores for off in one.letters.left_off]
    textless = without_text(write.data, "post")
    if arguments.get("done"):
        _done(write, [task for one in stores for task in one.tasks])
    message = Text(f"手紙を{count}通作りました。", f"{count} letters are ready.")
    return ActionResult(_with_textless(_with_left_out(message, left), textless), files)


def make_mails(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Return the drafts of the mails due today as .eml files in one archive; marks their tasks as done where asked to."""
    mailing = mails_for(write.data)
    textless = without_text(write.data, "mail")
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        for name, draft in named_files(mailing.drafts):
            packed.writestr(name, draft.content)
    if arguments.get("done"):
        _done(write, [one.task for one in mailing.drafts])
    count = len(mailing.drafts)
    message = Text(f"メールの下書きを{count}通作りました。", f"{count} mail drafts are ready.")
    left = [(one.recipient.name, one.reason) for one in mailing.left_out]
    files = (FileResult("メール下書き.zip", "application/zip", archive.getvalue()),) if count else ()
    return ActionResult(_with_textless(_with_left_out(message, left), textless), files)


def start_plan(write: Write, arguments: Mapping[str, Any]) -> ActionResult:
    """Start a plan for the named customers, on a day or today; those in it already and those who left are passed over."""
    started = begin(write, arguments["plan"], arguments["customers"], arguments.get("on"))
    message = STARTED.format(plan=started.plan, count=started.count)
    return ActionResult(_with_left_out(message, list(started.left_out)))


def add_defaults(write: Write, arguments: Mapping[str, Any]) -> ActionResult:  # noqa: ARG001  # every action gets them
    """Install the plans a shop begins with, where they are not there yet."""
    names = install_defaults(write)
    if not names:
        return ActionResult(Text("標準の計画はすでにあります。", "The standard plans are there already."))
    listed = "、".join(names)
    return ActionResult(
        Text(
            f"計画を追加しました: {listed}。文面は「フォロー手順」で直せます。今日以降の出来事から始まります。",
            f"Plans added: {listed}. Edit their texts in the follow-up steps. They start with events from today on.",
        )
    )


def named_files(drafts: tuple[Draft, ...]) -> list[tuple[str, Draft]]:
    """Return drafts with file names of their own: a customer may have two mails on one day."""
    seen: dict[str, int] = {}
    found = []
    for draft in drafts:
        count = seen[draft.file_name] = seen.get(draft.file_name, 0) + 1
        found.append((draft.file_name if count == 1 else draft.file_name.replace(".eml", f"-{count}.eml"), draft))
    return found


def _done(write: Write, tasks: list[str]) -> None:
    if tasks:
        write.update(TASKS, {task: {"status": "done", "done_on": write.today} for task in tasks})


def _with_textless(message: Text, count: int) -> Text:
    if not count:
        return message
    told = TEXTLESS.format(count=count)
    return Text(f"{message.ja} {told.ja}", f"{message.en} {told.en}")


def _with_left_out(message: Text, left: list[tuple[str, Text]]) -> Text:
    if not left:
        return message
    ja = "、".join(f"{name}({reason.ja})" for name, reason in left[:NAMED])
    en = ", ".join(f"{name} ({reason.en})" for name, reason in left[:NAMED])
    if len(left) > NAMED:
        ja, en = f"{ja} ほか", f"{en} and others"
    return Text(
        f"{message.ja} {LEFT_OUT.ja.format(count=len(left), who=ja)}",
        f"{message.en} {LEFT_OUT.en.format(count=len(left), who=en)}",
    )


ACTIONS = (
    Action(
        name="follow_up_today",
        label=Text("今日の予定", "Today's list"),
        help=today_tasks.description,
        run=show_today,
        arguments=today_tasks.arguments,
        personal=True,
        icon="TaskList",
    ),
    Action(
        name="follow_up_labels",
        label=Text("宛名ラベル", "Address labels"),
        help=Text(
            "選んだ顧客、または今日郵便の予定がある顧客の宛名ラベルをPDFで作ります。",
            "Makes address labels as PDF of the selected customers, or of those with post due today.",
        ),
        run=make_labels,
        arguments=(
            Argument("customers", "keys", required=False, label=Text("顧客番号", "Customer numbers")),
            Argument("sheet", "text", required=False, label=Text("用紙(例: A4-12)", "Sheet, such as A4-12")),
            Argument("start", "integer", required=False, default=1, label=Text("何枚目から", "First label to use")),
        ),
        personal=True,
        icon="EnvelopesAndLabelsDialog",
    ),
    Action(
        name="follow_up_letters",
        label=Text("手紙", "Letters"),
        help=Text("今日郵便の予定がある顧客への手紙をPDFで作ります。", "Makes the letters due today as PDF."),
        run=make_letters,
        arguments=(DONE,),
        writes=True,
        personal=True,
        icon="MailMergeStartLetters",
    ),
    Action(
        name="follow_up_mails",
        label=Text("メール下書き", "Mail drafts"),
        help=Text(
            "今日メールの予定がある顧客への下書き(.eml)を作ります。", "Makes drafts (.eml) of the mails due today."
        ),
        run=make_mails,
        arguments=(DONE,),
        writes=True,
        personal=True,
        icon="NewMailMessage",
    ),
    Action(
        name="follow_up_start",
        label=Text("フォロー計画を始める", "Start a follow-up plan"),
        help=Text(
            "選んだ顧客に計画を始めます。すでに進行中の方と離脱した方は除きます。",
            "Starts a plan for the selected customers; those in it already and those who left are passed over.",
        ),
        run=start_plan,
        arguments=(
            Argument("plan", "text", required=True, label=Text("計画の番号か名前", "Number or name of the plan")),
            Argument("customers", "keys", required=True, label=Text("顧客番号", "Customer numbers")),
            Argument(
                "on", "date", required=False, label=Text("開始日(省略すると今日)", "First day; today when left out")
            ),
        ),
        writes=True,
        personal=True,
        icon="PlayMacro",
    ),
    Action(
        name="follow_up_defaults",
        label=Text("標準のフォロー計画を追加", "Add the standard plans"),
        help=Text(
            "「見込客4通」と「購入後5回」を文面つきで追加します。すでにあるものはそのままです。",
            "Adds four contacts for prospects and five after a purchase, with texts; those that are there stay.",
        ),
        run=add_defaults,
        writes=True,
        icon="AddNewTask",
    ),
)
