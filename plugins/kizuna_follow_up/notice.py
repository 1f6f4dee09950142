"""Tell the owner by mail what an import brought, as nobody sees ten thousand new tasks coming."""

from __future__ import annotations

import os
from datetime import datetime

import sqlalchemy as sa

from kizuna import ChangesetSummary, Data, Text
from kizuna_follow_up.generating import TASKS
from kizuna_follow_up.mails import Draft, Mail, MailRecipient, drafts
from kizuna_follow_up.sending import send
from kizuna_follow_up.settings import FollowUpSettings
from kizuna_follow_up.tables import FollowUpTask

SUBJECT = Text("取り込みでフォロー予定が{new}件増えました", "An import brought {new} follow-up tasks")
BODY = Text(
    "{who} さんの取り込み{what}で、フォロー予定が{new}件増え、{changed}件が変わりました。\n"
    "今日({day})までに連絡する予定は、全部で{due}件です。\n"
    "一覧は Excel の「今日の予定」、または kizuna follow-up today で見られます。\n",
    "The import {what} by {who} brought {new} follow-up tasks and changed {changed}.\n"
    "Up to today ({day}), {due} are due altogether.\n"
    "See them in Excel's Today's list, or by kizuna follow-up today.\n",
)


def tell_of_import(changeset: ChangesetSummary, data: Data) -> None:
    """Mail the owner's address what an import brought, where one is set and it brought any task.

    Raises MailServerError where the shop's mail server is not to be reached; the import stands.
    """
    kinds = changeset.written.get(TASKS, {})
    if changeset.origin != "import" or not kinds.get("insert"):
        return
    settings: FollowUpSettings = data.settings(FollowUpSettings.name)
    if not settings.notify_mail or not settings.smtp_host:
        return
    mail = notice(changeset, data)
    ready, _ = drafts(
        [Mail(MailRecipient("", "", settings.notify_mail), *mail)],
        sender=settings.mail_from or settings.notify_mail,
        sender_name=settings.mail_from_name,
        on=datetime.now().astimezone(),
    )
    send(ready, settings, password=os.environ.get("KIZUNA_SMTP_PASSWORD", ""), taken_one=_nothing_more)


def notice(changeset: ChangesetSummary, data: Data) -> tuple[str, str]:
    """Return subject and text of the mail, in Japanese and English below each other."""
    kinds = changeset.written.get(TASKS, {})
    due = sa.select(sa.func.count(FollowUpTask.id)).where(
        FollowUpTask.status == "open", FollowUpTask.due_on <= data.today
    )
    told = {
        "who": changeset.who,
        "what": f"「{changeset.note}」" if changeset.note else "",
        "new": f"{kinds.get('insert', 0):,}",
        "changed": f"{kinds.get('update', 0):,}",
        "day": data.today.isoformat(),
        "due": f"{data.columns(due)[0][0]:,}",
    }
    subject, body = SUBJECT.format(**told), BODY.format(**told)
    return f"{subject.ja} / {subject.en}", f"{body.ja}\n{body.en}"


def _nothing_more(_: Draft) -> None:
    """Do nothing: a notice fulfils no task."""
