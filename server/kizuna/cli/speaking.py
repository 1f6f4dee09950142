"""What commands say: in the caller's language, and failures with an exit code instead of a traceback."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from kizuna.errors import KizunaError, Text
from kizuna_usage import UsageGroup

FAILED = 1
WIDE = 1_000
"""Columns of what is no terminal: a file or a program takes lines of any length."""


def language() -> str:
    """Return ``en`` when KIZUNA_LANGUAGE or the locale asks for it, else ``ja``."""
    asked = os.environ.get("KIZUNA_LANGUAGE")
    if asked:
        return "en" if asked.lower().startswith("en") else "ja"
    return "en" if os.environ.get("LC_ALL", os.environ.get("LANG", "ja")).lower().startswith("en") else "ja"


def say(text: Text, **values: object) -> None:
    """Print one line in the caller's language."""
    click.echo(text.format(**values).in_language(language()) if values else text.in_language(language()))


def say_json(value: Any) -> None:
    """Print JSON for a program to read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under headers, as wide as the terminal allows."""
    # Loaded only where a table is shown, so that other commands start sooner.
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for header in headers:
        # What is too wide for the terminal goes on below instead of ending in dots.
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*("" if one is None else str(one) for one in row))
    # What people typed is shown as it is: a name in brackets is no style.
    wide = None if sys.stdout.isatty() else WIDE
    Console(file=sys.stdout, width=wide, soft_wrap=not sys.stdout.isatty(), markup=False, emoji=False).print(table)


class SpeakingGroup(UsageGroup):
    """A group whose commands end with a message and exit code 1 where a known failure meets them."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command; turn known failures into a message."""
        try:
            return super().invoke(context)
        except KizunaError as error:
            click.echo(f"kizuna: {error.message.in_language(language())} [{error.code}]", err=True)
            context.exit(FAILED)
