"""The contract with plugins: every hook, by life cycle, with when it is called and what it gives back.

A plugin implements what it needs with `kizuna.hookimpl` and names no default values in its parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pluggy

from kizuna.offers import Action, Report, SheetTemplate
from kizuna.rows import Asker, BrokenRule, ChangesetSummary, RowChanges, Write
from kizuna.services import Service
from kizuna.worksheet import Data, WorksheetFunction

if TYPE_CHECKING:
    import click

    from kizuna.model.synced import SyncedRow

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


@hookspec
def tables() -> Sequence[type[SyncedRow]]:
    """Return synced tables of the plugin: subclasses of `kizuna.model.SyncedRow`.

    Called once, when the server starts. Their Alembic migrations lie in ``migrations/`` beside the plugin's module, on a
    branch of their own that depends on ``0001_core``. Since 0.1.
    """
    return ()


@hookspec
def services() -> Sequence[Service]:
    """Return calls that clients make by name, typed JSON in and out.

    Called once, when the server starts; a service's ``call`` whenever a client asks for it. Since 0.1.
    """
    return ()


@hookspec
def sheets() -> Sequence[SheetTemplate]:
    """Return templates of sheets for workbooks.

    Called once, when the server starts, and when the template workbooks are built. Since 0.1.
    """
    return ()


@hookspec
def actions() -> Sequence[Action]:
    """Return what buttons in the ribbon and on pages do.

    Called once, when the server starts; an action's ``run`` whenever somebody presses the button. Since 0.1.
    """
    return ()


@hookspec
def reports() -> Sequence[Report]:
    """Return tables and charts for pages and paper.

    Called once, when the server starts; a report's ``build`` whenever somebody asks for it. Since 0.1.
    """
    return ()


# In every write


@hookspec
def check_rows(table: str, changes: RowChanges, actor: Asker, data: Data) -> Sequence[BrokenRule]:
    """Return the rules that changed rows break; those rows are refused, the others go on.

    Called before rows of a table are written, once per table and changeset, in the writing transaction. Must not write. A
    plugin that raises here is logged and named in the answer, and its rules are passed over.
    `kizuna.concerns` narrows the calls. Since 0.1.
    """
    return ()


@hookspec
def rows_written(write: Write, table: str, changes: RowChanges) -> None:
    """Write on after rows were written, in the same transaction and history.

    Called once per table of a changeset, after all its tables were written; what plugins write is told to plugins too, for
    five rounds; who still writes in the last is named in the answer, and what was written then is taken back. A
    plugin that raises here has its own writes taken back and is named in the answer; the changeset stands.
    `kizuna.concerns` narrows the calls. Since 0.1.
    """


@hookspec
def changeset_done(changeset: ChangesetSummary, data: Data) -> None:
    """Hear of a changeset after it was committed; ``data`` is as whoever made it sees it now.

    Called before the answer goes out, so look first whether the changeset concerns you; it has ten seconds. A failure is
    logged and never felt. Since 0.1.
    """


# Day by day


@hookspec
def every_day(write: Write, today: date) -> bool | None:
    """Do what a day asks for; return True where there is more to do.

    Called once for every day, missed days included, oldest first, each plugin in a transaction of its own. Others wait for
    its end before they write, so it has twenty seconds. Where more than a few are needed, do a part, return True, and find
    what is left when called again for the same day, in the next transaction; others write in between. A day that fails is
    done again, its parts that ended well stay. Since 0.1.
    """
