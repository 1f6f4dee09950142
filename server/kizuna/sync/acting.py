"""Run plugins' actions: what they write is one changeset, written through the path of everybody."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec
import sqlalchemy as sa

from kizuna.errors import AccessError, KizunaError, NotFoundError, OperationError, Text
from kizuna.ids import new_id
from kizuna.model.data import ScopedData
from kizuna.model.database import Database
from kizuna.model.scope import Actor
from kizuna.offers import Action, ActionResult, FileResult
from kizuna.patience import LateError, told
from kizuna.plugins import Plugins
from kizuna.rows import Asker, ChangesetSummary, Write
from kizuna.sync.changeset import Answer
from kizuna.sync.done import tell_done, written_by_kind
from kizuna.sync.finishing import Record, counts_of_changes, finish
from kizuna.sync.push import take_table
from kizuna.sync.pushing import Push
from kizuna.sync.rules import asker_of
from kizuna.sync.writing_on import PluginWrite, tell_plugins, trusted
from kizuna.worksheet import Data

MOST_SECONDS = 120.0
MOST_SECONDS_WRITING = 20.0
"""Others wait for the end of an action that writes, on SQLite everybody who writes."""
log = logging.getLogger("kizuna.plugins")


class UnknownActionError(NotFoundError):
    """No plugin declares an action of that name."""

    code = "unknown-action"
    text = Text(
        "「{action}」という操作はありません。GET /api/v1/actions で確かめてください。",
        "There is no action {action!r}. See GET /api/v1/actions.",
    )


class ActionForbiddenError(AccessError):
    """The caller may not run an action."""

    code = "action-forbidden"
    text = Text(
        "「{action}」を行う権限がありません。オーナーに依頼してください。",
        "You may not run {action!r}. Ask the owner.",
    )


class ActionFailedError(OperationError):
    """A plugin's action raised, or gave back something that is no result; nothing was written."""

    code = "action-failed"
    text = Text(
        "操作 {action}(プラグイン {plugin})が失敗し、何も変更されていません: {reason}。プラグインの作者に知らせてください。",
        "Action {action} (plugin {plugin}) failed: {reason}. Nothing was changed. Tell the plugin's author.",
    )


class ActionTooSlowError(OperationError):
    """A plugin's action took too long; nothing was written."""

    code = "action-too-slow"
    text = Text(
        "「{action.ja}」(プラグイン {plugin})が {seconds} 秒以内に終わらず、何も変更されていません。"
        "対象を減らして何回かに分けるか、プラグインの作者に知らせてください。",
        "“{action.en}” (plugin {plugin}) did not end within {seconds} seconds; nothing was changed. "
        "Do it in parts, for fewer at a time, or tell the plugin's author.",
    )


class ActionDoesNotWriteError(OperationError):
    """An action that is declared not to write tried to."""

    code = "action-does-not-write"
    text = Text(
        "この操作は書き込まないと宣言されています。Action(writes=True) にしてください。",
        "This action is declared not to write. Declare Action(writes=True).",
    )


@dataclass(frozen=True, slots=True)
class Acted:
    """What an action came to, and the changeset that holds what it wrote."""

    result: ActionResult
    changeset: str | None = None


@dataclass(frozen=True, slots=True)
class ReadOnlyWrite:
    """The handle of an action that only reads."""

    data: Data
    asker: Asker

    @property
    def today(self) -> date:
        """The day it is in the shop's time zone."""
        return self.data.today

    def insert(self, table: str, columns: Mapping[str, Any]) -> list[str]:
        """Raise ActionDoesNotWriteError."""
        raise ActionDoesNotWriteError(table=table, rows=len(columns))

    def update(self, table: str, changes: Mapping[str, Any]) -> None:
        """Raise ActionDoesNotWriteError."""
        raise ActionDoesNotWriteError(table=table, rows=len(changes))

    def delete(self, table: str, ids: Any) -> None:
        """Raise ActionDoesNotWriteError."""
        raise ActionDoesNotWriteError(table=table, rows=len(ids))


def find_action(plugins: Plugins, name: str) -> Action:
    """Return the action called ``name``; raise UnknownActionError."""
    try:
        return plugins.actions[name]
    except KeyError:
        raise UnknownActionError(action=name[:60]) from None


def may_run(action: Action, actor: Actor) -> bool:
    """Whether a person may press an action's button."""
    return not (action.writes and actor.role == "read-only") and (actor.may_see_personal or not action.personal)


def run_action(
    database: Database,
    actor: Actor,
    action: Action,
    arguments: Mapping[str, Any],
    *,
    now: datetime,
    language: str = "ja",
) -> Acted:
    """Run an action for a person; raise ActionForbiddenError, ActionFailedError and what the plugin means people to see."""
    if not may_run(action, actor):
        raise ActionForbiddenError(action=action.label.in_language(language))
    if not action.writes:
        with database.backend.read() as connection:
            database.backend.narrow(connection, actor.walls)
            data = ScopedData(database, connection, actor, today=database.today(now))
            handle = ReadOnlyWrite(data, asker_of(actor))
            return Acted(_call(database, action, handle, arguments, data.abandon))

    def work(connection: sa.Connection) -> tuple[Acted, ChangesetSummary | None]:
        going = Push(database, connection, actor, new_id(), "plugin", now, language)
        going.stay_within_scope()
        write = PluginWrite(replace(trusted(going), reader=actor), take_table)
        result = _call(database, action, write, arguments, write.abandon)
        tell_plugins(going, take_table)
        if not going.written:
            return Acted(result), None
        note = action.label.in_language(language)
        counts = counts_of_changes(going)
        answer = Answer(going.changeset_id, dry_run=False, outcomes=[], inserted=[], warnings=going.warnings)
        finish(going, Record(msgspec.json.encode(answer), counts, going.changeset_id, device=actor.device, note=note))
        return Acted(result, going.changeset_id), ChangesetSummary(
            going.changeset_id, actor.name, "plugin", note, counts, written_by_kind(going.written)
        )

    acted, summary = database.backend.write(work, alone=True)
    if summary is not None:
        tell_done(database, actor, summary, now)
    return acted


def _call(
    database: Database, action: Action, write: Write, arguments: Mapping[str, Any], stop: Callable[[], None]
) -> ActionResult:
    plugin = database.plugins.owner("action", action.name)
    seconds = MOST_SECONDS_WRITING if action.writes else MOST_SECONDS
    try:
        result = database.plugins.helpers.within(seconds, partial(action.run, write, arguments), stop=stop)
    except KizunaError:
        raise
    except LateError as late:
        log.error("action %s of plugin %s did not end in %s seconds", action.name, plugin, late.seconds)
        raise ActionTooSlowError(action=action.label, plugin=plugin, seconds=f"{late.seconds:g}") from None
    except Exception as error:
        backend = database.backend
        if backend.trouble(error) is not None or (action.writes and backend.asks_to_try_again(error)):
            raise  # the plugin is not to blame
        log.exception("action %s of plugin %s failed", action.name, plugin)
        raise ActionFailedError(action=action.name, plugin=plugin, reason=told(error)) from error
    if reason := _wrong_with(result):
        raise ActionFailedError(action=action.name, plugin=plugin, reason=reason)
    return result


def _wrong_with(result: Any) -> str:
    """Return what is wrong with what an action came to, empty when nothing is."""
    if not isinstance(result, ActionResult):
        return f"gave {type(result).__name__}, not ActionResult"
    if not isinstance(result.message, Text):
        return f"gave {type(result.message).__name__} for its message, not Text"
    strange = [one for one in result.files if not isinstance(one, FileResult) or not isinstance(one.content, bytes)]
    return f"gave {strange[0]!r:.80}, which is no FileResult with bytes" if strange else ""
