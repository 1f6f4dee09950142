"""Send mails through the shop's mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import SMTP
from email.utils import make_msgid

from kizuna_follow_up.errors import MailServerError, NoMailServerError
from kizuna_follow_up.mails import Draft
from kizuna_follow_up.settings import FollowUpSettings

TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of mails: those the server took, and those it refused with its words."""

    taken: tuple[Draft, ...]
    refused: tuple[tuple[Draft, str], ...]


def send(
    drafts: Iterable[Draft], settings: FollowUpSettings, *, password: str = "", taken_one: Callable[[Draft], None]
) -> Sent:
    """Send each draft; one that the server refuses does not stop the others.

    ``taken_one`` hears of each mail as soon as the server has taken it, before the next is sent; what it raises ends the
    sending. Drafts are made for those only who want mail. When the connection breaks, what was taken so far is told and the
    rest counts as refused. Raises NoMailServerError, and MailServerError where not even a connection comes about.
    """
    if not settings.smtp_host:
        raise NoMailServerError
    taken: list[Draft] = []
    refused: list[tuple[Draft, str]] = []
    stopped: OSError | None = None
    try:
        with _connected(settings, password) as server:
            for draft in drafts:
                try:
                    server.send_message(_ready(draft, settings))
                except (smtplib.SMTPException, OSError) as error:
                    refused.append((draft, _said(error)))
                else:
                    taken.append(draft)
                    try:
                        taken_one(draft)
                    except OSError as error:
                        # Not one of the connection, though of the same class.
                        stopped = error
                        break
    except (smtplib.SMTPException, OSError) as error:
        if not taken and not refused:
            raise MailServerError(host=settings.smtp_host, reason=_said(error)) from error
    if stopped is not None:
        raise stopped
    return Sent(tuple(taken), tuple(refused))


def _connected(settings: FollowUpSettings, password: str) -> smtplib.SMTP:
    server: smtplib.SMTP
    if settings.smtp_security == "ssl":
        server = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, password)
    except BaseException:
        server.close()
        raise
    return server


def _ready(draft: Draft, settings: FollowUpSettings) -> Message:
    message = message_from_bytes(draft.content, policy=SMTP)
    del message["X-Unsent"]
    domain = settings.mail_from.rpartition("@")[2]
    # The same at every try, so that mail programs show a mail that was sent twice once.
    message["Message-ID"] = f"<{draft.task}@{domain}>" if draft.task else make_msgid(domain=domain)
    return message


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return f"{type(error).__name__}: {error}"[:200]
