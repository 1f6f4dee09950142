"""``kizuna every-day``, and the thread that does the same inside the server."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

import click

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import language, say, say_json
from kizuna.errors import Text
from kizuna.model.database import Database
from kizuna.sync.daily import DayDone, run_daily

EVERY_SECONDS = 300
ANALYZE_EVERY = 12
"""The planner learns the sizes of tables at the start and every so many looks: each hour."""
DONE = Text("{day} {plugin}: {written}件を書き込みました。", "{day} {plugin}: {written} rows written.")
FAILED = Text("{day} {plugin}: 失敗しました({error})。", "{day} {plugin}: failed ({error}).")
NOTHING = Text("今日の分は済んでいます。", "Today is done already.")
log = logging.getLogger("kizuna.plugins")


@click.command("every-day")
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
@click.pass_context
def every_day(context: click.Context, *, named: str | None, as_json: bool) -> None:
    """プラグインの毎日の仕事を行う(休んだ日の分も) / Do what plugins do once a day, missed days included.

    kizuna serve がこれを自動で行います / kizuna serve does this by itself.
    """
    done = do_days(open_current(named), spoken=language())
    if as_json:
        say_json([{"plugin": one.plugin, "day": one.day, "written": one.written, "error": one.error} for one in done])
    elif not done:
        say(NOTHING)
    else:
        for one in done:
            say(FAILED if one.error else DONE, day=one.day, plugin=one.plugin, written=one.written, error=one.error)
    if any(one.error for one in done):
        context.exit(1)


def do_days(database: Database, *, spoken: str = "ja") -> list[DayDone]:
    """Do every day that is due, in every store."""
    current = database.current()
    with current.backend.read() as connection:
        actor = system_actor(current, connection)
    return run_daily(current, actor, datetime.now(UTC), language=spoken)


def keep_daily(database: Database) -> threading.Thread:
    """Start the thread that looks every few minutes whether a day is to be done; it ends with the process."""
    stop = threading.Event()

    def look() -> None:
        looks = 0
        while True:
            try:
                if looks % ANALYZE_EVERY == 0:
                    database.backend.analyze()
                looks += 1
                do_days(database)
            except Exception:
                log.exception("the day's work could not be started; it is tried again in %s seconds", EVERY_SECONDS)
            stop.wait(EVERY_SECONDS)

    thread = threading.Thread(target=look, name="kizuna-every-day", daemon=True)
    thread.start()
    return thread
