"""Letters, labels and mails for customers with a task today: who they are, what their texts say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from kizuna import Data, Keys
from kizuna.model import Customer, Store
from kizuna_follow_up.due import read_due
from kizuna_follow_up.errors import MailSenderMissingError, NoSheetError
from kizuna_follow_up.labels.address import Recipient
from kizuna_follow_up.labels.fonts import find_font
from kizuna_follow_up.labels.printing import Printout, print_labels
from kizuna_follow_up.labels.sheets import SHEETS
from kizuna_follow_up.letters import Letter, Letters, Sender, print_letters
from kizuna_follow_up.mails import Draft, Mail, MailRecipient, NoDraft, drafts
from kizuna_follow_up.rows import chunks
from kizuna_follow_up.settings import FollowUpSettings
from kizuna_follow_up.source import read_mail_recipients, read_recipients, text_values
from kizuna_follow_up.tables import FollowUpStep
from kizuna_follow_up.tasks import Task
from kizuna_follow_up.texts import addressed, fill

JAPAN = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True, slots=True)
class StoreLetters:
    """The letters of one store, and the tasks they fulfil."""

    store: str
    letters: Letters
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mailing:
    """Drafts of mails, and who gets none."""

    drafts: tuple[Draft, ...]
    left_out: tuple[NoDraft, ...]


def due_by(data: Data, channel: str, day: date) -> list[Task]:
    """Return today's tasks by one channel in the order of the list."""
    return read_due(data, day, channel=channel).tasks


def labels_for(data: Data, customers: Keys, *, sheet: str = "", start: int = 1) -> Printout:
    """Return the labels of these customers, or of those with post due today where none is named."""
    named = [one for one in customers if one]
    ids = [one for one in data.resolve("customers", named) if one]
    if not named:
        ids = [task.customer for task in due_by(data, "post", data.today)]
    settings = settings_of(data)
    chosen = sheet or settings.label_sheet
    if chosen not in SHEETS:
        raise NoSheetError(name=chosen[:40], known="、".join(SHEETS))
    return print_labels(read_recipients(data, ids), SHEETS[chosen], find_font(settings.label_font), start=start)


def letters_for(data: Data) -> list[StoreLetters]:
    """Return the letters due today, store by store, each from the shop that writes it."""
    tasks = [task for task in due_by(data, "post", data.today) if task.step]
    texts = filled_texts(data, tasks)
    where = stores_of(data, [task.customer for task in tasks])
    recipients: dict[str, Recipient] = {}
    for chunk in chunks(task.customer for task in tasks):
        recipients.update(zip(chunk, read_recipients(data, chunk), strict=True))
    font = find_font(settings_of(data).label_font) if texts else None
    found = []
    for code, sender in senders(data).items():
        mine = [task for task in tasks if where.get(task.customer) == code and texts[task.key][1].strip()]
        letters = [Letter(recipients[task.customer], texts[task.key][1]) for task in mine]
        if letters and font is not None:
            printed = print_letters(letters, sender, data.today, font)
            left = {one.recipient for one in printed.left_off}
            kept = tuple(task.key for task in mine if recipients[task.customer] not in left)
            found.append(StoreLetters(sender.name, printed, kept))
    return found


def mails_for(data: Data) -> Mailing:
    """Return a draft for each mail due today; raise MailSenderMissingError where the settings name no sender."""
    settings = settings_of(data)
    if not settings.mail_from:
        raise MailSenderMissingError
    tasks = [task for task in due_by(data, "mail", data.today) if task.step]
    texts = filled_texts(data, tasks)
    people: dict[str, MailRecipient] = {}
    for chunk in chunks(task.customer for task in tasks):
        people.update(zip(chunk, read_mail_recipients(data, chunk), strict=True))
    mails = [Mail(people[task.customer], *texts[task.key], task.key) for task in tasks if texts[task.key][1].strip()]
    when = datetime.combine(data.today, time(9), JAPAN)
    ready, left_out = drafts(mails, sender=settings.mail_from, sender_name=settings.mail_from_name, on=when)
    return Mailing(tuple(ready), tuple(left_out))


def without_text(data: Data, channel: str) -> int:
    """Return how many of today's tasks by one channel have no text to be made of: typed by hand, or a step without one."""
    tasks = due_by(data, channel, data.today)
    written: set[str] = set()
    for chunk in chunks(task.step for task in tasks if task.step):
        texts = data.columns(sa.select(FollowUpStep.id, FollowUpStep.template).where(FollowUpStep.id.in_(chunk)))
        written.update(step for step, template in zip(*texts, strict=True) if (template or "").strip())
    return sum(task.step not in written for task in tasks)


def filled_texts(data: Data, tasks: Sequence[Task]) -> dict[str, tuple[str, str]]:
    """Return subject and text of each task, filled with its customer's data."""
    steps: dict[str, tuple[str, str]] = {}
    for chunk in chunks(task.step for task in tasks):
        select = sa.select(FollowUpStep.id, FollowUpStep.title, FollowUpStep.template)
        for step, title, template in zip(*data.columns(select.where(FollowUpStep.id.in_(chunk))), strict=True):
            steps[step] = title or "", template or ""
    values = text_values(data, [task.customer for task in tasks])
    told = {task.key: steps.get(task.step, ("", "")) for task in tasks}
    return {
        task.key: (task.title or told[task.key][0], fill(addressed(told[task.key][1]), values[task.customer]))
        for task in tasks
    }  # fmt: skip


def senders(data: Data) -> dict[int, Sender]:
    """Return every store as it stands on a letter."""
    rows = data.columns(
        sa.select(
            Store.code, Store.name, Store.postal_code, Store.prefecture, Store.city, Store.street, Store.building,
            Store.phone,
        )
    )  # fmt: skip
    found = {}
    for code, name, postal, prefecture, city, street, building, phone in zip(*rows, strict=True):
        place = f"{prefecture or ''}{city or ''}{street or ''}"
        lines = [f"〒{postal}" if postal else "", place, building or "", f"電話 {phone}" if phone else ""]
        found[code] = Sender(name or "", tuple(line for line in lines if line))
    return found


def stores_of(data: Data, customers: Iterable[str]) -> dict[str, int]:
    """Return the store of each customer."""
    found: dict[str, int] = {}
    for chunk in chunks(customers):
        select = sa.select(Customer.id, Customer.store_id).where(Customer.id.in_(chunk))
        found.update(zip(*data.columns(select), strict=True))
    return found


def settings_of(data: Data) -> FollowUpSettings:
    """Return the owner's settings."""
    found: FollowUpSettings = data.settings(FollowUpSettings.name)
    return found
