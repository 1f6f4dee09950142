"""``kizuna-addin``: the add-in's verbs on workbook files, without any spreadsheet program.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but conflicts or refused rows wait for a person.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, cast

import click
import xlwings as xw
from rich.progress import Progress as Bar

from kizuna_addin import console
from kizuna_addin.book_errors import BookExistsError
from kizuna_addin.book_hosts import OpenHost
from kizuna_addin.conflict_list import Choice
from kizuna_addin.desk import Desk, Progress
from kizuna_addin.detach import detach
from kizuna_addin.filters import read_condition
from kizuna_addin.functions import calculate
from kizuna_addin.history import history, undo_last_push
from kizuna_addin.install_commands import build_oxt, build_xlam, doctor_command, install_command, uninstall_command
from kizuna_addin.new import Wish, fill_new_book
from kizuna_addin.options import BOOKS, TABLES, settings_options
from kizuna_addin.pull import pull
from kizuna_addin.pull_rows import pull_rows, rows_called
from kizuna_addin.push import check, push
from kizuna_addin.resolve import resolve
from kizuna_addin.runner import DONE, WAITING, Result, Run, Settings, remembered_server
from kizuna_addin.sign_commands import approve_command, login, logout
from kizuna_addin.signin import device_name
from kizuna_addin.status import status
from kizuna_addin.transport import own_version
from kizuna_usage import UsageGroup


@click.group(cls=UsageGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(own_version(), prog_name="kizuna-addin")
def main() -> None:
    """Excel ブックを Kizuna サーバーと同期します。

    Keep Excel workbooks in step with a Kizuna server.

    終了コード: 0 完了、1 失敗、2 使い方の誤り、3 競合・却下あり。

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 conflicts or refused rows remain.
    """  # noqa: D400, D415


@main.command()
@click.argument("book", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--table", "-t", "tables", multiple=True, required=True, metavar="TABLE", help="表（複数可） / table(s)")
@click.option("--fields", metavar="A,B,…", help="表示する項目（表が一つのとき） / fields to show, for one table")
@click.option(
    "--filter", "conditions", multiple=True, metavar="CONDITION",
    help="条件（例: prefecture=東京都、表が一つのとき） / condition, for one table",
)  # fmt: skip
@settings_options
def new(
    settings: Settings, book: Path, tables: tuple[str, ...], fields: str | None, conditions: tuple[str, ...]
) -> None:
    """新しいブックを作ります。/ Make a new workbook."""
    if (fields or conditions) and len(tables) > 1:
        raise click.UsageError("--fields / --filter: 表は一つだけ / one --table only")
    try:
        filters = tuple(read_condition(one) for one in conditions)
    except ValueError as error:
        raise click.BadParameter(f"{error}: 例 / such as prefecture=東京都", param_hint="--filter") from error
    names = tuple(one.strip() for one in fields.split(",") if one.strip()) if fields else ()
    run = Run(settings)

    def act(bar: Bar) -> Result:
        if book.exists():
            raise BookExistsError(book=book)
        with settings.client() as client, OpenHost(settings.host) as host, host.made() as made:
            wishes = [Wish(table, names, filters) for table in tables]
            sheets = fill_new_book(made, client, wishes, language=settings.language, progress=_progress(bar))
            made.save(book)
        return Result(sheets, console.made_lines(sheets, settings.language))

    run.one(book, act)
    run.finish()


@main.command("pull")
@BOOKS
@TABLES
@click.option(
    "--restore", is_flag=True, help="シートで消した行やシートも戻す / also bring back rows and sheets deleted here"
)
@click.option("--row", "keys", multiple=True, metavar="NUMBER", help="この番号の行だけ（複数可） / only these row(s)")
@settings_options
def pull_command(
    settings: Settings,
    books: tuple[Path, ...],
    tables: tuple[str, ...],
    restore: bool,  # noqa: FBT001  # click passes by name
    keys: tuple[str, ...],
) -> None:
    """サーバーの変更を取り込みます。未送信の入力は消えません。/ Bring in what changed; unsent work stays."""
    if keys and restore:
        raise click.UsageError("--row / --restore: どちらか一つ / one of them only")

    def act(book: xw.Book, bar: Bar) -> Result:
        with settings.client(remembered_server(book)) as client:
            if keys:
                done = pull_rows(book, client, rows_called(book, keys, handles=_handles(book, tables)))
            else:
                done = pull(
                    book, client, handles=_handles(book, tables), restore=restore, language=settings.language,
                    progress=_progress(bar),
                )  # fmt: skip
        waits = any(one.conflicts or one.lost for one in done)
        return Result(done, console.pull_lines(done, settings.language), WAITING if waits else DONE)

    Run(settings).over(books, act)


@main.command("check")
@BOOKS
@TABLES
@settings_options
def check_command(settings: Settings, books: tuple[Path, ...], tables: tuple[str, ...]) -> None:
    """送信したらどうなるかを調べます。/ Tell what a push would do."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        handles = _handles(book, tables)
        with settings.client(remembered_server(book)) as client:
            report = check(book, client, handles=handles, device=device_name())
        return Result(report, console.push_lines(report, settings.language), DONE if report.is_clean else WAITING)

    Run(settings).over(books, act)


@main.command("push")
@BOOKS
@TABLES
@click.option("--note", help="送信のメモ / a note kept with the push")
@click.option("--allow-deletes", is_flag=True, help="多くの行の削除も送る / send even many deletions")
@click.option("--all-or-nothing", is_flag=True, help="一行でも誤りがあれば何も送らない / all rows or none")
@settings_options
def push_command(
    settings: Settings, books: tuple[Path, ...], tables: tuple[str, ...], note: str | None, allow_deletes: bool,  # noqa: FBT001
    all_or_nothing: bool,  # noqa: FBT001  # click passes by name
) -> None:  # fmt: skip
    """入力した変更を送信します。/ Send what was typed."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        with settings.client(remembered_server(book)) as client:
            report = push(
                book, client, handles=_handles(book, tables), note=note, device=device_name(),
                allow_deletes=allow_deletes, all_or_nothing=all_or_nothing,
            )  # fmt: skip
        return Result(report, console.push_lines(report, settings.language), DONE if report.is_clean else WAITING)

    Run(settings).over(books, act)


@main.command("conflicts")
@BOOKS
@settings_options
def conflicts_command(settings: Settings, books: tuple[Path, ...]) -> None:
    """競合を一覧します。/ List open conflicts."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        desk = Desk.open(book)
        found = desk.work.conflicts
        return Result(found, console.conflict_lines(desk, settings.language), WAITING if found else DONE)

    Run(settings).over(books, act, writes=False)


@main.command("resolve")
@BOOKS
@click.option("--take", type=click.Choice(["mine", "theirs"]), help="すべて同じ側を採る / one side for all")
@click.option("--no-push", is_flag=True, help="決めるだけで送信しない / decide without sending")
@settings_options
def resolve_command(settings: Settings, books: tuple[Path, ...], take: str | None, no_push: bool) -> None:  # noqa: FBT001  # click passes by name
    """「競合」シートの選択（または --take）を採り、送信します。/ Apply the choices and push."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        done = resolve(book, everything=cast("Choice | None", take))
        lines = console.resolved_lines(done, settings.language)
        if no_push or not done.decided:
            return Result(done, lines, WAITING if done.remaining else DONE)
        with settings.client(remembered_server(book)) as client:
            report = push(book, client, device=device_name())
        lines += console.push_lines(report, settings.language)
        waits = done.remaining or not report.is_clean
        return Result({"resolved": done, "push": report}, lines, WAITING if waits else DONE)

    Run(settings).over(books, act)


@main.command("status")
@BOOKS
@settings_options
def status_command(settings: Settings, books: tuple[Path, ...]) -> None:
    """ブックの状態を示します（通信しません）。/ Show where a workbook stands, offline."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        found = status(book)
        return Result(found, console.status_lines(found, settings.language))

    Run(settings).over(books, act, writes=False)


@main.command("calculate")
@BOOKS
@settings_options
def calculate_command(settings: Settings, books: tuple[Path, ...]) -> None:
    """セルの関数（=RFM(A2) など）の答えを右隣に書きます。/ Write the answers of functions beside their cells."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        with settings.client(remembered_server(book)) as client:
            done = calculate(book, client, today=date.today(), language=settings.language)  # noqa: DTZ011  # the person's own day
        return Result(done, console.calculated_lines(done, settings.language), WAITING if done.troubles else DONE)

    Run(settings).over(books, act)


@main.command("history")
@click.argument("book", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("row")
@settings_options
def history_command(settings: Settings, book: Path, row: str) -> None:
    """行（番号）の履歴を示します。/ Show the history of a row, by its number."""

    def act(opened: xw.Book, _bar: Bar) -> Result:
        with settings.client(remembered_server(opened)) as client:
            found = history(opened, client, row)
        return Result(found.entries, console.history_lines(found, settings.language))

    Run(settings).over((book,), act, writes=False)


@main.command("undo")
@BOOKS
@settings_options
def undo_command(settings: Settings, books: tuple[Path, ...]) -> None:
    """このブックの前回の送信を取り消します。/ Take back this workbook's last push."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        with settings.client(remembered_server(book)) as client:
            answer, pulls = undo_last_push(book, client)
        waits = any(one.conflicts for one in answer.outcomes) or any(one.conflicts for one in pulls)
        lines = console.undo_lines(answer, settings.language) + console.pull_lines(pulls, settings.language)
        return Result({"undo": answer, "pull": pulls}, lines, WAITING if waits else DONE)

    Run(settings).over(books, act)


@main.command("detach")
@BOOKS
@click.option("--drop-unsent", is_flag=True, help="未送信の変更があっても切り離す / even with unsent work")
@settings_options
def detach_command(settings: Settings, books: tuple[Path, ...], drop_unsent: bool) -> None:  # noqa: FBT001  # click passes by name
    """ブックをサーバーから切り離します（人に渡す前に）。/ Cut a workbook from its server before sharing it."""

    def act(book: xw.Book, _bar: Bar) -> Result:
        count = detach(book, drop_unsent=drop_unsent)
        return Result({"sheets": count}, console.detached_lines(count, settings.language))

    Run(settings).over(books, act)


def _handles(book: xw.Book, tables: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sheets that show the named tables, by name, label or handle."""
    if not tables:
        return ()
    desk = Desk.open(book)
    names = {table if table in desk.record.handles else desk.schema.table(table).name for table in tables}
    return tuple(handle for handle in desk.record.handles if handle in names or desk.shape(handle).name in names)


def _progress(bar: Bar) -> Progress:
    tasks: dict[str, Any] = {}

    def tell(label: str, rows: int) -> None:
        if label not in tasks:
            tasks[label] = bar.add_task(label, total=None)
        bar.update(tasks[label], description=f"{label} {rows:,}")

    return tell


for command in (build_xlam, build_oxt, install_command, uninstall_command, doctor_command):
    main.add_command(command)
main.add_command(approve_command)
main.add_command(login)
main.add_command(logout)

if __name__ == "__main__":
    main()
