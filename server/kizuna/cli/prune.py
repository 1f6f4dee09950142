"""``kizuna prune``: drop old history."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import say, say_json
from kizuna.errors import Text
from kizuna.ops.prune import KeepDaysError, prune, set_keep_days
from kizuna.sync.moments import local_moment

MOST_DAYS = 36_500
DONE = Text(
    "{before} より前の履歴を消去しました(変更 {changes} 件、結果の記録 {answers} 件、削除済みの行 {rows} 件)。",
    "History before {before} is gone ({changes} changes, {answers} answers, {rows} deleted rows).",
)


@click.command("prune")
@click.option(
    "--keep-days",
    type=click.IntRange(1, MOST_DAYS),
    help="残す日数(省略すると設定値) / Days to keep; default: the setting.",
)
@click.option("--remember", is_flag=True, help="日数を設定として保存 / Also make --keep-days the setting.")
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def prune_command(*, keep_days: int | None, remember: bool, named: str | None, as_json: bool) -> None:
    """古い履歴を消去(現在の行はそのまま) / Drop old history; rows stay as they are."""
    database = open_current(named)
    if remember:
        if keep_days is None:
            raise KeepDaysError
        set_keep_days(database, keep_days)
    done = prune(database, now=datetime.now(UTC), days=keep_days)
    found = {"before": done.before, "changes": done.changes, "answers": done.answers, "rows": done.rows}
    if as_json:
        say_json(found)
    else:
        say(DONE, **(found | {"before": local_moment(done.before, database.timezone)}))
