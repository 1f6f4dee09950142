"""Mail drafts: a filled text as an .eml file that a mail program opens ready to send."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from kizuna import Text
from kizuna_follow_up.texts import is_unfinished

NO_MAIL = Text("メールを希望されていません", "wants no mail")
HAS_LEFT = Text("離脱したお客様です", "is a customer no longer")
NO_ADDRESS = Text("メールアドレスがありません", "has no mail address")
BAD_ADDRESS = Text("メールアドレスが正しくありません", "has a mail address that cannot be right")

PLAUSIBLE = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+\Z")


@dataclass(frozen=True, slots=True)
class MailRecipient:
    """A customer as mail sees one."""

    number: str
    name: str
    mail: str = ""
    no_mail: bool = False
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one customer; subject and text are filled already. ``task`` is what it fulfils, if anything."""

    recipient: MailRecipient
    subject: str
    text: str
    task: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An .eml file for one customer."""

    recipient: MailRecipient
    file_name: str
    content: bytes
    task: str = ""
    unfinished: bool = False
    """Whether the text still asks somebody to write something in: such a mail is a draft and must not be sent."""


@dataclass(frozen=True, slots=True)
class NoDraft:
    """A customer who gets no mail, and why."""

    recipient: MailRecipient
    reason: Text


def drafts(
    mails: Iterable[Mail], *, sender: str, sender_name: str = "", on: datetime
) -> tuple[list[Draft], list[NoDraft]]:
    """Return a draft per mail, and who was left out: opted out, left, without an address or with an impossible one.

    ``sender`` is the shop's address. Drafts are marked unsent, so that Outlook opens them for sending.
    """
    ready, left_out = [], []
    for mail in mails:
        reason = reason_left_out(mail.recipient)
        if reason is None:
            try:
                message = compose(mail, sender=sender, sender_name=sender_name, on=on)
            except (HeaderParseError, ValueError, IndexError):
                # The library's parser has the last word on addresses the pattern lets through.
                reason = BAD_ADDRESS
            else:
                name = f"{mail.recipient.number}.eml"
                ready.append(Draft(mail.recipient, name, message.as_bytes(), mail.task, is_unfinished(mail.text)))
        if reason is not None:
            left_out.append(NoDraft(mail.recipient, reason))
    return ready, left_out


def reason_left_out(recipient: MailRecipient) -> Text | None:
    """Return why this customer gets no mail, ``None`` when one can be written."""
    if recipient.no_mail:
        return NO_MAIL
    if recipient.has_left:
        return HAS_LEFT
    if not recipient.mail.strip():
        return NO_ADDRESS
    return None if PLAUSIBLE.match(recipient.mail.strip()) else BAD_ADDRESS


def compose(mail: Mail, *, sender: str, sender_name: str, on: datetime) -> EmailMessage:
    """Return the mail as a message; line breaks in names and subject cannot smuggle in further headers."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_one_line(sender_name), addr_spec=sender)
    message["To"] = Address(_one_line(mail.recipient.name), addr_spec=mail.recipient.mail.strip())
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(on)
    message["X-Unsent"] = "1"
    message.set_content(mail.text, charset="utf-8", cte="base64")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())
