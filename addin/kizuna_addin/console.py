"""What the command line says about what was done, in Japanese or English."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from kizuna_addin.book_errors import TableLostError
from kizuna_addin.cells import cell_text, rendered_column
from kizuna_addin.conflict_list import CHANGED_ROW, DELETED_ROW
from kizuna_addin.conflict_sheet import row_key
from kizuna_addin.desk import Desk
from kizuna_addin.functions import Calculated
from kizuna_addin.history import RowHistory
from kizuna_addin.messages import CHANGED, DELETED, WHOLE_ROW, Text
from kizuna_addin.moments import local_time
from kizuna_addin.new import NewSheet
from kizuna_addin.pull import SheetPull
from kizuna_addin.push import PushReport, SheetPush
from kizuna_addin.resolve import Resolved
from kizuna_addin.schema import Field, Table
from kizuna_addin.status import BookStatus, SheetStatus
from kizuna_addin.wire import Answer

MADE = Text("「{label}」 {rows} 行", "“{label}”: {rows} rows")
PULLED = Text(
    "「{label}」 変更 {changed}・追加 {added}・削除 {removed}　未送信 {unsent}・競合 {conflicts}",
    "“{label}”: {changed} changed, {added} added, {removed} removed; {unsent} unsent, {conflicts} in conflict",
)
HEALED = Text(
    "「{label}」 前回の控えが壊れていたため、サーバーから作り直しました。入力は残っています。",
    "“{label}”: the last synced copy was damaged and was made anew; what was typed is kept.",
)
WOULD_SEND = Text(
    "「{label}」 新規 {new}・変更 {changed}・削除 {deleted}　送信できない行 {blocked}・競合 {waiting}",
    "“{label}”: {new} new, {changed} changed, {deleted} deleted; {blocked} rows blocked, {waiting} conflicts waiting",
)
OUTCOME = Text(
    "　結果: 反映 {applied}・統合 {merged}・変更なし {unchanged}・競合 {conflict}・却下 {rejected}",
    "  result: {applied} applied, {merged} merged, {unchanged} unchanged, {conflict} conflicts, {rejected} refused",
)
MOST_REFUSALS = 20
MORE_REFUSALS = Text(
    "　　…ほか {count} 行（理由はシートの「同期理由」の列にあります）",
    "    … and {count} more rows; the reason column of the sheet has them all",
)
COLUMNS_GONE = Text(
    "「{label}」の列（{columns}）がシートから削除されているため、その項目は同期していません。"
    "戻すには「消した行・列を戻す」（kizuna-addin pull --restore）を実行してください"
    "（見えなくするだけなら、列は削除せず非表示に）。",
    "Columns of “{label}” were deleted from the sheet ({columns}); what they hold is not synced. "
    "Bring back deleted (“kizuna-addin pull --restore”) has them again (to see less, hide columns instead of deleting them).",
)
WARNED = Text("注意: {warning}", "Warning: {warning}")
FINISHED = Text("途中で切れていた前回の送信を完了しました。", "An earlier push that had been cut was finished first.")
NOTHING = Text("送信するものはありません。", "There is nothing to send.")
WITHOUT_SERVER = Text(
    "サーバーにつながらないため、シートだけを調べました。", "The server was not reached; only the sheets were compared."
)
LOOK = Text(
    "「競合」シートの「採用」列で選び、メニューの「競合」を押すか「kizuna-addin resolve」を実行してください。",
    "Choose in the last column of the conflict sheet, then press Conflicts in the menu or run “kizuna-addin resolve”.",
)
STANDS = Text(
    "「{label}」 {rows} 行　新規 {new}・変更 {changed}・削除 {deleted}・競合 {conflicts}　最終取得 {pulled}",
    "“{label}”: {rows} rows; {new} new, {changed} changed, {deleted} deleted, {conflicts} conflicts; last pull {pulled}",
)
PENDING = Text(
    "途中で切れた送信があります。次の取得か送信で完了します。", "A push was cut; the next pull or push finishes it."
)
UNDONE = Text("前回の送信を取り消しました（{count} 行）。", "The last push was taken back ({count} rows).")
NEVER = Text("なし", "never")
CONFLICT_LINE = Text(
    "「{label}」 {row} {field}: 自分「{mine}」 サーバー「{theirs}」 前回「{base}」 {who} {when}",
    "“{label}” {row} {field}: mine “{mine}”, theirs “{theirs}”, base “{base}” {who} {when}",
)
NO_CONFLICTS = Text("競合はありません。", "There are no conflicts.")
RESOLVED = Text("{decided} 件を決めました。残り {remaining} 件。", "{decided} decided, {remaining} remain.")
DETACHED = Text("切り離しました（{count} シート）。", "Cut from the server ({count} sheets).")
CALCULATED = Text("{answered} 個のセルに答えを書きました。", "{answered} cells were answered.")
SYSTEM = Text("システム", "the system")
KINDS = {
    "insert": Text("登録", "added"),
    "update": Text("変更", "changed"),
    "delete": Text("削除", "deleted"),
    "restore": Text("復元", "restored"),
    "left": Text("見える範囲から外れた", "moved out of reach"),
    "entered": Text("見える範囲に入った", "came into reach"),
}
ORIGINS = {
    "sheet": Text("ブックから", "from a workbook"),
    "import": Text("取り込み", "by import"),
    "web": Text("画面から", "on the web"),
    "api": Text("API", "by the API"),
    "plugin": Text("プラグイン", "by a plug-in"),
    "undo": Text("元に戻す", "by undo"),
}
SIGNED_IN = Text("{server} に {name} さんとしてサインインしました。", "Signed in to {server} as {name}.")
SIGNED_OUT = Text("{server} のトークンを消しました。", "The token for {server} is forgotten.")
NOT_SIGNED_IN = Text("{server} のトークンは保管されていません。", "No token for {server} was kept.")


def as_data(value: Any) -> Any:
    """Return a report as plain JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: as_data(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): as_data(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_data(one) for one in value]
    return value


def made_lines(sheets: Iterable[NewSheet], language: str) -> list[str]:
    """Tell which sheets were made."""
    return [MADE.format(label=one.label, rows=one.rows).in_language(language) for one in sheets]


def pull_lines(sheets: Iterable[SheetPull], language: str) -> list[str]:
    """Tell what a pull brought."""
    lines = []
    conflicts = 0
    for one in sheets:
        if one.healed:
            lines.append(HEALED.format(label=one.label).in_language(language))
        text = TableLostError(label=one.label).message if one.lost else PULLED.format(**as_data(one))
        lines.append(text.in_language(language))
        lines += columns_gone_lines(one.label, one.removed_columns, language)
        conflicts += one.conflicts
    return [*lines, LOOK.in_language(language)] if conflicts else lines


def push_lines(report: PushReport, language: str) -> list[str]:
    """Tell what a push sent, or a check would send, and what became of it."""
    lines = [FINISHED.in_language(language)] if report.finished else []
    if report.offline:
        lines.append(WITHOUT_SERVER.in_language(language))
    lines += [TableLostError(label=label).message.in_language(language) for label in report.lost]
    for one in report.sheets:
        lines += _push_lines(one, language)
        lines += columns_gone_lines(one.label, one.removed, language)
    if not any(one.ops or one.blocked or one.waiting for one in report.sheets):
        lines.append(NOTHING.in_language(language))
    if any(one.waiting or one.count("conflict", "gone") for one in report.sheets):
        lines.append(LOOK.in_language(language))
    return [*lines, *warning_lines(report.warnings, language)]


def columns_gone_lines(label: str, columns: Sequence[str], language: str) -> list[str]:
    """Tell which of our columns somebody deleted, and how to have them back."""
    if not columns:
        return []
    return [COLUMNS_GONE.format(label=label, columns="、".join(columns)).in_language(language)]


def warning_lines(warnings: Iterable[str], language: str) -> list[str]:
    """Tell what the server warned of."""
    return [WARNED.format(warning=one).in_language(language) for one in warnings]


def _push_lines(one: SheetPush, language: str) -> list[str]:
    if not (one.ops or one.blocked or one.waiting):
        return []
    counts = {name: getattr(one, name) for name in ("label", "new", "changed", "deleted", "blocked", "waiting")}
    lines = [WOULD_SEND.format(**counts).in_language(language)]
    if one.outcomes:
        lines.append(
            OUTCOME.format(
                applied=one.count("applied"),
                merged=one.count("merged"),
                unchanged=one.count("unchanged"),
                conflict=one.count("conflict", "gone"),
                rejected=one.count("rejected", "forbidden", "held-back"),
            ).in_language(language)
        )
    lines += [f"　　{said}" for said in one.refusals[:MOST_REFUSALS]]
    if len(one.refusals) > MOST_REFUSALS:
        lines.append(MORE_REFUSALS.format(count=len(one.refusals) - MOST_REFUSALS).in_language(language))
    return lines


def status_lines(found: BookStatus, language: str) -> list[str]:
    """Tell where a workbook stands."""
    lines = [" ".join(part for part in (found.server, found.staff) if part)]
    lines += [_status_line(one, found.timezone, language) for one in found.sheets]
    return [*lines, PENDING.in_language(language)] if found.pending else lines


def _status_line(one: SheetStatus, timezone: str, language: str) -> str:
    if one.trouble:
        return one.trouble
    pulled = local_time(one.pulled_at, timezone) if one.pulled_at else NEVER.in_language(language)
    return STANDS.format(**{**as_data(one), "pulled": pulled}).in_language(language)


def history_lines(found: RowHistory, language: str) -> list[str]:
    """Tell a row's history, newest first."""
    lines = []
    for one in found.entries:
        what = [text[one_word] for text, one_word in ((KINDS, one.kind), (ORIGINS, one.origin)) if one_word in text]
        said = "・".join(word.in_language(language) for word in what)
        who = one.who or SYSTEM.in_language(language)
        parts = (local_time(one.when, found.timezone), who, one.device, f"[{said}]", one.note)
        lines.append(" ".join(part for part in parts if part))
        for name, (before, after) in one.fields.items():
            field = found.table.by_name.get(name)
            label = field.label.in_language(language) if field else name
            lines.append(f"　{label}: {_in_words(field, before, language)} → {_in_words(field, after, language)}")
    return lines


def undo_lines(answer: Answer, language: str) -> list[str]:
    """Tell what an undo took back."""
    count = sum(one.outcome in {"applied", "merged"} for one in answer.outcomes)
    return [UNDONE.format(count=count).in_language(language), *warning_lines(answer.warnings, language)]


def _in_words(field: Field | None, value: Any, language: str) -> str:
    """Return a value as its cell would show it."""
    if field is None or value is None:
        return _shown(value)
    return cell_text(rendered_column(field, [value], language)[0]) or "—"


def _shown(value: Any) -> str:
    return "—" if value is None else "、".join(map(str, value)) if isinstance(value, list) else str(value)


def conflict_lines(desk: Desk, language: str) -> list[str]:
    """Tell the open conflicts of a workbook."""
    lines = []
    for one in desk.work.conflicts:
        shape = desk.shape(one.handle)
        field = shape.by_name[one.field].label if one.field and one.field in shape.by_name else WHOLE_ROW
        line = CONFLICT_LINE.format(
            label=shape.label.in_language(language),
            row=row_key(desk.memory, one.handle, shape, one.row),
            field=field.in_language(language),
            mine=_side(shape, one.field, one.mine, language),
            theirs=_side(shape, one.field, one.theirs, language),
            base=_side(shape, one.field, one.base, language),
            who=one.who or "",
            when=local_time(one.when, desk.record.timezone) if one.when else "",
        )
        lines.append(line.in_language(language).rstrip())
    return lines or [NO_CONFLICTS.in_language(language)]


def _side(shape: Table, field: str | None, value: Any, language: str) -> str:
    if field is None:
        return {DELETED_ROW: DELETED, CHANGED_ROW: CHANGED}[value].in_language(language) if value else "—"
    return _in_words(shape.by_name.get(field), value, language)


def resolved_lines(done: Resolved, language: str) -> list[str]:
    """Tell how many conflicts were decided."""
    return [RESOLVED.format(**as_data(done)).in_language(language)]


def calculated_lines(done: Calculated, language: str) -> list[str]:
    """Tell how many requests were answered, and which were not."""
    lines = [CALCULATED.format(answered=done.answered).in_language(language)]
    return lines + [f"{one.cell}: {one.reason}" for one in done.troubles]


def detached_lines(count: int, language: str) -> list[str]:
    """Tell that a workbook was cut from its server."""
    return [DETACHED.format(count=count).in_language(language)]


def signed_in(name: str, server: str, language: str) -> str:
    """Tell who is signed in."""
    return SIGNED_IN.format(name=name, server=server).in_language(language)


def signed_out(server: str, *, known: bool, language: str) -> str:
    """Tell that a token was forgotten, or was not there."""
    return (SIGNED_OUT if known else NOT_SIGNED_IN).format(server=server).in_language(language)
