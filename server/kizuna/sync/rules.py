"""Ask plugins' rules about rows before they are written."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any

from kizuna.errors import Text
from kizuna.model.backend import check_stands
from kizuna.model.problems import RuleBrokenError
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor
from kizuna.patience import told
from kizuna.plugins import Implementation
from kizuna.rows import Asker, BrokenRule, RowChanges
from kizuna.sync.changeset import PluginWarning
from kizuna.sync.current_rows import RowWrite
from kizuna.sync.pushing import PendingInserts, Push
from kizuna.sync.told import told_of_inserts, told_of_writes

log = logging.getLogger("kizuna.plugins")
MOST_SECONDS = 20.0
MOST_PROBLEMS_A_ROW = 100
WARNING = Text(
    "プラグイン {plugin} の {hook} が失敗したため、その分を行わずに続けました({reason})。管理者に知らせてください。",
    "Plugin {plugin} failed in {hook}; the rest went on without it ({reason}). Tell your administrator.",
)


def check_inserts(push: Push, pending: PendingInserts) -> PendingInserts:
    """Return the new rows no plugin's rule objects to; answer the others."""
    broken = _broken(push, pending.spec, told_of_inserts(pending)) if pending.ids else {}
    for place, problems in broken.items():
        push.refuse(pending.spec, pending.indexes[place], pending.ids[place], problems)
    return pending.without(set(broken))


def check_writes(push: Push, spec: TableSpec, writes: Sequence[RowWrite]) -> list[RowWrite]:
    """Return the changes no plugin's rule objects to; answer the others."""
    broken = _broken(push, spec, told_of_writes(push, spec, writes)) if writes else {}
    for place, problems in broken.items():
        push.refuse(spec, writes[place].index, writes[place].row.id, problems)
    return [one for place, one in enumerate(writes) if place not in broken]


def warn(push: Push, plugin: str, hook: str, error: Exception) -> None:
    """Log a plugin's failure and tell it in the answer."""
    log.error("plugin %s failed in %s", plugin, hook, exc_info=error)
    text = WARNING.format(plugin=plugin, hook=hook, reason=told(error))
    push.warnings.append(PluginWarning(plugin, hook, text.in_language(push.language)))


def asker_of(actor: Actor) -> Asker:
    """Return what plugins may know of whoever makes a change."""
    return Asker(actor.name, actor.role, actor.stores)


def _broken(push: Push, spec: TableSpec, changes: RowChanges) -> dict[int, list[RuleBrokenError]]:
    found: dict[int, list[RuleBrokenError]] = {}
    rules = push.database.plugins.concerned("check_rows", changes)
    if not rules:
        return found
    asker = asker_of(push.person)
    for rule in rules:
        data = push.data
        ask = partial(_listed, rule, len(changes), table=spec.name, changes=changes, actor=asker, data=data)
        try:
            with data.apart():
                broken = push.allowance.within(push.database.plugins.helpers, MOST_SECONDS, ask, stop=data.abandon)
            # All are looked at before any counts: a rule that gives nonsense has no say at all.
            problems = [(_place(one, changes), _problem(one)) for one in broken]
            for place, problem in problems:
                found.setdefault(place, []).append(problem)
        except Exception as error:  # a plugin's rule must not stop the shop
            if push.backend.trouble(error) is not None:
                raise  # nor is it to blame for the database
            check_stands(push.connection)
            warn(push, rule.plugin, "check_rows", error)
    return found


def _listed(rule: Implementation, rows: int, **given: Any) -> list[BrokenRule]:
    """Return what a rule answers; a generator's work is the rule's time too, and one without end has one here."""
    return list(islice(rule(**given) or (), rows * MOST_PROBLEMS_A_ROW))


def _place(rule: BrokenRule, changes: RowChanges) -> int:
    if not 0 <= rule.row < len(changes):
        raise IndexError(f"row {rule.row} of {len(changes)}")
    return rule.row


def _problem(rule: BrokenRule) -> RuleBrokenError:
    if not isinstance(rule.text, Text) or not isinstance(rule.code, str) or not isinstance(rule.field, str | None):
        raise TypeError(f"{rule!r:.80} must have a Text, a code and the name of a field or None")
    problem = RuleBrokenError(field=rule.field, message=rule.text)
    problem.code = rule.code  # type: ignore[misc]  # the plugin's own code, on this one problem
    return problem
