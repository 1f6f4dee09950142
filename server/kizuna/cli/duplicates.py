"""``kizuna duplicates | merge``: rows that look like one, and making them one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import click
import orjson

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import NotTakenError, database_option, open_current
from kizuna.cli.speaking import language, say, say_json, show_table
from kizuna.errors import RequestError, Text
from kizuna.ids import new_id
from kizuna.sync.changeset import ACCEPTED
from kizuna.sync.duplicates.finding import MOST_CANDIDATES, Found, candidates, find_duplicates
from kizuna.sync.duplicates.merging import MergeRequest, Side, merge_rows

NONE = Text("{compared} 行を比べました。重複らしい組はありません。", "{compared} rows compared, no likely duplicates.")
SOME = Text(
    "{compared} 行のうち、重複らしい組が {count} 組あります。同じなら: kizuna merge 残す番号 消す番号",
    "{count} likely duplicates among {compared} rows. If they are one: kizuna merge WINNER LOSER",
)
MERGED = Text(
    "{loser} を {winner} に統合しました({moved} 行を移動)。元に戻すには: kizuna undo {changeset}",
    "{loser} merged into {winner}, {moved} row(s) moved. To take it back: kizuna undo {changeset}",
)
WOULD_MERGE = Text(
    "{loser} を {winner} に統合すると {moved} 行が移ります(まだ何も変えていません)。",
    "Merging {loser} into {winner} would move {moved} row(s); nothing changed yet.",
)


class BadSideError(RequestError):
    """A ``--field`` is not of the form FIELD=winner or FIELD=loser."""

    code = "bad-side"
    text = Text(
        "「{given}」は 項目=winner か 項目=loser の形で指定してください。",
        "Write {given!r} as FIELD=winner or FIELD=loser.",
    )


@click.command()
@click.option("--table", default="customers", show_default=True, help="表 / Table.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, MOST_CANDIDATES), help="件数 / How many."
)
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def duplicates(*, table: str, limit: int, named: str | None, as_json: bool) -> None:
    """重複らしい行を理由つきで表示 / Show rows that look like one, with the reasons. Nothing is merged."""
    database = open_current(named)
    with database.backend.read() as connection:
        found = find_duplicates(database, connection, system_actor(database, connection), table, limit=limit)
    if as_json:
        say_json({"table": table, "compared": found.compared, "candidates": candidates(found), "more": found.more})
        return
    if not found.matches:
        say(NONE, compared=found.compared)
        return
    key = database.registry.table(table).key
    shown = [
        (
            one.score,
            _called(found, one.first, key),
            _called(found, one.second, key),
            "、".join(reason.text.in_language(language()) for reason in one.reasons),
        )
        for one in found.matches
    ]
    show_table(("点 / Score", "先 / First", "後 / Later", "理由 / Reasons"), shown)
    say(SOME, compared=found.compared, count=len(found.matches))


@click.command("merge")
@click.argument("winner")
@click.argument("loser")
@click.option("--table", default="customers", show_default=True, help="表 / Table.")
@click.option(
    "--field", "sides", multiple=True, metavar="項目=winner|loser", help="どちらの値を残すか / Whose value stays."
)
@click.option("--dry-run", is_flag=True, help="何が起きるかだけ見る / Only tell what would happen.")
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
def merge_command(
    winner: str, loser: str, *, table: str, sides: tuple[str, ...], dry_run: bool, named: str | None, as_json: bool
) -> None:
    """LOSER を WINNER に統合する / Merge LOSER into WINNER: what refers to it moves over, its empty fields are filled.

    統合は kizuna undo で元に戻せます。 A merge can be taken back with kizuna undo.
    """
    database = open_current(named)
    with database.backend.read() as connection:
        actor = system_actor(database, connection)
    asked = MergeRequest(new_id(), winner, loser, dict(map(_side, sides)), dry_run=dry_run)
    done = merge_rows(database, actor, table, asked, now=datetime.now(UTC), language=language())
    answer = orjson.loads(done.body)
    if as_json:
        say_json(answer)
        return
    refused = [one for one in answer["outcomes"] if one["outcome"] not in {*ACCEPTED, "held-back"}]
    if refused:
        reasons = [problem["message"] for one in refused for problem in one.get("problems") or ()]
        raise NotTakenError(reason="; ".join(dict.fromkeys(reasons)) or refused[0]["outcome"])
    moved = sum(one["table"] != table for one in answer["outcomes"])
    say(WOULD_MERGE if dry_run else MERGED, winner=winner, loser=loser, moved=moved, changeset=answer["changeset"])


def _side(given: str) -> tuple[str, Side]:
    name, _, side = given.partition("=")
    if side not in get_args(Side):
        raise BadSideError(given=given)
    return name.strip(), side  # type: ignore[return-value]  # checked against the literal's values


def _called(found: Found, place: int, key: str | None) -> str:
    row: dict[str, Any] = found.rows[place]
    fields = row["fields"]
    return " ".join(str(one) for one in (fields.get(key) if key else row["id"], fields.get("name")) if one)
