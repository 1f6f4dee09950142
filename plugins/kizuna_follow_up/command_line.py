"""``kizuna follow-up``: the day's work without Excel."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kizuna import ActionResult, Label, Text
from kizuna.cli.for_plugins import change_rows, database_option, language, reading, run_action, say, show_table
from kizuna.files import read_table
from kizuna_follow_up.errors import NoNumbersError
from kizuna_follow_up.generating import TASKS
from kizuna_follow_up.mails import Draft
from kizuna_follow_up.sending import send
from kizuna_follow_up.writing_to import mails_for, settings_of

NUMBER_HEADINGS = ("顧客番号", "番号", "Number", "Customer number", "number")
SENT = Text("メールを{count}通送信しました。", "{count} mails were sent.")
REFUSED = Text("{name}: 送信できませんでした({reason})", "{name}: not sent ({reason})")
LEFT = Text("{name}: {reason}", "{name}: {reason}")
UNFINISHED = Text(
    "文面に「(ここに…書いてください)」が残っているメール{count}通は送信しませんでした。"
    "「フォロー手順」の文面を書き上げるか、下書き(--sendなし)にして一通ずつ直してください。",
    "{count} mails still say “(ここに…書いてください)” and were not sent. "
    "Finish the text in the follow-up steps, or make drafts (without --send) and finish each.",
)
WRITTEN = Text("{file} を作りました。", "{file} is written.")


@click.group("follow-up")
def follow_up() -> None:
    """今日の連絡: 一覧・宛名・手紙・メール / Today's contacts: list, labels, letters, mails."""


@follow_up.command()
@database_option
@click.option("--staff", default="", help="担当のスタッフ番号 / Number of the assigned staff.")
@click.option("--channel", default="", help="郵便・電話・メール・FAX・訪問 / post, phone, mail, fax or visit.")
@click.option("--csv", "file", type=click.Path(path_type=Path, dir_okay=False), help="CSVに保存 / Save as CSV.")
def today(named: str | None, *, staff: str, channel: str, file: Path | None) -> None:
    """今日の予定の一覧。--channel 電話 で電話リスト / Today's list; --channel phone is the phone list."""
    result = run_action(named, "follow_up_today", {"staff": staff or None, "channel": channel or None})
    if file is not None:
        file.write_bytes(result.files[0].content)
        say(WRITTEN, file=file)
    elif result.table is not None:
        spoken = language()
        heads = [one.in_language(spoken) for one in result.table.headings[:-1]]
        rows = zip(*result.table.columns[:-1], strict=True)
        show_table(heads, ([one.in_language(spoken) if isinstance(one, Label) else one for one in row] for row in rows))
    say(result.message)


LIST = click.option(
    "--list",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="顧客番号の列のあるCSVかExcel(kizuna call RFM_SELECT … --csv など) / CSV or Excel with customer numbers.",
)


@follow_up.command()
@database_option
@click.argument("plan")
@click.argument("customers", nargs=-1)
@LIST
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="開始日(省略すると今日) / First day; default: today.")
def start(named: str | None, plan: str, customers: tuple[str, ...], *, file: Path | None, on: datetime | None) -> None:
    """計画を顧客に始める / Start a plan for customers, named or from a list."""
    told = {"plan": plan, "customers": _listed(customers, file), "on": on.date().isoformat() if on else None}
    say(run_action(named, "follow_up_start", told).message)


@follow_up.command()
@database_option
@click.argument("customers", nargs=-1)
@LIST
@click.option("--sheet", default="", help="用紙(例: A4-12) / Label sheet, such as A4-12.")
@click.option("--start", default=1, show_default=True, help="何枚目のラベルから / First label to use.")
@click.option("--out", default=".", type=click.Path(path_type=Path), help="保存先のフォルダ / Folder to save into.")
def labels(
    named: str | None, customers: tuple[str, ...], *, file: Path | None, sheet: str, start: int, out: Path
) -> None:
    """宛名ラベルのPDF。顧客番号を省くと今日の郵便の分 / Labels as PDF; without numbers those with post today."""
    told = {"customers": _listed(customers, file), "sheet": sheet, "start": start}
    _save(run_action(named, "follow_up_labels", told), out)


@follow_up.command()
@database_option
@click.option("--done", is_flag=True, help="予定を済にする / Mark the tasks as done.")
@click.option("--out", default=".", type=click.Path(path_type=Path), help="保存先のフォルダ / Folder to save into.")
def letters(named: str | None, *, done: bool, out: Path) -> None:
    """今日の手紙のPDF / Today's letters as PDF."""
    _save(run_action(named, "follow_up_letters", {"done": done}), out)


@follow_up.command()
@database_option
@click.option("--done", is_flag=True, help="予定を済にする / Mark the tasks as done.")
@click.option("--send", "sends", is_flag=True, help="送信サーバーで送り、予定を済にする / Send, and mark as done.")
@click.option("--out", default=".", type=click.Path(path_type=Path), help="保存先のフォルダ / Folder to save into.")
@click.pass_context
def mails(context: click.Context, named: str | None, *, done: bool, sends: bool, out: Path) -> None:
    """今日のメールの下書き(.eml)または送信 / Today's mails as drafts (.eml), or sent."""
    if not sends:
        _save(run_action(named, "follow_up_mails", {"done": done}), out)
        return
    with reading(named) as data:
        mailing, settings, day = mails_for(data), settings_of(data), data.today
    finished = [one for one in mailing.drafts if not one.unfinished]

    def mark(draft: Draft) -> None:
        # One by one: whatever ends us in between, at most the mail under way goes out again.
        change_rows(named, TASKS, {draft.task}, {"status": "done", "done_on": day.isoformat()})

    sent = send(finished, settings, password=os.environ.get("KIZUNA_SMTP_PASSWORD", ""), taken_one=mark)
    say(SENT, count=len(sent.taken))
    for left in mailing.left_out:
        say(Text(LEFT.ja.format(name=left.recipient.name, reason=left.reason.ja),
                 LEFT.en.format(name=left.recipient.name, reason=left.reason.en)))  # fmt: skip
    for draft, reason in sent.refused:
        say(REFUSED, name=draft.recipient.name, reason=reason)
    unfinished = len(mailing.drafts) - len(finished)
    if unfinished:
        say(UNFINISHED, count=unfinished)
    if sent.refused or unfinished:
        context.exit(1)


@follow_up.command()
@database_option
def defaults(named: str | None) -> None:
    """標準の計画「見込客4通」「購入後5回」を追加 / Add the two standard plans."""
    say(run_action(named, "follow_up_defaults", {}).message)


def _listed(customers: tuple[str, ...], file: Path | None) -> list[str]:
    """Return the customers named and those of a list; raise NoNumbersError where the list has no column of numbers."""
    if file is None:
        return list(customers)
    table = read_table(file, known_headers=NUMBER_HEADINGS)
    column = next((at for at, one in enumerate(table.headers) if one.strip() in NUMBER_HEADINGS), None)
    if column is None:
        raise NoNumbersError(file=file.name)
    listed = [text for cell in table.columns[column] if cell is not None and (text := str(cell).strip())]
    if not listed:
        # Nobody is not everybody: without numbers a command would take today's.
        raise NoNumbersError(file=file.name)
    return [*customers, *listed]


def _save(result: ActionResult, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in result.files:
        (folder / file.name).write_bytes(file.content)
        say(WRITTEN, file=folder / file.name)
    say(result.message)


COMMANDS: list[Any] = [follow_up]
