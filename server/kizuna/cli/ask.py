"""``kizuna call``: a worksheet function without Excel."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from kizuna.access.accounts import system_actor
from kizuna.cli.opening import database_option, open_current
from kizuna.cli.speaking import language, say, say_json, show_table
from kizuna.errors import Text
from kizuna.functions.arguments import ArgumentMissingError, UnknownArgumentError, typed_word
from kizuna.functions.evaluate import FunctionCall, evaluate, find_function
from kizuna.model.data import ScopedData
from kizuna.offers import TableResult, csv_of
from kizuna.worksheet import WorksheetFunction

SAVED = Text("{count}行を {file} に保存しました。", "{count} lines are saved in {file}.")


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True})
@click.argument("function")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@database_option
@click.option("--json", "as_json", is_flag=True, help="JSONで出力 / Print JSON.")
@click.option("--csv", "file", type=click.Path(path_type=Path, dir_okay=False), help="CSVに保存 / Save as CSV.")
@click.pass_context
def call(
    context: click.Context,
    function: str,
    arguments: tuple[str, ...],
    *,
    named: str | None,
    as_json: bool,
    file: Path | None,
) -> None:
    """関数を呼ぶ / Call a worksheet function.

    \b
    kizuna call RFM C0001 --as-of 2006-03-31
    kizuna call RFM C0001 C0002 C0003
    kizuna call RFM_TOP --count 20
    kizuna call RFM_SELECT "R>=4 F>=4" --csv list.csv
    """  # noqa: D301  # click reads the \b as "do not rewrap"
    database = open_current(named)
    found = find_function(database.plugins, function)
    asked = FunctionCall(found.name, read_arguments(found, arguments))
    today = database.today(datetime.now(UTC))
    with database.backend.read() as connection:
        data = ScopedData(database, connection, system_actor(database, connection), today=today)
        result = evaluate(database.plugins, data, [asked], language=language())[0]
    if as_json:
        say_json(result)
    elif "error" in result:
        click.echo(f"kizuna: {result['error']['message']} [{result['error']['code']}]", err=True)
    elif file is not None:
        table = TableResult(tuple(Text(one, one) for one in result["returns"] or [found.name]), result["columns"])
        file.write_bytes(csv_of(table))
        say(SAVED, file=file, count=len(result["columns"][0]) if result["columns"] else 0)
    else:
        show_answer(found, asked, result)
    if "error" in result:
        context.exit(1)


def read_arguments(function: WorksheetFunction, given: tuple[str, ...]) -> dict[str, Any]:
    """Return positional words and ``--name value`` pairs as arguments; several words fill an argument per cell.

    Raises UnknownArgumentError and ArgumentMissingError.
    """
    by_option = {f"--{one.name.replace('_', '-')}": one for one in function.arguments}
    values: dict[str, Any] = {}
    words: list[str] = []
    rest = iter(given)
    for word in rest:
        if not word.startswith("--"):
            words.append(word)
            continue
        option, equals, value = word.partition("=")
        if option not in by_option:
            raise UnknownArgumentError(function=function.name, argument=option, known=", ".join(by_option))
        taken = value if equals else next(rest, None)
        if taken is None:
            raise ArgumentMissingError(function=function.name, argument=option)
        values[by_option[option].name] = typed_word(by_option[option].type, taken)
    free = [one for one in function.arguments if one.name not in values]
    for argument in free:
        if not words:
            break
        if argument.per_cell:
            values[argument.name] = [typed_word(argument.type, one) for one in words]
            words = []
        else:
            values[argument.name] = typed_word(argument.type, words.pop(0))
    if words:
        raise UnknownArgumentError(function=function.name, argument=words[0], known=", ".join(by_option))
    return values


def show_answer(function: WorksheetFunction, asked: FunctionCall, result: dict[str, Any]) -> None:
    """Print an answer as a table, each row beside what it was asked about."""
    heads = list(result["returns"]) or [function.name]
    keys = next(
        (asked.arguments[one.name] for one in function.arguments if one.per_cell and one.name in asked.arguments), None
    )
    rows = [list(row) for row in zip(*result["columns"], strict=True)]
    blank = {line for line, row in enumerate(rows) if all(one is None for one in row)}
    for place, reason in result["reasons"].items():
        line, _, column = place.partition(":")
        # A line that is blank as a whole says so once, in front.
        if int(line) in blank and not column:
            rows[int(line)][0] = reason["message"]
        elif int(line) not in blank and column:
            rows[int(line)][int(column)] = reason["message"]
    if isinstance(keys, list) and len(keys) == len(rows):
        heads.insert(0, "")
        rows = [[key, *row] for key, row in zip(keys, rows, strict=True)]
    show_table(heads, rows)
