"""One verb done on one workbook, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import xlwings as xw

from kizuna import ServiceCaller, Text
from kizuna_addin.book_errors import NotOursError
from kizuna_addin.client import Client
from kizuna_addin.console import as_data
from kizuna_addin.desk import Desk
from kizuna_addin.errors import AddinError
from kizuna_addin.hosts.errors import HostError
from kizuna_addin.hosts.payload import actions_of, open_payload
from kizuna_addin.person import shortened
from kizuna_workbook_service.asked import MOST_CELLS, WorkbookAnswer, WorkbookRequest
from kizuna_workbook_service.guard import Guarded

DONE, FAILED, WAITING = 0, 1, 3
SAVE = "kizunaSave"
TITLE = "Kizuna 絆"
OLD_CLIENT = Text(
    "このブックの通信部品では使えません。サーバーから新しいテンプレート ブックを受け取って使ってください。",
    "This workbook's client cannot do this. Get the template workbook from the server anew.",
)
TOO_MANY_CELLS = Text(
    "ブックのセルが多すぎます（{count}、上限 {limit}）。表や行を減らすか、Python 入りのアドインを使ってください。",
    "The workbook has too many cells ({count}, at most {limit}). Use fewer rows, or the add-in with Python.",
)


@dataclass(frozen=True)
class Done:
    """What a verb did: a report for programs, lines for people, and whether the client has to call again."""

    lines: Sequence[str]
    report: Any = None
    code: int = DONE
    again: str | None = None
    question: str | None = None
    consent: str | None = None
    """What the person has to agree to before anything is sent; nothing was done yet."""
    brings_forward: bool = False
    """Whether the sheet that is in front now was put there for the person to see."""


@dataclass(frozen=True)
class Work:
    """What a verb works with."""

    book: xw.Book
    client: Client
    guard: Guarded
    asked: WorkbookRequest
    language: str


def run(verb: Callable[[Work], Done], asked: WorkbookRequest, caller: ServiceCaller) -> WorkbookAnswer:
    """Do a verb on the workbook that was sent.

    When it fails, the client gets the actions up to the last time the add-in saved, as a file would hold them.
    """
    if asked.cells > MOST_CELLS:
        return _failure(TOO_MANY_CELLS.format(count=asked.cells, limit=MOST_CELLS), asked, caller.language, [])
    try:
        book = open_payload(asked.payload())
    except HostError as error:
        return _failure(Text(error.message.ja, error.message.en), asked, caller.language, [])
    try:
        return _run(verb, book, asked, caller)
    finally:
        book.app.quit()


def _run(verb: Callable[[Work], Done], book: xw.Book, asked: WorkbookRequest, caller: ServiceCaller) -> WorkbookAnswer:
    if not book.impl.recorder.extended:
        return _failure(OLD_CLIENT, asked, caller.language, [])
    active = book.sheets.active.name
    guard = Guarded(caller, allowed=_pending(book))
    try:
        with Client(guard) as client:
            done = verb(Work(book, client, guard, asked, caller.language))
    except (AddinError, HostError) as error:
        message = Text(error.message.ja, error.message.en)
        return _failure(message, asked, caller.language, _saved(actions_of(book)))
    if book.sheets.active.name != active and not done.brings_forward:
        names = [sheet.name for sheet in book.sheets if sheet.visible]
        # xlwings' own activate looks for the program in front, and a server has none.
        book.impl.sheets(active if active in names else names[0]).activate()
    return _answer(actions_of(book), done, asked)


def _pending(book: xw.Book) -> str | None:
    try:
        pending = Desk.open(book).work.pending
    except NotOursError:
        return None
    return pending.changeset.id if pending else None


def _saved(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    last = max((place for place, one in enumerate(actions) if one["func"] == SAVE), default=-1)
    return actions[: last + 1]


def _failure(text: Text, asked: WorkbookRequest, language: str, actions: list[dict[str, Any]]) -> WorkbookAnswer:
    return _answer(actions, Done([text.in_language(language)], code=FAILED), asked)


def _answer(actions: list[dict[str, Any]], done: Done, asked: WorkbookRequest) -> WorkbookAnswer:
    if asked.show and done.lines:
        mode = "critical" if done.code == FAILED else "info"
        args = [shortened(done.lines), TITLE, "ok", mode, ""]
        actions = [*actions, {"func": "alert", "args": args, "values": None, "sheet_position": None}]
    return WorkbookAnswer(
        actions=actions,
        lines=list(done.lines),
        code=done.code,
        again=done.again,
        question=done.question,
        consent=done.consent,
        report=as_data(done.report),
    )
