"""What plugins' commands stand on: their actions run, rows read and changed, lines and tables printed.

All of it acts as the server's own administrator, in every store, on the database that ``--database`` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kizuna.cli import acting
from kizuna.cli.opening import database_option, open_current, scoped_data
from kizuna.cli.speaking import language, say, show_table
from kizuna.offers import ActionResult
from kizuna.worksheet import Data

__all__ = ["change_rows", "database_option", "language", "reading", "run_action", "say", "show_table"]


def run_action(named: str | None, name: str, arguments: Mapping[str, Any]) -> ActionResult:
    """Run one of the plugins' actions by name, as its button would."""
    return acting.run_named(named, name, arguments)


@contextmanager
def reading(named: str | None) -> Iterator[Data]:
    """Open the data for reading."""
    with scoped_data(open_current(named)) as data:
        yield data


def change_rows(named: str | None, table: str, ids: Iterable[str], fields: Mapping[str, Any]) -> None:
    """Change the same fields of rows, through the rules and the history of everybody; raise what refuses them."""
    acting.change_rows(open_current(named), table, ids, fields)
