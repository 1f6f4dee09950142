"""The contract with plugins: every hook, by life cycle, with when it is called and what it gives back.

A plugin implements what it needs with `kizuna.hookimpl` and names no default values in its parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

from kizuna.worksheet import WorksheetFunction

if TYPE_CHECKING:
    import click

PROJECT = "kizuna"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as its implementation of the hook of the same name."""


# At the start


@hookspec
def worksheet_functions() -> Sequence[WorksheetFunction]:
    """Return the functions people can write into a cell.

    Called once, when the server starts. Since 0.1.
    """
    return ()


@hookspec
def settings() -> Sequence[Any]:
    """Return settings models: frozen msgspec Struct classes with a default for every field and a class-level ``name``.

    Called once, when the server starts; the owner edits the values. Since 0.1.
    """
    return ()


@hookspec
def commands() -> Sequence[click.Command]:
    """Return click commands to add to ``kizuna``.

    Called when the command line starts. Since 0.1.
    """
    return ()
