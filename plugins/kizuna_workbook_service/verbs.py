"""The add-in's verbs as a workbook's client asks for them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from kizuna_addin import console
from kizuna_addin.book_errors import MassDeletionError, NothingSelectedError, TableLostError
from kizuna_addin.conflict_sheet import show_conflicts
from kizuna_addin.desk import Desk
from kizuna_addin.errors import OfflineError
from kizuna_addin.functions import calculate
from kizuna_addin.history import history, undo_last_push
from kizuna_addin.messages import Text
from kizuna_addin.moments import TOKYO
from kizuna_addin.new import Wish, fill_new_book
from kizuna_addin.offered import WRITTEN, act_offered
from kizuna_addin.pending import SheetAnswer, settle_pending, split
from kizuna_addin.person import AtTheWindow
from kizuna_addin.press import Press
from kizuna_addin.pull import pull
from kizuna_addin.pull_rows import pull_rows, rows_called
from kizuna_addin.push import PushReport, SheetPush, check, push, refusals
from kizuna_addin.resolve import resolve
from kizuna_addin.ribbon import LABELS, TODAY
from kizuna_addin.ribbon_actions import CONNECTED, VERSIONS
from kizuna_addin.status import status
from kizuna_addin.transport import own_version
from kizuna_workbook_service.running import DONE, WAITING, Done, Work

PUSH, FINISH = "workbook.push", "workbook.finish"
BROUGHT = Text(
    "ファイル「{name}」を受け取りました（ダウンロード フォルダー）。",
    "The file “{name}” came; see the downloads folder.",
)


def new_verb(work: Work) -> Done:
    """Make the sheets of the wanted tables, customers where none is named."""
    wishes = [Wish(table) for table in work.asked.wanted or ("customers",)]
    made = fill_new_book(work.book, work.client, wishes, language=work.language)
    work.book.save()
    return Done(console.made_lines(made, work.language), made)


def pull_verb(work: Work, *, restore: bool = False) -> Done:
    """Bring what changed on the server."""
    restore = restore or work.asked.restore
    pulls = pull(work.book, work.client, handles=_handles(work), restore=restore, language=work.language)
    waits = any(one.conflicts or one.lost for one in pulls)
    return Done(console.pull_lines(pulls, work.language), pulls, WAITING if waits else DONE)


def restore_verb(work: Work) -> Done:
    """Pull, and bring back what was deleted in the workbook."""
    return pull_verb(work, restore=True)


def refresh_verb(work: Work) -> Done:
    """Bring the row named, or those selected, and no others."""
    if work.asked.row:
        rows = rows_called(work.book, [work.asked.row], handles=_handles(work))
    else:
        handle, selected = _press(work).selected()
        rows = {handle: [row for row, _ in selected if row]} if handle else {}
    pulls = pull_rows(work.book, work.client, rows)
    waits = any(one.conflicts for one in pulls)
    return Done(console.pull_lines(pulls, work.language), pulls, WAITING if waits else DONE)


def check_verb(work: Work) -> Done:
    """Tell what a push would do."""
    report = check(work.book, work.client, handles=_handles(work), device=work.asked.device)
    return Done(console.push_lines(report, work.language), report, DONE if report.is_clean else WAITING)


def push_verb(work: Work) -> Done:
    """Write a push into the workbook; `finish_verb`, called with the workbook that holds it, sends it.

    A client that can ask gets a question where unusually much would be deleted.
    """
    older = Desk.open(work.book).work.pending
    try:
        report = push(
            work.book,
            work.client,
            handles=_handles(work),
            note=work.asked.note,
            device=work.asked.device,
            allow_deletes=work.asked.allow_deletes,
            consent=work.asked.consent,
        )
    except MassDeletionError as error:
        if not work.asked.asks:
            raise
        finished = [console.FINISHED.in_language(work.language)] if older else []
        question = error.question.in_language(work.language)
        return Done(finished, code=WAITING, question=question, consent=error.consent)
    except OfflineError:
        if not work.guard.held:
            raise
        return Done([console.FINISHED.in_language(work.language)] if older else [], again=FINISH)
    return Done(console.push_lines(report, work.language), report, DONE if report.is_clean else WAITING)


def finish_verb(work: Work) -> Done:
    """Send the push that the workbook holds and bring in its answer."""
    desk = Desk.open(work.book)
    pending = desk.work.pending
    answer = settle_pending(desk, work.client)
    show_conflicts(desk, desk.work.conflicts)
    desk.keep()
    if pending is None or answer is None:
        return Done([console.NOTHING.in_language(work.language)])
    sheets = tuple(_sent(desk, part) for part in split(pending, answer))
    report = PushReport(sheets, changeset=pending.changeset.id, warnings=answer.warnings)
    return Done(console.push_lines(report, work.language), report, DONE if report.is_clean else WAITING)


def resolve_verb(work: Work) -> Done:
    """Apply what was chosen on the conflict sheet, or one side for all, and let the client push."""
    done = resolve(work.book, everything=work.asked.take)
    if not done.decided:
        return Done(
            console.conflict_lines(Desk.open(work.book), work.language), done, WAITING if done.remaining else DONE
        )
    lines = console.resolved_lines(done, work.language)
    return Done(lines, done, WAITING if done.remaining else DONE, again=PUSH)


def status_verb(work: Work) -> Done:
    """Tell where the workbook stands."""
    found = status(work.book)
    return Done(console.status_lines(found, work.language), found)


def history_verb(work: Work) -> Done:
    """Tell the changes of the row named, or of the one selected."""
    row = work.asked.row or _selected_row(work)
    found = history(work.book, work.client, row)
    return Done(console.history_lines(found, work.language), found.entries)


def undo_verb(work: Work) -> Done:
    """Take back this workbook's last push."""
    answer, pulls = undo_last_push(work.book, work.client)
    waits = any(one.conflicts for one in answer.outcomes) or any(one.conflicts for one in pulls)
    lines = console.undo_lines(answer, work.language) + console.pull_lines(pulls, work.language)
    return Done(lines, {"undo": answer, "pull": pulls}, WAITING if waits else DONE)


def connect_verb(work: Work) -> Done:
    """Tell who is signed in."""
    name = str(work.client.me().get("staff", {}).get("name") or "")
    return Done([CONNECTED.format(server=work.client.server, name=name).in_language(work.language)])


def settings_verb(work: Work) -> Done:
    """Tell versions and server."""
    version = work.client.me().get("server", {}).get("version", "?")
    told = VERSIONS.format(addin=own_version(), server_version=version, server=work.client.server)
    return Done([told.in_language(work.language)])


def functions_verb(work: Work) -> Done:
    """Have the client ask for every function in the workbook's cells anew."""
    work.book.impl.recorder.on_book("kizunaCalculate")
    return Done([])


def calculate_verb(work: Work) -> Done:
    """Answer the functions in the workbook's cells, for a client that cannot compute them: each answer to the right."""
    done = calculate(
        work.book, work.client, today=datetime.now(UTC).astimezone(_zone(work)).date(), language=work.language
    )
    return Done(console.calculated_lines(done, work.language), done, WAITING if done.troubles else DONE)


def _zone(work: Work) -> ZoneInfo:
    """Return the shop's time zone: today is its day, not the server's."""
    return ZoneInfo(str(work.client.me().get("server", {}).get("timezone") or TOKYO))


def action_verb(work: Work, name: str = "") -> Done:
    """Press a plugin's button; its files go to the client, its table onto a new sheet."""
    done = act_offered(_press(work), work.client, name or work.asked.action)
    lines = [done.message] if done.message else []
    for file, content in done.files:
        work.book.impl.recorder.on_book("kizunaFile", file, base64.b64encode(content).decode())
        lines.append(BROUGHT.format(name=file).in_language(work.language))
    if done.sheet is not None:
        lines.append(WRITTEN.format(sheet=done.sheet).in_language(work.language))
    lines += console.warning_lines(done.warnings, work.language)
    report = {"files": [file for file, _ in done.files], "sheet": done.sheet}
    return Done(lines, report, brings_forward=done.sheet is not None)


def _press(work: Work) -> Press:
    app = work.book.app
    return Press(work.book, app.selection, AtTheWindow(app), lambda: work.client, work.language)


def _selected_row(work: Work) -> str:
    row = next((row for row, _ in _press(work).selected_rows() if row), None)
    if row is None:
        raise NothingSelectedError
    return row


def _sent(desk: Desk, part: SheetAnswer) -> SheetPush:
    kinds = [op.kind for op in part.ops]
    return SheetPush(
        handle=part.handle,
        label=desk.label(part.handle),
        new=kinds.count("insert"),
        changed=kinds.count("update"),
        deleted=kinds.count("delete"),
        blocked=0,
        waiting=sum(one.handle == part.handle for one in desk.work.conflicts),
        ops=part.ops,
        outcomes=part.outcomes,
        refusals=_said(desk, part),
    )


def _said(desk: Desk, part: SheetAnswer) -> tuple[str, ...]:
    try:
        return refusals(desk, desk.read(part.handle), part.outcomes)
    except TableLostError:
        return ()


def _handles(work: Work) -> tuple[str, ...]:
    """Return the sheets that show the wanted tables, by name, label or handle."""
    if not work.asked.wanted:
        return ()
    desk = Desk.open(work.book)
    handles = desk.record.handles
    names = {one if one in handles else desk.schema.table(one).name for one in work.asked.wanted}
    return tuple(handle for handle in handles if handle in names or desk.shape(handle).name in names)


VERBS: Mapping[str, Callable[[Work], Done]] = {
    "new": new_verb,
    "pull": pull_verb,
    "check": check_verb,
    "push": push_verb,
    "finish": finish_verb,
    "resolve": resolve_verb,
    "status": status_verb,
    "history": history_verb,
    "undo": undo_verb,
    "refresh": refresh_verb,
    "restore": restore_verb,
    "today": partial(action_verb, name=TODAY.name),
    "labels": partial(action_verb, name=LABELS.name),
    "action": action_verb,
    "functions": functions_verb,
    "calculate": calculate_verb,
    "connect": connect_verb,
    "settings": settings_verb,
}
