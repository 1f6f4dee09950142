"""``kizuna import``: a CSV or Excel file into a table, through the write path of everything else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
import orjson

from kizuna.access.accounts import system_actor
from kizuna.cli.administer import MOST_CODE
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import language, say, say_json
from kizuna.decoding import decode
from kizuna.errors import RequestError, Text
from kizuna.files.mapping import known_headers, map_headers
from kizuna.files.reader import read_table
from kizuna.model.values import stored_column, wire_value
from kizuna.sync.changeset import Answer, ChangesetRequest, request_hash
from kizuna.sync.importing import ImportPlan, field_names, import_id, plan_import
from kizuna.sync.importing_lines import LINE_FIELDS, receipts_of_lines
from kizuna.sync.importing_purchases import new_customers as customers_named
from kizuna.sync.importing_purchases import returns_by_sign
from kizuna.sync.push import push

SHOWN = 20
DONE = Text(
    "{table} に取り込みました: 新規 {applied}、更新 {updated}、変更なし {unchanged}、取り込めなかった行 {refused}",
    "Imported into {table}: {applied} new, {updated} updated, {unchanged} unchanged, {refused} refused",
)
DRY = Text(
    "{table} に取り込むと: 新規 {applied}、更新 {updated}、変更なし {unchanged}、取り込めない行 {refused}",
    "Importing into {table} would give: {applied} new, {updated} updated, {unchanged} unchanged, {refused} refused",
)
WOULD = Text("(確認だけで、何も変更していません)", "(a dry run; nothing was changed)")
PEOPLE = Text("追加した顧客: {people}", "Customers added: {people}")
ROW = Text("{row}行目: {message}", "row {row}: {message}")
MORE = Text("…ほか {count} 行", "… and {count} more rows")
REPEATED = Text(
    "このファイルはすでに取り込み済みです。何も変更していません(もう一度取り込むには --again)。",
    "This file was imported before; nothing was changed (--again imports it once more).",
)


class BadPairError(RequestError):
    """A ``--map`` or ``--set`` is not of the form NAME=VALUE."""

    code = "bad-pair"
    text = Text("「{given}」は 名前=値 の形で指定してください。", "Write {given!r} as NAME=VALUE.")


@click.command("import")
@click.argument("table")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="見出し=項目",
    help="見出しと項目の対応。項目を空にすると読み飛ばす。同じ見出しを二つの項目にも使える / "
    "HEADING=FIELD; empty field skips it; a heading may fill several fields.",
)
@click.option(
    "--set", "constants", multiple=True, metavar="項目=値", help="全行に入れる値 / FIELD=VALUE for every row."
)
@click.option("--store", type=click.IntRange(1, MOST_CODE), help="行の店舗番号 / Store of the rows.")
@click.option("--sheet", help="シート名 / Worksheet.")
@click.option("--header-row", type=int, help="見出しの行番号 / Row of the headings.")
@click.option("--encoding", help="文字コード / Encoding.")
@click.option("--dry-run", is_flag=True, help="何が起きるかだけ見る / Only say what would happen.")
@click.option(
    "--all-or-nothing", is_flag=True, help="1行でも取り込めなければ何も変えない / Change nothing if any row is refused."
)
@click.option(
    "--new-customers",
    is_flag=True,
    help="知らない番号の顧客を追加(氏名は番号) / Add customers for unknown numbers, named by them.",
)
@click.option(
    "--negative-returns", is_flag=True, help="マイナスの金額の購入は返品 / A purchase of a negative amount is a return."
)
@click.option(
    "--lines",
    is_flag=True,
    help="1行が1明細のファイル。同じ番号の行を1件の購入にまとめ、金額(または数量×単価)を合計 / "
    "A row is a line: rows of one number are one purchase, of the sum of their amounts (or quantity × unit price).",
)
@click.option("--again", is_flag=True, help="取り込み済みのファイルをもう一度 / Import a file once more.")
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
@click.pass_context
def import_file(
    context: click.Context,
    table: str,
    file: Path,
    *,
    pairs: tuple[str, ...],
    constants: tuple[str, ...],
    store: int | None,
    sheet: str | None,
    header_row: int | None,
    encoding: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    new_customers: bool,
    negative_returns: bool,
    lines: bool,
    again: bool,
    named: str | None,
    as_json: bool,
) -> None:
    """CSV・Excelファイルを表に取り込む / Import a CSV or Excel file into TABLE.

    番号(または id)が既にある行は更新、ない行は新規になります。空のセルは何も変えません。
    Rows whose number (or id) is known are updated, the others are new; empty cells change nothing.
    """
    database = open_current(named)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
        spec = database.registry.table(table)
        names = [*field_names(spec), *(LINE_FIELDS if lines else ())]
        content = read_table(
            file, sheet=sheet, header_row=header_row, encoding=encoding, known_headers=known_headers(names)
        )
        mapping = map_headers(content.headers, names, tuple(map(_pair, pairs)))
        if lines:
            content, mapping = receipts_of_lines(content, mapping)
        fixed: dict[str, Any] = {name: _typed(spec.field(name), value) for name, value in map(_pair, constants)}
        if store is not None:
            fixed["store_id"] = store
        plan = plan_import(database, connection, actor, spec, content, mapping, fixed)
        if negative_returns:
            plan = replace(plan, table=returns_by_sign(plan.table))
        people = customers_named(database, connection, actor, plan.table, fixed) if new_customers else None
    if not as_json:
        for note in (*content.notes, *(one.message for one in mapping.unknown)):
            click.echo(note.in_language(language()), err=True)
    told: tuple[object, ...] = (
        table,
        pairs,
        constants,
        store,
        sheet,
        header_row,
        encoding,
        new_customers,
        negative_returns,
    )
    told = (*told, lines) if lines else told  # a file brought in before there were lines is known again
    changeset = import_id(file.read_bytes(), *told, datetime.now(UTC).isoformat() if again else "")
    body = orjson.dumps(
        {
            "id": changeset,
            "origin": "import",
            # A name may be of bytes that are no text.
            "note": file.name.encode(errors="replace").decode(),
            "dry_run": dry_run,
            "all_or_nothing": all_or_nothing,
            "tables": [people, plan.table] if people else [plan.table],
        }
    )
    if all_or_nothing and plan.bad:
        _report(context, table, plan, Answer(changeset, dry_run, [], []), dry_run=True, as_json=as_json)
        return
    # The hash of the file, not of the changeset: new rows get new ids each time the file is read.
    done = push(
        database,
        actor,
        decode(body, ChangesetRequest),
        now=datetime.now(UTC),
        request_hash=request_hash(changeset.encode()),
        language=language(),
    )
    if done.answer is None:
        say_json({"repeated": True}) if as_json else say(REPEATED)
        return
    if not dry_run:
        database.backend.analyze()
    _report(context, table, plan, done.answer, dry_run=dry_run, as_json=as_json)


def _report(
    context: click.Context, table: str, plan: ImportPlan, answer: Answer, *, dry_run: bool, as_json: bool
) -> None:
    refused = [(one.row, one.message.in_language(language())) for one in plan.bad]
    for outcome in answer.outcomes:
        if outcome.outcome not in {"applied", "merged", "unchanged"}:
            said = "; ".join(one.message for one in outcome.problems or []) or outcome.outcome
            refused.append((plan.rows.get(outcome.id, 0), said))
    refused.sort()
    people = sum(one.count for one in answer.inserted if one.table != table)
    counts = {
        "applied": sum(one.count for one in answer.inserted if one.table == table),
        "updated": sum(one.outcome in {"applied", "merged"} for one in answer.outcomes),
        "unchanged": sum(one.outcome == "unchanged" for one in answer.outcomes),
        "refused": len(refused),
    }
    if as_json:
        said_rows = [{"row": row, "message": message} for row, message in refused]
        say_json({"table": table, "dry_run": dry_run, **counts, "customers_added": people, "problems": said_rows})
    else:
        _say_refused(refused)
        say(DRY if dry_run else DONE, table=table, **counts)
        if people:
            say(PEOPLE, people=people)
        if dry_run:
            say(WOULD)
    if refused:
        context.exit(1)


def _say_refused(refused: Sequence[tuple[int, str]]) -> None:
    for row, message in refused[:SHOWN]:
        click.echo(ROW.format(row=row, message=message).in_language(language()), err=True)
    if len(refused) > SHOWN:
        click.echo(MORE.format(count=len(refused) - SHOWN).in_language(language()), err=True)


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name.strip():
        raise BadPairError(given=given)
    return name.strip(), value.strip()


def _typed(field: Any, value: str) -> Any:
    """Return what a person typed after ``--set`` as the wire carries it."""
    if field.type in {"integer", "money", "decimal"}:
        # What is no number is refused below as a cell would be, with the field's name.
        with suppress(msgspec.MsgspecError):
            return decode(value)
    stored, wrong = stored_column(field, [value])
    for problem in wrong.values():
        raise problem
    return wire_value(field.type, stored[0])
